// SPDX-License-Identifier: MIT
/*
 * Variables that are as good as const: static, with an initialiser, and nothing in the
 * program writes to them.  Many option structs are meant to be const and do not say so.
 *
 * A variable is written when a store goes to it, and thought to be when its address is
 * stored, returned, handed to assembly, to a call by pointer
 * or to a function without a body, or is in another initialiser.  What a function does with
 * an argument is looked up in that function, and in those that it hands it on to, until
 * FOLLOW_MAX of them were looked at.
 *
 * Requires: a finished program.  Ignored: writes through pointers that were made of
 * numbers.
 */
#include "link/internal.h"

#include <stdlib.h>

#define FOLLOW_MAX 400
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

/* An argument that is given the address. */
struct handed { u32 fn, arg; };
struct follow { VEC(struct handed) handed; };

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

/* Does this use of the address write, or lose it?  What is computed of it goes to derived,
 * whom it is handed to to 'to'. */
static bool use_writes(const struct pfn *fn, const struct fact_body *b, u32 i, u32 operand, struct bitset *derived,
		       struct follow *to)
{
	const struct fact_insn *insn = &b->insns[i];
	struct handed next;

	switch (insn->op) {
	case FACT_LOAD: case FACT_CBR: case FACT_SWITCH:
	case FACT_EQ: case FACT_NE: case FACT_LT: case FACT_LE: case FACT_ULT: case FACT_ULE:
		return false;
	case FACT_MEMBER: case FACT_ADD: case FACT_SUB: case FACT_PHI: case FACT_SEL:
		bitset_set(derived, i);
		return false;
	case FACT_CALL:
		next = (struct handed){ value_fn(fn, b->vals[insn->first]), operand - 1 };
		if (!next.fn || !operand)
			return true;
		vec_push(&to->handed, next);
		return false;
	default:
		return true;
	}
}

static bool function_writes(struct program *p, u32 id, const struct subject *s, struct follow *to)
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
					is_written = use_writes(fn, b, i, k, &derived, to);
		again = bitset_count(&derived) != n;
	}
	bitset_free(&derived);
	return is_written;
}

/* What is known of an argument: KNOWN_*, 0: it was not looked at. */
static u8 known_argument(const struct constvars *cv, struct handed x)
{
	const u64 *known = map_get(&cv->arguments, map_key2(x.fn, x.arg));

	return known ? (u8)*known : 0;
}

/*
 * Does any of those that it is handed to write, or those that they hand it on to?  Only when
 * none of all these does is it known of each of them that it doesn't.
 */
static bool anybody_writes(struct program *p, struct constvars *cv, struct follow *to)
{
	struct map seen = MAP_INIT;
	bool is_written = false;

	for (u32 i = 0; i < to->handed.n && !is_written; i++) {
		struct handed x = to->handed.a[i];
		struct subject s = { .arg = x.arg, .is_arg = true };
		bool is_new;

		map_put(&seen, map_key2(x.fn, x.arg), &is_new);
		if (!is_new || known_argument(cv, x) == KNOWN_CONSTANT)
			continue;
		if (seen.n > FOLLOW_MAX) {
			is_written = true;
		} else if (known_argument(cv, x) == KNOWN_WRITTEN || !p->fns.a[x.fn].defined ||
			   x.arg >= p->fns.a[x.fn].n_args || function_writes(p, x.fn, &s, to)) {
			*map_put(&cv->arguments, map_key2(x.fn, x.arg), NULL) = KNOWN_WRITTEN;
			is_written = true;
		}
	}
	for (u32 i = 0; i < to->handed.n && !is_written; i++)
		*map_put(&cv->arguments, map_key2(to->handed.a[i].fn, to->handed.a[i].arg), NULL) = KNOWN_CONSTANT;
	map_free(&seen);
	return is_written;
}

/* Of a static variable that has an initialiser. */
static bool is_never_written(struct program *p, u32 var)
{
	struct constvars *cv = constvars_of(p);
	struct subject s = { .var = var };
	struct follow to = { 0 };
	u32 low = 0, high;

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
		if (function_writes(p, cv->referrers.a[low].fn, &s, &to))
			cv->known[var] = KNOWN_WRITTEN;
	if (cv->known[var] == KNOWN_CONSTANT && anybody_writes(p, cv, &to))
		cv->known[var] = KNOWN_WRITTEN;
	vec_free(&to.handed);
	return cv->known[var] == KNOWN_CONSTANT;
}

bool program_var_is_constant(struct program *p, u32 var)
{
	const struct pvar *v = &p->vars.a[var];
	bool is_constant;

	if (v->is_const)
		return true;
	if (!v->defined || !v->n_inits || (v->linkage != LINK_STATIC && v->linkage != LINK_LOCAL_STATIC))
		return false;
	program_lock(p);
	is_constant = is_never_written(p, var);
	program_unlock(p);
	return is_constant;
}
