/* SPDX-License-Identifier: MIT */
/*
 * Allocation scopes over the whole program, whatever the arguments: which functions open
 * or end one and leave it so, and which functions can be entered outside of one.
 */
#ifndef ANALYSIS_SCOPES_H
#define ANALYSIS_SCOPES_H

#include "analysis/engine.h"

struct scopes {
	struct arena arena;
	struct bitset changes;	/* functions that may return in another scope than they were called in */
	u32 *inside;		/* by function: flags of scopes that every call of it is in */
};

/* fns without a caller, or called by a pointer that nobody resolves, are entered outside. */
void scopes_find(struct engine *e, const struct callgraph *g, struct scopes *ret);
void scopes_free(struct scopes *s);

#endif
