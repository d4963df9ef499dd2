// SPDX-License-Identifier: MIT
/*
 * Which functions of different TUs are the same one.  A header's inline function
 * has equal content in every TU that includes the header, but means the same only if
 * the static functions that it calls do, too.  So its key is its content's hash mixed
 * with the keys of those; functions that call each other in a circle (a strongly
 * connected component, found as Tarjan does) share the sum of their hashes.
 *
 * Requires: fact_fn.hash, which covers names, and file and line of what is local to
 * the TU.  Provides: equal keys, equal functions; a global function that is no inline
 * has a key of its own in every module, since two modules may each have one.
 */
#include "link/internal.h"

struct frame { u32 fn, next_ref; };

struct merkle {
	const struct fact_tu *tu;
	const u32 *fn_of_sym;
	struct hash128 *keys;
	u32 *order;		/* by function: when it was first seen; 0: not yet */
	u32 *low;		/* the earliest one that can be reached */
	bool *is_open;		/* on 'open': its component is not complete */
	u32 *open, n_open;
	struct frame *frames;
	u32 n_frames, n_seen;
};

/* The static function of this TU that reference i of fn goes to; 0: none. */
static u32 local_ref(const struct merkle *m, u32 fn, u32 i)
{
	u32 sym = m->tu->fns.a[fn].refs[i];

	return m->tu->syms.a[sym].linkage == LINK_STATIC ? m->fn_of_sym[sym] : 0;
}

/* The hash of fn with the keys of what it refers to outside of its component. */
static struct hash128 mix_refs(const struct merkle *m, u32 fn)
{
	struct hash128 h = m->tu->fns.a[fn].hash;

	for (u32 i = 1; i < m->tu->fns.a[fn].n_refs; i++) {
		u32 to = local_ref(m, fn, i);

		if (to && !m->is_open[to])
			h = hash128_mix(h, m->keys[to]);
	}
	return h;
}

/* fn is the first one of its component, which is all of 'open' from fn on. */
static void close_component(struct merkle *m, u32 fn)
{
	struct hash128 sum = { 0, 0 };
	u32 first = m->n_open;

	while (m->open[--first] != fn)
		;
	if (first + 1 == m->n_open) {
		m->is_open[fn] = false;
		m->n_open = first;
		m->keys[fn] = mix_refs(m, fn);
		return;
	}
	/* A refers to open functions only where they are of this component: the rest of
	 * 'open' was opened earlier, and would be part of it. */
	for (u32 i = first; i < m->n_open; i++) {
		struct hash128 h = mix_refs(m, m->open[i]);

		m->keys[m->open[i]] = h;
		sum.lo += h.lo;
		sum.hi += h.hi;
	}
	while (m->n_open > first) {
		u32 member = m->open[--m->n_open];

		m->keys[member] = hash128_mix(m->keys[member], sum);
		m->is_open[member] = false;
	}
}

static void enter(struct merkle *m, u32 fn)
{
	m->order[fn] = m->low[fn] = ++m->n_seen;
	m->is_open[fn] = true;
	m->open[m->n_open++] = fn;
	m->frames[m->n_frames++] = (struct frame){ fn, 1 };
}

static void visit(struct merkle *m, u32 root)
{
	enter(m, root);
	while (m->n_frames) {
		struct frame *f = &m->frames[m->n_frames - 1];
		u32 fn = f->fn, to;

		if (f->next_ref < m->tu->fns.a[fn].n_refs) {
			to = local_ref(m, fn, f->next_ref++);
			if (to && !m->order[to])
				enter(m, to);
			else if (to && m->is_open[to] && m->order[to] < m->low[fn])
				m->low[fn] = m->order[to];
			continue;
		}
		m->n_frames--;
		if (m->n_frames && m->low[fn] < m->low[f[-1].fn])
			m->low[f[-1].fn] = m->low[fn];
		if (m->low[fn] == m->order[fn])
			close_component(m, fn);
	}
}

/* Global functions: apart in every module, unless each TU makes its own copy. */
static void key_globals(struct loaded *l)
{
	struct fact_tu *tu = &l->tu;
	const char *modfile = str_text(tu->strings, tu->modfile.n ? tu->modfile : tu->source);
	struct hash128 h = hash128(modfile, strlen(modfile));

	for (u32 i = 1; i < tu->fns.n; i++)
		if (tu->syms.a[tu->fns.a[i].sym].linkage != LINK_STATIC &&
		    !(tu->fns.a[i].flags & FACT_FN_INLINE))
			l->keys[i] = hash128_mix(l->keys[i], h);
}

void merkle_keys(struct loaded *l)
{
	struct fact_tu *tu = &l->tu;
	struct arena scratch = ARENA_INIT;
	struct merkle m = { .tu = tu };
	u32 n = tu->fns.n;

	l->keys = arena_array(&tu->arena, struct hash128, n);
	l->fn_of_sym = arena_array(&tu->arena, u32, tu->syms.n);
	for (u32 i = 1; i < n; i++)
		l->fn_of_sym[tu->fns.a[i].sym] = i;
	m.keys = l->keys;
	m.fn_of_sym = l->fn_of_sym;
	m.order = arena_array(&scratch, u32, n);
	m.low = arena_array(&scratch, u32, n);
	m.open = arena_array(&scratch, u32, n);
	m.is_open = arena_array(&scratch, bool, n);
	m.frames = arena_array(&scratch, struct frame, n);
	for (u32 i = 1; i < n; i++)
		if (!m.order[i])
			visit(&m, i);
	key_globals(l);
	arena_free(&scratch);
}
