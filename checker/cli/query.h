/* SPDX-License-Identifier: MIT */
/* What the commands that ask the linked program share: their options, and linking. */
#ifndef CLI_QUERY_H
#define CLI_QUERY_H

#include "cli/facts_dir.h"
#include "link/program.h"
#include "rule/rule.h"

#include <argp.h>

struct query {
	const char *facts;		/* -p, --facts */
	const char *rules_dir;
	VEC(const char *) overlays;
	VEC(const char *) words;	/* arguments that are no options */
	struct arena arena;
	struct facts_dir dir;
	struct ruleset *rules;
	struct program *p;
};

/* The common options; its input is a struct query.  For argp.children. */
extern const struct argp query_argp;

/*
 * Parses with the parser's options, links the facts, and calls f, whose result it
 * returns: 0 something was found, 1 nothing was found.  2 after an error that it
 * has reported.
 */
int query_main(const struct argp *parser, int argc, char **argv, struct query *q,
	       struct err *(*f)(struct query *q, bool *found_ret));

/* "file:line: caller -> callee [ops: struct shrinker.scan_objects, 57 targets]", a line on stdout. */
void query_print_edge(const struct program *p, const struct call_edge *e);
/* All functions of a name, in q->arena; an error when there are none. */
MUST_CHECK struct err *query_find(struct query *q, const char *name, u32 **fns_ret, u32 *n_ret);

#endif
