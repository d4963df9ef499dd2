// SPDX-License-Identifier: MIT
/*
 * Statements, scopes, and functions as a whole.
 *
 * __attribute__((cleanup)) is lowered here: the variables in scope that have it
 * form a stack; whatever leaves a scope calls their functions from the top
 * down to what is in scope where it goes.  A goto may lead to a label that has
 * not been seen; its block is finished when all labels are placed.
 * Requires a function that libsparse has typed.  Ignores VLAs' sizes.
 */
#include "lower.h"

#define DEPTH_MAX 2000

void lower_at(struct lower *l, struct position pos)
{
	loc_in(l->f, pos, l->file, &l->b.line, &l->b.col);
}

void lower_fold(struct lower *l, struct expression *expr)
{
	if (!l->expanded && expression_is_typed(expr))
		fold_expression(expr);
}

/* ---- scopes ---------------------------------------------------------------- */

static void call_cleanups(struct lower *l, struct cleanup *from, struct cleanup *to)
{
	for (; from && from != to; from = from->outer)
		lower_cleanup_call(l, from->sym);
}

/* Ends a scope that began when the stack was 'outer'. */
static void leave_scope(struct lower *l, struct cleanup *outer)
{
	if (l->b.at != NO_BLOCK)
		call_cleanups(l, l->cleanups, outer);
	l->cleanups = outer;
}

static void push_cleanup(struct lower *l, struct symbol *sym)
{
	struct cleanup *c = arena_new(&l->scratch, struct cleanup);

	c->sym = sym;
	c->outer = l->cleanups;
	c->depth = c->outer ? c->outer->depth + 1 : 1;
	l->cleanups = c;
}

static struct cleanup *common_scope(struct cleanup *a, struct cleanup *b)
{
	while (a != b) {
		u32 a_depth = a ? a->depth : 0, b_depth = b ? b->depth : 0;
		if (a_depth >= b_depth)
			a = a->outer;
		if (b_depth >= a_depth && b)
			b = b->outer;
	}
	return a;
}

static struct label *label_of(struct lower *l, struct symbol *sym)
{
	struct label *label = sym->aux;

	if (!label) {
		label = arena_new(&l->scratch, struct label);
		label->block = body_block(&l->b);
		sym->aux = label;
	}
	return label;
}

static void place_label(struct lower *l, struct symbol *sym)
{
	struct label *label = label_of(l, sym);

	label->at = l->cleanups;
	label->is_placed = true;
}

/* The block to branch to in order to arrive at label from here. */
static u32 way_to(struct lower *l, struct label *label)
{
	if (!l->cleanups)
		return label->block;
	struct jump j = { body_block(&l->b), label, l->cleanups, l->b.line, l->b.col };
	vec_push(&l->jumps, j);
	return j.block;
}

static void finish_jumps(struct lower *l)
{
	for (u32 i = 0; i < l->jumps.n; i++) {
		struct jump j = l->jumps.a[i];
		l->b.at = j.block;
		l->b.line = j.line;
		l->b.col = j.col;
		call_cleanups(l, j.from, common_scope(j.from, j.to->at));
		if (l->b.at != NO_BLOCK)
			body_goto(&l->b, j.to->block);
	}
}

/* ---- simple statements --------------------------------------------------------- */

static void lower_declaration(struct lower *l, struct symbol_list *list, bool is_folded)
{
	struct symbol *sym;

	FOR_EACH_PTR(list, sym) {
		if (sym->namespace == NS_TYPEDEF || !sym->ident || type_function(sym) == type_strip(sym))
			continue;
		if (sym->ctype.modifiers & (MOD_STATIC | MOD_EXTERN)) {
			if (sym->initializer && l->b.at != NO_BLOCK)
				decl_symbol(l->f, sym);
			continue;
		}
		home_of(l, sym);
		if (sym->initializer) {
			if (!is_folded)
				fold_initialiser(sym);
			place_initialise(l, sym);
		}
		if (sym->cleanup)
			push_cleanup(l, sym);
	} END_FOR_EACH_PTR(sym);
}

static struct val lower_return(struct lower *l, struct statement *stmt)
{
	struct val v = BODY_UNKNOWN;
	bool has_value = expression_is_typed(stmt->ret_value) &&
		!is_void_type(stmt->ret_value->ctype);

