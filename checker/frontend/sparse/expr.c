// SPDX-License-Identifier: MIT
/*
 * Expressions: typed syntax trees to values.
 *
 * Every && and || is a branch of its own, also where libsparse thought a plain
 * "and" cheaper: the parts of a condition are what the engine prunes by.
 * Floating point, the addresses of strings and labels, and parts of
 * structs that are values are not followed.
 */
#include "lower.h"

static struct val unknown(struct lower *l, struct symbol *type)
{
	return type_bits(type) ? body_emit(&l->b, FACT_UNKNOWN, type_fact_bits(type), 0, NULL)
			       : BODY_UNKNOWN;
}

s64 lower_extend(u64 value, u32 bits, bool is_signed)
{
	if (!bits || bits >= 64)
		return (s64)value;
	value &= ((u64)1 << bits) - 1;
	if (is_signed && value >> (bits - 1))
		value |= ~(((u64)1 << bits) - 1);
	return (s64)value;
}

static struct val constant(struct lower *l, struct expression *expr)
{
	if (type_is_bool(expr->ctype))	/* (bool)(u8)2 is left at 2 by the library */
		return body_const(&l->b, expr->value != 0);
	return body_const(&l->b, lower_extend(expr->value, type_bits(expr->ctype),
					type_is_signed(expr->ctype)));
}

/* ---- conversions -------------------------------------------------------------- */

static bool is_comparison(u8 op)
{
	return op >= FACT_EQ && op <= FACT_ULE;
}

static struct val convert_to_bool(struct lower *l, struct val v, struct symbol *from)
{
	s64 value;

	if (body_is_const(&l->b, v, &value))
		return body_const(&l->b, value != 0);
	if (val_kind(v) == VAL_INSN && is_comparison(l->b.insns.a[val_index(v)].op))
		return v;
	return body_op2(&l->b, FACT_NE, type_fact_bits(from), v, body_const(&l->b, 0));
}

struct val lower_convert(struct lower *l, struct val v, struct symbol *from, struct symbol *to)
{
	u32 from_bits = type_bits(from), to_bits = type_bits(to);
	u8 op;
	s64 value;

	if (!to_bits || is_void_type(to))
		return BODY_UNKNOWN;
	if (type_is_float(from) || type_is_float(to))
		return type_is_float(from) && type_is_float(to) ? v : unknown(l, to);
	if (type_is_bool(to) && !type_is_bool(from))
		return convert_to_bool(l, v, from);
	if (!from_bits || type_is_aggregate(from) || type_is_aggregate(to))
		return v;
	if (body_is_const(&l->b, v, &value))
		return body_const(&l->b, lower_extend((u64)value, to_bits, type_is_signed(to)));
	if (from_bits == to_bits)
		return v;
	if (to_bits < from_bits)
		op = FACT_TRUNC;
	else
		op = type_is_signed(from) ? FACT_SEXT : FACT_ZEXT;
	v = body_op1(&l->b, op, type_fact_bits(to), v);
	if (body_last(&l->b))
		body_last(&l->b)->extra = from_bits;
	return v;
}

static struct val lower_cast(struct lower *l, struct expression *expr)
{
	struct expression *from = expr->cast_expression;

	if (!expression_is_typed(from))
		return unknown(l, expr->ctype);
	struct val v = lower_expression(l, from);
	lower_at(l, loc_start(expr));
	return lower_convert(l, v, from->ctype, expr->ctype);
}

/* ---- branches --------------------------------------------------------------------- */

static bool is_logical(const struct expression *expr)
{
	return (expr->type == EXPR_LOGICAL || expr->type == EXPR_BINOP) &&
		(expr->op == SPECIAL_LOGICAL_AND || expr->op == SPECIAL_LOGICAL_OR);
}

