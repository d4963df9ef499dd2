// SPDX-License-Identifier: MIT
/*
 * Requires: the classes of inv->a, each with its own partner if it has one.  Who holds one of
 * the others while it waits for what is found by evaluation; for work items by the code alone.
 */
#include "analysis/cycle.h"

#include <stdlib.h>

#include "analysis/inversion_internal.h"
#include "base/log.h"

/* ---- pairs ------------------------------------------------------------------------------ */

struct seen { struct inversions *inv; struct lock_walk *w; u32 token; };

static void add_pair(struct lock_pairs *to, const struct lock_pair *x)
{
	u32 i;

	for (i = 0; i < to->n; i++) {
		struct lock_pair *old = &to->a[i];

		if (old->token != x->token || old->next != x->next || old->is_work != x->is_work)
			continue;
		if (x->is_shared != old->is_shared ? old->is_shared : x->way.n < old->way.n) {
			struct lock_pair t = *old;

			*old = *x;
			hops_free(&t.way);
		} else {
			struct hops way = x->way;

			hops_free(&way);
		}
		return;
	}
	vec_push(to, *x);
}

static void see_fns(struct inversions *inv, const struct witness *way, struct lock_pair *x)
{
	u32 i;

	pthread_mutex_lock(&inv->lock);
	x->fns = arena_array(&inv->first->arena, u32, way->steps.n + 1);
	pthread_mutex_unlock(&inv->lock);
	for (i = 0; i < way->steps.n; i++)
		x->fns[x->n_fns++] = way->e->nodes.a[way->steps.a[i].node].fn;
	x->fns[x->n_fns++] = way->e->nodes.a[way->last].fn;
}

static void see_pair(void *context, u32 next, const struct witness *way)
{
	struct seen *s = context;
	struct lock_pair x = { .token = s->token, .next = next, .is_shared = way->is_shared };

	if (lock_is_novalidate(s->inv->first, next))
		return;
	see_fns(s->inv, way, &x);
	inversion_hops(s->inv, way, &x.way);
	add_pair(&s->w->pairs, &x);
}

void cycles_see_pairs(struct inversions *inv, struct lock_walk *w, u32 token)
{
	const struct holders *h = w->holders;
	struct seen s = { inv, w, token };
	u32 i;

	for (i = inversion_first_holder(h, token); i < h->a.n && h->a.a[i].token == token; i++)
		if (w->acquire.node[h->a.a[i].fn])
			witness_waits(w->search, w->acquire.node[h->a.a[i].fn], token, see_pair, &s);
}

/* Holders that are too far from an allocation for find_witness(), but near another lock. */
static bool is_far(const struct holder *h)
{
	return h->dist >= DIST_MAX && h->lock_dist < DIST_MAX;
}

static bool has_far_holder(const struct holders *h, u32 token)
{
	u32 i;

	for (i = inversion_first_holder(h, token); i < h->a.n && h->a.a[i].token == token; i++)
		if (is_far(&h->a.a[i]))
			return true;
	return false;
}

/* For some allocation nobody was found who holds the class across it. */
static bool is_lonely(const struct lock_result *r, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!r[i].is_work && !r[i].witness.n)
			return true;
	return false;
}

static void see_far_holders(struct inversions *inv, struct lock_walk *w, struct lock_result *r, u32 n_results)
{
	const struct holders *h = w->holders;
	u32 first = inversion_first_holder(h, r->token), i, dist, n = 0;

	if (!is_lonely(r, n_results) || !has_far_holder(h, r->token))
		return;
	acquire_class(&w->acquire, r->token);
	for (dist = 0; dist < DIST_MAX; dist++)
		for (i = first; i < h->a.n && h->a.a[i].token == r->token && n < HOLDERS_MAX; i++)
			if (is_far(&h->a.a[i]) && h->a.a[i].lock_dist == dist &&
			    !inversion_is_other_holder(&w->e, h->a.a[i].fn, r->token)) {
				acquire_node(&w->acquire, h->a.a[i].fn);
				n++;
			}
	cycles_see_pairs(inv, w, r->token);
}

static void take_pairs(struct inversions *inv)
{
	u32 i, k;

	for (i = 0; i < LOCK_WALKS; i++) {
		for (k = 0; k < inv->walk[i].pairs.n; k++)
			add_pair(&inv->pairs, &inv->walk[i].pairs.a[k]);
		vec_clear(&inv->walk[i].pairs);
	}
}

