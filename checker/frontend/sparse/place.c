// SPDX-License-Identifier: MIT
/*
 * Addresses: variables, members, elements; loads from and stores to them.
 *
 * libsparse turns ->m into "pointer plus constant" whose type is worked out
 * lazily.  A chain of them is kept together as base and offset, so that
 * a->b.c is one access, and a cast to a plain scalar pointer (READ_ONCE) does not
 * break it.  A cast to another struct does: what follows is typed by that one.
 * Ignores alignment and aliasing.
 */
#include "lower.h"

#define REPEAT_MAX 16	/* [0 ... n] = x writes no more elements than this */

static bool lives_in_file(const struct symbol *sym)
{
	return sym->ctype.modifiers & (MOD_STATIC | MOD_EXTERN | MOD_TOPLEVEL) ||
		type_function((struct symbol *)sym) == type_strip((struct symbol *)sym);
}

static bool fits_value(struct symbol *sym)
{
	return !(sym->ctype.modifiers & (MOD_ADDRESSABLE | MOD_VOLATILE)) && !sym->cleanup &&
		!type_is_aggregate(sym) && type_bits(sym);
}

struct home *home_of(struct lower *l, struct symbol *sym)
{
	struct home *h = sym->aux;
	struct str name = { 0 };

	if (h)
		return h;
	h = arena_new(&l->scratch, struct home);
	if (lives_in_file(sym)) {
		h->addr = body_symbol(&l->b, sym);
		return h;	/* not kept: the symbol outlives the function */
	}
	sym->aux = h;
	if (fits_value(sym)) {
		h->in_var = true;
		h->var = body_var(&l->b);
		return h;
	}
	if (sym->ident)
		name = str_intern(l->f->tu->strings, show_ident(sym->ident));
	h->addr = body_local(&l->b, name, type_tag(l->f, sym), type_bytes(sym));
	return h;
}

/* ---- places --------------------------------------------------------------- */

static struct place place_of_symbol(struct lower *l, struct expression *expr)
{
	struct symbol *sym = expr->symbol;
	struct home *h = home_of(l, sym);

	if (!sym->ident && sym->initializer && sym->initializer->type == EXPR_STRING)
		return (struct place){ .base = BODY_UNKNOWN };
	if (sym->initializer && !expr->symbol_name && !lives_in_file(sym))
		place_initialise(l, sym);	/* a compound literal is written where it stands */
	if (h->in_var)
		return (struct place){ .var = h };
	return (struct place){ .base = h->addr, .in = sym };
}

static bool is_lazy(const struct expression *expr)
{
	return expr->ctype == &lazy_ptr_ctype;
}

/* Was this sum made for a member, and not for p + 1? */
static bool selects_member(struct expression *sum)
{
	return is_lazy(sum) || is_lazy(sum->left) ||
		type_strip(sum->ctype) != type_strip(sum->left->ctype);
}

static struct place place_of_sum(struct lower *l, struct expression *sum)
{
	struct place p = place_of(l, sum->left);

	if (sum->right->type == EXPR_VALUE) {
		p.off += (s64)sum->right->value;
		if (selects_member(sum)) {
			p.is_member = true;
			p.steps++;
		}
		return p;
	}
	struct symbol *element = is_lazy(sum) ? NULL : type_target(sum->ctype);
	u32 member = p.member;
	if (p.is_member && !member && !type_is_compound(element)) {
		struct member_query q = { .in = p.in, .off = p.off, .type = element,
					  .steps = p.steps };
		member = member_find(l->f, &q);
	}
	struct val address = place_address(l, &p, sum->left->ctype);
	struct val index = lower_expression(l, sum->right);
	lower_at(l, loc_start(sum));
	return (struct place){
		.base = body_op2(&l->b, FACT_ADD, 64, address, index),
		.in = type_is_compound(element) ? element : NULL,
		.member = type_is_compound(element) ? 0 : member,
	};
}

static bool same_target(struct symbol *a, struct symbol *b)
{
	return type_strip(type_target(a)) == type_strip(type_target(b));
}

