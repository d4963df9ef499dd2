// SPDX-License-Identifier: MIT
/*
 * Breadth-first from the functions that do it themselves to those that call them.
 * Ignores: calls by pointer with many targets, of which most lead elsewhere.
 */
#include "analysis/distance.h"

#include "analysis/call.h"

struct finder {
	struct engine *e;
	const struct callgraph *g;
	struct distances *out;
};

bool distances_are_closed(struct engine *e, u32 fn)
{
	const struct fn_rules *r = engine_fn_rules(e, fn);
	u32 i;

	for (i = 0; i < r->n; i++)
		if (call_rule_is_whole(r->a[i]))
			return true;
	return false;
}

bool distances_may_reclaim(const struct distances *d, struct engine *e, const struct call_edge *edge,
			   const struct rule_fn *r)
{
	const struct fact_body *b = program_body(e->p, edge->caller);
	const struct fact_insn *insn = &b->insns[edge->insn];
	struct val v;

	if (r->place.kind != PLACE_ARG || r->place.arg + 1 >= insn->n)
		return true;
	v = b->vals[insn->first + r->place.arg + 1];
	return val_kind(v) != VAL_CONST || ((u32)b->consts[val_index(v)] & d->direct) == d->direct;
}

struct queue { u32 *a; u32 n, cap; };

/* The functions that allocate themselves. */
static void add_allocating(struct finder *s, u32 fn, struct queue *q)
{
	const struct fn_rules *r = engine_fn_rules(s->e, fn);
	const struct call_edge *edges;
	u32 n, i, k;

	for (k = 0; k < r->n; k++) {
		bool sink = r->a[k]->kind == RULE_SINK && r->a[k]->allocates;

		if (r->a[k]->kind != RULE_ALLOC && !sink)
			continue;
		n = callgraph_callers(s->g, fn, &edges);
		for (i = 0; i < n; i++)
			if (s->out->alloc[edges[i].caller] &&
			    (sink || distances_may_reclaim(s->out, s->e, &edges[i], r->a[k]))) {
				s->out->alloc[edges[i].caller] = 0;
				vec_push(q, edges[i].caller);
			}
	}
}

/* From the functions of the queue, at 0, to those that call them, by calls that say where they go. */
static void spread(struct finder *s, struct queue *q, u8 *dist)
{
	const struct call_edge *edges;
	u32 i, k, n;

	for (i = 0; i < q->n; i++) {
		u32 fn = q->a[i];

		if (distances_are_closed(s->e, fn) || dist[fn] >= DIST_NONE - 1)
			continue;
		n = callgraph_callers(s->g, fn, &edges);
		for (k = 0; k < n; k++)
			if (dist[edges[k].caller] == DIST_NONE &&
			    (edges[k].via == VIA_DIRECT || edges[k].n_targets <= DIST_TARGETS_MAX)) {
				dist[edges[k].caller] = (u8)(dist[fn] + 1);
				vec_push(q, edges[k].caller);
			}
	}
}

static u8 *no_distances(struct finder *s)
{
	u8 *dist = arena_alloc(&s->out->arena, s->e->p->fns.n);

	return memset(dist, DIST_NONE, s->e->p->fns.n);
}

static void find_distances(struct finder *s)
{
	struct queue q = VEC_INIT;
	struct distances *out = s->out;
	const struct call_edge *edges;
	u32 fn, i, k, n;

	out->alloc = no_distances(s);
	for (fn = 1; fn < s->e->p->fns.n; fn++)
		add_allocating(s, fn, &q);
	spread(s, &q, out->alloc);
	for (i = 0; i < q.n; i++)
		bitset_set(&out->any, q.a[i]);
	/* and by any call at all, from those and from calls of which nothing is known */
	n = callgraph_callers(s->g, 0, &edges);
	for (k = 0; k < n; k++)
		if (bitset_set(&out->any, edges[k].caller))
			vec_push(&q, edges[k].caller);
	for (i = 0; i < q.n; i++) {
		if (distances_are_closed(s->e, q.a[i]))
			continue;
		n = callgraph_callers(s->g, q.a[i], &edges);
		for (k = 0; k < n; k++)
			if (bitset_set(&out->any, edges[k].caller))
				vec_push(&q, edges[k].caller);
	}
	vec_free(&q);
}

bool rule_waits_for_lock(const struct rule_fn *r)
{
	return r->kind == RULE_LOCK && r->may_block && !r->is_try && !r->unpaired;
}

static bool has_rule(struct engine *e, u32 fn, bool (*is)(const struct rule_fn *))
{
	const struct fn_rules *r = engine_fn_rules(e, fn);
	u32 i;

	for (i = 0; i < r->n; i++)
		if (is(r->a[i]))
			return true;
	return false;
}

static void find_lock_distances(struct finder *s)
{
	struct queue q = VEC_INIT;
	u8 *dist = s->out->lock = no_distances(s);
	const struct call_edge *edges;
	u32 fn, k, n;

	for (fn = 1; fn < s->e->p->fns.n; fn++) {
		if (!has_rule(s->e, fn, rule_waits_for_lock))
			continue;
		n = callgraph_callers(s->g, fn, &edges);
		for (k = 0; k < n; k++)
			if (dist[edges[k].caller]) {
				dist[edges[k].caller] = 0;
				vec_push(&q, edges[k].caller);
			}
	}
	spread(s, &q, dist);
	vec_free(&q);
}

bool rule_waits_for_work(const struct rule_fn *r)
{
	return r->kind == RULE_WAIT && r->runs.tag && r->may_block && r->place.kind == PLACE_ARG;
}

/* Direct calls from a function to one that waits for a work item. */
static void find_wait_distances(struct finder *s)
{
	struct distances *out = s->out;
	struct queue q = VEC_INIT;
	const struct call_edge *edges;
	u32 fn, i, k, n;

	out->work = no_distances(s);
	for (fn = 1; fn < s->e->p->fns.n; fn++)
		if (has_rule(s->e, fn, rule_waits_for_work)) {
			vec_push(&q, fn);
			out->work[fn] = 0;
		}
	for (i = 0; i < q.n; i++) {
		if (out->work[q.a[i]] >= DIST_WORK_MAX || (out->work[q.a[i]] && distances_are_closed(s->e, q.a[i])))
			continue;
		n = callgraph_callers(s->g, q.a[i], &edges);
		for (k = 0; k < n; k++)
			if (edges[k].via == VIA_DIRECT && out->work[edges[k].caller] == DIST_NONE) {
				out->work[edges[k].caller] = (u8)(out->work[q.a[i]] + 1);
				vec_push(&q, edges[k].caller);
			}
	}
	vec_free(&q);
}

/* The bits without which no allocation enters reclaim. */
static u32 all_direct(struct engine *e)
{
	u32 bits = 0xffffffff, i;

	for (i = 0; i < e->rules->contexts.n; i++)
		if (e->rules->contexts.a[i].needs)
			bits &= (u32)engine_eval_mask(e, e->rules->contexts.a[i].needs);
	return bits;
}

void distances_find(struct engine *e, const struct callgraph *g, struct distances *ret)
{
	struct finder s = { e, g, ret };

	memset(ret, 0, sizeof(*ret));
	ret->direct = all_direct(e);
	find_distances(&s);
	find_lock_distances(&s);
	find_wait_distances(&s);
}

void distances_free(struct distances *d)
{
	bitset_free(&d->any);
	arena_free(&d->arena);
}
