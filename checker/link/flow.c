// SPDX-License-Identifier: MIT
/*
 * Function addresses that travel as arguments: a helper that stores its argument
 * (timer->function = func) puts there what its callers hand it, and their callers, up
 * to FLOW_LEVELS wrappers away; likewise for a helper that calls its argument.
 *
 * Requires: scan_bodies().  Provides: a slot for each function that arrives, whose
 * in_fn, insn and line are the call that names the function.
 * Ignored: arguments that go through memory or through indirect calls.
 */
#include "link/internal.h"

#include <stdlib.h>

#define FLOW_LEVELS 3

static int compare_u32(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

static int by_callee(const void *pa, const void *pb)
{
	const struct pass *a = pa, *b = pb;
	int c = compare_u32(a->callee, b->callee);

	c = c ? c : compare_u32(a->arg, b->arg);
	c = c ? c : compare_u32(a->fn, b->fn);
	c = c ? c : compare_u32(a->caller, b->caller);
	c = c ? c : compare_u32(a->insn, b->insn);
	return c ? c : compare_u32(a->own_arg, b->own_arg);
}

/* The first pass to argument arg of callee, or where it would stand. */
static u32 find_pass(const struct pass *a, u32 n, u32 callee, u32 arg)
{
	u32 low = 0;

	while (low < n) {
		u32 mid = low + (n - low) / 2;

		if (a[mid].callee < callee || (a[mid].callee == callee && a[mid].arg < arg))
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

/* ---- to members and variables ---------------------------------------------------- */

/* Sinks that were followed, as hashes. */
static bool is_new_sink(struct map *seen, const struct sink *s)
{
	bool is_new;

	(void)map_put(seen, hash64(s, sizeof(*s)), &is_new);
	return is_new;
}

static void add_slot(struct scan *s, const struct sink *sink, const struct pass *pass)
{
	struct pslot slot = { .member = sink->member, .fn = pass->fn, .var = sink->var,
			      .in_fn = pass->caller, .insn = pass->insn, .line = pass->line };

	if (sink->member)
		vec_push(&s->slots, slot);
	else
		vec_push(&s->var_slots, slot);
}

/* Follows one sink to its callers; those that hand on their own argument go to next. */
static void follow(struct scan *s, const struct sink *sink, struct sink_vec *next, struct map *seen)
{
	u32 i = find_pass(s->passes.a, s->passes.n, sink->fn, sink->arg);

	for (; i < s->passes.n; i++) {
		const struct pass *pass = &s->passes.a[i];
		struct sink wrapper = { pass->caller, pass->own_arg, sink->member, sink->var };

		if (pass->callee != sink->fn || pass->arg != sink->arg)
			return;
		if (pass->fn)
			add_slot(s, sink, pass);
		else if (is_new_sink(seen, &wrapper))
			vec_push(next, wrapper);
	}
}

void flow_sinks(struct scan *s)
{
	struct map seen = MAP_INIT;
	struct sink_vec now = VEC_INIT, next = VEC_INIT;

	vec_sort(&s->passes, by_callee);
	for (u32 i = 0; i < s->sinks.n; i++)
		if (is_new_sink(&seen, &s->sinks.a[i]))
			vec_push(&now, s->sinks.a[i]);
	for (u32 level = 0; level <= FLOW_LEVELS && now.n; level++) {
		struct sink_vec old = now;

		for (u32 i = 0; i < now.n; i++)
			follow(s, &now.a[i], &next, &seen);
		now = next;
		next = old;
		vec_clear(&next);
	}
	vec_free(&now);
	vec_free(&next);
	vec_free(&s->sinks);
	map_free(&seen);
}

/* ---- to calls of an argument -------------------------------------------------------- */

struct found { u32 *a, n, max; };

static void add_found(struct found *f, u32 fn)
{
	for (u32 i = 0; i < f->n; i++)
		if (f->a[i] == fn)
			return;
	if (f->n < f->max)
		f->a[f->n++] = fn;
}

static void find_sources(const struct pass_vec *passes, u32 fn, u32 arg, u32 level, struct found *f)
{
	for (u32 i = find_pass(passes->a, passes->n, fn, arg); i < passes->n; i++) {
		const struct pass *pass = &passes->a[i];

		if (pass->callee != fn || pass->arg != arg || f->n == f->max)
			return;
		if (pass->fn)
			add_found(f, pass->fn);
		else if (level < FLOW_LEVELS)
			find_sources(passes, pass->caller, pass->own_arg, level + 1, f);
	}
}

static int by_id(const void *pa, const void *pb)
{
	return compare_u32(*(const u32 *)pa, *(const u32 *)pb);
}

u32 flow_argument(const struct program *p, u32 fn, u32 arg, u32 *ret, u32 max)
{
	struct found f = { ret, 0, max };

	find_sources(&program_private(p)->passes, fn, arg, 0, &f);
	if (f.n)
		qsort(ret, f.n, sizeof(*ret), by_id);
	return f.n;
}