static void lower_logical_condition(struct lower *l, struct expression *expr, u32 if_true,
				    u32 if_false)
{
	u32 next = body_block(&l->b);

	if (expr->op == SPECIAL_LOGICAL_OR)
		lower_condition(l, expr->left, if_true, next);
	else
		lower_condition(l, expr->left, next, if_false);
	body_enter(&l->b, next);
	lower_condition(l, expr->right, if_true, if_false);
}

static struct val lower_untyped(struct lower *l, struct expression *expr);

void lower_condition(struct lower *l, struct expression *expr, u32 if_true, u32 if_false)
{
	struct position start;

	if (!expression_is_typed(expr)) {	/* libsparse could not: both ways */
		lower_untyped(l, expr);
		body_branch(&l->b, BODY_UNKNOWN, if_true, if_false);
		return;
	}
	if (is_logical(expr)) {
		lower_logical_condition(l, expr, if_true, if_false);
		return;
	}
	start = loc_start(expr);
	while (expr->type == EXPR_PREOP && expr->op == '!' && expression_is_typed(expr->unop)) {
		u32 swap = if_true;
		if_true = if_false;
		if_false = swap;
		expr = expr->unop;
	}
	if (is_logical(expr)) {
		lower_logical_condition(l, expr, if_true, if_false);
		return;
	}
	struct val v = lower_expression(l, expr);
	lower_at(l, start);
	if (expr->type == EXPR_STRING)
		body_goto(&l->b, if_true);
	else
		body_branch(&l->b, v, if_true, if_false);
}

/* ?: and && as values: each arm writes one variable. */
struct arms {
	u32 var, yes, no, end;
	bool has_value;
	u8 bits;
};

static struct arms arms_start(struct lower *l, struct symbol *type)
{
	if (!valid_type(type))
		type = &void_ctype;
	return (struct arms){
		.var = body_var(&l->b), .yes = body_block(&l->b), .no = body_block(&l->b),
		.end = body_block(&l->b), .has_value = type_bits(type) && !is_void_type(type),
		.bits = type_fact_bits(type),
	};
}

static void arm_end(struct lower *l, const struct arms *arms, struct val v)
{
	if (arms->has_value)
		body_write(&l->b, arms->var, v);
	if (l->b.at != NO_BLOCK)
		body_goto(&l->b, arms->end);
}

static struct val arms_value(struct lower *l, const struct arms *arms)
{
	body_enter(&l->b, arms->end);
	return arms->has_value ? body_read(&l->b, arms->var, arms->bits) : BODY_UNKNOWN;
}

static struct val lower_logical_value(struct lower *l, struct expression *expr)
{
	struct arms arms = arms_start(l, expr->ctype);

	lower_condition(l, expr, arms.yes, arms.no);
	body_enter(&l->b, arms.yes);
	arm_end(l, &arms, body_const(&l->b, 1));
	body_enter(&l->b, arms.no);
	arm_end(l, &arms, body_const(&l->b, 0));
	return arms_value(l, &arms);
}

static struct val lower_conditional(struct lower *l, struct expression *expr)
{
	struct arms arms = arms_start(l, expr->ctype);

	if (expr->cond_true) {
		lower_condition(l, expr->conditional, arms.yes, arms.no);
		body_enter(&l->b, arms.yes);
		arm_end(l, &arms, lower_expression(l, expr->cond_true));
	} else {	/* a ?: b */
		struct val v = lower_expression(l, expr->conditional);
		lower_at(l, loc_start(expr->conditional));
		body_branch(&l->b, v, arms.yes, arms.no);
		body_enter(&l->b, arms.yes);
		if (expression_is_typed(expr->conditional))
			v = lower_convert(l, v, expr->conditional->ctype, expr->ctype);
		arm_end(l, &arms, v);
	}
	body_enter(&l->b, arms.no);
	arm_end(l, &arms, lower_expression(l, expr->cond_false));
	return arms_value(l, &arms);
}

/* ---- operators ------------------------------------------------------------------------ */

