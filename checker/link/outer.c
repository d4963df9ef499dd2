// SPDX-License-Identifier: MIT
/*
 * Tables and functions that an object got from the function that initialises it, by what
 * the object is part of: init(&engine->wakeref, &engine_ops) and init(&gt->wakeref, &gt_ops) put
 * different tables into the same member, and an object that is known to be an engine's
 * has the first.
 *
 * Known for a member when all that is ever stored into it are arguments of functions
 * that store them into another argument, and all their callers pass the address of a
 * variable or of a function.
 *
 * Requires: scan_bodies().  Ignored: NULL; wrappers around such functions (then nothing
 * is known).
 */
#include "link/internal.h"

#include <stdlib.h>

struct outer_entry { u32 member, outer; struct ref ref; };	/* outer 0: part of anything */

struct outers {
	VEC(struct outer_entry) a;	/* ascending, each once */
	struct bitset members;		/* that something is known of */
};

static int by_member(const void *pa, const void *pb)
{
	const struct outer_entry *a = pa, *b = pb;

	if (a->member != b->member)
		return a->member < b->member ? -1 : 1;
	if (a->outer != b->outer)
		return a->outer < b->outer ? -1 : 1;
	return a->ref.v < b->ref.v ? -1 : a->ref.v > b->ref.v;
}

/* One call of an initialiser; false: what it stores is not known. */
static bool add_call(struct outers *o, const struct pfn *fn, const struct fact_body *b,
		     const struct fact_insn *call, const struct outer_init *init)
{
	struct val value;
	struct ref r;

	if (init->value + 1 >= call->n || init->object + 1 >= call->n)
		return false;
	value = b->vals[call->first + 1 + init->value];
	if (val_kind(value) != VAL_SYM)
		return false;
	r = fn->refs[val_index(value)];
	if (!r.v)
		return false;
	struct outer_entry e = { init->member, value_outer(fn, b, b->vals[call->first + 1 + init->object]), r };

	vec_push(&o->a, e);
	return true;
}

/* Every call in fn of a function that initialises. */
static void add_caller(struct program *p, struct outers *o, u32 id, const struct scan *s, const struct map *first,
		       struct bitset *lost)
{
	const struct pfn *fn = &p->fns.a[id];
	const struct fact_body *b = program_body(p, id);

	for (u32 i = 1; b && i < b->n_insns; i++) {
		for (u32 k = 0; k < b->insns[i].n; k++) {
			u32 callee = value_fn(fn, b->vals[b->insns[i].first + k]);
			const u64 *at = callee ? map_get(first, callee) : NULL;
			bool is_call = b->insns[i].op == FACT_CALL && !k;

			for (u32 n = at ? (u32)*at : 0; at && n < s->outer_inits.n && s->outer_inits.a[n].fn == callee; n++)
				if (!is_call || !add_call(o, fn, b, &b->insns[i], &s->outer_inits.a[n]))
					bitset_set(lost, s->outer_inits.a[n].member);
		}
	}
}

/* The functions whose callers matter, with the first of their stores. */
static struct map initialisers(const struct scan *s, const struct bitset *lost)
{
	struct map first = MAP_INIT;
	bool is_new;

	for (u32 i = 0; i < s->outer_inits.n; i++) {
		u64 *at;

		if (bitset_test(lost, s->outer_inits.a[i].member))
			continue;
		at = map_put(&first, s->outer_inits.a[i].fn, &is_new);
		if (!is_new)
			continue;
		*at = i;
		while (*at && s->outer_inits.a[*at - 1].fn == s->outer_inits.a[i].fn)
			--*at;
	}
	return first;
}

void outers_find(struct program *p, struct scan *s)
{
	struct outers *o = arena_new(&p->arena, struct outers);
	struct bitset lost = BITSET_INIT;
	struct map first;
	u32 n = 0;

	program_private(p)->outers = o;
	for (u32 i = 0; i < s->outer_others.n; i++)
		bitset_set(&lost, s->outer_others.a[i]);
	first = initialisers(s, &lost);
	for (u32 fn = 1; fn < p->fns.n; fn++)
		for (u32 k = 1; p->fns.a[fn].defined && k < p->fns.a[fn].n_refs; k++) {
			struct ref r = p->fns.a[fn].refs[k];

			if (r.v && !ref_is_var(r) && map_get(&first, ref_id(r))) {
				add_caller(p, o, fn, s, &first, &lost);
				break;
			}
		}
	vec_sort(&o->a, by_member);
	for (u32 i = 0; i < o->a.n; i++) {
		struct outer_entry e = o->a.a[i];

		if (bitset_test(&lost, e.member) || (n && !by_member(&o->a.a[n - 1], &e)))
			continue;
		bitset_set(&o->members, e.member);
		o->a.a[n++] = e;
	}
	o->a.n = n;
	bitset_free(&lost);
	map_free(&first);
	vec_free(&s->outer_inits);
	vec_free(&s->outer_others);
}

void outers_free(struct program_private *pp)
{
	if (!pp->outers)
		return;
	vec_free(&pp->outers->a);
	bitset_free(&pp->outers->members);
}

bool program_outer_knows(const struct program *p, u32 member)
{
	return bitset_test(&program_private(p)->outers->members, member);
}

u32 program_outer_refs(const struct program *p, u32 member, u32 outer, struct ref *ret, u32 max)
{
	const struct outers *o = program_private(p)->outers;
	u32 n = 0;

	if (!program_outer_knows(p, member))
		return 0;
	for (u32 i = 0; i < o->a.n && o->a.a[i].member <= member; i++) {
		if (o->a.a[i].member != member || (o->a.a[i].outer && o->a.a[i].outer != outer))
			continue;
		if (n == max)
			return 0;
		ret[n++] = o->a.a[i].ref;
	}
	return n;
}
