/* SPDX-License-Identifier: MIT */
/* Evaluation of one node: eval.c walks the function, call.c its calls. */
#ifndef ANALYSIS_EVAL_H
#define ANALYSIS_EVAL_H

#include "analysis/state.h"

/* The state while a block executes. */
struct work {
	u32 holds;
	struct av *v;			/* by key: instruction, or n_insns + argument */
	struct memory mem;
	VEC(u32) touched;		/* keys that may be other than AV_TOP */
};

/* A continuation of the block being executed: from instruction 'insn' on. */
struct pending { struct state state; u32 insn; };
struct pendings { VEC(struct pending) a; };

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
	bool exits_changed;
};

/*
 * Evaluates (again).  With more fuel than before it starts afresh; else its results
 * only grow.  Nodes that depend on it are queued when its exits changed.
 */
void eval_node(struct engine *e, u32 node, u32 fuel);

/* ---- shared by eval.c, access.c and call.c ------------------------------- */

struct av eval_val(const struct eval *ev, struct val v);
void eval_set(struct eval *ev, u32 key, struct av v);
struct av eval_load(struct eval *ev, const struct fact_insn *insn);
void eval_store(struct eval *ev, const struct fact_insn *insn);
/* Notes that an input object may have changed there. */
void eval_written(struct eval *ev, struct obj obj, s32 off, u32 size);
/* v was put where others can see it: what is known of what it points to is void. */
void eval_escape(struct eval *ev, struct av v);

/*
 * A call.  Sets the result and the memory after it in ev->w; further outcomes (a
 * trylock that failed, another exit of the callee) are returned as forks.
 * false: no execution comes back from it.
 */
struct fork { u32 holds; struct av ret; struct cells cells; };
struct forks { VEC(struct fork) a; };
bool eval_call(struct eval *ev, u32 insn, struct forks *forks);

#endif
