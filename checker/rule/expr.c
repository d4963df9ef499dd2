// SPDX-License-Identifier: MIT
/*
 * Integer expressions over constants, by precedence climbing:
 *
 *	or    = and { "|" and }
 *	and   = unary { "&" unary }
 *	unary = ( "~" | "-" ) unary | "(" or ")" | number | name
 *
 * Depth and size are bounded, so that evaluation cannot overflow the stack.
 */
#include "rule/internal.h"

#include <ctype.h>

#define MAX_DEPTH 32
#define MAX_NODES 256

enum expr_op { EXPR_NUMBER, EXPR_NAME, EXPR_OR, EXPR_AND, EXPR_NOT, EXPR_NEGATE };

struct rule_expr {
	enum expr_op op;
	u32 at;			/* NAME: offset in the whole text */
	u64 value;		/* NUMBER */
	const char *text;	/* NAME: the name; the top node: the whole expression */
	struct rule_expr *left, *right;
};

struct parser {
	struct arena *arena;
	const char *text, *p;
	u32 depth, n_nodes;
	struct text_error error;	/* what: NULL until something is wrong */
};

static struct rule_expr *parse_or(struct parser *ps);

static struct rule_expr *fail(struct parser *ps, const char *what)
{
	if (!ps->error.what)
		ps->error = (struct text_error){ what, (u32)(ps->p - ps->text) };
	return NULL;
}

static struct rule_expr *node(struct parser *ps, enum expr_op op, struct rule_expr *left,
			      struct rule_expr *right)
{
	if (++ps->n_nodes > MAX_NODES)
		return fail(ps, "expression is too long");
	struct rule_expr *e = arena_new(ps->arena, struct rule_expr);

	e->op = op;
	e->left = left;
	e->right = right;
	return e;
}

static void skip_space(struct parser *ps)
{
	while (isspace((unsigned char)*ps->p))
		ps->p++;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

static struct rule_expr *parse_number(struct parser *ps)
{
	const char *start = ps->p;
	u64 value = 0, base = 10;

	if (ps->p[0] == '0' && (ps->p[1] == 'x' || ps->p[1] == 'X')) {
		base = 16;
		ps->p += 2;
	}
	if ((u64)digit_value(*ps->p) >= base)
		return fail(ps, "bad number");
	for (; (u64)digit_value(*ps->p) < base; ps->p++) {
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, (u64)digit_value(*ps->p), &value)) {
			ps->p = start;
			return fail(ps, "number does not fit in 64 bits");
		}
	}
	if (is_name(*ps->p))
		return fail(ps, "bad number");
	struct rule_expr *e = node(ps, EXPR_NUMBER, NULL, NULL);

	if (e)
		e->value = value;
	return e;
}

static struct rule_expr *parse_name(struct parser *ps)
{
	const char *start = ps->p;
	struct rule_expr *e = node(ps, EXPR_NAME, NULL, NULL);

	if (!e)
		return NULL;
	while (is_name(*ps->p))
		ps->p++;
	e->at = (u32)(start - ps->text);
	e->text = arena_printf(ps->arena, "%.*s", (int)(ps->p - start), start);
	return e;
}

static struct rule_expr *parse_unary_at(struct parser *ps)
{
	char c = *ps->p;
	struct rule_expr *e;

	if (isdigit((unsigned char)c))
		return parse_number(ps);
	if (is_name(c))
		return parse_name(ps);
	if (c != '~' && c != '-' && c != '(')
		return fail(ps, c ? "expected a number, a name, '~', '-' or '('" :
				    "expression ends too early");
	ps->p++;
	if (c == '(') {
		e = parse_or(ps);
		if (e && *ps->p != ')')
			return fail(ps, "expected ')'");
		ps->p += e != NULL;
		return e;
	}
	skip_space(ps);
	if (ps->depth++ >= MAX_DEPTH)
		return fail(ps, "expression is nested too deeply");
	e = parse_unary_at(ps);
	ps->depth--;
	return e ? node(ps, c == '~' ? EXPR_NOT : EXPR_NEGATE, e, NULL) : NULL;
}

static struct rule_expr *parse_unary(struct parser *ps)
{
	skip_space(ps);
	struct rule_expr *e = parse_unary_at(ps);

	skip_space(ps);
	return e;
}

static struct rule_expr *parse_and(struct parser *ps)
{
	struct rule_expr *e = parse_unary(ps);

	while (e && *ps->p == '&') {
		ps->p++;
		struct rule_expr *right = parse_unary(ps);

		e = right ? node(ps, EXPR_AND, e, right) : NULL;
	}
	return e;
}

static struct rule_expr *parse_or(struct parser *ps)
{
	if (ps->depth++ >= MAX_DEPTH)
		return fail(ps, "expression is nested too deeply");
	struct rule_expr *e = parse_and(ps);

	while (e && *ps->p == '|') {
		ps->p++;
		struct rule_expr *right = parse_and(ps);

		e = right ? node(ps, EXPR_OR, e, right) : NULL;
	}
	ps->depth--;
	return e;
}

struct rule_expr *expr_parse(struct arena *a, const char *text, struct text_error *error_ret)
{
	struct parser ps = { .arena = a, .text = text, .p = text };
	struct rule_expr *e = parse_or(&ps);

	if (e && *ps.p)
		e = fail(&ps, "expected '|', '&' or the end of the expression");
	if (!e) {
		*error_ret = ps.error;
		return NULL;
	}
	if (e->op != EXPR_NAME)
		e->text = arena_strdup(a, text);
	return e;
}

bool expr_each_name(const struct rule_expr *e, bool (*f)(void *ctx, const char *name, u32 at),
		    void *ctx)
{
	if (e->op == EXPR_NAME)
		return f(ctx, e->text, e->at);
	return (!e->left || expr_each_name(e->left, f, ctx)) &&
	       (!e->right || expr_each_name(e->right, f, ctx));
}

static bool eval(const struct rule_expr *e, rule_lookup_fn *lookup, void *ctx, u64 *ret,
		 const char **unknown_ret)
{
	u64 left = 0, right = 0;
	s64 value;

	if (e->left && !eval(e->left, lookup, ctx, &left, unknown_ret))
		return false;
	if (e->right && !eval(e->right, lookup, ctx, &right, unknown_ret))
		return false;
	switch (e->op) {
	case EXPR_NUMBER:
		*ret = e->value;
		return true;
	case EXPR_NAME:
		if (!lookup || !lookup(ctx, e->text, &value)) {
			*unknown_ret = e->text;
			return false;
		}
		*ret = (u64)value;
		return true;
	case EXPR_OR:
		*ret = left | right;
		return true;
	case EXPR_AND:
		*ret = left & right;
		return true;
	case EXPR_NOT:
		*ret = ~left;
		return true;
	case EXPR_NEGATE:
		*ret = -left;
		return true;
	}
	BUG("bad expression operator %d", (int)e->op);
}

bool rule_eval(const struct rule_expr *e, rule_lookup_fn *lookup, void *ctx,
	       s64 *value_ret, const char **unknown_ret)
{
	const char *unknown = NULL;
	u64 value;

	if (!eval(e, lookup, ctx, &value, &unknown)) {
		if (unknown_ret)
			*unknown_ret = unknown;
		return false;
	}
	*value_ret = (s64)value;
	return true;
}

const char *rule_expr_text(const struct rule_expr *e)
{
	return e->text;
}
