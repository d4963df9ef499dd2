// SPDX-License-Identifier: MIT
/*
 * Initialisers of variables with static storage: which address, or in const
 * objects and in small ones that only this file can name which number, stands at
 * which place.
 *
 * Requires an initialiser that libsparse has typed and folded.  What
 * is zero is not written, as C does not tell it from what is not named.  Ignores
 * strings and floating point.  Bit-fields of one storage unit are one number.
 */
#include "lower.h"

#define REPEAT_MAX 64	/* [0 ... n] = x writes no more elements than this */

struct init_state {
	struct front *f;
	struct symbol *sym;
	u32 var;
	bool has_numbers;	/* else addresses only */
	u32 unit;		/* index in tu->inits of the last bit-field's unit, 0 none */
};

struct init_value {
	struct symbol *sym;	/* NULL: a number */
	s64 value;
	bool is_known;
};

static struct init_value value_of(struct expression *expr)
{
	struct init_value v = { 0 };

	while (expr && (expr->type == EXPR_CAST || expr->type == EXPR_FORCE_CAST ||
			expr->type == EXPR_IMPLIED_CAST))
		expr = expr->cast_expression;
	if (!expr || !valid_type(expr->ctype))
		return v;
	switch (expr->type) {
	case EXPR_VALUE:
		v.value = (s64)expr->value;
		v.is_known = true;
		break;
	case EXPR_SYMBOL:
		if (!expr->symbol->ident && expr->symbol->initializer &&
		    expr->symbol->initializer->type == EXPR_STRING)
			break;
		v.sym = expr->symbol;
		v.is_known = true;
		break;
	case EXPR_PREOP:	/* *&x, and functions that did not decay */
		if (expr->op == '*' && type_function(expr->ctype))
			v = value_of(expr->unop);
		break;
	case EXPR_BINOP: {
		struct init_value x = value_of(expr->left), y = value_of(expr->right);
		if (x.is_known && y.is_known && !y.sym && (expr->op == '+' || expr->op == '-')) {
			v = x;
			v.value += expr->op == '+' ? y.value : -y.value;
		}
		break;
	}
	default:
		break;
	}
	return v;
}

/* True if the bits were put into a unit that is there already. */
static bool add_bits(struct init_state *s, u32 off, s64 bits)
{
	struct fact_init *last = s->unit ? &s->f->tu->inits.a[s->unit] : NULL;

	if (!last || last->off != off)
		return false;
	last->value |= bits;
	return true;
}

static s64 number_of(s64 value, struct symbol *type, bool is_bits)
{
	if (type_is_bool(type))
		return value != 0;
	return lower_extend((u64)value, type_bits(type), !is_bits && type_is_signed(type));
}

static void add_leaf(struct init_state *s, u32 off, struct expression *expr, struct symbol *type)
{
	struct init_value v = value_of(expr);
	struct member_query q = { .in = s->sym, .off = off, .type = type };
	struct member_bits bits = { .shift = (u8)type->bit_offset };
	bool is_bits = type_unit_bits(type) != 0;
	u32 member = 0;

	if (!v.is_known || (!v.sym && (!s->has_numbers || !v.value)))
		return;
	if (type->type == SYM_NODE) {
		q.ident = type->ident;
		q.bit_offset = type->bit_offset;
	}
	if (type_is_compound(type_element(s->sym)))
		member = member_find_bits(s->f, &q, &bits);
	if (!v.sym)
		v.value = number_of(v.value, type, is_bits);
	if (is_bits && !v.sym) {
		off += (u32)bits.delta;
		v.value = (s64)((u64)v.value << bits.shift);
		if (add_bits(s, off, v.value))
			return;
		s->unit = s->f->tu->inits.n;
	}
	struct fact_init init = {
		.var = s->var, .off = off, .member = member,
		.sym = v.sym ? decl_symbol(s->f, v.sym) : 0,
		.value = v.value,
	};
	vec_push(&s->f->tu->inits, init);
}

static void add_part(struct init_state *s, u32 off, struct expression *expr, struct symbol *type)
{
	struct expression *part;

	if (!expr)
		return;
	switch (expr->type) {
	case EXPR_INITIALIZER:
		FOR_EACH_PTR(expr->expr_list, part) {
			add_part(s, off, part, part->ctype);
		} END_FOR_EACH_PTR(part);
		break;
	case EXPR_POS:
		for (u32 i = 0; i < expr->init_nr && i < REPEAT_MAX; i++)
			add_part(s, off + expr->init_offset + i * type_bytes(expr->ctype),
				 expr->init_expr, expr->ctype);
		break;
	case EXPR_PREOP:	/* a compound literal as the value of a struct */
		if (expr->op == '*' && expr->unop && expr->unop->type == EXPR_SYMBOL &&
		    !expr->unop->symbol_name && expr->unop->symbol->initializer)
			add_part(s, off, expr->unop->symbol->initializer, type);
		else if (valid_type(type))
			add_leaf(s, off, expr, type);
		break;
	default:
		if (valid_type(type))
			add_leaf(s, off, expr, type);
	}
}

void init_variable(struct front *f, u32 var, struct symbol *sym)
{
	struct init_state s = {
		.f = f, .sym = sym, .var = var,
	};
	const struct fact_sym *v = &f->tu->syms.a[var];
	bool is_own = v->linkage == LINK_STATIC || v->linkage == LINK_LOCAL_STATIC;

	s.has_numbers = v->is_const || (is_own && type_is_compound(sym) && type_bytes(sym) <= FACT_SMALL_STATIC);

	f->variable = str_text(f->tu->strings, f->tu->syms.a[var].name);
	add_part(&s, 0, sym->initializer, sym);
}
