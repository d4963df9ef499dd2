// SPDX-License-Identifier: MIT
/*
 * Functions whose code is patched at run time: what a trampoline calls is what the
 * variable beside it has held (static calls).
 *
 * Requires: a finished program.  Provides: for each trampoline the functions that
 * the variable's initialiser names, and those that code puts there: by a store, or
 * by a call that hands over the variable's address and the function's.
 * Where code puts a function into a variable that it knows by pointer only (a
 * tracepoint's), every variable may be meant whose address stands in a struct.
 */
#include "link/internal.h"

#include "rule/rule.h"

#include <stdlib.h>

/* A function that is put into a variable; var 0: into any of is_pointed_to. */
struct keyed { u32 var, fn, slot; };

struct trampolines {
	const struct rule_trampoline *rule;
	VEC(struct keyed) keyed;	/* sorted by variable, function, slot */
	struct map vars;		/* str of a variable's name -> its id */
	struct bitset is_pointed_to;	/* variables whose address an initialiser puts into a member */
};

static bool has_prefix(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

static bool is_holder(const struct program *p, const struct rule_trampoline *rule, struct ref ref)
{
	return ref_is_var(ref) &&
	       has_prefix(program_str(p, p->vars.a[ref_id(ref)].name), rule->variable);
}

/* ---- who puts what where ------------------------------------------------------------ */

static void add_keyed(struct trampolines *t, u32 var, u32 fn, u32 slot)
{
	struct keyed k = { var, fn, slot };

	vec_push(&t->keyed, k);
}

/* The holders whose address is among an instruction's operands. */
static u32 add_operands(struct program *p, struct trampolines *t, const struct fact_body *b, u32 slot)
{
	const struct pslot *s = &p->slots.a[slot];
	const struct pfn *fn = &p->fns.a[s->in_fn];
	const struct fact_insn *insn = &b->insns[s->insn];
	struct leaves leaves;
	u32 n = 0;

	for (u32 i = insn->op == FACT_CALL; i < insn->n; i++) {
		value_leaves(b, b->vals[insn->first + i], &leaves);
		for (u32 k = 0; k < leaves.n; k++) {
			struct ref ref;

			if (val_kind(leaves.a[k]) != VAL_SYM)
				continue;
			ref = fn->refs[val_index(leaves.a[k])];
			if (!is_holder(p, t->rule, ref))
				continue;
			add_keyed(t, ref_id(ref), s->fn, slot);
			n++;
		}
	}
	return n;
}

static void add_slot(struct program *p, struct trampolines *t, u32 slot)
{
	const struct pslot *s = &p->slots.a[slot];
	const struct fact_body *b;

	if (s->var) {
		add_keyed(t, s->var, s->fn, slot);
		return;
	}
	b = program_body(p, s->in_fn);
	if (!b || !add_operands(p, t, b, slot))
		add_keyed(t, 0, s->fn, slot);
}

static int by_variable(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;

	if (a->var != b->var)
		return a->var < b->var ? -1 : 1;
	if (a->fn != b->fn)
		return a->fn < b->fn ? -1 : 1;
	return a->slot < b->slot ? -1 : a->slot > b->slot;
}

static void find_holders(const struct program *p, struct trampolines *t)
{
	for (u32 i = 1; i < p->vars.n; i++)
		if (is_holder(p, t->rule, ref_var(i)))
			*map_put(&t->vars, p->vars.a[i].name.n, NULL) = i;
	for (u32 i = 0; i < p->inits.n; i++)
		if (p->inits.a[i].member && is_holder(p, t->rule, p->inits.a[i].target))
			bitset_set(&t->is_pointed_to, ref_id(p->inits.a[i].target));
}

static struct trampolines *get(struct program *p, const struct rule_trampoline *rule)
{
	struct program_private *pp = program_private(p);
	u32 member = program_find_member(p, rule->member.tag, rule->member.path);

	for (u32 i = 0; i < pp->trampolines.n; i++)
		if (pp->trampolines.a[i]->rule == rule)
			return pp->trampolines.a[i];
	struct trampolines *t = arena_new(&p->arena, struct trampolines);
	vec_push(&pp->trampolines, t);
	t->rule = rule;
	find_holders(p, t);
	for (u32 i = 0; member && i < p->members.a[member].n_slots; i++)
		add_slot(p, t, p->members.a[member].first_slot + i);
	vec_sort(&t->keyed, by_variable);
	return t;
}

void trampolines_free(struct program_private *pp)
{
	for (u32 i = 0; i < pp->trampolines.n; i++) {
		vec_free(&pp->trampolines.a[i]->keyed);
		map_free(&pp->trampolines.a[i]->vars);
		bitset_free(&pp->trampolines.a[i]->is_pointed_to);
	}
	vec_free(&pp->trampolines);
}

/* ---- look-up -------------------------------------------------------------------------- */

struct targets { struct target *a; u32 n, cap; };

static void add_targets(const struct trampolines *t, u32 var, struct targets *ret)
{
	u32 low = 0, high = t->keyed.n;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (t->keyed.a[mid].var < var)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < t->keyed.n && t->keyed.a[low].var == var; low++) {
		struct target target = { t->keyed.a[low].fn, t->keyed.a[low].slot };

		vec_push(ret, target);
	}
}

static int by_function(const void *pa, const void *pb)
{
	const struct target *a = pa, *b = pb;

	if (a->fn != b->fn)
		return a->fn < b->fn ? -1 : 1;
	return a->slot < b->slot ? -1 : a->slot > b->slot;
}

static struct target_list list_targets(struct program *p, const struct trampolines *t, u32 var)
{
	struct targets all = VEC_INIT;
	u32 n = 0;

	add_targets(t, var, &all);
	if (bitset_test(&t->is_pointed_to, var))
		add_targets(t, 0, &all);
	vec_sort(&all, by_function);
	for (u32 i = 0; i < all.n; i++)
		if (!n || all.a[n - 1].fn != all.a[i].fn)
			all.a[n++] = all.a[i];
	struct target_list list = { n, arena_dup(&p->arena, all.a, n * sizeof(*all.a)) };
	vec_free(&all);
	return list;
}

static bool find_targets(struct program *p, u32 fn, const struct rule_trampoline *rule,
			 const struct target **ret, u32 *n_ret)
{
	const char *name = pfn_name(p, fn);
	struct program_private *pp = program_private(p);
	bool is_new;

	*ret = NULL;
	*n_ret = 0;
	if (p->fns.a[fn].defined || !has_prefix(name, rule->function))
		return false;
	const struct trampolines *t = get(p, rule);
	char *holder = arena_printf(&p->arena, "%s%s", rule->variable, name + strlen(rule->function));
	struct str id = str_find(p->strings, holder);
	const u64 *var = id.n ? map_get(&t->vars, id.n) : NULL;
	if (!var)
		return false;
	u64 *list = map_put(&pp->target_lists, map_key2(fn | 1u << 30, 0), &is_new);
	if (is_new) {
		*list = pp->lists.n;
		vec_push(&pp->lists, list_targets(p, t, (u32)*var));
	}
	*ret = pp->lists.a[*list].a;
	*n_ret = pp->lists.a[*list].n;
	return *n_ret || p->vars.a[*var].defined;
}

bool program_trampoline_targets(struct program *p, u32 fn, const struct rule_trampoline *rule,
				const struct target **ret, u32 *n_ret)
{
	bool is_known;

	program_lock(p);
	is_known = find_targets(p, fn, rule, ret, n_ret);
	program_unlock(p);
	return is_known;
}
