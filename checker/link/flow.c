// SPDX-License-Identifier: MIT
/*
 * Function addresses that travel.  As arguments: a helper that stores its argument
 * (timer->function = func) puts there what its callers hand it, and their callers, up
 * to FLOW_LEVELS wrappers away; likewise for a helper that calls its argument.  And
 * what one member has is put into another one (a->handler = ops->handler).
 *
 * Requires: scan_bodies().  Provides: a slot for each function that arrives, whose
 * in_fn, insn and line are the call that names the function, or the copying store.
 * Ignored: arguments of indirect calls.
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
	c = c ? c : compare_u32(a->from.v, b->from.v);
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

static bool is_new(struct map *seen, u64 key)
{
	bool ret;

	(void)map_put(seen, key, &ret);
	return ret;
}

/* ---- arguments to members and variables ------------------------------------------ */

static u64 sink_key(const struct sink *s)
{
	return hash64(s, sizeof(*s));
}

static void add_slot(struct scan *s, struct holder to, u32 part, u32 fn, u32 in_fn, u32 insn, u32 line)
{
	struct pslot slot = { .fn = fn, .in_fn = in_fn, .insn = insn, .line = line, .part = part };

	if (holder_is_var(to))
		slot.var = holder_id(to);
	else
		slot.member = holder_id(to);
	vec_push(&s->slots, slot);
}

/* Follows one sink to its callers; those that hand on their own argument go to next. */
static void follow(struct scan *s, const struct sink *sink, struct sink_vec *next, struct map *seen)
{
	u32 i = find_pass(s->passes.a, s->passes.n, sink->fn, sink->arg);

	for (; i < s->passes.n; i++) {
		const struct pass *pass = &s->passes.a[i];
		struct sink wrapper = { pass->caller, pass->own_arg, sink->to, 0 };
		struct copy copy = { pass->from, sink->to, pass->caller, pass->insn, pass->line };

		if (pass->callee != sink->fn || pass->arg != sink->arg)
			return;
		if (pass->from.v && !pass->fn) {
			if (pass->from.v != sink->to.v)
				vec_push(&s->copies, copy);
			continue;
		}
		wrapper.part = holder_is_var(sink->to) ? 0 : part_handed(&s->parts, sink->part, pass, holder_id(sink->to));
		if (pass->fn)
			add_slot(s, sink->to, wrapper.part, pass->fn, pass->caller, pass->insn, pass->line);
		else if (is_new(seen, sink_key(&wrapper)))
			vec_push(next, wrapper);
	}
}

void flow_sinks(struct scan *s)
{
	struct map seen = MAP_INIT;
	struct sink_vec now = VEC_INIT, next = VEC_INIT;
	vec_sort(&s->passes, by_callee);
	for (u32 i = 0; i < s->sinks.n; i++)
		if (is_new(&seen, sink_key(&s->sinks.a[i])))
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

/* ---- from one holder to another --------------------------------------------------- */

static int by_from(const void *pa, const void *pb)
{
	const struct copy *a = pa, *b = pb;
	int c = compare_u32(a->from.v, b->from.v);

	c = c ? c : compare_u32(a->to.v, b->to.v);
	c = c ? c : compare_u32(a->in_fn, b->in_fn);
	return c ? c : compare_u32(a->insn, b->insn);
}

static u32 find_copy(const struct copy_vec *copies, struct holder from)
{
	u32 low = 0, high = copies->n;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (copies->a[mid].from.v < from.v)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The list grows while it is walked: copies of copies. */
void flow_copies(struct scan *s)
{
	struct map seen = MAP_INIT;

	vec_sort(&s->copies, by_from);
	for (u32 i = 0; i < s->slots.n; i++)
		(void)is_new(&seen, map_key2(slot_holder(&s->slots.a[i]).v, s->slots.a[i].fn));
	for (u32 i = 0; i < s->slots.n; i++) {
		struct holder from = slot_holder(&s->slots.a[i]);
		u32 fn = s->slots.a[i].fn;

		for (u32 k = find_copy(&s->copies, from); k < s->copies.n; k++) {
			const struct copy *c = &s->copies.a[k];

			if (c->from.v != from.v)
				break;
			if (is_new(&seen, map_key2(c->to.v, fn)))
				add_slot(s, c->to, 0, fn, c->in_fn, c->insn, c->line);
		}
	}
	vec_free(&s->copies);
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

/* What a member or a variable holds. */
static void find_held(const struct program *p, struct holder h, struct found *f)
{
	const struct target *t;
	u32 n = holder_is_var(h)
		? program_var_targets((struct program *)p, holder_id(h), (struct str){ 0 }, &t)
		: program_member_targets((struct program *)p, holder_id(h), (struct str){ 0 }, &t);

	for (u32 i = 0; i < n; i++)
		add_found(f, t[i].fn);
}

static void find_sources(const struct program *p, u32 fn, u32 arg, u32 level, struct found *f)
{
	const struct pass_vec *passes = &program_private(p)->passes;

	for (u32 i = find_pass(passes->a, passes->n, fn, arg); i < passes->n; i++) {
		const struct pass *pass = &passes->a[i];

		if (pass->callee != fn || pass->arg != arg || f->n == f->max)
			return;
		if (pass->fn)
			add_found(f, pass->fn);
		else if (pass->from.v)
			find_held(p, pass->from, f);
		else if (level < FLOW_LEVELS)
			find_sources(p, pass->caller, pass->own_arg, level + 1, f);
	}
}

static int by_id(const void *pa, const void *pb)
{
	return compare_u32(*(const u32 *)pa, *(const u32 *)pb);
}

u32 flow_argument(const struct program *p, u32 fn, u32 arg, u32 *ret, u32 max)
{
	struct found f = { ret, 0, max };

	find_sources(p, fn, arg, 0, &f);
	if (f.n)
		qsort(ret, f.n, sizeof(*ret), by_id);
	return f.n;
}