	lower_fold(l, stmt->ret_value);
	v = lower_expression(l, stmt->ret_value);
	lower_at(l, stmt->pos);
	call_cleanups(l, l->cleanups, NULL);
	lower_at(l, stmt->pos);
	body_end(&l->b, FACT_RET, has_value ? 1 : 0, &v);
	return BODY_UNKNOWN;
}

static void end_with_any_of(struct lower *l, u32 n, const u32 *blocks)
{
	VEC(struct val) vals = VEC_INIT;

	vec_push(&vals, BODY_UNKNOWN);
	vec_push(&vals, val_make(VAL_BLOCK, blocks[0]));
	for (u32 i = 1; i < n; i++) {
		struct val number = body_const(&l->b, i);
		vec_push(&vals, number);
		vec_push(&vals, number);
		vec_push(&vals, val_make(VAL_BLOCK, blocks[i]));
	}
	body_end(&l->b, FACT_SWITCH, vals.n, vals.a);
	vec_free(&vals);
}

static void lower_goto(struct lower *l, struct statement *stmt)
{
	struct expression *to = stmt->goto_expression;
	VEC(u32) blocks = VEC_INIT;
	struct symbol *sym;

	lower_at(l, stmt->pos);
	if (stmt->goto_label) {
		if (l->b.at != NO_BLOCK)
			body_goto(&l->b, way_to(l, label_of(l, stmt->goto_label)));
		return;
	}
	lower_fold(l, to);
	lower_expression(l, to);
	lower_at(l, stmt->pos);
	FOR_EACH_PTR(stmt->target_list, sym) {
		vec_push(&blocks, way_to(l, label_of(l, sym)));
	} END_FOR_EACH_PTR(sym);
	if (blocks.n)
		end_with_any_of(l, blocks.n, blocks.a);
	else
		body_end(&l->b, FACT_UNREACHABLE, 0, NULL);
	vec_free(&blocks);
}

/* ---- asm --------------------------------------------------------------------------- */

static void lower_asm_outputs(struct lower *l, struct statement *stmt)
{
	struct asm_operand *op;

	FOR_EACH_PTR(stmt->asm_outputs, op) {
		struct expression *expr = op->expr;
		struct symbol *type;
		struct place p;
		if (!expression_is_typed(expr))
			continue;
		if (op->is_memory) {
			type = type_target(expr->ctype);
			p = place_of(l, expr);
		} else if (expr->type == EXPR_PREOP && expr->op == '*') {
			type = expr->ctype;
			p = place_of(l, expr->unop);
		} else {
			continue;
		}
		if (!type || !type_bits(type))
			continue;
		lower_at(l, stmt->pos);
		struct val v = body_emit(&l->b, FACT_UNKNOWN, type_fact_bits(type), 0, NULL);
		place_store(l, &p, type, v);
	} END_FOR_EACH_PTR(op);
}

static void lower_asm(struct lower *l, struct statement *stmt)
{
	VEC(struct val) inputs = VEC_INIT;
	VEC(u32) blocks = VEC_INIT;
	struct asm_operand *op;
	struct expression *clobber;
	struct symbol *label;

	FOR_EACH_PTR(stmt->asm_inputs, op) {
		lower_fold(l, op->expr);
		vec_push(&inputs, lower_expression(l, op->expr));
	} END_FOR_EACH_PTR(op);
	FOR_EACH_PTR(stmt->asm_outputs, op) {
		lower_fold(l, op->expr);
	} END_FOR_EACH_PTR(op);
	lower_at(l, stmt->pos);
	body_emit(&l->b, FACT_ASM, 0, inputs.n, inputs.a);
	FOR_EACH_PTR(stmt->asm_clobbers, clobber) {
		if (clobber && clobber->type == EXPR_STRING && body_last(&l->b) &&
		    !strcmp(clobber->string->data, "memory"))
			body_last(&l->b)->flags |= FACT_CLOBBER;
	} END_FOR_EACH_PTR(clobber);
	lower_asm_outputs(l, stmt);
	if (stmt->asm_labels && l->b.at != NO_BLOCK) {
		u32 next = body_block(&l->b);
		vec_push(&blocks, next);
		FOR_EACH_PTR(stmt->asm_labels, label) {
			vec_push(&blocks, way_to(l, label_of(l, label)));
		} END_FOR_EACH_PTR(label);
		end_with_any_of(l, blocks.n, blocks.a);
		body_enter(&l->b, next);
	}
	vec_free(&inputs);
	vec_free(&blocks);
}

