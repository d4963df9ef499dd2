// SPDX-License-Identifier: MIT
/*
 * See maker.h.
 *
 * Ignored: makers that return what a function gave them, or a member at an address of which
 * nothing is known; tables that are filled at run time.  An object of the same struct that
 * is made elsewhere (on a stack, in a variable) is taken to be the maker's, too.
 */
#include "analysis/maker.h"

#define PHI_DEPTH 8

static struct made *made_of(struct engine *e, u32 member, const struct rule_maker *rule)
{
	struct made m = { member, rule, AV_BOTTOM };
	u32 i;

	for (i = 0; i < e->made.n; i++)
		if (e->made.a[i].member == member)
			return &e->made.a[i];
	vec_push(&e->made, m);
	return vec_last(&e->made);
}

/* Every member whose address v can be. */
static void add_value(struct engine *e, u32 fn, struct val v, const struct rule_maker *rule,
		      struct av table, u32 depth)
{
	const struct fact_body *b = program_body(e->p, fn);
	const struct fact_insn *insn;
	struct made *m;
	u32 k;

	if (val_kind(v) != VAL_INSN || depth == PHI_DEPTH)
		return;
	insn = &b->insns[val_index(v)];
	if (insn->op == FACT_PHI) {
		for (k = 1; k < insn->n; k += 2)
			add_value(e, fn, b->vals[insn->first + k], rule, table, depth + 1);
	} else if (insn->op == FACT_MEMBER && insn->extra) {
		m = made_of(e, e->p->fns.a[fn].members[insn->extra], rule);
		m->tables = av_join(&e->values, m->tables, table);
	}
}

static void add_slot(struct engine *e, const struct pslot *s, const struct rule_maker *rule)
{
	const struct fact_body *b = s->fn ? program_body(e->p, s->fn) : NULL;
	struct av table = AV_TOP;
	u32 i;

	if (s->var)
		table = av_addr(&e->values, obj_make(OBJ_VAR, s->var),
				(s32)s->off - (s32)e->p->members.a[s->member].off);
	for (i = 1; b && i < b->n_insns; i++)
		if (b->insns[i].op == FACT_RET && b->insns[i].n)
			add_value(e, s->fn, b->vals[b->insns[i].first], rule, table, 0);
}

static void find_all(struct engine *e)
{
	u32 i, k;

	for (i = 0; i < e->rules->makers.n; i++) {
		const struct rule_maker *rule = &e->rules->makers.a[i];
		u32 m = program_find_member(e->p, rule->entry.tag, rule->entry.path);
		const struct pmember *entry = &e->p->members.a[m];

		for (k = entry->first_slot; m && k < entry->first_slot + entry->n_slots; k++)
			add_slot(e, &e->p->slots.a[k], rule);
	}
}

const struct made *maker_find(struct engine *e, u32 member)
{
	u32 i;

	if (!e->made_found)
		find_all(e);
	e->made_found = true;
	for (i = 0; i < e->made.n; i++)
		if (e->made.a[i].member == member)
			return e->made.a[i].tables.n == AV_TOP.n ? NULL : &e->made.a[i];
	return NULL;
}