/* The op of C's binary operator; is_signed: of the type it is done in. */
static u8 arithmetic_op(int op, bool is_signed)
{
	switch (op) {
	case '+': case SPECIAL_ADD_ASSIGN: return FACT_ADD;
	case '-': case SPECIAL_SUB_ASSIGN: return FACT_SUB;
	case '*': case SPECIAL_MUL_ASSIGN: return FACT_MUL;
	case '/': case SPECIAL_DIV_ASSIGN: return is_signed ? FACT_DIVS : FACT_DIVU;
	case '%': case SPECIAL_MOD_ASSIGN: return is_signed ? FACT_MODS : FACT_MODU;
	case '&': case SPECIAL_AND_ASSIGN: return FACT_AND;
	case '|': case SPECIAL_OR_ASSIGN: return FACT_OR;
	case '^': case SPECIAL_XOR_ASSIGN: return FACT_XOR;
	case SPECIAL_LEFTSHIFT: case SPECIAL_SHL_ASSIGN: return FACT_SHL;
	case SPECIAL_RIGHTSHIFT: case SPECIAL_SHR_ASSIGN: return is_signed ? FACT_ASR : FACT_LSR;
	default: return FACT_UNKNOWN;
	}
}

static struct val arithmetic(struct lower *l, int op, struct symbol *type, struct val x,
			     struct val y)
{
	u8 fact_op = arithmetic_op(op, type_is_signed(type));

	if (type_is_float(type) || fact_op == FACT_UNKNOWN)
		return unknown(l, type);
	return body_op2(&l->b, fact_op, type_fact_bits(type), x, y);
}

static struct val lower_binop(struct lower *l, struct expression *expr)
{
	if (expr->op == '+' && (expr->ctype == &lazy_ptr_ctype || type_target(expr->ctype)) &&
	    expression_is_typed(expr->left)) {
		struct place p = place_of(l, expr);
		lower_at(l, loc_start(expr));
		return place_address(l, &p, expr->ctype);
	}
	struct val x = lower_expression(l, expr->left);
	struct val y = lower_expression(l, expr->right);
	lower_at(l, loc_start(expr));
	return arithmetic(l, expr->op, expr->ctype, x, y);
}

static struct val lower_compare(struct lower *l, struct expression *expr)
{
	struct val x = lower_expression(l, expr->left), y = lower_expression(l, expr->right);
	struct symbol *type = expression_is_typed(expr->right) ? expr->right->ctype : expr->ctype;
	u8 op, bits = type_fact_bits(type);
	bool is_signed = type_is_signed(type);

	lower_at(l, loc_start(expr));
	if (type_is_float(type))
		return unknown(l, expr->ctype);
	switch (expr->op) {
	case SPECIAL_EQUAL: op = FACT_EQ; break;
	case SPECIAL_NOTEQUAL: op = FACT_NE; break;
	case '<': case '>': op = is_signed ? FACT_LT : FACT_ULT; break;
	case SPECIAL_LTE: case SPECIAL_GTE: op = is_signed ? FACT_LE : FACT_ULE; break;
	case SPECIAL_UNSIGNED_LT: case SPECIAL_UNSIGNED_GT: op = FACT_ULT; break;
	case SPECIAL_UNSIGNED_LTE: case SPECIAL_UNSIGNED_GTE: op = FACT_ULE; break;
	default: return unknown(l, expr->ctype);
	}
	if (expr->op == '>' || expr->op == SPECIAL_GTE || expr->op == SPECIAL_UNSIGNED_GT ||
	    expr->op == SPECIAL_UNSIGNED_GTE)
		return body_op2(&l->b, op, bits, y, x);
	return body_op2(&l->b, op, bits, x, y);
}

static bool is_access(const struct expression *expr)
{
	return expr->type == EXPR_PREOP && expr->op == '*' && expression_is_typed(expr->unop);
}

