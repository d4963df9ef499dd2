// SPDX-License-Identifier: MIT
/*
 * Variables that are as good as const: static, with an initialiser, and nothing in the
 * program writes to them.  Many option structs are meant to be const and do not say so.
 *
 * A variable is written when a store goes to it, and thought to be when its address is
 * stored, returned, handed to assembly, to a call by pointer
 * or to a function without a body, or is in another initialiser.  What a function does with
 * an argument is looked up in that function, FOLLOW_LEVELS deep.
 *
 * Requires: a finished program.  Ignored: writes through pointers that were made of
 * numbers.
 */
#include "link/internal.h"

#include <stdlib.h>

#define FOLLOW_LEVELS 8
#define KNOWN_CONSTANT 1
#define KNOWN_WRITTEN 2

/* Who refers to a variable: functions by variable, sorted by variable. */
struct referrer { u32 var, fn; };

static int by_var(const void *pa, const void *pb)
{
	const struct referrer *a = pa, *b = pb;

	if (a->var != b->var)
		return a->var < b->var ? -1 : 1;
	return a->fn < b->fn ? -1 : a->fn > b->fn;
}

struct constvars {
	VEC(struct referrer) referrers;
	struct bitset in_initialiser;
	u8 *known;		/* by variable: KNOWN_*, 0: not asked yet */
	struct map arguments;	/* (function, argument) -> KNOWN_* */
};

static struct constvars *constvars_of(struct program *p)
{
	struct program_private *pp = program_private(p);
	struct constvars *cv = pp->constvars;

	if (cv)
		return cv;
	cv = pp->constvars = arena_new(&p->arena, struct constvars);
	cv->known = arena_array(&p->arena, u8, p->vars.n);
	for (u32 fn = 1; fn < p->fns.n; fn++)
		for (u32 k = 1; p->fns.a[fn].defined && k < p->fns.a[fn].n_refs; k++) {
			struct ref r = p->fns.a[fn].refs[k];
			struct referrer x = { ref_id(r), fn };

			if (r.v && ref_is_var(r) && !p->vars.a[x.var].is_const && p->vars.a[x.var].n_inits)
				vec_push(&cv->referrers, x);
		}
	vec_sort(&cv->referrers, by_var);
	for (u32 i = 0; i < p->inits.n; i++)
		if (p->inits.a[i].target.v && ref_is_var(p->inits.a[i].target))
			bitset_set(&cv->in_initialiser, ref_id(p->inits.a[i].target));
	return cv;
}

void constvars_free(struct program_private *pp)
{
	struct constvars *cv = pp->constvars;

	if (!cv)
		return;
	vec_free(&cv->referrers);
	bitset_free(&cv->in_initialiser);
	map_free(&cv->arguments);
}

/* ---- one function: what it does with an address ------------------------------------ */

/* The address: a variable, or an argument. */
struct subject { u32 var, arg; bool is_arg; };

static bool is_subject(const struct pfn *fn, struct val v, const struct subject *s)
{
	if (s->is_arg)
		return val_kind(v) == VAL_ARG && val_index(v) == s->arg;
	return val_kind(v) == VAL_SYM && fn->refs[val_index(v)].v && ref_is_var(fn->refs[val_index(v)]) &&
	       ref_id(fn->refs[val_index(v)]) == s->var;
}

static bool is_derived(const struct pfn *fn, const struct bitset *derived, struct val v, const struct subject *s)
{
	return is_subject(fn, v, s) || (val_kind(v) == VAL_INSN && bitset_test(derived, val_index(v)));
}

static bool argument_is_written(struct program *p, u32 fn, u32 arg, u32 level);

/* Does this use of the address write, or lose it?  What is computed of it goes to derived. */
static bool use_writes(struct program *p, const struct pfn *fn, const struct fact_body *b, u32 i, u32 operand,
		       struct bitset *derived, u32 level)
{
	const struct fact_insn *insn = &b->insns[i];
	u32 callee;

	switch (insn->op) {
	case FACT_LOAD: case FACT_CBR: case FACT_SWITCH:
	case FACT_EQ: case FACT_NE: case FACT_LT: case FACT_LE: case FACT_ULT: case FACT_ULE:
		return false;
	case FACT_MEMBER: case FACT_ADD: case FACT_SUB: case FACT_PHI: case FACT_SEL:
		bitset_set(derived, i);
		return false;
	case FACT_CALL:
		callee = value_fn(fn, b->vals[insn->first]);
		return !callee || !operand || argument_is_written(p, callee, operand - 1, level + 1);
	default:
		return true;
	}
}

static bool function_writes(struct program *p, u32 id, const struct subject *s, u32 level)
{
	const struct pfn *fn = &p->fns.a[id];
	const struct fact_body *b = program_body(p, id);
	struct bitset derived = BITSET_INIT;
	bool is_written = !b, again = true;

	while (!is_written && again) {
		u32 n = bitset_count(&derived);

		for (u32 i = 1; i < b->n_insns && !is_written; i++)
			for (u32 k = 0; k < b->insns[i].n && !is_written; k++)
				if (is_derived(fn, &derived, b->vals[b->insns[i].first + k], s))
					is_written = use_writes(p, fn, b, i, k, &derived, level);
		again = bitset_count(&derived) != n;
	}
	bitset_free(&derived);
	return is_written;
}

static bool argument_is_written(struct program *p, u32 fn, u32 arg, u32 level)
{
	struct subject s = { .arg = arg, .is_arg = true };
	struct constvars *cv = constvars_of(p);
	u64 *known;
	bool is_new, is_written;

	if (level > FOLLOW_LEVELS || !p->fns.a[fn].defined || arg >= p->fns.a[fn].n_args)
		return true;
	known = map_put(&cv->arguments, map_key2(fn, arg), &is_new);
	if (!is_new)
		return *known != KNOWN_CONSTANT;
	*known = KNOWN_CONSTANT;	/* a cycle adds nothing */
	is_written = function_writes(p, fn, &s, level);
	*map_put(&cv->arguments, map_key2(fn, arg), NULL) = is_written ? KNOWN_WRITTEN : KNOWN_CONSTANT;
	return is_written;
}

bool program_var_is_constant(struct program *p, u32 var)
{
	const struct pvar *v = &p->vars.a[var];
	struct subject s = { .var = var };
	struct constvars *cv;
	u32 low = 0, high;

	if (v->is_const)
		return true;
	if (!v->defined || !v->n_inits || (v->linkage != LINK_STATIC && v->linkage != LINK_LOCAL_STATIC))
		return false;
	cv = constvars_of(p);
	if (cv->known[var])
		return cv->known[var] == KNOWN_CONSTANT;
	cv->known[var] = bitset_test(&cv->in_initialiser, var) ? KNOWN_WRITTEN : KNOWN_CONSTANT;
	for (high = cv->referrers.n; low < high; ) {
		u32 mid = low + (high - low) / 2;

		if (cv->referrers.a[mid].var < var)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < cv->referrers.n && cv->referrers.a[low].var == var && cv->known[var] == KNOWN_CONSTANT; low++)
		if (function_writes(p, cv->referrers.a[low].fn, &s, 0))
			cv->known[var] = KNOWN_WRITTEN;
	return cv->known[var] == KNOWN_CONSTANT;
}
