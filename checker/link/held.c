// SPDX-License-Identifier: MIT
/*
 * The tables that a member can point to.  Known for a member when all that the program
 * stores into it are addresses of variables, NULL, and what the same member of another
 * object holds, and nobody takes the member's own address: then a call through it goes to
 * an entry of one of these variables, whatever other tables of this type there are.  And one of
 * an object that is a certain member of another one has the tables that are stored through this
 * very member, or where that is not seen; but not when objects get theirs from each other.
 *
 * Requires: scan_bodies(), initialisers.  Ignored: copies of whole structs from memory of
 * another type, and TUs that gave no facts.
 */
#include "link/internal.h"

#include <stdlib.h>

struct helds {
	VEC(struct put) a;		/* ascending, each once */
	struct map first;		/* member -> its first in a, plus 1; only those that are known */
	struct bitset copied;		/* members that objects get from each other */
};

void held_scan_store(struct body_facts f, const struct fact_insn *insn, u32 member, const struct leaves *leaves,
		     struct put_vec *ret)
{
	for (u32 i = 0; i < leaves->n; i++) {
		struct val v = leaves->a[i];
		struct put put = { member, 0, value_outer(f.fn, f.b, f.b->vals[insn->first]) };

		if (val_kind(v) == VAL_CONST && !f.b->consts[val_index(v)])
			continue;
		if (val_kind(v) == VAL_INSN && f.b->insns[val_index(v)].op == FACT_LOAD) {
			u32 local = value_member(f.b, &f.b->insns[val_index(v)]);

			if (local && f.fn->members[local] == member)
				put.var = PUT_COPY;
		}
		if (val_kind(v) == VAL_SYM && f.fn->refs[val_index(v)].v && ref_is_var(f.fn->refs[val_index(v)]))
			put.var = ref_id(f.fn->refs[val_index(v)]);
		vec_push(ret, put);
	}
	if (!leaves->is_complete || insn->bits != 64) {
		struct put put = { member, 0, 0 };

		vec_push(ret, put);
	}
}

/* Is operand k of the instruction only where it reads or writes, or compared? */
static bool keeps_address(const struct fact_insn *insn, u32 k)
{
	switch (insn->op) {
	case FACT_LOAD: case FACT_MEMBER: case FACT_CBR: case FACT_SWITCH:
	case FACT_EQ: case FACT_NE: case FACT_LT: case FACT_LE: case FACT_ULT: case FACT_ULE:
		return true;
	case FACT_STORE:
		return !k;
	default:
		return false;
	}
}

u32 value_taken(const struct fact_body *b, const struct fact_insn *insn, u32 k)
{
	struct val v = b->vals[insn->first + k];
	const struct fact_insn *from = val_kind(v) == VAL_INSN ? &b->insns[val_index(v)] : NULL;

	return from && from->op == FACT_MEMBER && !keeps_address(insn, k) ? from->extra : 0;
}

void held_scan_taken(struct body_facts f, const struct fact_insn *insn, struct put_vec *ret)
{
	for (u32 k = 0; k < insn->n; k++) {
		struct put put = { 0, 0, 0 };
		u32 local = value_taken(f.b, insn, k);

		if (!local)
			continue;
		put.member = f.fn->members[local];
		vec_push(ret, put);
	}
}

static int by_member(const void *pa, const void *pb)
{
	const struct put *a = pa, *b = pb;

	if (a->member != b->member)
		return a->member < b->member ? -1 : 1;
	if (a->var != b->var)
		return a->var < b->var ? -1 : 1;
	return a->outer < b->outer ? -1 : a->outer > b->outer;
}

/* Keeps what is put into members of which all is known: nothing else than tables is put there. */
static void keep_known(struct put_vec *puts)
{
	struct bitset others = BITSET_INIT;
	u32 n = 0;

	for (u32 i = 0; i < puts->n; i++)
		if (!puts->a[i].var)
			bitset_set(&others, puts->a[i].member);
	for (u32 i = 0; i < puts->n; i++)
		if (!bitset_test(&others, puts->a[i].member))
			puts->a[n++] = puts->a[i];
	puts->n = n;
	bitset_free(&others);
}

/* Only tables: the members' first ones are variables. */
void helds_find(struct program *p, struct scan *s)
{
	struct helds *h = arena_new(&p->arena, struct helds);
	u32 known = 0;

	program_private(p)->helds = h;
	for (u32 i = 0; i < p->inits.n; i++) {
		const struct pinit *init = &p->inits.a[i];
		struct put put = { init->member, 0, 0 };

		if (!init->member || (!init->target.v && !init->value))
			continue;
		if (init->target.v && ref_is_var(init->target))
			put.var = ref_id(init->target);
		vec_push(&s->puts, put);
	}
	keep_known(&s->puts);
	vec_sort(&s->puts, by_member);
	for (u32 i = 0; i < s->puts.n; i++) {
		struct put put = s->puts.a[i];
		bool is_first = !i || s->puts.a[i - 1].member != put.member;
		bool is_new;

		if (is_first)
			known = put.var && put.var != PUT_COPY ? put.member : 0;
		if (known != put.member || (!is_first && !by_member(&s->puts.a[i - 1], &put)))
			continue;
		if (put.var == PUT_COPY)
			bitset_set(&h->copied, put.member);
		vec_push(&h->a, put);
		if (is_first)
			*map_put(&h->first, put.member, &is_new) = h->a.n;
	}
	vec_free(&s->puts);
}

void helds_free(struct program_private *pp)
{
	if (!pp->helds)
		return;
	vec_free(&pp->helds->a);
	map_free(&pp->helds->first);
	bitset_free(&pp->helds->copied);
}

bool program_may_hold(const struct program *p, u32 member, u32 outer, u32 var)
{
	const struct helds *h = program_private(p)->helds;
	const u64 *first = map_get(&h->first, member);

	if (!first)
		return true;
	if (bitset_test(&h->copied, member))
		outer = 0;
	for (u32 i = (u32)*first - 1; i < h->a.n && h->a.a[i].member == member; i++)
		if (h->a.a[i].var == var && (!outer || !h->a.a[i].outer || h->a.a[i].outer == outer))
			return true;
	return false;
}
