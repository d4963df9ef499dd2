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
/* Puts the functions in the order of the facts: by file, line and name. */
void front_sort(struct fact_tu *tu);
/* Sorts the functions, and writes --facts and --dump. */
MUST_CHECK struct err *front_write(const struct front_options *o, struct fact_tu *tu);

/* What a front-end's program is. */
struct front_program {
	const char *name, *version;	/* "clang", "19.1.7" */
	const char *usage;		/* what --help prints */
	/* One TU in, its facts out.  Sets *has_problems_ret when some of it could not be read. */
	struct err *(*run)(int argc, char **argv, bool *has_problems_ret);
};
/*
 * main() of a front-end; does not return.  Exit status: 0, 1 when the facts are written but
 * some of the TU could not be read, 2 when nothing was written.
 */
_Noreturn void front_main(const struct front_program *program, int argc, char **argv);

#endif
