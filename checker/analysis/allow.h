/* SPDX-License-Identifier: MIT */
/*
 * Comments that allow a finding: reclint: allow(RULE) and a reason, at a call or before a
 * function.  They are read from the sources, since neither front-end has comments in its facts.
 */
#ifndef ANALYSIS_ALLOW_H
#define ANALYSIS_ALLOW_H

#include "analysis/engine.h"
#include "report/diag.h"

struct allow {
	const char *file;		/* as the program names it */
	u32 line;			/* of the comment */
	u32 code;			/* the line that it is about: its own, or the next with code on it; 0: none */
	const char **rules;	u32 n_rules;
	const char *why;		/* NULL: it gives none, and then it allows nothing */
	u32 fn;				/* the function that begins there; 0: it is about the calls on that line */
	const char *fn_name;
	u32 n_silenced;			/* findings */
};

struct allows { struct arena arena; VEC(struct allow) a; };

/* Those of all files that functions of the program are in; srctree, objtree: where to read them. */
void allows_find(const struct program *p, const char *srctree, const char *objtree, struct allows *ret);
void allows_free(struct allows *a);
/* The one that allows findings of the rule through this call: its number, from 1; 0: none. */
u32 allows_cover(const struct allows *a, const struct program *p, const char *rule, u32 fn, u32 line);
/* Moves what a comment allows from the findings to r->marked: of rules whose paths are not looked
 * for anew (both halves of an inversion count), by what the report says of their hops. */
void allows_silence(struct allows *a, struct report *r);
/* "comment driver.c:12": what silenced a finding. */
const char *allow_text(const struct allow *a, struct arena *arena);
/* Lists them in r->allows, with what is wrong with them. */
void allows_report(const struct allows *a, const struct ruleset *rules, struct report *r);

#endif
