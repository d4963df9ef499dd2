/* SPDX-License-Identifier: MIT */
/* Evaluation of one node: eval.c walks the function, call.c its calls. */
#ifndef ANALYSIS_EVAL_H
#define ANALYSIS_EVAL_H

#include "analysis/state.h"

/* The state while a block executes. */
struct work {
	u32 holds, table;
	struct av *v;			/* by key: instruction, or n_insns + argument */
	struct memory mem;
	VEC(u32) touched;		/* keys that may be other than AV_TOP */
};

/* A continuation of the block being executed: from instruction 'insn' on. */
struct pending { struct state state; u32 insn; };
struct pendings { VEC(struct pending) a; u32 n_made; };
#define FORKS_MAX 24	/* of one execution of a block, before what only memory tells apart is joined */

struct eval {
	struct engine *e;
	u32 node;
	const struct fninfo *fi;
	const struct fact_body *body;
	const struct pfn *fn;
	struct work w;
	/* by block: the states at its start, one for each set of holds */
	struct block_states { VEC(struct state) s; bool queued; } *blocks;
	struct pendings *pending;	/* forks of the block being executed */
	u64 *recalled;			/* bits by key: whether recall.c knows its object */
	bool exits_changed;
};

/*
 * Evaluates (again).  With more fuel than before it starts afresh; else its results
 * only grow.  Nodes that depend on it are queued when its exits changed.
 */
void eval_node(struct engine *e, u32 node, u32 fuel);

/* ---- shared by eval.c, access.c and call.c ------------------------------- */

struct av eval_val(const struct eval *ev, struct val v);
/* The same for an address where it may no longer be live: it is computed again. */
struct av eval_address(struct eval *ev, struct val v);
void eval_set(struct eval *ev, u32 key, struct av v);
struct av eval_load(struct eval *ev, const struct fact_insn *insn);
void eval_store(struct eval *ev, const struct fact_insn *insn);
/* Notes that an input object may have changed there. */
void eval_written(struct eval *ev, struct obj obj, s32 off, u32 size);
/* Bytes [off, off + size) from there may have changed; off OFF_ANY: any of what it points to. */
void eval_clobber(struct eval *ev, struct addr a, s32 off, u32 size);
/* v was handed to what is not seen: what is known of what it points to is void. */
void eval_escape(struct eval *ev, struct av v);

/* ---- members of objects that others have as well: recall.c ---------------- */

/* What is still known of what the LOAD reads; AV_TOP: nothing. */
struct av recall_load(struct eval *ev, const struct fact_insn *insn);
/* The same at a place in an OBJ_HEAP. */
struct av recall_read(struct eval *ev, struct addr a, const struct fact_insn *insn);
/* Where v points to in such an object; false: not known to be in one. */
bool recall_place(struct eval *ev, struct val v, struct addr *ret);
/* The value of a call's argument: the object's address, if it serves the callee, in which
 * 'rel' (REL_*) says what matters. */
struct av recall_hand(struct eval *ev, u32 call, u32 callee, u32 arg, u8 rel);
/* Can it be kept?  If so, a branch says that the LOAD read v. */
bool recall_can(struct eval *ev, const struct fact_insn *insn);
void recall_refine(struct eval *ev, const struct fact_insn *insn, struct av v);
/* Something is known of such an object's member. */
void recall_know(struct eval *ev, struct cell c);
/* The member may have changed, of whatever object. */
void recall_changed(struct eval *ev, u32 member);
/* After a store there; what else the object holds is as it was. */
void recall_overwritten(struct eval *ev, struct addr to, u32 size);
/* What rules state of these bytes is as true of v: a flag beside theirs was set.  Then they stay stated. */
bool recall_is_kept(const struct eval *ev, struct addr a, u32 size, struct av v);
/* A STORE through a pointer to what is not tracked. */
void recall_store(struct eval *ev, const struct fact_insn *insn, struct av v);
/* These bytes may have changed; what rules say of them stays. */
void recall_clobber(struct eval *ev, struct obj obj, s32 off, u32 size);
/* Others may have changed anything.. */
void recall_forget_all(struct eval *ev);
/* ..but what is in objects with a lock that is held. */
void recall_forget_unlocked(struct eval *ev);
/* The lock at a place in such an object is held, or no longer. */
void recall_lock(struct eval *ev, struct addr at, bool is_held);
/* Is something known by this pointer?  It gets another value: all that is forgotten, and
 * what refers to the object that it was. */
bool recall_has_base(const struct eval *ev, u32 key);
bool recall_refers(const struct eval *ev, struct av v, u32 key);
void recall_new_value(struct eval *ev, u32 key);
/* The object that the returned v points to, if something is known of it by that pointer alone:
 * its cells go out as those of OBJ_RESULT.  And in the caller: the result of the call. */
#define OBJ_RESULT obj_make(OBJ_HEAP, (1u << 28) - 1)
struct obj recall_returned(struct eval *ev, struct val v);
struct obj recall_result(struct eval *ev, u32 call);
/* Does what the cell says outlive a call that this node is? */
bool recall_survives(const struct eval *ev, u32 callee, const struct cell *c);
void recall_inherit(struct eval *ev, u32 callee);	/* what it writes */
bool recall_is_local(struct obj o);	/* does it name such an object, known in this function only? */

/* ---- memory that was just allocated: fresh.c ------------------------------ */

/* What the instruction gave before is out of sight: it gives something new now. */
void fresh_forget(struct eval *ev, u32 insn);
/* The result of an allocation: NULL, or the address of an object of its own. */
struct av fresh_make(struct eval *ev, u32 insn, bool is_zeroed);
/* The call gave, if not NULL, what nobody else has, whatever its body says: *ret and *cells, of one outcome. */
void fresh_give(struct eval *ev, u32 insn, struct av *ret, struct cells *cells);
/* The cells that go out of the function with this result: of what it was given, and of
 * fresh objects that these or *ret point to.  Addresses in the frame become unknown. */
struct cells fresh_export(struct eval *ev, struct av *ret, struct obj result);
/* v was stored where others look: what it points to is no longer this task's alone.. */
void fresh_publish(struct eval *ev, struct av v);
/* ..and may have been changed once the task has slept. */
void fresh_sleep(struct eval *ev);
/* A fresh object was handed to what is not seen; false: it is none. */
bool fresh_escape(struct eval *ev, struct obj obj);
/* Does it point into an object whose address was not stored where others look? */
bool fresh_is_own(const struct eval *ev, struct av v);
bool fresh_is_shared(const struct values *t, const struct cell *mark);
/* Names of a callee's fresh objects in the caller: given by the call. */
struct fresh_names { struct obj callee[FRESH_MAX]; u32 n, insn; };
bool fresh_arrive(struct fresh_names *names, struct obj *o);	/* false: too many */

/*
 * A call.  Sets the result and the memory after it in ev->w; further outcomes (a
 * trylock that failed, another exit of the callee) are returned as forks.
 * false: no execution comes back from it.
 */
struct fork { u32 holds; struct av ret; struct cells cells; u32 table; };
struct forks { VEC(struct fork) a; };
/* Results that differ in what "is it zero?" says of them have different classes. */
u32 eval_result_class(const struct values *t, struct av ret);
bool eval_call(struct eval *ev, u32 insn, struct forks *forks);
/* A call whose result says something of memory (test_bit()): that it was v; false: it can't be. */
bool call_can_refine(struct eval *ev, const struct fact_insn *insn);
bool call_refine(struct eval *ev, const struct fact_insn *insn, struct av v);

#endif
