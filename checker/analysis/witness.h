/* SPDX-License-Identifier: MIT */
/* Searches in the nodes of the second walk: what happens while a lock is held. */
#ifndef ANALYSIS_WITNESS_H
#define ANALYSIS_WITNESS_H

#include "analysis/acquire.h"
#include "analysis/finding.h"

/* Where a class is held, and the way from there to what makes it a matter. */
struct witness {
	struct engine *e;	/* whose nodes these are */
	u32 node, take;		/* the holder, and its call that takes the lock */
	VEC(struct path_step) steps;	/* first: out of the holder */
	u32 last, event;	/* the allocation, or the lock that is waited for */
	u32 next;		/* class that 'event' waits for: the cycle goes on with its holder; 0: ends here */
};
struct witness_vec { struct witness *a; u32 n, cap; };

/* An allocation with all bits of 'needs' and none of 'excused' while the class is held. */
struct goal {
	u32 token, needs, excused;
	bool only_certain;	/* by calls whose callee is certain, else also by those with a few targets */
};

struct witness_search;
struct witness_search *witness_search_create(struct engine *e);
void witness_search_free(struct witness_search *w);
/* The nearest one below a node that takes the class; false: there is none. */
bool witness_allocation(struct witness_search *w, u32 holder, const struct goal *g, struct witness *ret);
/* Classes that are waited for below that node while its own is held: appended to *ret, once for
 * each pair in 'seen', with the way. */
void witness_blocked(struct witness_search *w, u32 holder, u32 token, struct map *seen, struct witness_vec *ret);

#endif
