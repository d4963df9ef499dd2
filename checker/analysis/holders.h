/* SPDX-License-Identifier: MIT */
/*
 * Who may hold a lock class across what, by the code alone: the candidates that the walk
 * with locks as state then looks at, and the classes that need no look.
 */
#ifndef ANALYSIS_HOLDERS_H
#define ANALYSIS_HOLDERS_H

#include "analysis/distance.h"
#include "analysis/locksites.h"

/*
 * A function that takes a class and then calls what can get to an allocation, or to a call that waits for
 * a lock: as many calls as that takes, as far as types tell; DIST_NONE: it can't.
 */
struct holder { u32 token, fn, dist, lock_dist; };

/*
 * fn takes a class by the call 'take', and while it holds it waits for a work item by the call 'insn', or
 * that leads there by some more calls, the last of which waits.
 */
struct wait_step { u32 fn, insn; };
struct waiting {
	u32 token, next, fn, take, insn;	/* next: what a function ends */
	const struct wait_step *steps; u32 n_steps;
};

struct lock_change { u32 token, fn; };

struct holders {
	struct arena arena;
	VEC(struct holder) a;		/* by token, nearest first */
	VEC(struct waiting) waiting;	/* by token, then next; each pair once, the shortest */
	struct map unclean;		/* token -> 1: held across a call of distances' 'any' */
	VEC(struct lock_change) changes; /* by token: functions that may return with it taken or released */
};

/* The classes are those that e tracks. */
void holders_find(struct engine *e, const struct callgraph *g, const struct lock_sites *sites,
		  const struct distances *d, struct holders *ret);
void holders_free(struct holders *h);

#endif
