/* SPDX-License-Identifier: MIT */
/*
 * The command line that all front-ends share:
 * [--facts FILE] [--dump] [--srctree DIR] [--cwd DIR] -- COMPILER ARGUMENTS
 */
#ifndef FRONTEND_COMMON_OPTIONS_H
#define FRONTEND_COMMON_OPTIONS_H

#include "fact/fact.h"

struct front_options {
	const char *facts, *srctree, *cwd;	/* facts: absolute */
	bool dump, has_extra;
	int argc;
	char **argv;		/* the compiler's */
};

/* extra: an option of this front-end's own, or NULL.  Memory from a. */
MUST_CHECK struct err *front_options_parse(struct arena *a, int argc, char **argv, const char *extra,
					   struct front_options *ret);

/* Where a TU is, besides what is in the TU itself. */
struct front_place { const char *cwd, *srctree, *source; };
/* Changes to --cwd and fills what the command line says of tu; memory from tu->arena. */
MUST_CHECK struct err *front_enter(const struct front_options *o, struct fact_tu *tu,
				   struct front_place *ret);
/* Writes --facts and --dump. */
MUST_CHECK struct err *front_write(const struct front_options *o, struct fact_tu *tu);

#endif