/* ---- compound statements --------------------------------------------------------------- */

static struct val lower_compound(struct lower *l, struct statement *stmt)
{
	struct cleanup *outer = l->cleanups;
	struct val v = BODY_UNKNOWN;
	struct statement *s;

	FOR_EACH_PTR(stmt->stmts, s) {
		v = lower_statement(l, s);
	} END_FOR_EACH_PTR(s);
	leave_scope(l, outer);
	return v;
}

struct val lower_scope(struct lower *l, struct statement *stmt)
{
	struct cleanup *outer = l->cleanups;
	struct val v = lower_statement(l, stmt);

	leave_scope(l, outer);
	return v;
}

static void lower_if(struct lower *l, struct statement *stmt)
{
	u32 yes = body_block(&l->b), no = body_block(&l->b);
	u32 end = stmt->if_false ? body_block(&l->b) : no;

	lower_fold(l, stmt->if_conditional);
	lower_condition(l, stmt->if_conditional, yes, no);
	body_enter(&l->b, yes);
	lower_scope(l, stmt->if_true);
	if (stmt->if_false) {
		if (l->b.at != NO_BLOCK)
			body_goto(&l->b, end);
		body_enter(&l->b, no);
		lower_scope(l, stmt->if_false);
	}
	body_enter(&l->b, end);
}

static void lower_iterator(struct lower *l, struct statement *stmt)
{
	struct cleanup *outer = l->cleanups;
	u32 top = body_block(&l->b), loop = body_block(&l->b);

	lower_declaration(l, stmt->iterator_syms, false);	/* libsparse forgets these */
	lower_statement(l, stmt->iterator_pre_statement);
	place_label(l, stmt->iterator_break);
	place_label(l, stmt->iterator_continue);
	u32 next = label_of(l, stmt->iterator_continue)->block;
	u32 end = label_of(l, stmt->iterator_break)->block;
	lower_fold(l, stmt->iterator_pre_condition);
	lower_fold(l, stmt->iterator_post_condition);
	body_enter(&l->b, top);
	if (stmt->iterator_pre_condition)
		lower_condition(l, stmt->iterator_pre_condition, loop, end);
	body_enter(&l->b, loop);
	lower_scope(l, stmt->iterator_statement);
	body_enter(&l->b, next);
	lower_statement(l, stmt->iterator_post_statement);
	if (stmt->iterator_post_condition)
		lower_condition(l, stmt->iterator_post_condition, loop, end);
	else if (l->b.at != NO_BLOCK)
		body_goto(&l->b, top);
	body_enter(&l->b, end);
	leave_scope(l, outer);
}

static s64 case_value(struct expression *expr, struct symbol *type)
{
	s64 value = lower_extend(expr->value, type_bits(expr->ctype), type_is_signed(expr->ctype));

	return lower_extend((u64)value, type_bits(type), type_is_signed(type));
}

static void case_range(struct lower *l, struct statement *stmt, struct symbol *type,
		       struct val *low, struct val *high)
{
	struct expression *from = stmt->case_expression, *to = stmt->case_to;

	get_expression_value_silent(from);
	if (to)
		get_expression_value_silent(to);
	*low = body_const(&l->b, case_value(from, type));
	*high = to && to->type == EXPR_VALUE ? body_const(&l->b, case_value(to, type)) : *low;
}

