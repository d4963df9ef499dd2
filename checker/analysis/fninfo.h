/* SPDX-License-Identifier: MIT */
/*
 * What the engine needs to know of a function's shape, computed once when it is
 * first visited: predecessors, reverse postorder, dominators, liveness.
 */
#ifndef ANALYSIS_FNINFO_H
#define ANALYSIS_FNINFO_H

#include "base/bitset.h"
#include "link/program.h"

#define FNINFO_RESULTS_MAX 8

struct fninfo {
	u32 fn;
	u32 n_args;
	const struct fact_body *body;
	u32 *rpo;		/* blocks in reverse postorder; unreachable ones are left out */
	u32 n_rpo;
	u32 *rpo_index;		/* by block; UINT32_MAX: unreachable */
	u32 *idom;		/* by block: immediate dominator; the entry's is itself */
	u32 **succs;		/* by block, each once, in order of first mention */
	u32 *n_succs;
	u32 **preds, *n_preds;
	u32 *block_of;		/* by instruction */
	u32 *deref;		/* by key (instruction, or n_insns + argument): the first that reads or
				 * writes what it points to; 0: none */
	u64 *live_in;		/* by block: n_words words; bit: instruction, or n_insns + argument */
	u32 n_words;
	bool *loop_head;	/* by block: target of an edge from a block it dominates */
	u32 results[FNINFO_RESULTS_MAX];	/* phis, but of loops, whose value the function may return */
	u32 n_results;
	bool *in_loop;		/* by block: may be executed again before the function returns; at
				 * least those that are */
};

/* NULL for a function without a body. Memory from a. */
struct fninfo *fninfo_create(struct program *p, u32 fn, struct arena *a);

static inline bool fninfo_live_in(const struct fninfo *fi, u32 block, u32 key)
{
	return fi->live_in[(size_t)block * fi->n_words + key / 64] >> (key % 64) & 1;
}
/* Every path from the entry to 'block' goes through 'dom'. */
bool fninfo_dominates(const struct fninfo *fi, u32 dom, u32 block);
/* Operand n of an instruction. */
static inline struct val insn_val(const struct fact_body *b, const struct fact_insn *i, u32 n)
{
	return b->vals[i->first + n];
}
static inline bool val_is_zero(const struct fact_body *b, struct val v)
{
	return val_kind(v) == VAL_CONST && !b->consts[val_index(v)];
}

#endif
