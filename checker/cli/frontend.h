/* SPDX-License-Identifier: MIT */
/* The front-ends: programs of their own that turn one C file into one facts file. */
#ifndef CLI_FRONTEND_H
#define CLI_FRONTEND_H

#include "base/hash.h"
#include "reclint.h"

/* "sparse": what --frontend takes; NULL behind the last.  The first is the default. */
extern const char *const frontend_names[];

struct frontend {
	const char *path;
	const char *version;	/* what it says of itself: "sparse 0.6.5" */
};

/* How it ends, see frontend/.../main.c */
enum frontend_status { FRONTEND_OK, FRONTEND_PROBLEMS /* facts, with gaps */, FRONTEND_FAILED };

/* Looks for reclint-NAME beside this executable, then in PATH, and asks its version.
 * A name with a '/' is the program's path. */
/* The first of frontend_names that is there, else the first. */
const char *frontend_default(void);
MUST_CHECK struct err *frontend_find(struct arena *a, const char *name, struct frontend *ret);
/* As frontend_find(), without running it; ->version is "". */
MUST_CHECK struct err *frontend_locate(struct arena *a, const char *name, struct frontend *ret);
/* Changes whenever the same input could give other facts: its version, its bytes,
 * and the layout of facts files. */
MUST_CHECK struct err *frontend_identity(const struct frontend *frontend, struct hash128 *ret);

#endif