/* A place stays known through casts that do not retype the struct. */
static bool sees_through(struct expression *cast)
{
	struct expression *from = cast->cast_expression;

	if (!expression_is_typed(from) || type_bits(cast->ctype) != 64 ||
	    !(from->type == EXPR_SYMBOL || (from->type == EXPR_BINOP && from->op == '+') ||
	      from->type == EXPR_CAST || from->type == EXPR_FORCE_CAST ||
	      from->type == EXPR_IMPLIED_CAST))
		return false;
	struct symbol *target = type_target(cast->ctype);
	if (!target || !type_target(from->ctype))
		return is_lazy(from) && target && !type_is_compound(target);
	return same_target(cast->ctype, from->ctype) ||
		(!type_is_aggregate(target) && !is_void_type(target));
}

struct place place_of(struct lower *l, struct expression *addr)
{
	switch (addr->type) {
	case EXPR_SYMBOL:
		return place_of_symbol(l, addr);
	case EXPR_BINOP:
		if (addr->op == '+' && expression_is_typed(addr->left) &&
		    (is_lazy(addr) || type_target(addr->ctype)))
			return place_of_sum(l, addr);
		break;
	case EXPR_COMMA:
		lower_expression(l, addr->left);
		return place_of(l, addr->right);
	case EXPR_CAST:
	case EXPR_FORCE_CAST:
	case EXPR_IMPLIED_CAST:
		if (sees_through(addr))
			return place_of(l, addr->cast_expression);
		break;
	default:
		break;
	}
	return (struct place){
		.base = lower_expression(l, addr),
		.in = is_lazy(addr) ? NULL : type_target(addr->ctype),
	};
}

struct val place_address(struct lower *l, const struct place *p, struct symbol *pointer_type)
{
	struct member_query q = { .in = p->in, .off = p->off, .steps = p->steps };
	u32 member = 0;

	if (p->var)
		return BODY_UNKNOWN;
	if (p->is_member) {
		q.type = pointer_type == &lazy_ptr_ctype ? NULL : type_target(pointer_type);
		member = member_find(l->f, &q);
	}
	if (!member && !p->off)
		return p->base;
	if (!member || p->off != (s32)p->off)
		return body_op2(&l->b, FACT_ADD, 64, p->base, body_const(&l->b, p->off));
	struct val v = body_op1(&l->b, FACT_MEMBER, 64, p->base);
	struct ins *i = body_last(&l->b);
	if (i) {
		i->off = (s32)p->off;
		i->extra = member;
	}
	return v;
}

/* ---- loads and stores -------------------------------------------------------- */

static bool is_volatile(struct symbol *type)
{
	return type->ctype.modifiers & MOD_VOLATILE ||
		(type->type == SYM_NODE && type->ctype.base_type &&
		 type->ctype.base_type->ctype.modifiers & MOD_VOLATILE);
}

static bool is_bit_field(struct symbol *type)
{
	type = type_strip(type);
	return type && type->type == SYM_BITFIELD;
}

static struct member_query query_at(const struct place *p, struct symbol *type)
{
	struct member_query q = { .in = p->in, .off = p->off, .type = type, .steps = p->steps };

	if (type->type == SYM_NODE) {
		q.ident = type->ident;
		q.bit_offset = type->bit_offset;
	}
	return q;
}

static u32 member_at(struct lower *l, const struct place *p, struct symbol *type)
{
	struct member_query q = query_at(p, type);

	return p->member || !p->is_member ? p->member : member_find(l->f, &q);
}

/* Where a bit-field is read and written; *at is the place of that. */
static struct member_bits bits_at(struct lower *l, const struct place *p, struct symbol *type,
				  struct place *at)
{
	struct member_query q = query_at(p, type);
	struct member_bits bits = {
		.unit = (u8)type_unit_bits(type), .shift = (u8)type->bit_offset,
	};

	*at = *p;
	if (!p->member && p->is_member)
		at->member = member_find_bits(l->f, &q, &bits);
	at->off += bits.delta;
	return bits;
}

/* Emits a LOAD or STORE of bits at p; v: what is stored. */
static struct val access(struct lower *l, const struct place *p, u8 bits, struct symbol *type,
			 const struct val *v)
{
	struct val vals[2] = { p->base, v ? *v : BODY_UNKNOWN };
	struct place far = *p;
	u32 member = member_at(l, p, type);

	if (far.off != (s32)far.off) {
		vals[0] = body_op2(&l->b, FACT_ADD, 64, p->base, body_const(&l->b, p->off));
		far.off = 0;
	}
	struct val ret = body_emit(&l->b, v ? FACT_STORE : FACT_LOAD, bits, v ? 2 : 1, vals);
	struct ins *i = body_last(&l->b);
	if (i) {
		i->off = (s32)far.off;
		i->extra = member;
		i->flags = is_volatile(type) ? FACT_VOLATILE : 0;
	}
	return ret;
}