static void find_far_pairs(struct inversions *inv)
{
	struct lock_pass *pass = inversion_open_pass(inv);
	u32 i;

	for (i = 0; i < inv->a.n; i++) {
		u32 token = inv->a.a[i].token;

		if (is_lonely(&inv->a.a[i], 1) && has_far_holder(&inv->pass[0].holders, token))
			*map_put(&pass->tokens, token, NULL) = 1;
	}
	inversion_start_pass(inv, pass, true);
	inversion_each_class(inv, pass, inv->a.a, inv->a.n, see_far_holders);
	take_pairs(inv);
	log_verbose("locks: %u pairs", inv->pairs.n);
}

/* The holder, by the code alone: no node was evaluated for it. */
static struct diag_hop plain_hop(struct engine *e, u32 fn, u32 insn)
{
	const struct fact_insn *i = &engine_info(e, fn)->body->insns[insn];
	struct diag_hop hop = { .calls = inversion_called_at(e, fn, insn), .via = via_text(VIA_DIRECT),
				.n_targets = 1 };

	hop.at = finding_place(e, fn, i->line, i->col);
	return hop;
}

static void add_work_pairs(struct inversions *inv)
{
	const struct holders *h = &inv->pass[0].holders;
	struct engine *e = &inv->walk[0].e;
	u32 i, k;

	for (i = 0; i < h->waiting.n; i++) {
		const struct waiting *s = &h->waiting.a[i];
		struct lock_pair x = { .token = s->token, .next = s->next, .is_work = true };

		x.fns = arena_dup(&inv->first->arena, &s->fn, sizeof(s->fn));
		x.n_fns = 1;
		vec_push(&x.way, plain_hop(e, s->fn, s->take));
		vec_push(&x.way, plain_hop(e, s->fn, s->insn));
		for (k = 0; k < s->n_steps; k++)
			vec_push(&x.way, plain_hop(e, s->steps[k].fn, s->steps[k].insn));
		add_pair(&inv->pairs, &x);
	}
}

static int by_token(const void *pa, const void *pb)
{
	const struct lock_pair *a = pa, *b = pb;

	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	return a->next < b->next ? -1 : a->next > b->next;
}

/* The pairs of a class. */
static bool each_pair(const struct inversions *inv, u32 token, u32 *at)
{
	while (*at < inv->pairs.n && inv->pairs.a[*at].token < token)
		++*at;
	return *at < inv->pairs.n && inv->pairs.a[*at].token == token;
}

/* ---- what is waited for ------------------------------------------------------------------ */

static void add_other(struct inversions *inv, struct map *seen, u32 token, u32 needs, bool is_work)
{
	struct lock_result r = { .token = token, .needs = needs, .is_work = is_work };
	bool is_new;

	map_put(seen, map_key2(token, needs), &is_new);
	if (is_new)
		vec_push(&inv->others, r);
}

/* What holders wait for, as far as the first walk knows nothing of it. */
static void collect_others(struct inversions *inv, struct map *tokens)
{
	struct map seen = MAP_INIT;
	u32 i, at;

	for (i = 0; i < inv->a.n; i++) {
		const struct lock_result *r = &inv->a.a[i];

		for (at = 0; !r->is_work && each_pair(inv, r->token, &at); at++) {
			const struct lock_pair *x = &inv->pairs.a[at];

			if ((r->witness.n && !x->is_work) || inversions_get_any(inv, x->next, r->needs, false, 0))
				continue;
			*map_put(tokens, x->next, NULL) = 1;
			add_other(inv, &seen, x->next, r->needs, x->is_work);
		}
	}
	map_free(&seen);
	vec_sort(&inv->others, lock_result_order);
}

static void find_other(struct inversions *inv, struct lock_walk *w, struct lock_result *r, u32 n)
{
	u32 i;

	acquire_class(&w->acquire, r->token);
	for (i = 0; i < n; i++)
		inversion_find_half(inv, w, &r[i], !r[i].is_work);
}

static void find_others(struct inversions *inv)
{
	struct lock_pass *pass = inversion_open_pass(inv);

	collect_others(inv, &pass->tokens);
	inversion_start_pass(inv, pass, false);
	inversion_each_class(inv, pass, inv->others.a, inv->others.n, find_other);
	log_verbose("locks: %u further classes", inv->others.n);
}

/* ---- cycles ------------------------------------------------------------------------------ */

