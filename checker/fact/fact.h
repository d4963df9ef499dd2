/* SPDX-License-Identifier: MIT */
/*
 * The contract between front-ends and engine: what one translation unit (TU)
 * does, as a sliced SSA form.  It says nothing of what a rule means.
 *
 * All ids below are indexes into the TU's tables, 0 is "none".  Strings are
 * interned in tu->strings.  Paths are relative to the source tree when they are
 * below it, else to the build's folder, else absolute; '/' between parts.
 */
#ifndef FACT_FACT_H
#define FACT_FACT_H

#include "base/arena.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/vec.h"

enum fact_op {
	FACT_OP_NONE,
#define FACT_OP(name, text, operands) FACT_##name,
#include "fact/fact.def"
#undef FACT_OP
	FACT_OP_COUNT
};

/* ---- operands ---------------------------------------------------------- */
/* What an operand is; the upper 3 bits of struct val. */
enum val_kind {
	VAL_NONE,	/* not known or not followed */
	VAL_INSN,	/* result of instruction [index] of this body */
	VAL_ARG,	/* argument [index], from 0 */
	VAL_CONST,	/* body->consts[index], sign- or zero-extended to 64 bits by the type it had */
	VAL_SYM,	/* address of fn->refs[index] (function or variable) */
	VAL_LOCAL,	/* address of body->locals[index] (a variable on the stack) */
	VAL_BLOCK,	/* body->blocks[index]; only where fact.def says so */
	VAL_UNDEF,	/* read before it was written */
};
struct val { u32 v; };
#define VAL_INDEX_MAX ((1u << 29) - 1)
static inline struct val val_make(enum val_kind k, u32 i) { return (struct val){ (u32)k << 29 | i }; }
static inline enum val_kind val_kind(struct val v) { return (enum val_kind)(v.v >> 29); }
static inline u32 val_index(struct val v) { return v.v & VAL_INDEX_MAX; }

/* ---- bodies ------------------------------------------------------------ */
#define FACT_BITS_AGGREGATE 255

/* insn.flags */
#define FACT_CLEANUP	0x01	/* CALL: inserted by __attribute__((cleanup)) at a scope's exit */
#define FACT_CLOBBER	0x02	/* ASM: may write any memory */
#define FACT_VOLATILE	0x04	/* LOAD, STORE */
#define FACT_NORETURN	0x08	/* CALL: the callee's type does not return */
#define FACT_VARIADIC	0x10	/* CALL: the callee's type is variadic */

struct fact_insn {
	u8 op;		/* enum fact_op */
	u8 bits;	/* see fact.def; 0 where there is no result */
	u8 flags;
	u16 col;	/* 0: not known */
	u16 n;		/* operands: body->vals[first .. first + n) */
	u32 line;	/* in fn->file; the place of expansion for what comes from a macro; 0: not known */
	u32 first;
	s32 off;	/* LOAD, STORE, MEMBER: bytes added to v0 */
	u32 extra;	/* LOAD, STORE, MEMBER: index into fn->members (0: no struct member);
			 * CALL: index into fn->strs, the signature (0: not known); ZEXT, SEXT, TRUNC: bits of v0 */
};

struct fact_block {
	u32 first, n;	/* instructions; the last one is a terminator (BR .. UNREACHABLE), no other is */
};

struct fact_local {
	u32 name;	/* fn->strs */
	u32 tag;	/* fn->strs: "struct foo" or "union foo" if it is one (or an array of them), else 0 */
	u32 size;	/* bytes */
};

/* Block 0 is the entry.  Instruction 0 is never used, so that loops start at 1. */
struct fact_body {
	struct fact_insn *insns;	u32 n_insns;
	struct fact_block *blocks;	u32 n_blocks;
	struct val *vals;		u32 n_vals;
	s64 *consts;			u32 n_consts;
	struct fact_local *locals;	u32 n_locals;	/* local 0 is never used */
};