struct val place_load(struct lower *l, const struct place *p, struct symbol *type)
{
	u8 bits = type_fact_bits(type);

	if (p->var)
		return body_read(&l->b, p->var->var, bits);
	if (!is_bit_field(type))
		return access(l, p, bits, type, NULL);
	struct place at;
	struct member_bits in = bits_at(l, p, type, &at);
	struct val v = access(l, &at, in.unit, type, NULL);
	if (in.shift)
		v = body_op2(&l->b, FACT_LSR, in.unit, v, body_const(&l->b, in.shift));
	if (bits == in.unit)
		return v;
	v = body_op1(&l->b, FACT_TRUNC, bits, v);
	if (body_last(&l->b))
		body_last(&l->b)->extra = in.unit;
	return v;
}

static u64 ones(u32 bits)
{
	return bits < 64 ? ((u64)1 << bits) - 1 : ~(u64)0;
}

static void store_bit_field(struct lower *l, const struct place *p, struct symbol *type,
			    struct val v)
{
	u8 bits = type_fact_bits(type);
	struct place at;
	struct member_bits in = bits_at(l, p, type, &at);
	u8 unit = in.unit;
	s64 value;

	if (bits == unit) {
		access(l, &at, unit, type, &v);
		return;
	}
	struct val old = access(l, &at, unit, type, NULL);
	old = body_op2(&l->b, FACT_AND, unit, old,
		       body_const(&l->b, (s64)(~(ones(bits) << in.shift) & ones(unit))));
	if (body_is_const(&l->b, v, &value)) {
		v = body_const(&l->b, (s64)(((u64)value & ones(bits)) << in.shift));
	} else {
		v = body_op1(&l->b, FACT_ZEXT, unit, v);
		if (body_last(&l->b))
			body_last(&l->b)->extra = bits;
		if (in.shift)
			v = body_op2(&l->b, FACT_SHL, unit, v, body_const(&l->b, in.shift));
	}
	v = body_op2(&l->b, FACT_OR, unit, old, v);
	access(l, &at, unit, type, &v);
}

void place_store(struct lower *l, const struct place *p, struct symbol *type, struct val v)
{
	if (p->var)
		body_write(&l->b, p->var->var, v);
	else if (is_bit_field(type))
		store_bit_field(l, p, type, v);
	else
		access(l, p, type_fact_bits(type), type, &v);
}

/* ---- initialisers of variables on the stack --------------------------------------- */

static void initialise_part(struct lower *l, const struct place *p, struct expression *expr,
			    struct symbol *type)
{
	struct expression *part;

	switch (expr->type) {
	case EXPR_INITIALIZER:
		FOR_EACH_PTR(expr->expr_list, part) {
			initialise_part(l, p, part, part->ctype);
		} END_FOR_EACH_PTR(part);
		break;
	case EXPR_POS:
		for (u32 i = 0; i < expr->init_nr && i < REPEAT_MAX; i++) {
			struct place at = *p;
			at.off += expr->init_offset + (s64)i * type_bytes(expr->ctype);
			at.is_member = true;
			initialise_part(l, &at, expr->init_expr, expr->ctype);
		}
		break;
	default: {
		if (!expression_is_typed(expr))
			break;
		struct val v = lower_expression(l, expr);
		lower_at(l, loc_start(expr));
		place_store(l, p, valid_type(type) ? type : expr->ctype, v);
		break;
	}
	}
}

void place_initialise(struct lower *l, struct symbol *sym)
{
	struct home *h = home_of(l, sym);
	struct place p = { .base = h->addr, .in = sym };

	if (h->in_var)
		p = (struct place){ .var = h };
	if (!type_is_aggregate(sym)) {
		initialise_part(l, &p, sym->initializer, sym);
		return;
	}
	lower_at(l, sym->pos);
	if (sym->initializer->type == EXPR_INITIALIZER) {
		/* what is not named is zero (C11 6.7.9p21) */
		struct val zero = body_const(&l->b, 0);
		access(l, &p, FACT_BITS_AGGREGATE, sym, &zero);
	}
	initialise_part(l, &p, sym->initializer, sym);
}
