/* SPDX-License-Identifier: MIT */
/*
 * What stmt.c, expr.c, place.c and call.c share: one function between syntax
 * tree and instructions.  The tree has been typed by libsparse; constants are
 * folded statement by statement.
 */
#ifndef FRONTEND_SPARSE_LOWER_H
#define FRONTEND_SPARSE_LOWER_H

#include "front.h"

#include "frontend/common/body.h"

/* Where a variable of the function lives; hangs on symbol->aux. */
struct home {
	bool in_var;		/* var: in no memory */
	u32 var;
	struct val addr;
};

/* A variable with __attribute__((cleanup)) that is in scope, and those around it. */
struct cleanup {
	struct symbol *sym;
	struct cleanup *outer;
	u32 depth;
};

/* Where a goto, break or case leads; hangs on symbol->aux of the label. */
struct label {
	u32 block;
	struct cleanup *at;	/* what is in scope there; once placed */
	bool is_placed;
};

struct jump {			/* a goto that may leave scopes: finished at the end */
	u32 block;
	struct label *to;
	struct cleanup *from;
	u32 line;
	u16 col;
};

struct lower {
	struct front *f;
	struct body b;
	struct arena scratch;	/* of the function */
	struct str file;
	struct cleanup *cleanups;
	VEC(struct jump) jumps;
	u32 expanded;		/* > 0: constants below have been folded already */
	u32 depth;
};

/* An address that is known as "so many bytes into that". */
struct place {
	struct val base;
	s64 off;
	struct symbol *in;	/* what base points to, as far as the types say */
	bool is_member;		/* members were selected on the way */
	u32 steps;		/* how many; 0 when that is not known */
	u32 member;		/* of an element reached by a variable index; else 0 */
	struct home *var;	/* in no memory: all else is unused */
};

/* ---- stmt.c */
struct val lower_statement(struct lower *l, struct statement *stmt);
/* An arm of an if, the body of a loop, ({ }): a scope even if it is one declaration. */
struct val lower_scope(struct lower *l, struct statement *stmt);
void lower_fold(struct lower *l, struct expression *expr);
void lower_at(struct lower *l, struct position pos);

/* ---- place.c */
struct home *home_of(struct lower *l, struct symbol *sym);
struct place place_of(struct lower *l, struct expression *addr);
struct val place_address(struct lower *l, const struct place *p, struct symbol *pointer_type);
struct val place_load(struct lower *l, const struct place *p, struct symbol *type);
void place_store(struct lower *l, const struct place *p, struct symbol *type, struct val v);
/* sym's initialiser, when it is reached. */
void place_initialise(struct lower *l, struct symbol *sym);

/* ---- expr.c */
struct val lower_expression(struct lower *l, struct expression *expr);
void lower_condition(struct lower *l, struct expression *expr, u32 if_true, u32 if_false);
/* value as a type of that width and sign has it. */
s64 lower_extend(u64 value, u32 bits, bool is_signed);
struct val lower_convert(struct lower *l, struct val v, struct symbol *from, struct symbol *to);
static inline bool expression_is_typed(const struct expression *expr)
{
	return expr && valid_type(expr->ctype);
}

/* ---- call.c */
struct val lower_call(struct lower *l, struct expression *expr);
/* f(&sym), inserted at a scope's exit. */
void lower_cleanup_call(struct lower *l, struct symbol *sym);

#endif
