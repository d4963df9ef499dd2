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
	u32 last, event;	/* the allocation */
	bool is_shared;		/* the class is taken shared there */
	bool is_certain;	/* for who asked: goal.only_certain */
};

/* A rule that takes a lock for reading. */
bool rule_is_shared(const struct rule_fn *r);

/* An allocation with all bits of 'needs' and none of 'excused' while the class is held. */
struct goal {
	u32 token, needs, excused;
	u32 driver;		/* not what others of 'owners' do, which have other objects than this one; 0: anybody */
	const struct bitset *owners;	/* modules whose code is for their own objects, or those of who calls it */
	bool reads;		/* reclaim takes it shared: a holder that does not is a better partner */
	bool at_entry;		/* held all along the first node, not taken in it */
	bool only_direct;	/* by no call by pointer */
	bool only_certain;	/* by calls whose callee is certain, else also by those with a few targets */
};

/* Code of another driver or file system, that has nothing to do with goal.driver: it has objects of its own. */
bool witness_is_peer(const struct engine *e, u32 fn, const struct goal *g);

struct witness_search;
struct witness_search *witness_search_create(struct engine *e);
void witness_search_free(struct witness_search *w);
/* The nearest one below a node that takes the class; false: there is none. */
bool witness_allocation(struct witness_search *w, u32 holder, const struct goal *g, struct witness *ret);

/*
 * A way from a node that takes the class to a call that waits for another one meanwhile, by name or a pointer with few
 * targets.
 */
typedef void witness_fn(void *context, u32 next, const struct witness *way);
/* The nearest of each class. */
void witness_waits(struct witness_search *w, u32 holder, u32 token, witness_fn *found, void *context);

#endif
