// SPDX-License-Identifier: MIT
/*
 * What functions are put where: the slots of initialisers and of stores, sorted,
 * each once, with an index by member and by variable.
 *
 * Requires: scan_bodies(), flow_sinks().  Provides: program->slots, var_slots,
 * pmember.first_slot and n_slots; address_taken of what initialisers name.
 * Ignored for address_taken: a plain static pointer that nothing refers to (what
 * EXPORT_SYMBOL() leaves behind): nobody can call through it.
 */
#include "link/internal.h"

#include <stdlib.h>

static int compare_u32(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

static int compare_rest(const struct pslot *a, const struct pslot *b)
{
	int c = compare_u32(a->in_fn, b->in_fn);

	c = c ? c : compare_u32(a->insn, b->insn);
	return c ? c : compare_u32(a->off, b->off);
}

static int by_member(const void *pa, const void *pb)
{
	const struct pslot *a = pa, *b = pb;
	int c = compare_u32(a->member, b->member);

	c = c ? c : compare_u32(a->fn, b->fn);
	c = c ? c : compare_u32(a->var, b->var);
	return c ? c : compare_rest(a, b);
}

static int by_var(const void *pa, const void *pb)
{
	const struct pslot *a = pa, *b = pb;
	int c = compare_u32(a->var, b->var);

	c = c ? c : compare_u32(a->fn, b->fn);
	return c ? c : compare_rest(a, b);
}

static void remove_duplicates(struct slot_vec *slots)
{
	u32 n = 0;

	for (u32 i = 0; i < slots->n; i++) {
		if (n && by_member(&slots->a[n - 1], &slots->a[i]) == 0)
			continue;
		slots->a[n++] = slots->a[i];
	}
	slots->n = n;
}

/* Variables that some code or some other initialiser refers to. */
static struct bitset referred_vars(const struct program *p)
{
	struct bitset ret = BITSET_INIT;

	for (u32 i = 1; i < p->fns.n; i++)
		for (u32 k = 1; k < p->fns.a[i].n_refs; k++)
			if (ref_is_var(p->fns.a[i].refs[k]))
				bitset_set(&ret, ref_id(p->fns.a[i].refs[k]));
	for (u32 i = 0; i < p->inits.n; i++)
		if (ref_is_var(p->inits.a[i].target))
			bitset_set(&ret, ref_id(p->inits.a[i].target));
	return ret;
}

static void add_inits(struct program *p, struct scan *s)
{
	struct bitset referred = referred_vars(p);

	for (u32 i = 0; i < p->inits.n; i++) {
		const struct pinit *init = &p->inits.a[i];
		const struct pvar *var = &p->vars.a[init->var];
		struct pslot slot = { .member = init->member, .fn = ref_id(init->target),
				      .var = init->var, .off = init->off, .line = var->line };
		bool is_local = var->linkage == LINK_STATIC || var->linkage == LINK_LOCAL_STATIC;

		if (!init->target.v || ref_is_var(init->target))
			continue;
		if (init->member)
			vec_push(&s->slots, slot);
		else
			vec_push(&s->var_slots, slot);
		if (init->member || !is_local || bitset_test(&referred, init->var))
			p->fns.a[slot.fn].address_taken = true;
	}
	bitset_free(&referred);
}

static void index_members(struct program *p)
{
	for (u32 i = 0; i < p->slots.n; i++) {
		struct pmember *m = &p->members.a[p->slots.a[i].member];

		if (!m->n_slots++)
			m->first_slot = i;
	}
}

static void index_vars(struct program_private *pp)
{
	const struct program *p = &pp->p;
	u32 at = 0;

	vec_reserve(&pp->var_slot_first, p->vars.n + 1);
	for (u32 var = 0; var <= p->vars.n; var++) {
		while (at < p->var_slots.n && p->var_slots.a[at].var < var)
			at++;
		vec_push(&pp->var_slot_first, at);
	}
}

#define move(to, from) do {						\
	(to)->a = (from)->a;						\
	(to)->n = (from)->n;						\
	(to)->cap = (from)->cap;					\
	(from)->a = NULL;						\
	(from)->n = (from)->cap = 0;					\
} while (0)

void slots_finish(struct program *p, struct scan *s)
{
	add_inits(p, s);
	vec_sort(&s->slots, by_member);
	vec_sort(&s->var_slots, by_var);
	remove_duplicates(&s->slots);
	remove_duplicates(&s->var_slots);
	move(&p->slots, &s->slots);
	move(&p->var_slots, &s->var_slots);
	move(&program_private(p)->passes, &s->passes);
	index_members(p);
	index_vars(program_private(p));
}
