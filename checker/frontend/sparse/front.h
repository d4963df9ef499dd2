/* SPDX-License-Identifier: MIT */
/*
 * One translation unit on its way from libsparse to facts.
 *
 * libsparse preprocesses, parses, types and folds constants; from there on the
 * code is ours: the typed syntax tree is lowered to the instructions of
 * fact.def directly, which keeps members, positions and scopes exact.
 * Everything is done on demand, from what the TU itself defines.
 */
#ifndef FRONTEND_SPARSE_FRONT_H
#define FRONTEND_SPARSE_FRONT_H

#include "libsparse.h"

struct front {
	struct fact_tu *tu;
	struct arena *arena;		/* of the TU */
	const char *cwd, *srctree;
	struct map syms;		/* struct ident * or struct symbol * -> index in tu->syms */
	struct map definitions;		/* struct ident * -> struct symbol *: of file scope */
	struct map static_names;	/* string id -> how many statics have that name */
	struct map bodies;		/* struct symbol * of a definition -> its statement */
	struct map members;		/* hash of a member -> index in tu->members */
	struct map tags;		/* struct symbol * of a struct -> string id of its tag */
	struct map signatures;		/* struct symbol * of a function type -> string id */
	struct map lookups;		/* memo of member_find() */
	VEC(u32) stream_files;		/* by stream: string id + 1 of its path; 0 not yet known */
	VEC(struct symbol *) queue;	/* definitions to be written, in order of first reference */
	struct symbol *function;	/* being evaluated or lowered; NULL outside */
	const char *variable;		/* name of the variable whose initialiser is read */
	u32 n_literals;			/* unnamed objects so far */
	bool print_warnings;
	bool gnu89_inline;		/* what "inline" means where no attribute says it */
};

/* ---- args.c: the compiler's arguments, as libsparse wants them ----------- */

struct front_args {
	char **argv;			/* NULL-terminated; argv[0] is a name */
	int argc;
};
/* argv: with or without the compiler in front.  Memory from a. */
void args_for_sparse(struct arena *a, int argc, char *const *argv, bool keep_warnings,
		     struct front_args *ret);
/* -fgnu89-inline, or a standard that has no inline of its own. */
bool args_gnu89_inline(int argc, char *const *argv);

/* ---- vaopt.c -------------------------------------------------------------- */

extern const char *const vaopt_macros[];	/* arguments for the library; NULL ends */
/* The tokens from begin (of a file) may then have __VA_OPT__ when they are preprocessed. */
void vaopt_prepare(struct token *begin);

/* ---- diag.c: what libsparse says ------------------------------------------ */

/* From here on errors of libsparse become problems of f->tu. */
void diag_attach(struct front *f);
void diag_problem(struct front *f, enum fact_problem_kind kind, struct position pos,
		  const char *text);
/* Runs fn(f, data); false if libsparse gave up meanwhile (and that is recorded). */
bool diag_guard(struct front *f, void (*fn)(struct front *f, void *data), void *data);
void diag_catch_faults(void);

/* ---- parse.c -------------------------------------------------------------- */

/* Before sparse_initialize() has read a file: nothing.  After: keywords are changed. */
void parse_prepare(bool keep_warnings);
/*
 * The TU's definitions in order.  Each function's endpos is its closing brace;
 * its body is taken off its type, where every typeof() of it would type it again.
 */
struct symbol_list *parse_file(struct front *f, char *filename);
struct statement *parse_body(struct front *f, struct symbol *fn);	/* NULL: only declared */
bool parse_is_inline(const struct symbol *fn);
/* Is this inline definition, which is not static, one for other TUs as well? */
bool parse_inline_is_external(const struct front *f, const struct symbol *fn);
enum parse_mark { MARK_WEAK = 1, MARK_INIT = 2 };
u32 parse_marks(struct symbol *sym);
/* The texts of __attribute__((annotate("..."))), one call each. */
bool parse_saw_annotations(void);
void parse_annotations(struct symbol *sym, void (*fn)(void *data, const char *text),
		       void *data);