static void lower_switch(struct lower *l, struct statement *stmt)
{
	struct expression *value = stmt->switch_expression;
	u32 end = label_of(l, stmt->switch_break)->block, other = end;
	VEC(struct val) vals = VEC_INIT;
	struct symbol *label;

	place_label(l, stmt->switch_break);
	lower_fold(l, value);
	vec_push(&vals, lower_expression(l, value));
	vec_push(&vals, BODY_UNKNOWN);
	FOR_EACH_PTR(stmt->switch_case->symbol_list, label) {
		struct val low, high;
		u32 block = label_of(l, label)->block;
		if (!label->stmt->case_expression) {
			other = block;
			continue;
		}
		if (!expression_is_typed(value))
			continue;
		case_range(l, label->stmt, value->ctype, &low, &high);
		vec_push(&vals, low);
		vec_push(&vals, high);
		vec_push(&vals, val_make(VAL_BLOCK, block));
	} END_FOR_EACH_PTR(label);
	vals.a[1] = val_make(VAL_BLOCK, other);
	lower_at(l, value ? loc_start(value) : stmt->pos);
	body_switch(&l->b, vals.n, vals.a);
	vec_free(&vals);
	lower_scope(l, stmt->switch_statement);
	body_enter(&l->b, end);
}

static struct val lower_labelled(struct lower *l, struct symbol *label, struct statement *stmt)
{
	place_label(l, label);
	body_enter(&l->b, label_of(l, label)->block);
	return lower_statement(l, stmt);
}

static struct val lower_one(struct lower *l, struct statement *stmt)
{
	switch (stmt->type) {
	case STMT_DECLARATION:
		lower_declaration(l, stmt->declaration, l->expanded);
		break;
	case STMT_EXPRESSION:
		lower_fold(l, stmt->expression);
		return lower_expression(l, stmt->expression);
	case STMT_COMPOUND:
		return lower_compound(l, stmt);
	case STMT_IF:
		lower_if(l, stmt);
		break;
	case STMT_RETURN:
		return lower_return(l, stmt);
	case STMT_SWITCH:
		lower_switch(l, stmt);
		break;
	case STMT_CASE:
		return lower_labelled(l, stmt->case_label, stmt->case_statement);
	case STMT_LABEL:
		return lower_labelled(l, stmt->label_identifier, stmt->label_statement);
	case STMT_ITERATOR:
		lower_iterator(l, stmt);
		break;
	case STMT_GOTO:
		lower_goto(l, stmt);
		break;
	case STMT_ASM:
		lower_asm(l, stmt);
		break;
	case STMT_NONE:
	case STMT_CONTEXT:
	case STMT_RANGE:
		break;
	}
	return BODY_UNKNOWN;
}

/* The value is that of the last expression, for statement expressions. */
struct val lower_statement(struct lower *l, struct statement *stmt)
{
	struct val v = BODY_UNKNOWN;

	if (!stmt)
		return v;
	if (l->depth >= DEPTH_MAX) {
		diag_problem(l->f, PROBLEM_UNSUPPORTED, stmt->pos, "statements are nested too deeply");
		return v;
	}
	l->depth++;
	v = lower_one(l, stmt);
	l->depth--;
	return v;
}

/* ---- functions --------------------------------------------------------------------------- */

static void lower_parameters(struct lower *l, struct symbol *type)
{
	struct symbol *arg;
	u32 n = 0;

	FOR_EACH_PTR(type->arguments, arg) {
		struct home *h = home_of(l, arg);
		struct place p = { .base = h->addr, .in = arg };
		if (h->in_var)
			p = (struct place){ .var = h };
		place_store(l, &p, arg, val_make(VAL_ARG, n++));
	} END_FOR_EACH_PTR(arg);
}

static u32 symbol_of(void *ctx, void *sym)
{
	return decl_symbol(ctx, sym);
}

void function_lower(struct front *f, struct symbol *sym, struct statement *stmt,
		    struct fact_fn *fn)
{
	struct symbol *type = type_function(sym);
	struct lower l = { .f = f, .file = loc_file(f, sym->pos) };
	struct val undefined = val_make(VAL_UNDEF, 0);
	struct body_host host = { .arena = f->arena, .symbol = symbol_of, .ctx = f };

	body_init(&l.b, &host);
	lower_at(&l, sym->pos);
	lower_parameters(&l, type);
	lower_statement(&l, stmt);
	lower_at(&l, sym->endpos);
	body_end(&l.b, FACT_RET, is_void_type(type->ctype.base_type) ? 0 : 1, &undefined);
	finish_jumps(&l);
	body_finish(&l.b, fn);
	body_free(&l.b);
	vec_free(&l.jumps);
	arena_free(&l.scratch);
}