/* a op= b is done in the wider type, but libsparse takes b's unless that is the narrower one of two bare types. */
static struct symbol *operation_type(struct symbol *to, struct symbol *from)
{
	return !type_is_float(from) && type_bits(to) > type_bits(from) ? to : from;
}

static struct val lower_assignment(struct lower *l, struct expression *expr)
{
	struct expression *to = expr->left, *from = expr->right;

	if (!expression_is_typed(to) || !is_access(to))
		return lower_expression(l, from);
	struct val v = lower_expression(l, from);
	struct place p = place_of(l, to->unop);
	lower_at(l, loc_start(expr));
	if (expr->op != '=' && expression_is_typed(from)) {
		struct symbol *type = operation_type(to->ctype, from->ctype);
		struct val old = place_load(l, &p, to->ctype);
		old = lower_convert(l, old, to->ctype, type);
		v = arithmetic(l, expr->op, type, old, lower_convert(l, v, from->ctype, type));
		v = lower_convert(l, v, type, to->ctype);
	}
	place_store(l, &p, to->ctype, v);
	return v;
}

static struct val lower_step(struct lower *l, struct expression *expr, bool is_postfix)
{
	struct symbol *type = expr->unop->ctype;

	if (!is_access(expr->unop))
		return unknown(l, expr->ctype);
	struct place p = place_of(l, expr->unop->unop);
	lower_at(l, loc_start(expr));
	struct val old = place_load(l, &p, type);
	struct val new = type_is_float(type) ? unknown(l, type) :
		body_op2(&l->b, expr->op == SPECIAL_INCREMENT ? FACT_ADD : FACT_SUB,
			 type_fact_bits(type), old, body_const(&l->b, (s64)expr->op_value));
	place_store(l, &p, type, new);
	return is_postfix ? old : new;
}

static struct val lower_load(struct lower *l, struct expression *expr)
{
	struct symbol *type = type_strip(expr->ctype);

	if (!expression_is_typed(expr->unop))
		return unknown(l, expr->ctype);
	if (type && type->type == SYM_FN)
		return lower_expression(l, expr->unop);
	struct place p = place_of(l, expr->unop);
	lower_at(l, loc_start(expr));
	if (!type_bits(expr->ctype))
		return BODY_UNKNOWN;
	return place_load(l, &p, expr->ctype);
}

static struct val lower_preop(struct lower *l, struct expression *expr)
{
	struct symbol *type = expr->ctype;

	if (expr->op == '*')
		return lower_load(l, expr);
	if (expr->op == SPECIAL_INCREMENT || expr->op == SPECIAL_DECREMENT)
		return lower_step(l, expr, false);
	if (!expression_is_typed(expr->unop))
		return unknown(l, type);
	struct val v = lower_expression(l, expr->unop);
	lower_at(l, loc_start(expr));
	if (expr->op == '+')
		return v;
	if (type_is_float(expr->unop->ctype))
		return unknown(l, type);
	switch (expr->op) {
	case '!':
		return body_op2(&l->b, FACT_EQ, type_fact_bits(expr->unop->ctype), v,
				body_const(&l->b, 0));
	case '~':
		return body_op1(&l->b, FACT_NOT, type_fact_bits(type), v);
	case '-':
		return body_op1(&l->b, FACT_NEG, type_fact_bits(type), v);
	default:
		return unknown(l, type);
	}
}

/* A member of a struct that is a value: f().x; followed while it fits a register. */
static struct val lower_slice(struct lower *l, struct expression *expr)
{
	struct val v = lower_expression(l, expr->base);
	u32 whole = type_bits(expr->base->ctype);

