/* SPDX-License-Identifier: MIT */
/*
 * reclint as kbuild's checker: `make C=2 CHECK=reclint` runs it once for each C file,
 * with the compiler's arguments for that file and nothing else.
 */
#ifndef CLI_KBUILD_H
#define CLI_KBUILD_H

#include "reclint.h"

/* The probe's facts, in the folder where make builds, before ".facts". */
#define KBUILD_PROBE ".reclint-constants"
#define KBUILD_TREES ".reclint-trees"	/* beside it: lines "srctree DIR", "objtree DIR" */

/* Do these arguments come from kbuild, and not from a person? */
bool kbuild_is_call(int argc, char **argv);
/* The exit status: 0, or 2 when the front-end could not be run at all. */
int kbuild_main(int argc, char **argv);

/*
 * kbuild_check.c: prints on stderr, in the form of compiler warnings, what is wrong in
 * this file alone.  facts: the file's; probe: the constants', which may be missing.
 */
void kbuild_check_tu(const char *facts, const char *probe);

#endif