/* ---- tables of the TU -------------------------------------------------- */
/*
 * A struct member by its innermost named struct: for ->base.refcount of a
 * struct drm_gem_object inside a struct i915_obj it is "struct drm_gem_object"
 * and "refcount".  Anonymous structs and unions between the tag and the member
 * are part of the path ("mm.lock") when they have a member name and are left out
 * when not.  A struct that has no tag at all is named by its typedef, else
 * "struct <file>:<line>" of its definition.
 */
struct fact_member {
	struct str tag;		/* "struct shrinker" */
	struct str path;	/* "scan_objects"; array elements as the array: "mm.lists" */
	u32 off;		/* bytes from the start of the tag's struct; the array's first element */
};

enum fact_linkage { LINK_STATIC, LINK_GLOBAL, LINK_WEAK, LINK_EXTERN /* no definition here */,
		    LINK_LOCAL_STATIC /* a static inside a function: "function.name" */ };

/* A function or a variable that the TU defines or refers to. */
struct fact_sym {
	struct str name;
	struct str file;	/* where it is defined, else declared; {0}: builtin */
	u32 line;
	u8 linkage;		/* enum fact_linkage */
	bool is_fn, is_const;	/* is_const: a variable whose type is const */
	struct str type;	/* function: signature; variable: "struct foo" (also for arrays of it) or {0} */
};

/*
 * A signature is text that is equal for equal types in every front-end:
 * RESULT(PARAM,PARAM,...) with v void, b bool, s8..s64/u8..u64 integers and
 * enums, f float, "*" a pointer, "*foo" a pointer to struct or union foo, "=foo"
 * a struct or union by value, "..." variadic.  typedefs resolved, qualifiers
 * dropped:  u64(*shrinker,*shrink_control)
 */

/* fn.flags */
#define FACT_FN_INLINE		0x01
#define FACT_FN_NORETURN	0x02
#define FACT_FN_INIT		0x04	/* __init, where the front-end can know */
#define FACT_FN_VARIADIC	0x08

struct fact_fn {
	u32 sym;		/* tu->syms */
	struct str file;
	u32 line, end_line;
	u32 n_args;
	u8 flags;
	/* What the body refers to, by index from 1 (element 0 is not used);
	 * ids of tu->syms, tu->members, strings; n_ counts element 0 too.  A body is
	 * encoded in these indexes only, so equal bodies are equal bytes in every TU. */
	u32 *refs;		u32 n_refs;
	u32 *members;		u32 n_members;
	struct str *strs;	u32 n_strs;	/* signatures; names and tags of locals */
	struct str *arg_names;	/* n_args of them; {0} where unnamed */
	struct fact_body *body;	/* NULL when only encoded; fact_fn_body() decodes */
	struct blob_ref { const u8 *p; u32 n; } encoded;
	struct hash128 hash;	/* of the content, equal across TUs for equal content */
};

/* What an initialiser puts at a place in a variable: an address or, in const objects, a number. */
struct fact_init {
	u32 var;		/* tu->syms */
	u32 off;		/* bytes from the variable's start */
	u32 member;		/* tu->members; 0: a plain scalar or array */
	u32 sym;		/* its address; 0: 'value' is an integer constant */
	s64 value;		/* the addend when sym is set */
};

/* Numbers in initialisers are facts of const objects, and of structs of a TU's own up to
 * this many bytes: they may be as good as const.  Elsewhere only addresses are. */
#define FACT_SMALL_STATIC 256

/* What a source annotation says (see the annotation header in docs). */
struct fact_annotation {
	struct str text;	/* "reclaim-safe" */
	struct str tag, path;	/* of a struct or member; else {0} */
	u32 sym;		/* of a function or variable; else 0 */
	struct str file;
	u32 line;
};

/* What could not be seen: a gap. */
enum fact_problem_kind { PROBLEM_PARSE, PROBLEM_LOST_FUNCTION, PROBLEM_UNSUPPORTED, PROBLEM_COUNT };
struct fact_problem {
	u8 kind;
	struct str file, function, text;
	u32 line, col;
};

