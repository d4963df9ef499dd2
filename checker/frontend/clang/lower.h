/* SPDX-License-Identifier: MIT */
/*
 * What function.c, insn.c, place.c, bits.c and call.c share: one function
 * between IR and instructions of facts.
 */
#ifndef FRONTEND_CLANG_LOWER_H
#define FRONTEND_CLANG_LOWER_H

#include "frontend/clang/front.h"

/* Why an exit block is entered: see function.c. */
struct exit_way {
	LLVMBasicBlockRef block;	/* LLVM's */
	u32 at;				/* the body's */
	bool has_dest;
	s64 dest;			/* what the cleanup's switch sees */
	u32 line;
	u16 col;
};

struct lower {
	struct front *f;
	struct body b;
	LLVMValueRef fn;
	const struct shim_symbol *sym;
	const struct shim_fn_type *type;
	struct str file;
	struct map vals;	/* LLVMValueRef -> struct val + 1 */
	struct map vars;	/* alloca or phi that is a variable of the body -> its number + 1 */
	struct map locals;	/* alloca -> id of its shim_local */
	struct map homes;	/* alloca -> struct val of its local + 1 */
	struct map blocks;	/* LLVMBasicBlockRef -> block of the body + 1 */
	struct map dead;	/* LLVMBasicBlockRef that nothing leads to, conditions on constants considered */
	struct map exits;	/* LLVMBasicBlockRef of an exit block */
	struct map calls;	/* call -> index of its shim_call + 1 */
	struct map conditions;	/* place -> index of its shim_condition + 1 */
	struct map constants;	/* alloca that is written once -> the number + 1 when that is one */
	struct map literals;	/* aggregates without a name that were cleared */
	struct map carried;	/* GEP with a variable index -> field + 1 of the array */
	VEC(struct exit_way) ways;	/* exit blocks to be written */
	LLVMValueRef dest_slot, result_slot;
	struct val result_home;		/* a result that is written through an address */
	const struct exit_way *way;	/* being written, else NULL */
};

#define MARKS_MAX 24

/* An address that is known as "so many bytes into that". */
struct place {
	struct val base;
	s64 off;
	u32 fields[MARKS_MAX];	/* the members on the way, innermost first */
	u32 n_fields;
	u32 var;		/* in no memory: number + 1, and all else is unused */
	LLVMValueRef alloca;	/* what it is in, if that is a variable on the stack */
};

static inline u64 lower_key(LLVMValueRef v) { return (u64)(uintptr_t)v; }

/* ---- insn.c */
void lower_insn(struct lower *l, LLVMValueRef i);
struct val lower_value(struct lower *l, LLVMValueRef v);
void lower_set(struct lower *l, LLVMValueRef i, struct val v);
void lower_at(struct lower *l, LLVMValueRef i);
u8 lower_bits(struct lower *l, LLVMTypeRef type);
struct val lower_unknown(struct lower *l, LLVMTypeRef type);
/* What follows stands where the condition of 'branch' does. */
void lower_at_condition(struct lower *l, LLVMValueRef condition, LLVMValueRef branch);
/* The condition itself where clang compares it with zero. */
struct val lower_condition(struct lower *l, LLVMValueRef condition);
bool lower_is_annotation(struct lower *l, LLVMValueRef v, LLVMValueRef *of_ret, u32 *mark_ret);
bool lower_const(LLVMValueRef v, s64 *ret);

/* ---- place.c */
struct place place_of(struct lower *l, LLVMValueRef address);
struct val place_address(struct lower *l, const struct place *p);
/* Emits a LOAD, or a STORE of *v. */
struct val place_access(struct lower *l, const struct place *p, u8 bits, bool is_volatile,
			const struct val *v);
/* At once what a GEP with a variable index does. */
void place_index(struct lower *l, LLVMValueRef gep);
struct str place_tag(struct lower *l, const struct shim_local *local);	/* {0}: no struct */
struct val place_home(struct lower *l, LLVMValueRef alloca);
/*
 * Clears an aggregate of { } if this instruction is the first that has to do with it:
 * the mark of a variable, the first access to what has no name.
 */
void place_clear(struct lower *l, LLVMValueRef i);
/* The record that an aggregate on the stack is or holds, 0: not known. */
u32 place_record(struct lower *l, const struct place *p);

/* ---- bits.c: true if the instruction accesses a bit-field and was written */
bool bits_load(struct lower *l, LLVMValueRef load);
bool bits_store(struct lower *l, LLVMValueRef store);

/* ---- call.c */
void call_match(struct lower *l);	/* calls with those of the source */
void call_emit(struct lower *l, LLVMValueRef call);
bool call_is_cleanup(struct lower *l, LLVMValueRef call);
bool call_is_aggregate(struct lower *l, LLVMValueRef v);	/* a call that gives a struct */
/* Is this store a piece of an aggregate that is an argument?  It was written as a whole. */
bool call_takes_argument(struct lower *l, LLVMValueRef store);
void call_asm(struct lower *l, LLVMValueRef call);

#endif
