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

/* Members first, then variables. */
static int by_holder(const void *pa, const void *pb)
{
	const struct pslot *a = pa, *b = pb;
	int c = compare_u32(slot_holder(a).v, slot_holder(b).v);

	c = c ? c : compare_u32(a->fn, b->fn);
	c = c ? c : compare_u32(a->var, b->var);
	return c ? c : compare_rest(a, b);
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

void slots_of_inits(struct program *p, struct scan *s)
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
		vec_push(&s->slots, slot);
		if (init->member || !is_local || bitset_test(&referred, init->var))
			p->fns.a[slot.fn].address_taken = true;
	}
	bitset_free(&referred);
}

/* Two functions were stored into objects that are part of different things. */
static void find_telling(struct program_private *pp)
{
	const struct program *p = &pp->p;
	u32 part = 0;

	for (u32 i = 1; i < p->slots.n; i++) {
		const struct pslot *s = &p->slots.a[i];

		if (s->member != s[-1].member)
			part = 0;
		if (s->part && part && s->part != part)
			bitset_set(&pp->telling, s->member);
		part = part ? part : s->part;
	}
}

bool program_parts_tell(const struct program *p, u32 member)
{
	return bitset_test(&program_private(p)->telling, member);
}

bool program_part_has(const struct program *p, struct target t, u32 part)
{
	const struct pslot *s = &p->slots.a[t.slot];

	if (!t.slot || !part || !program_parts_tell(p, s->member))
		return true;
	for (u32 i = t.slot; i < p->slots.n && p->slots.a[i].member == s->member && p->slots.a[i].fn == s->fn; i++)
		if (!p->slots.a[i].part || p->slots.a[i].part == part)
			return true;
	return false;
}

static void index_members(struct program *p)
{
	for (u32 i = 1; i < p->slots.n; i++) {
		struct pmember *m = &p->members.a[p->slots.a[i].member];

		if (!m->n_slots++)
			m->first_slot = i;
	}
}

static void index_vars(struct program_private *pp)
{
	const struct program *p = &pp->p;
	u32 at = 1;

	vec_reserve(&pp->var_slot_first, p->vars.n + 1);
	for (u32 var = 0; var <= p->vars.n; var++) {
		while (at < p->var_slots.n && p->var_slots.a[at].var < var)
			at++;
		vec_push(&pp->var_slot_first, at);
	}
}

/* Each slot once, to where it belongs; element 0 is not used. */
static void hand_over(struct program *p, const struct slot_vec *slots)
{
	(void)vec_add(&p->slots);
	(void)vec_add(&p->var_slots);
	for (u32 i = 0; i < slots->n; i++) {
		if (i && by_holder(&slots->a[i - 1], &slots->a[i]) == 0)
			continue;
		if (slots->a[i].member)
			vec_push(&p->slots, slots->a[i]);
		else
			vec_push(&p->var_slots, slots->a[i]);
	}
}

void slots_finish(struct program *p, struct scan *s)
{
	parts_of_callers(&s->parts, &s->slots);
	parts_free(&s->parts);
	parts_confirm(p, &s->slots);
	vec_sort(&s->slots, by_holder);
	hand_over(p, &s->slots);
	vec_free(&s->slots);
	program_private(p)->passes = s->passes;
	index_members(p);
	find_telling(program_private(p));
	index_vars(program_private(p));
}