struct fact_tu {
	struct strtab *strings;		/* owned: fact_tu_free() */
	struct str source;		/* the .c file */
	struct str module;		/* KBUILD_MODNAME; {0} without one */
	struct str modfile;		/* KBUILD_MODFILE: "drivers/gpu/drm/i915/i915" */
	bool is_module;			/* compiled with -DMODULE */
	struct str frontend;		/* "sparse 0.6.5" */
	VEC(struct fact_sym) syms;		/* [0] unused, as in all of these */
	VEC(struct fact_member) members;
	VEC(struct fact_fn) fns;		/* definitions only, in order of (file, line, name) */
	VEC(struct fact_init) inits;
	VEC(struct fact_annotation) annotations;
	VEC(struct fact_problem) problems;
	VEC(struct str) inputs;			/* every file that was read, as the compiler names it
						 * (relative to the command's folder, or absolute) */
	struct arena arena;			/* all else that hangs below */
	struct blob payload;			/* what was read: texts and encoded bodies lie in it */
};

/* An empty TU whose tables have their unused element 0. */
void fact_tu_init(struct fact_tu *tu);
void fact_tu_free(struct fact_tu *tu);

const char *fact_op_text(enum fact_op op);
static inline bool fact_is_terminator(enum fact_op op)
{
	return op >= FACT_BR && op <= FACT_UNREACHABLE;
}
/* Changes whenever fact.def or the encoding changes. */
u64 fact_schema_hash(void);

/* ---- fact/writer.c ------------------------------------------------------ */
/* Encodes and checks every body, sets 'encoded' and 'hash', and writes the file atomically.
 * Equal content gives equal bytes, in whatever order the tables were filled. */
MUST_CHECK struct err *fact_write(struct fact_tu *tu, const char *path);
MUST_CHECK struct err *fact_write_bytes(struct fact_tu *tu, struct buf *out);	/* appends */

/* ---- fact/reader.c ------------------------------------------------------ */
/*
 * Reads and checks everything but the insides of bodies: magic, version, checksum,
 * every index and offset.  On success *tu is filled (free it with fact_tu_free()).
 * The error names the file and what is wrong with it ("... is not a facts file",
 * "... was written by another version of reclint", "... is truncated", ...).
 */
MUST_CHECK struct err *fact_read(const char *path, struct fact_tu *tu);
/* The same from memory; path is for the message. */
MUST_CHECK struct err *fact_read_bytes(const void *p, size_t n, const char *path, struct fact_tu *tu);
/*
 * Decodes and checks a body completely: operand kinds and ranges, one terminator
 * per block at its end, operand counts as fact.def says, phi predecessors.
 * Memory from 'a'.  path is for the message.
 */
MUST_CHECK struct err *fact_fn_body(const struct fact_tu *tu, const struct fact_fn *fn,
				    const char *path, struct arena *a, struct fact_body *ret);
/* As fact_fn_body() on bare bytes; limits: the sizes of the function's tables. */
struct fact_limits { u32 n_refs, n_members, n_strs, n_args; };
MUST_CHECK struct err *fact_body_decode(const u8 *p, u32 n, const struct fact_limits *limits,
					struct arena *a, struct fact_body *ret);
/* Of bytes that it has decoded before, with the same limits: not checked again. */
void fact_body_decode_again(const u8 *p, u32 n, const struct fact_limits *limits, struct arena *a,
			    struct fact_body *ret);

/* ---- fact/dump.c -------------------------------------------------------- */
/* Stable text of the whole TU, or of one function (name may be NULL). */
MUST_CHECK struct err *fact_dump(struct fact_tu *tu, const char *function, struct buf *out);

/* ---- fact/command.c ----------------------------------------------------- */
/* What a compiler's command line says that both front-ends need to know. */
struct fact_command {
	const char *module, *modfile;	/* without quotes; NULL when not given */
	bool is_module;
	const char *source;		/* the .c file as named; NULL when there is none */
	const char *object;		/* -o, else from -Wp,-MMD,DIR/.NAME.o.d; NULL when neither */
	const char *srctree;		/* from -include .../include/linux/kconfig.h; NULL: not a kernel */
};
void fact_command_parse(int argc, char *const *argv, struct arena *a, struct fact_command *ret);
/* A path as facts name it: see the top of this file. */
const char *fact_path(struct arena *a, const char *path, const char *cwd, const char *srctree);

#endif