/* ---- fold.c --------------------------------------------------------------- */

void fold_prepare(void);
/* Of code that runs: constants as far as they are ones. */
void fold_expression(struct expression *expr);
void fold_initialiser(struct symbol *sym);	/* of a variable on the stack */

/* ---- layout.c -------------------------------------------------------------- */

void layout_prepare(void);	/* as parse_prepare() */
void layout_preprocess(void);	/* when the library has set its handlers of directives */

/* ---- loc.c ----------------------------------------------------------------- */

struct str loc_file(struct front *f, struct position pos);
/* Line and column, if pos is in 'file'; else zeros. */
void loc_in(struct front *f, struct position pos, struct str file, u32 *line_ret, u16 *col_ret);
void loc_inputs(struct front *f);
/* The position of the leftmost token of an expression. */
struct position loc_start(const struct expression *expr);

/* ---- type.c ----------------------------------------------------------------- */

struct symbol *type_strip(struct symbol *type);		/* drops NODE, examined */
struct symbol *type_target(struct symbol *type);	/* of a pointer or array; NULL if it is none */
struct symbol *type_element(struct symbol *type);	/* strips NODE and every ARRAY */
bool type_is_compound(struct symbol *type);		/* struct or union */
bool type_is_aggregate(struct symbol *type);		/* that, or an array */
bool type_is_float(struct symbol *type);
bool type_is_signed(struct symbol *type);
bool type_is_bool(struct symbol *type);			/* or a bit-field of it */
u32 type_bits(struct symbol *type);			/* of the value: 1 for bool; 0: void or unknown */
u32 type_unit_bits(struct symbol *type);		/* of what a bit-field lies in; 0: it is none */
u8 type_fact_bits(struct symbol *type);			/* as fact_insn.bits */
u32 type_bytes(struct symbol *type);
struct str type_tag(struct front *f, struct symbol *type);	/* of a struct, or {0} */
bool type_has_name(const struct symbol *type);		/* tag or typedef */
struct str type_signature(struct front *f, struct symbol *type);	/* of a function or pointer to one */
struct symbol *type_function(struct symbol *type);	/* the SYM_FN in it or NULL */

/* ---- member.c ---------------------------------------------------------------- */

struct member_query {
	struct symbol *in;	/* struct, union, or array of them */
	s64 off;		/* bytes from its start; may lie behind it (an array of them) */
	struct symbol *type;	/* of what is there; NULL unknown */
	struct ident *ident;	/* its name; NULL unknown */
	u32 bit_offset;		/* of a bit-field */
	u32 steps;		/* how many members the source named on the way; 0 unknown */
};
/* Index into tu->members, 0 if there is none. */
u32 member_find(struct front *f, const struct member_query *query);
/* What is loaded and stored for a bit-field: 'unit' bits at query->off + delta. */
struct member_bits { s32 delta; u8 unit, shift; };
/* As member_find(); *ret stays as it is when the bit-field is not found. */
u32 member_find_bits(struct front *f, const struct member_query *query, struct member_bits *ret);

/* ---- decl.c -------------------------------------------------------------------- */

void decl_collect(struct front *f, struct symbol_list *list);
/* Index in tu->syms; queues the definition. */
u32 decl_symbol(struct front *f, struct symbol *sym);
/* Writes everything that is reachable from the TU's definitions. */
void decl_write_all(struct front *f, struct symbol_list *list);

/* ---- annotate.c ---------------------------------------------------------------- */

void annotate_collect(struct front *f);

/* ---- init.c -------------------------------------------------------------------- */

void init_variable(struct front *f, u32 var, struct symbol *sym);

/* ---- stmt.c: a function --------------------------------------------------------- */

void function_lower(struct front *f, struct symbol *sym, struct statement *stmt,
		    struct fact_fn *fn);

#endif
