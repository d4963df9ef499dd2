/* SPDX-License-Identifier: MIT */
/*
 * One translation unit on its way from LLVM IR to facts.
 *
 * clang parses and lowers it (shim.h), with no pass of optimisation; the rest is C
 * on LLVM's C API.  Scalars whose address nobody takes become values again, addresses
 * become members by the marks of the shim, and what clang shares between the exits of
 * a function (one return, one copy of each cleanup) is taken apart, so that the facts
 * have the shape of the source.
 */
#ifndef FRONTEND_CLANG_FRONT_H
#define FRONTEND_CLANG_FRONT_H

#include "base/map.h"
#include "base/vec.h"
#include "fact/fact.h"
#include "frontend/clang/shim.h"
#include "frontend/common/body.h"

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>

struct front {
	struct fact_tu *tu;
	struct arena *arena;		/* of the TU */
	const char *cwd, *srctree;
	struct shim *shim;
	LLVMModuleRef module;
	LLVMTargetDataRef layout;
	u32 pointer_bits;
	u32 range_kind;			/* of metadata: "range" */
	struct map syms;		/* string id of a name in the module -> index in tu->syms */
	struct map infos;		/* LLVMValueRef of a global -> what symbol_info() gives */
	struct map statics;		/* LLVMValueRef of a static of a function -> id of a shim_local */
	struct map static_names;	/* string id -> how many statics have that name */
	struct map marks;		/* LLVMValueRef of a text -> id in it + 1 */
	struct map paths;		/* string id of a path as the compiler has it -> as facts have it */
	struct map members;		/* hash of a member -> index in tu->members */
	struct str variable;		/* whose initialiser is read */
	u32 n_literals;			/* unnamed objects so far */
};

/* ---- module.c: the tables of the TU --------------------------------------------- */

extern const struct shim_ops module_ops;	/* their ctx is a struct front */
struct str module_path(struct front *f, const char *file);	/* {0} for NULL */

/* ---- symbol.c ---------------------------------------------------------------------- */

/* A global variable whose address is a string's, or a template of clang's own: not followed. */
bool symbol_is_anonymous(LLVMValueRef global);
bool symbol_is_literal(const char *name);	/* a compound literal outside functions */
/* What body_symbol() takes. */
void *symbol_handle(struct front *f, const char *name);
u32 symbol_index(struct front *f, struct str name);		/* in tu->syms */
u32 symbol_of(void *front, void *handle);			/* body_host.symbol */
const struct shim_symbol *symbol_info(struct front *f, LLVMValueRef global);
/* The id in an annotation's text if it is one of ours, else 0. */
u32 symbol_mark(struct front *f, LLVMValueRef text);
void symbol_collect_statics(struct front *f);

/* ---- member.c ------------------------------------------------------------------------ */

struct str member_tag(struct front *f, u32 record);		/* of a record */
/* The member that fields[0] is when it is reached through fields[1..n), innermost first. */
u32 member_of(struct front *f, const u32 *fields, u32 n);
struct member_query {
	u32 record;
	bool is_array;		/* the object is an array of it */
	u64 off, size;
	u8 kind;		/* enum shim_kind */
	const void *variable;	/* whose initialiser says which arms of unions are named, or NULL */
};
/* What lies at a place of an object; *field_ret may be NULL. */
u32 member_at(struct front *f, const struct member_query *query, u32 *field_ret);

/* Where a bit-field is read and written: 'unit' bits at the field's byte + delta. */
struct member_bits { s32 delta; u8 unit, shift; };
bool member_unit(struct front *f, u32 field, struct member_bits *ret);
/* As member_of(), at the start of the unit. */
u32 member_of_bits(struct front *f, const u32 *fields, u32 n, const struct member_bits *bits);

/* ---- init.c ---------------------------------------------------------------------------- */

/* One address or number in a constant. */
struct init_leaf {
	u64 off, size;
	u8 kind;		/* enum shim_kind */
	LLVMValueRef symbol;	/* NULL: a number */
	s64 value;
};
typedef VEC(struct init_leaf) init_leaf_vec;
/* Zeros and strings are left out. */
void init_leaves(struct front *f, LLVMValueRef constant, init_leaf_vec *ret);
void init_variable(struct front *f, LLVMValueRef global);

/* ---- function.c -------------------------------------------------------------------------- */

void function_emit(struct front *f, LLVMValueRef fn);

#endif
