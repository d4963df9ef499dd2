// SPDX-License-Identifier: MIT
/*
 * Folding constants by libsparse, and what it must not fold.
 *
 * __builtin_constant_p() of what is no constant here may be 1 where the compiler
 * has inlined the function.  libsparse answers 0, and BUILD_BUG_ON(!__builtin_constant_p(arg))
 * would end the function: in code that runs it stays a call, whose result is not
 * known.  Where C wants a constant (sizes, choose_expr) the answer is 0.  When typing only
 * asks (is this a null pointer constant, which arm gives ?: its type), nothing may be
 * answered for good.
 */
#include "front.h"

#include <expand.h>

static bool in_code;	/* the library's callbacks carry no context */
static bool is_asking;

static int expand_constant_p(struct expression *expr, int cost)
{
	if (cost && cost < SIDE_EFFECTS && (in_code || is_asking))
		return cost;
	expr->type = EXPR_VALUE;
	expr->value = !cost;
	expr->taint = 0;
	return 0;
}

/* What the library calls while it types comes here (the linker's --wrap). */
int __real_expr_truth_value(struct expression *expr);
int __wrap_expr_truth_value(struct expression *expr);
int __wrap_expr_truth_value(struct expression *expr)
{
	bool was_asking = is_asking;

	is_asking = true;
	int truth = __real_expr_truth_value(expr);
	is_asking = was_asking;
	return truth;
}

int __real_is_zero_constant(struct expression *expr);
int __wrap_is_zero_constant(struct expression *expr);
int __wrap_is_zero_constant(struct expression *expr)
{
	bool was_asking = is_asking;

	is_asking = true;
	int is_zero = __real_is_zero_constant(expr);
	is_asking = was_asking;
	return is_zero;
}

void fold_prepare(void)
{
	static struct symbol_op op;
	struct symbol *sym = lookup_symbol(built_in_ident("__builtin_constant_p"), NS_SYMBOL);

	if (!sym || !sym->op)
		return;
	op = *sym->op;
	op.expand = expand_constant_p;
	sym->op = &op;
}

/*
 * As "expr, 0": the library's function works out the value as well, and is lost
 * when that is a pointer to a struct with the top bit set ((void *)-1).
 */
void fold_expression(struct expression *expr)
{
	struct expression zero = { .type = EXPR_VALUE, .pos = expr->pos, .ctype = &int_ctype };
	struct expression pair = { .type = EXPR_COMMA, .pos = expr->pos, .ctype = &int_ctype };

	pair.left = expr;
	pair.right = &zero;
	in_code = true;
	get_expression_value_silent(&pair);
	in_code = false;
}

void fold_initialiser(struct symbol *sym)
{
	in_code = true;
	expand_symbol(sym);
	in_code = false;
}
