// SPDX-License-Identifier: MIT
/*
 * Small questions about values in one body: what a value is once choices and casts
 * are looked through, which member or variable an access touches.
 *
 * Ignored: arithmetic, but for the address of an array's element; what memory holds.
 */
#include "link/internal.h"

#define MAX_ADDRESS_DEPTH 8

struct work {
	struct val todo[VALUE_MAX_LEAVES];
	u32 n_todo;
	u32 seen[VALUE_MAX_LEAVES];	/* choices that were looked into */
	u32 n_seen;
	struct leaves *ret;
};

static void push(struct work *w, struct val v)
{
	if (w->n_todo == VALUE_MAX_LEAVES)
		w->ret->is_complete = false;
	else
		w->todo[w->n_todo++] = v;
}

static void add_leaf(struct leaves *ret, struct val v)
{
	for (u32 i = 0; i < ret->n; i++)
		if (ret->a[i].v == v.v)
			return;
	if (ret->n == VALUE_MAX_LEAVES)
		ret->is_complete = false;
	else
		ret->a[ret->n++] = v;
}

static bool is_new_choice(struct work *w, u32 insn)
{
	for (u32 i = 0; i < w->n_seen; i++)
		if (w->seen[i] == insn)
			return false;
	if (w->n_seen == VALUE_MAX_LEAVES) {
		w->ret->is_complete = false;
		return false;
	}
	w->seen[w->n_seen++] = insn;
	return true;
}

static void look_into(struct work *w, const struct fact_body *b, struct val v)
{
	const struct fact_insn *insn;
	const struct val *vals;

	if (val_kind(v) != VAL_INSN) {
		add_leaf(w->ret, v);
		return;
	}
	insn = &b->insns[val_index(v)];
	vals = &b->vals[insn->first];
	switch (insn->op) {
	case FACT_PHI:
		if (is_new_choice(w, val_index(v)))
			for (u32 i = 1; i < insn->n; i += 2)
				push(w, vals[i]);
		break;
	case FACT_SEL:
		if (is_new_choice(w, val_index(v))) {
			push(w, vals[1]);
			push(w, vals[2]);
		}
		break;
	case FACT_ZEXT:
	case FACT_SEXT:
	case FACT_TRUNC:
		if (is_new_choice(w, val_index(v)))
			push(w, vals[0]);
		break;
	default:
		add_leaf(w->ret, v);
	}
}

void value_leaves(const struct fact_body *b, struct val v, struct leaves *ret)
{
	struct work w = { .n_todo = 0, .n_seen = 0, .ret = ret };

	ret->n = 0;
	ret->is_complete = true;
	push(&w, v);
	while (w.n_todo)
		look_into(&w, b, w.todo[--w.n_todo]);
}

u32 value_member(const struct fact_body *b, const struct fact_insn *insn)
{
	struct val address = b->vals[insn->first];
	const struct fact_insn *from;

	if (insn->extra || insn->off || val_kind(address) != VAL_INSN)
		return insn->extra;
	from = &b->insns[val_index(address)];
	return from->op == FACT_MEMBER ? from->extra : 0;
}

u32 value_var(const struct pfn *fn, const struct fact_body *b, const struct fact_insn *insn)
{
	struct val v = b->vals[insn->first];

	for (u32 depth = 0; depth < MAX_ADDRESS_DEPTH; depth++) {
		const struct fact_insn *from;

		if (val_kind(v) == VAL_SYM) {
			struct ref ref = fn->refs[val_index(v)];

			return ref_is_var(ref) ? ref_id(ref) : 0;
		}
		if (val_kind(v) != VAL_INSN)
			return 0;
		from = &b->insns[val_index(v)];
		if (from->op != FACT_ADD && from->op != FACT_MEMBER)
			return 0;
		v = b->vals[from->first];
		if (from->op == FACT_ADD && val_kind(b->vals[from->first + 1]) == VAL_SYM)
			v = b->vals[from->first + 1];
	}
	return 0;
}

u32 value_fn(const struct pfn *fn, struct val v)
{
	struct ref ref;

	if (val_kind(v) != VAL_SYM)
		return 0;
	ref = fn->refs[val_index(v)];
	return ref_is_var(ref) ? 0 : ref_id(ref);
}

u32 value_outer(const struct pfn *fn, const struct fact_body *b, struct val v)
{
	const struct fact_insn *insn = val_kind(v) == VAL_INSN ? &b->insns[val_index(v)] : NULL;

	return insn && insn->op == FACT_MEMBER && insn->extra ? fn->members[insn->extra] : 0;
}
