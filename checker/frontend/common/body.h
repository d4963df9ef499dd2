/* SPDX-License-Identifier: MIT */
/*
 * A function's instructions while they are being made.
 *
 * Instructions are appended to the current block; without one (after a return)
 * they are dropped.  Variables that live in no memory are read and written by
 * pseudo-instructions until body_finish() puts the function into SSA form.
 * Of the front-end it knows that there are symbols: they enter the TU's
 * tables when code that is reachable refers to them.
 */
#ifndef FRONTEND_COMMON_BODY_H
#define FRONTEND_COMMON_BODY_H

#include "base/map.h"
#include "base/vec.h"
#include "fact/fact.h"

enum { BODY_READ = FACT_OP_COUNT, BODY_WRITE };	/* pseudo-instructions */

#define NO_BLOCK UINT32_MAX
/* A value that is not followed; unlike VAL_NONE with index 0 it is not "nothing". */
#define BODY_UNKNOWN val_make(VAL_NONE, 1)

struct ins {
	u8 op, bits, flags;
	bool is_live;
	u16 col;
	u32 line;
	s32 off;
	u32 extra;	/* tu->members, a string id, or bits; BODY_READ, BODY_WRITE: the variable */
	u32 first, n;	/* operands in body->vals; VAL_SYM is an index in body->syms */
	struct val same;	/* what to use instead of this one's result */
};

struct block {
	VEC(u32) insns;		/* indexes in body->insns */
	VEC(u32) preds;		/* after body_finish() began */
	u32 order;		/* in reverse post-order; NO_BLOCK: not reachable */
};

/* What a body needs of the front-end. */
struct body_host {
	struct arena *arena;		/* of the TU */
	/* A symbol as it was given to body_symbol(): its index in tu->syms. */
	u32 (*symbol)(void *ctx, void *sym);
	void *ctx;
};

struct body {
	struct body_host host;
	VEC(struct ins) insns;		/* [0] is not used */
	VEC(struct val) vals;
	VEC(s64) consts;
	VEC(void *) syms;
	VEC(struct fact_local) locals;	/* names and tags are string ids here; [0] not used */
	VEC(struct block) blocks;
	VEC(u32) order;			/* reachable blocks, entry first */
	struct map const_ids, sym_ids;
	u32 n_vars;
	u32 at;				/* current block or NO_BLOCK */
	u32 line;			/* of the instructions to come */
	u16 col;
};

void body_init(struct body *b, const struct body_host *host);
void body_free(struct body *b);

u32 body_block(struct body *b);				/* a new one */
/* Goes on in block; if the current one is open it branches there. */
void body_enter(struct body *b, u32 block);
struct val body_const(struct body *b, s64 value);
bool body_is_const(const struct body *b, struct val v, s64 *value_ret);
struct val body_symbol(struct body *b, void *sym);	/* of static storage */
struct val body_local(struct body *b, struct str name, struct str tag, u32 size);

/* An instruction; its result, or BODY_UNKNOWN when there is no current block. */
struct val body_emit(struct body *b, u8 op, u8 bits, u32 n, const struct val *vals);
struct val body_op1(struct body *b, u8 op, u8 bits, struct val x);
struct val body_op2(struct body *b, u8 op, u8 bits, struct val x, struct val y);
/* The last one emitted, for its flags, off and extra; NULL when it was dropped. */
struct ins *body_last(struct body *b);

void body_goto(struct body *b, u32 block);
void body_branch(struct body *b, struct val condition, u32 if_true, u32 if_false);
/* Ends the current block with the operands of a SWITCH; one of a constant becomes a branch. */
void body_switch(struct body *b, u32 n, const struct val *vals);
/* Ends the current block with vals, of which those of kind VAL_BLOCK are successors. */
void body_end(struct body *b, u8 op, u32 n, const struct val *vals);

u32 body_var(struct body *b);
struct val body_read(struct body *b, u32 var, u8 bits);
void body_write(struct body *b, u32 var, struct val v);

/* ssa.c: control flow, SSA form, dead code; then the tables of fn and its body. */
void body_finish(struct body *b, struct fact_fn *fn);

#endif
