// SPDX-License-Identifier: MIT
/*
 * Building a function's blocks and instructions, in order of the source.
 * Folds next to nothing: what C calls constant was folded before, and the
 * rest is for the engine.
 */
#include "body.h"

static struct ins *add_ins(struct body *b)
{
	struct ins *i = vec_add(&b->insns);

	i->line = b->line;
	i->col = b->col;
	return i;
}

void body_init(struct body *b, const struct body_host *host)
{
	*b = (struct body){ .host = *host };
	(void)vec_add(&b->insns);
	(void)vec_add(&b->locals);
	b->at = body_block(b);
}

void body_free(struct body *b)
{
	for (u32 i = 0; i < b->blocks.n; i++) {
		vec_free(&b->blocks.a[i].insns);
		vec_free(&b->blocks.a[i].preds);
	}
	vec_free(&b->insns);
	vec_free(&b->vals);
	vec_free(&b->consts);
	vec_free(&b->locals);
	vec_free(&b->blocks);
	vec_free(&b->order);
	vec_free(&b->syms);
	map_free(&b->const_ids);
	map_free(&b->sym_ids);
}

u32 body_block(struct body *b)
{
	(void)vec_add(&b->blocks);
	return b->blocks.n - 1;
}

void body_enter(struct body *b, u32 block)
{
	if (b->at != NO_BLOCK)
		body_goto(b, block);
	b->at = block;
}

struct val body_const(struct body *b, s64 value)
{
	bool is_new;
	u64 *id = map_put(&b->const_ids, (u64)value, &is_new);

	if (is_new) {
		*id = b->consts.n;
		vec_push(&b->consts, value);
	}
	return val_make(VAL_CONST, (u32)*id);
}

struct val body_symbol(struct body *b, void *sym)
{
	bool is_new;
	u64 *id = map_put(&b->sym_ids, (u64)(uintptr_t)sym, &is_new);

	if (is_new) {
		*id = b->syms.n;
		vec_push(&b->syms, sym);
	}
	return val_make(VAL_SYM, (u32)*id);
}

bool body_is_const(const struct body *b, struct val v, s64 *value_ret)
{
	if (val_kind(v) != VAL_CONST)
		return false;
	*value_ret = b->consts.a[val_index(v)];
	return true;
}

struct val body_local(struct body *b, struct str name, struct str tag, u32 size)
{
	struct fact_local *l = vec_add(&b->locals);

	l->name = name.n;
	l->tag = tag.n;
	l->size = size;
	return val_make(VAL_LOCAL, b->locals.n - 1);
}

struct val body_emit(struct body *b, u8 op, u8 bits, u32 n, const struct val *vals)
{
	if (b->at == NO_BLOCK)
		return BODY_UNKNOWN;
	struct ins *i = add_ins(b);
	i->op = op;
	i->bits = bits;
	i->first = b->vals.n;
	i->n = n;
	for (u32 k = 0; k < n; k++)
		vec_push(&b->vals, vals[k]);
	vec_push(&b->blocks.a[b->at].insns, b->insns.n - 1);
	return val_make(VAL_INSN, b->insns.n - 1);
}

struct val body_op1(struct body *b, u8 op, u8 bits, struct val x)
{
	return body_emit(b, op, bits, 1, &x);
}

struct val body_op2(struct body *b, u8 op, u8 bits, struct val x, struct val y)
{
	struct val vals[] = { x, y };
	s64 value;

	if ((op == FACT_ADD || op == FACT_SUB) && body_is_const(b, y, &value) && !value)
		return x;
	return body_emit(b, op, bits, 2, vals);
}

struct ins *body_last(struct body *b)
{
	return b->at == NO_BLOCK ? NULL : vec_last(&b->insns);
}

void body_end(struct body *b, u8 op, u32 n, const struct val *vals)
{
	body_emit(b, op, 0, n, vals);
	b->at = NO_BLOCK;
}

void body_goto(struct body *b, u32 block)
{
	struct val to = val_make(VAL_BLOCK, block);

	body_end(b, FACT_BR, 1, &to);
}

void body_branch(struct body *b, struct val condition, u32 if_true, u32 if_false)
{
	struct val vals[] = { condition, val_make(VAL_BLOCK, if_true),
			      val_make(VAL_BLOCK, if_false) };
	s64 value;

	if (body_is_const(b, condition, &value))
		body_goto(b, value ? if_true : if_false);
	else
		body_end(b, FACT_CBR, 3, vals);
}

void body_switch(struct body *b, u32 n, const struct val *vals)
{
	struct val to = vals[1];
	s64 value, low, high;

	if (!body_is_const(b, vals[0], &value)) {
		body_end(b, FACT_SWITCH, n, vals);
		return;
	}
	for (u32 i = 2; i + 2 < n; i += 3)
		if (body_is_const(b, vals[i], &low) && body_is_const(b, vals[i + 1], &high) &&
		    value >= low && value <= high)
			to = vals[i + 2];
	body_goto(b, val_index(to));
}

u32 body_var(struct body *b)
{
	return b->n_vars++;
}

struct val body_read(struct body *b, u32 var, u8 bits)
{
	struct val v = body_emit(b, BODY_READ, bits, 0, NULL);

	if (body_last(b))
		body_last(b)->extra = var;
	return v;
}

void body_write(struct body *b, u32 var, struct val v)
{
	body_op1(b, BODY_WRITE, 0, v);
	if (body_last(b))
		body_last(b)->extra = var;
}
