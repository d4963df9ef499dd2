/* SPDX-License-Identifier: MIT */
/*
 * Lock classes, and the state of locks along a walk.
 *
 * A class is what lockdep would say: a member of a struct, a global lock, or a name
 * that the rules give (all folio locks are one; init_mm's mmap_lock is one of its own).
 *
 * While an engine tracks locks, a function is entered with none: what it holds at an
 * instruction is what it took since then (HOLD_TAKEN), less what it released of its
 * callers' (HOLD_DROPPED), and its exits say what it leaves behind.  So a function is
 * evaluated once whatever its callers hold, and a lock is held at a place when a caller
 * took it and nobody on the way has dropped it.  Runtime-PM references are passed in as
 * they always are.
 */
#ifndef ANALYSIS_LOCKSET_H
#define ANALYSIS_LOCKSET_H

#include "analysis/engine.h"

/* hold.rule of what is no reference */
#define HOLD_TAKEN	0xffffffffu
#define HOLD_DROPPED	0xfffffffeu
#define HOLD_ROOT	0xfffffffdu	/* at the entry of a function that the walk begins with.. */
#define TOKEN_ROOT	0xffffffffu	/* ..with this token */
#define TOKEN_FLAGS	0xfffffffeu	/* "dropped" where a scope was opened or ended: what is known of the task's
					 * flags there is kept apart from what is where none was */

/* Classes with a name, shared by the engines of one program: their tokens are the same. */
struct lock_classes { VEC(const char *) names; };

/* What an engine that tracks locks does besides. */
struct lock_track {
	const struct map *tokens;	/* classes that matter.. */
	u32 only;			/* ..of which only this one is state, unless it is 0: sets of several
					 * classes would get too many */
	bool is_entered;		/* ..a transaction: the scope goes with it, so what is known of the flags
					 * with and without it is joined: no more than both is certain */
	u32 direct;			/* bits without which no allocation enters reclaim */
	struct bitset follow;		/* functions that may leave a lock, scope or reference behind */
	struct bitset changes;		/* functions that may leave a lock of the class behind; no other does */
	const u8 *dist;			/* by function: calls to what the walk is to get to; see distance.h */
};

#define TOKEN_NAMED	(1u << 31)	/* else as engine_token() */

/* The class of the lock or wait that a rule speaks of, given the value at its place. 0: not known. */
u32 lock_token(struct engine *e, const struct rule_fn *r, struct av v);
u32 lock_token_named(struct engine *e, const char *name);
/* All names that rules give: engines that share them may then run at the same time, and none waits for another. */
void lock_names_init(struct engine *e);
/* The token of a class by its name, if this program has it; else 0. */
u32 lock_token_find(struct engine *e, const char *name);
/* Does the rule speak of locks of this member? */
bool lock_class_is_of(const struct program *p, const struct rule_lock_class *c, const struct pmember *m);
/* Developers tell lockdep not to judge the class by itself: the order is one of objects. */
bool lock_is_novalidate(const struct engine *e, u32 token);
/* Who got it by a trylock will not wait for it from then on, as rules say of the class. */
bool lock_stays_free(const struct engine *e, u32 token);
/* A work item that is never queued where it is part of this member. */
bool lock_is_idle_in(const struct engine *e, u32 token, u32 part);
bool lock_is_tracked(const struct engine *e, u32 token);

u32 locks_acquire(struct engine *e, u32 set, u32 token);
u32 locks_release(struct engine *e, u32 set, u32 token);
/* What a callee is entered with: the references. */
u32 locks_enter(struct engine *e, u32 set);
/* The caller's set after the callee left with 'exit'. */
u32 locks_leave(struct engine *e, u32 before, u32 exit);
/* exit without its locks */
u32 locks_balance(struct engine *e, u32 exit);
/* A class that its function takes beside its body. */
bool lock_is_entered(struct engine *e, u32 token);
bool locks_any_taken(const struct engine *e, u32 set);
bool locks_has(const struct engine *e, u32 set, u32 token, u32 how);

/*
 * The bits that an allocation with this mask certainly has where the task's flags are as
 * in 'mem', after what scopes take away; 0 also when it is not known.  ALLOC_MAY as well if
 * it cannot be excluded that it enters reclaim.
 */
#define ALLOC_MAY (1u << 31)	/* no bit of a mask */
struct memory;
u32 locks_alloc_bits(struct engine *e, const struct memory *mem, struct av mask);

#endif