static const struct lock_result *result_of_next(const struct inversions *inv, const struct lock_pair *pair, u32 needs)
{
	u32 token = pair->next, i;
	const struct lock_result *r = inversions_get_any(inv, token, needs, false,
							 inversion_driver(inv->first->p, pair->fns[0]));

	for (i = 0; !r && i < inv->others.n; i++)
		if (inv->others.a[i].token == token && inv->others.a[i].needs == needs)
			r = &inv->others.a[i];
	return r && r->witness.n && !r->next && !strcmp(finding_confidence(r->witness.a, r->witness.n), "certain") ?
	       r : NULL;
}

/* The function is on the way, and nothing else in the program gets to it: it runs with the first class held. */
static bool is_only_under(const struct inversions *inv, const struct lock_pair *pair, const char *name)
{
	const struct program *p = inv->first->p;
	const struct call_edge *edges;
	u32 i = pair->n_fns - 1;

	while (i && strcmp(pfn_name(p, pair->fns[i]), name))
		i--;
	if (!i)
		return false;
	while (i && !p->fns.a[pair->fns[i]].address_taken &&
	       callgraph_callers(inv->ahead->graph, pair->fns[i], &edges) == 1)
		i--;
	return !i;
}

static bool is_holder(const struct holders *h, const struct program *p, u32 token, const char *name)
{
	u32 i;

	for (i = inversion_first_holder(h, token); i < h->a.n && h->a.a[i].token == token; i++)
		if (!strcmp(pfn_name(p, h->a.a[i].fn), name))
			return true;
	return false;
}

/*
 * The lock that is waited for can be the one that is held across the allocation.  Not where both happen
 * for different drivers, each with objects of its own.  Not where who holds it holds the first class as well:
 * two tasks don't, and that class held across the allocation was looked for.  And who holds the lock is
 * anybody: what he calls by pointer is another one's.
 */
static bool may_meet(const struct inversions *inv, const struct lock_pair *pair, const struct lock_result *next)
{
	const struct program *p = inv->first->p;
	u32 i;

	for (i = 0; i < next->witness.n; i++)
		if (strcmp(next->witness.a[i].via, "direct"))
			return false;
	for (i = 0; i < pair->n_fns; i++)
		if (!program_visible(p, inversion_driver(p, pair->fns[i]), next->driver))
			return false;
	return !is_holder(&inv->pass[0].holders, p, pair->token, next->holder) &&
	       !is_only_under(inv, pair, next->holder);
}

static bool join_cycle(struct inversions *inv, struct lock_result *r, const struct lock_pair *pair)
{
	struct engine *e = &inv->walk[0].e;
	const struct lock_result *next = result_of_next(inv, pair, r->needs);
	u32 i;

	if (!next || inversion_is_other_holder(e, pair->fns[0], r->token) ||
	    witness_is_peer(e, pair->fns[0], &(struct goal){ .driver = r->acting, .owners = &inv->owners }) ||
	    (!pair->is_work && !may_meet(inv, pair, next)))
		return false;
	for (i = 0; i < pair->way.n; i++)
		vec_push(&r->witness, copy_hop(&pair->way.a[i]));
	for (i = 0; i < next->witness.n; i++)
		vec_push(&r->witness, copy_hop(&next->witness.a[i]));
	r->holder = pfn_name(e->p, pair->fns[0]);
	r->driver = inversion_driver(e->p, pair->fns[0]);
	r->next = pair->next;
	r->next_is_work = pair->is_work;
	r->only_readers = pair->is_shared && r->reads;
	r->next_holder = next->holder;
	r->next_hop = pair->way.n;
	r->mask = next->mask;
	return true;
}

/* Locks that it waits for matter when it has no partner of its own; work items are a matter of their own. */
static void join_cycles(struct inversions *inv, struct lock_result *r)
{
	bool has_own = r->witness.n, joined = false;
	u32 at;

	for (at = 0; !r->is_work && each_pair(inv, r->token, &at); at++) {
		const struct lock_pair *pair = &inv->pairs.a[at];
		struct lock_result more = { .token = r->token, .needs = r->needs, .acting = r->acting,
					    .reads = r->reads, .is_waited = r->is_waited };

		if (pair->is_work) {
			if (join_cycle(inv, &more, pair))
				vec_push(&inv->more, more);
		} else if (!has_own && !joined) {
			joined = join_cycle(inv, r, pair);
		}
	}
}

void cycles_find(struct inversions *inv)
{
	u32 i;

	find_far_pairs(inv);
	add_work_pairs(inv);
	vec_sort(&inv->pairs, by_token);
	find_others(inv);
	for (i = 0; i < inv->a.n; i++)
		join_cycles(inv, &inv->a.a[i]);
}