	if (!whole || whole > 64 || type_is_aggregate(expr->ctype))
		return unknown(l, expr->ctype);
	lower_at(l, loc_start(expr));
	if (expr->r_bitpos)
		v = body_op2(&l->b, FACT_LSR, (u8)whole, v, body_const(&l->b, expr->r_bitpos));
	if (type_bits(expr->ctype) == whole)
		return v;
	v = body_op1(&l->b, FACT_TRUNC, type_fact_bits(expr->ctype), v);
	if (body_last(&l->b))
		body_last(&l->b)->extra = whole;
	return v;
}

static struct val lower_symbol(struct lower *l, struct expression *expr)
{
	struct place p = place_of(l, expr);

	return place_address(l, &p, expr->ctype);
}

/* What libsparse found wrong with an expression is no reason to lose the calls in it. */
/* What was there is gone, also when what comes is not known. */
static struct val lower_untyped_assignment(struct lower *l, struct expression *expr)
{
	struct expression *to = expr->left;

	if (!expression_is_typed(to) || !is_access(to)) {
		lower_expression(l, to);
		lower_expression(l, expr->right);
		return BODY_UNKNOWN;
	}
	lower_expression(l, expr->right);
	struct place p = place_of(l, to->unop);
	lower_at(l, loc_start(expr));
	struct val v = unknown(l, to->ctype);
	place_store(l, &p, to->ctype, v);
	return v;
}

static struct val lower_untyped(struct lower *l, struct expression *expr)
{
	if (!expr)
		return BODY_UNKNOWN;
	switch (expr->type) {
	case EXPR_CALL:
		return lower_call(l, expr);
	case EXPR_SELECT:
	case EXPR_CONDITIONAL:
		return lower_conditional(l, expr);
	case EXPR_BINOP:
	case EXPR_LOGICAL:
	case EXPR_COMPARE:
	case EXPR_COMMA:
		lower_expression(l, expr->left);
		lower_expression(l, expr->right);
		return BODY_UNKNOWN;
	case EXPR_ASSIGNMENT:
		return lower_untyped_assignment(l, expr);
	case EXPR_PREOP:
	case EXPR_POSTOP:
		lower_expression(l, expr->unop);
		return BODY_UNKNOWN;
	case EXPR_CAST:
	case EXPR_FORCE_CAST:
	case EXPR_IMPLIED_CAST:
		lower_expression(l, expr->cast_expression);
		return BODY_UNKNOWN;
	default:
		return BODY_UNKNOWN;
	}
}

struct val lower_expression(struct lower *l, struct expression *expr)
{
	if (!expression_is_typed(expr))
		return lower_untyped(l, expr);
	switch (expr->type) {
	case EXPR_VALUE:
		return constant(l, expr);
	case EXPR_SYMBOL:
		return lower_symbol(l, expr);
	case EXPR_STATEMENT: {
		l->expanded++;
		struct val v = lower_scope(l, expr->statement);
		l->expanded--;
		return v;
	}
	case EXPR_CALL:
		return lower_call(l, expr);
	case EXPR_BINOP:
	case EXPR_LOGICAL:
		return is_logical(expr) ? lower_logical_value(l, expr) : lower_binop(l, expr);
	case EXPR_COMPARE:
		return lower_compare(l, expr);
	case EXPR_SELECT:
	case EXPR_CONDITIONAL:
		return lower_conditional(l, expr);
	case EXPR_COMMA:
		lower_expression(l, expr->left);
		return lower_expression(l, expr->right);
	case EXPR_ASSIGNMENT:
		return lower_assignment(l, expr);
	case EXPR_PREOP:
		return lower_preop(l, expr);
	case EXPR_POSTOP:
		return lower_step(l, expr, true);
	case EXPR_CAST:
	case EXPR_FORCE_CAST:
	case EXPR_IMPLIED_CAST:
		return lower_cast(l, expr);
	case EXPR_SLICE:
		return lower_slice(l, expr);
	case EXPR_LABEL:
	case EXPR_STRING:
	case EXPR_TYPE:
		return BODY_UNKNOWN;
	default:
		return unknown(l, expr->ctype);
	}
}
