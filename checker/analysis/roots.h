/* SPDX-License-Identifier: MIT */
/* Where the walk starts: entries of ops tables that the rules name, in each context. */
#ifndef ANALYSIS_ROOTS_H
#define ANALYSIS_ROOTS_H

#include "analysis/engine.h"

struct root {
	const struct rule_root *rule;
	const struct rule_entry *entry;
	u32 fn;
	u32 slot;		/* program->slots: the table it was found in */
	u32 module;		/* that it acts for; 0: its own */
};

/* One root in one context. */
struct root_run {
	u32 root;		/* index into roots */
	u32 context;		/* ruleset->contexts */
	u32 node;		/* 0: can't run there (its gate never opens) */
};

struct roots {
	VEC(struct root) a;	/* sorted by file, line, function, member */
	VEC(struct root_run) runs;
	const char *glob;	/* that was asked for, with fnmatch()'s FNM_EXTMATCH; NULL: all */
	bool is_near;		/* ..because of files that have changed: see roots_find_near() */
	bool only_first_round;	/* set by who runs them: a few calls deep, and what is beyond is no gap */
};

void roots_find(struct program *p, struct ruleset *rules, const char *glob, struct roots *ret);
/* Those of the drivers that the files belong to, and for code of no driver those of the files' folders. */
void roots_find_near(struct program *p, struct ruleset *rules, const char *const *files, u32 n_files,
		     struct roots *ret);
bool roots_asked(const struct roots *roots, const char *fn);	/* by its name; true if all are */
/* Evaluates every root in every context. */
void roots_run(struct engine *e, struct roots *roots);
/* Are the two filled in one table? */
bool roots_same_table(const struct program *p, const struct root *a, const struct root *b);
void roots_free(struct roots *roots);

#endif
