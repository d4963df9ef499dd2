/* SPDX-License-Identifier: MIT */
/*
 * Clang as C sees it: one translation unit, parsed and lowered to LLVM IR in
 * memory, and what IR alone does not say, in plain tables.
 *
 * Instructions are found in the tables in two ways.  What names a member or a
 * variable carries an annotation with an id (SHIM_MARK and digits), which clang
 * itself puts on every access: that is exact, also where IR has one address for
 * several members.  Calls and conditions are found by the place that clang gives
 * their instructions.  All pointers are valid until shim_run() returns.
 */
#ifndef FRONTEND_CLANG_SHIM_H
#define FRONTEND_CLANG_SHIM_H

#include "reclint.h"

#include <llvm-c/Core.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SHIM_MARK '\1'	/* starts the text of our own annotations */

struct shim;

/* file: as the compiler names it; NULL: in no file.  Lines and columns from 1. */
struct shim_place { const char *file; u32 line, col; };

enum shim_kind { SHIM_OTHER, SHIM_INT, SHIM_BOOL, SHIM_POINTER, SHIM_FLOAT, SHIM_RECORD, SHIM_ARRAY };
struct shim_type {
	u8 kind, element_kind;	/* enum shim_kind; element: what is left when all arrays are taken off */
	bool is_signed;
	u32 record;		/* of the element if it is a struct or union, else 0 */
	u64 size, element_size;	/* bytes */
};

/* A struct or union. */
struct shim_record {
	const char *tag;	/* "struct foo", or a typedef's name; NULL: it has no name */
	const char *keyword;	/* "struct" or "union" */
	struct shim_place place;
	bool is_union;
	u32 owner;		/* without a name: the first field that is one of it, 0: none */
	u64 size;
	u32 first, n;		/* fields, in order */
};

struct shim_field {
	u32 record;
	const char *name;	/* "" if it has none */
	u64 bit;		/* from the record's start */
	u32 width;		/* of a bit-field; 0: it is none, or ":0" */
	bool is_bits;
	struct shim_type type;
};

/* A variable of a function. */
struct shim_local {
	const char *name, *tag;	/* tag of the struct it is or holds, or NULL */
	const char *cleanup;	/* __attribute__((cleanup)): the function, or NULL */
	struct shim_type type;
	struct shim_place place;
	bool is_static, is_const;
	bool is_listed;		/* an aggregate with { } behind it: what is not named is zero */
	const void *key;	/* for shim_arm() */
};

/* How an argument of C arrives: in n arguments of IR from 'first' on. */
struct shim_param {
	u32 first, n;
	bool is_indirect;	/* one that is the address of a copy */
	bool is_aggregate;
};
struct shim_fn_type {
	const char *signature;
	u32 n_params;
	const struct shim_param *params;
	bool is_variadic;
	bool has_result_address;	/* the first argument of IR is where the result goes */
	bool is_aggregate;		/* the result, in whatever form it comes */
	u64 result_size;
};

/* A call as the source has it. */
struct shim_call {
	struct shim_place start;	/* its instruction has the same */
	const char *callee;	/* NULL: by a pointer; without "__builtin_" */
	u32 fn_type;		/* 0: not known */
	bool is_builtin;
	bool is_used;		/* for the caller's own use */
};
/* What a branch depends on: a condition without !, && and ||. */
struct shim_condition { u32 line, col; struct shim_place start; };

/* A function or variable with a name of its own in the module. */
struct shim_symbol {
	bool is_fn, is_const, is_inline, is_noreturn, is_variadic, is_init;
	struct shim_place place;
	u32 end_line;
	struct shim_type type;		/* of a variable */
	const char *tag;		/* of a variable that is or holds a struct, or NULL */
	const void *key;		/* of a variable, for shim_arm() */
	u32 fn_type;			/* of a function */
	u32 n_params;
	const char *const *params;	/* names; "" if unnamed */
	u32 first_call, n_calls;	/* in order of evaluation, as far as C says */
	u32 first_condition, n_conditions;
	u32 first_bits, n_bits;		/* bit-fields it names */
};

struct shim_annotation {
	const char *text;
	u32 record, field;	/* of a struct or a member */
	const char *symbol;	/* of a function or variable */
	struct shim_place place;
};

struct shim_ops {
	/* What clang could not make sense of; function: whose body was dropped for it, or NULL. */
	void (*problem)(void *ctx, const struct shim_place *place, const char *function,
			const char *text);
	void (*input)(void *ctx, const char *name);
	/* Once, when the TU was lowered. */
	void (*module)(void *ctx, struct shim *s, LLVMModuleRef module);
};

/*
 * What the plug-in has and reclint-clang has not: with it, every TU that clang
 * compiles is lowered once more, for us, before clang does so for itself.
 */
struct shim_plugin {
	const struct shim_ops *ops;
	/* argv: what counts of the command line, as a compiler would take it; the
	 * ctx of ops, or NULL: this TU is not wanted. */
	void *(*begin)(int argc, char **argv);
	void (*end)(void *ctx);
};
extern const struct shim_plugin shim_plugin __attribute__((weak));

const char *shim_version(void);		/* "19.1.7" */
/* The compiler's arguments (with the compiler in front); false: there was nothing to lower. */
bool shim_run(int argc, const char *const *argv, const char *resource_dir,
	      const struct shim_ops *ops, void *ctx);

const struct shim_record *shim_get_record(const struct shim *s, u32 id);
u32 shim_find_record(const struct shim *s, const char *tag);		/* 0: none */
const struct shim_field *shim_get_field(const struct shim *s, u32 id);
const struct shim_local *shim_get_local(const struct shim *s, u32 id);
const struct shim_fn_type *shim_get_fn_type(struct shim *s, u32 id);	/* id may be 0: NULL */
struct shim_call *shim_get_call(struct shim *s, u32 index);
const struct shim_condition *shim_get_condition(const struct shim *s, u32 index);
u32 shim_get_bits(const struct shim *s, u32 index);				/* a field */
/* By its name in the module, else by its name in C; NULL if the source has none. */
const struct shim_symbol *shim_get_symbol(struct shim *s, const char *name);
/* The field that a variable's initialiser names of the union at an offset; 0: not known. */
u32 shim_arm(const struct shim *s, const void *variable, u64 off, u32 record);
u32 shim_n_annotations(const struct shim *s);
const struct shim_annotation *shim_get_annotation(const struct shim *s, u32 index);

/* What the C API of LLVM lacks, or has in some versions only. */
const char *shim_asm_constraints(LLVMValueRef inline_asm);

#ifdef __cplusplus
}
#endif
#endif
