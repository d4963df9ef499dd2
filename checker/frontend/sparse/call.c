// SPDX-License-Identifier: MIT
/*
 * Calls, and the builtins that are none.
 *
 * A builtin that stands for a library function is a call of that function;
 * one that says something to the compiler only becomes its value; others are
 * unknown values.  A call of what does not return ends its block.
 */
#include "lower.h"

#define ARGS_MAX 255

static const char builtin_prefix[] = "__builtin_";

/* __builtin_X is the function X. */
static const char *const plain_functions[] = {
	"memcpy", "memmove", "memset", "memcmp", "memchr", "bcmp", "bzero", "mempcpy",
	"strlen", "strnlen", "strcmp", "strncmp", "strcpy", "strncpy", "strcat", "strncat",
	"strchr", "strrchr", "strstr", "strpbrk", "strspn", "strcspn", "strcasecmp",
	"strncasecmp", "sprintf", "snprintf", "vsprintf", "vsnprintf", "printf", "puts",
	"putchar", "abort", "exit", "malloc", "free", "calloc", "realloc",
};
/* Their value is their first argument. */
static const char *const first_argument[] = { "expect", "expect_with_probability", "assume_aligned" };
static const char *const no_return[] = { "unreachable", "trap" };

static bool in_table(const char *const *table, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(table[i], name))
			return true;
	return false;
}

static struct val call_unknown(struct lower *l, struct expression *expr)
{
	if (!valid_type(expr->ctype) || !type_bits(expr->ctype) || is_void_type(expr->ctype))
		return BODY_UNKNOWN;
	return body_emit(&l->b, FACT_UNKNOWN, type_fact_bits(expr->ctype), 0, NULL);
}

/* The called function when it is named, else NULL. */
static struct symbol *called_symbol(const struct expression *fn)
{
	if (fn->type == EXPR_PREOP && fn->op == '*' && fn->unop && fn->unop->type == EXPR_SYMBOL &&
	    is_func_type(fn->ctype))
		return fn->unop->symbol;
	return fn->type == EXPR_SYMBOL ? fn->symbol : NULL;
}

static struct val lower_callee(struct lower *l, struct expression *fn, struct symbol *named)
{
	if (named && type_function(named) == type_strip(named))
		return body_symbol(&l->b, named);
	if (fn->type == EXPR_PREOP && fn->op == '*' && is_func_type(fn->ctype))
		fn = fn->unop;
	return lower_expression(l, fn);
}

static bool is_noreturn(const struct symbol *fn)
{
	for (; fn; fn = fn->same_symbol)
		if (fn->ctype.modifiers & MOD_NORETURN)
			return true;
	return false;
}

/* Emits CALL vals[0](vals[1]...) of the function type in 'type'. */
static struct val emit_call(struct lower *l, u32 n, const struct val *vals, struct symbol *type,
			    struct symbol *named, struct symbol *result)
{
	struct symbol *fn = type_function(type);
	u8 bits = !valid_type(result) || is_void_type(result) ? 0 : type_fact_bits(result);
	struct val v = body_emit(&l->b, FACT_CALL, bits, n, vals);
	struct ins *i = body_last(&l->b);

	if (!i)
		return v;
	i->extra = type_signature(l->f, type).n;
	if (fn && fn->variadic)
		i->flags |= FACT_VARIADIC;
	if (is_noreturn(named) || type->ctype.modifiers & MOD_NORETURN) {
		i->flags |= FACT_NORETURN;
		body_end(&l->b, FACT_UNREACHABLE, 0, NULL);
	}
	return bits ? v : BODY_UNKNOWN;
}

/* op(a, b, &result): the result is not followed, and the answer neither. */
static struct val lower_overflow(struct lower *l, struct expression *expr)
{
	struct expression *arg;
	u32 n = 0;

