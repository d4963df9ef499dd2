/* SPDX-License-Identifier: MIT */
/*
 * Lock inversions against reclaim: for each lock class that a root blocks on, a place
 * where the class is held across an allocation that can enter reclaim.
 */
#ifndef ANALYSIS_INVERSION_H
#define ANALYSIS_INVERSION_H

#include "analysis/ahead.h"
#include "analysis/priming.h"
#include "analysis/work.h"
#include "analysis/witness.h"

struct hops { struct diag_hop *a; u32 n, cap; };

/* One class that is taken in reclaim where an allocation with certain bits gets. */
struct lock_result {
	u32 token, needs;
	u32 acting;			/* the driver for whose objects reclaim takes it; 0: not one driver's */
	bool reads;			/* reclaim takes it shared */
	bool only_readers;		/* ..and so does the holder: it takes a writer in between */
	bool is_work;			/* not a lock that is held, but what a function ends that runs */
	bool is_waited;			/* reclaim waits for what is done under it, or for that function */
	bool by_driver;			/* ..which is known by the driver alone */
	const char *kind;		/* of the lock, where the witness tells; else NULL */
	u32 mask;			/* what the allocation at the end has for certain */
	struct hops witness;		/* empty: none found; else the half, or the rest of the cycle */
	const char *holder;		/* the function that holds the class.. */
	u32 driver;			/* ..the module that is code of; 0: of no driver or file system */
	u32 next;			/* it waits for this class there, and what holds that allocates; 0: no */
	bool next_is_work;
	u32 next_hop;			/* of 'witness': the first that is about that */
	const char *next_holder;
	u32 capped;			/* the first holder that was not looked at; 0: there is none */
};

/* A class that is held while another one is waited for, or a work item. */
struct lock_pair {
	u32 token, next;
	bool is_work;
	bool is_shared;		/* the class is held as by readers */
	u32 *fns, n_fns;	/* the holder, and what it calls on the way; in first->arena */
	struct hops way;	/* from where it takes the class to where that is waited for */
};

struct lock_pairs { struct lock_pair *a; u32 n, cap; };

/* An engine that has one class after the other as state. */
struct lock_walk {
	struct engine e;
	struct lock_track track;
	const struct holders *holders;
	struct acquire acquire;
	struct witness_search *search;
	struct lock_pairs pairs;	/* that it came to */
};

#define LOCK_PASSES 3	/* the classes taken in reclaim, those of them whose holders have to be looked at for
			 * what they wait for, and what that is */
struct lock_pass { struct map tokens; struct holders holders; };

/*
 * Classes do not need each other: a pass is done in several threads.  How many walks there are does not hang on
 * that, so what is found does not either.
 */
#define LOCK_WALKS 2
struct inversions {
	struct lock_walk walk[LOCK_WALKS];
	struct lock_pass pass[LOCK_PASSES];
	u32 n_passes;
	pthread_mutex_t lock;	/* of first->arena, during a pass */
	struct engine *first;	/* the walk from the roots: it has the gaps */
	const struct ahead *ahead;
	struct priming priming;
	struct work_items work;
	VEC(struct lock_result) others;	/* of what holders wait for: of the last pass */
	VEC(struct lock_result) a;
	struct lock_pairs pairs;	/* by token, then next; each once: the shortest, of exclusive holders if any */
	VEC(struct lock_result) more;	/* what holders of classes of 'a' wait for besides */
	struct bitset owners;	/* modules that make objects of their own, and the helpers that these call */
	struct map index;	/* (token, needs, reads) -> index into a of the first of that, plus 1 */
};

/* The classes are those of f, and with 'stated' those that developers state.  Waits for f->e->ahead. */
void inversions_find(struct findings *f, bool stated, struct inversions *ret);
/* By 'acting': that driver's. */
const struct lock_result *inversions_get(const struct inversions *inv, u32 token, u32 needs, bool reads, u32 acting);
/* ..whoever it is for, of those with a witness by code that has to do with 'driver', if there is one. */
const struct lock_result *inversions_get_any(const struct inversions *inv, u32 token, u32 needs, bool reads,
					     u32 driver);
/* The bits of a mask without which an allocation does not get into a context; 0 if none does. */
u32 context_needs(struct engine *e, u32 context);
/* Those that all contexts of a cause need; false: no allocation gets into any. */
bool found_needs(const struct findings *f, const struct found *x, u32 *ret);
/* A cause that is about a lock which can be paired with an allocation. */
bool found_is_lock(const struct engine *e, const struct found *x);
/*
 * The n-th class of a cause that can be paired: of a lock, of what is waited for, and of what is done
 * under a class; 0: none.
 */
enum waits { WAITS_LOCK, WAITS_WORK, WAITS_DRIVER /* for what the driver's functions end */, WAITS_UNDER };
#define FOUND_CLASSES 2
u32 found_class(struct engine *e, const struct found *x, u32 n, enum waits *waits_ret);
/* The driver for whose objects a way of a cause takes its class; 0: not one driver's. */
u32 found_acting(const struct engine *e, const struct path *p, u32 token);
/* The cause takes its class shared. */
bool found_is_reader(const struct engine *e, const struct found *x);
struct diag_hop copy_hop(const struct diag_hop *hop);
/* A class that some root blocks on. */
bool inversions_is_walked(const struct findings *f, u32 token);
bool inversions_is_leaf(const struct inversions *inv, u32 token);
/* Adds the inversions of one cause, if it is about a class that has a witness. */
void inversion_report(struct findings *f, const struct found *x, const struct inversions *inv, struct report *r);
/* Adds those of classes that no root blocks on, but that developers state to be taken in reclaim;
 * and what there is to say of each class. */
void inversions_report(struct findings *f, const struct inversions *inv, struct report *r);
void inversions_free(struct inversions *inv);

#endif
