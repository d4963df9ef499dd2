/* SPDX-License-Identifier: MIT */
/*
 * How many calls it is at least, by types alone, from each function to what matters about
 * who holds a lock: an allocation, a wait for another lock, a wait for a work item.
 */
#ifndef ANALYSIS_DISTANCE_H
#define ANALYSIS_DISTANCE_H

#include "analysis/engine.h"

#define DIST_NONE 0xff
#define DIST_WORK_MAX 4		/* direct calls to a wait for a work item */
#define DIST_TARGETS_MAX 32	/* of a call by pointer that counts: the walk finds out which of them it is */

/* Each by function; DIST_NONE: there is no such way. */
struct distances {
	struct arena arena;
	u8 *alloc;		/* to the nearest allocation that may enter reclaim, by calls that say where they go */
	u8 *lock;		/* likewise to the nearest call that waits for a lock */
	u8 *work;		/* direct calls to the nearest function that waits for a work item */
	struct bitset any;	/* functions from which an allocation may be reached by any call at all, or a call of
				 * which nothing is known */
	u32 direct;		/* bits without which no allocation enters reclaim */
};

void distances_find(struct engine *e, const struct callgraph *g, struct distances *ret);
void distances_free(struct distances *d);
/* A function that is not walked into: an entry says all there is. */
bool distances_are_closed(struct engine *e, u32 fn);
/* May this call of an allocator, which the rule is about, enter reclaim? */
bool distances_may_reclaim(const struct distances *d, struct engine *e, const struct call_edge *edge,
			   const struct rule_fn *r);
bool rule_waits_for_work(const struct rule_fn *r);
bool rule_waits_for_lock(const struct rule_fn *r);

#endif