	FOR_EACH_PTR(expr->args, arg) {
		struct symbol *target = expression_is_typed(arg) ? type_target(arg->ctype) : NULL;
		if (++n < 3 || !target) {
			lower_expression(l, arg);
			continue;
		}
		struct place p = place_of(l, arg);
		lower_at(l, loc_start(expr));
		struct val v = body_emit(&l->b, FACT_UNKNOWN, type_fact_bits(target), 0, NULL);
		place_store(l, &p, target, v);
	} END_FOR_EACH_PTR(arg);
	return call_unknown(l, expr);
}

static u32 lower_arguments(struct lower *l, struct expression *expr, struct val *vals, u32 max)
{
	struct expression *arg;
	u32 n = 0;

	FOR_EACH_PTR(expr->args, arg) {
		struct val v = lower_expression(l, arg);
		if (n < max)
			vals[n++] = v;
	} END_FOR_EACH_PTR(arg);
	return n;
}

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && !strcmp(s + n - m, tail);
}

/* name: without the prefix.  True if it was one that is no call. */
static bool lower_builtin(struct lower *l, struct expression *expr, const char *name,
			  struct val *ret)
{
	struct val vals[ARGS_MAX];

	if (in_table(plain_functions, ARRAY_LEN(plain_functions), name))
		return false;
	if (ends_with(name, "_overflow")) {
		*ret = lower_overflow(l, expr);
		return true;
	}
	u32 n = lower_arguments(l, expr, vals, ARGS_MAX);
	lower_at(l, loc_start(expr));
	if (in_table(no_return, ARRAY_LEN(no_return), name)) {
		body_end(&l->b, FACT_UNREACHABLE, 0, NULL);
		*ret = BODY_UNKNOWN;
	} else if (n && in_table(first_argument, ARRAY_LEN(first_argument), name)) {
		*ret = vals[0];
	} else if (ends_with(name, "object_size")) {
		*ret = body_const(&l->b, -1);	/* "not known" */
	} else {
		*ret = call_unknown(l, expr);
	}
	return true;
}

struct val lower_call(struct lower *l, struct expression *expr)
{
	struct expression *fn = expr->fn;
	struct symbol *named = expression_is_typed(fn) ? called_symbol(fn) : NULL;
	struct val vals[ARGS_MAX + 1], ret;

	if (!expression_is_typed(fn)) {
		vals[0] = body_emit(&l->b, FACT_UNKNOWN, 64, 0, NULL);
		u32 n = lower_arguments(l, expr, vals + 1, ARGS_MAX);
		lower_at(l, loc_start(expr));
		body_emit(&l->b, FACT_CALL, 0, n + 1, vals);
		return call_unknown(l, expr);
	}
	if (named && named->ident) {
		const char *name = show_ident(named->ident);
		if (!strncmp(name, builtin_prefix, sizeof(builtin_prefix) - 1)) {
			name = arena_strdup(&l->scratch, name + sizeof(builtin_prefix) - 1);
			if (lower_builtin(l, expr, name, &ret))
				return ret;
			struct symbol *plain = lookup_symbol(built_in_ident(name), NS_SYMBOL);
			if (plain && type_function(plain))
				named = plain;
		}
	}
	vals[0] = lower_callee(l, fn, named);
	u32 n = lower_arguments(l, expr, vals + 1, ARGS_MAX);
	lower_at(l, loc_start(expr));
	return emit_call(l, n + 1, vals, named ? named : fn->ctype, named, expr->ctype);
}

void lower_cleanup_call(struct lower *l, struct symbol *sym)
{
	struct symbol *fn = sym->cleanup->symbol;

	if (!fn || !type_function(fn))
		return;
	struct val vals[] = {
		body_symbol(&l->b, fn),
		home_of(l, sym)->addr,
	};
	u32 before = l->b.insns.n;
	emit_call(l, 2, vals, fn, fn, type_function(fn)->ctype.base_type);
	if (l->b.insns.n > before)
		l->b.insns.a[before].flags |= FACT_CLEANUP;
}
