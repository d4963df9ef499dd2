// SPDX-License-Identifier: MIT
/*
 * Pairs and cycles.  Requires: the causes of the first walk.  For their classes alone a
 * second walk says what is held where; a class that is held across an allocation that can
 * get to where reclaim takes it is an inversion.
 */
#include "analysis/inversion_internal.h"

#include <stdlib.h>

#include "analysis/cycle.h"
#include "base/log.h"
#include "base/parallel.h"

#define DIRECT_MAX 12	/* ..if only direct calls count */
#define CALLED_MAX 12	/* ..as their callers call them, if none of them is it by itself */
#define CALLERS_MAX 6

/* ---- what an allocation needs to get there -------------------------------------- */

u32 context_needs(struct engine *e, u32 context)
{
	return (u32)engine_eval_mask(e, e->rules->contexts.a[context].needs);
}

/* The bits that all ways to a class need; false: no allocation gets there. */
static bool weakest_needs(struct engine *e, const struct bitset *contexts, u32 *ret)
{
	bool any = false;
	u32 i, needs = 0xffffffff;

	for (i = 0; i < e->rules->contexts.n; i++) {
		if (!bitset_test(contexts, i) || !e->rules->contexts.a[i].needs)
			continue;
		needs &= context_needs(e, i);
		any = true;
	}
	*ret = needs;
	return any;
}

/* What developers state of GFP_KERNEL. */
static u32 strongest_needs(struct engine *e)
{
	u32 bits = 0, i;

	for (i = 0; i < e->rules->contexts.n; i++)
		bits |= context_needs(e, i);
	return bits;
}

/* A resume that is claimed to be safe runs in whatever reclaim asks for it: GFP_KERNEL gets into all. */
bool found_needs(const struct findings *f, const struct found *x, u32 *ret)
{
	if (!f->roots->a.a[x->root].rule->id)
		return weakest_needs(f->e, &x->contexts, ret);
	*ret = strongest_needs(f->e);
	return true;
}

static u32 all_excused(struct engine *e)
{
	u32 bits = 0, i;

	for (i = 0; i < e->rules->contexts.n; i++)
		bits |= (u32)engine_eval_mask(e, e->rules->contexts.a[i].excused);
	return bits;
}

/* ---- walks -------------------------------------------------------------------------- */

static void open_walks(struct inversions *inv)
{
	u32 i;

	for (i = 0; i < LOCK_WALKS; i++) {
		struct lock_walk *w = &inv->walk[i];

		engine_init_like(&w->e, inv->first);
		w->e.locks = &w->track;
		w->track.direct = inv->ahead->distances.direct;
		w->search = witness_search_create(&w->e);
	}
}

struct lock_pass *inversion_open_pass(struct inversions *inv)
{
	return &inv->pass[inv->n_passes++];
}

void inversion_start_pass(struct inversions *inv, struct lock_pass *pass, bool to_locks)
{
	const struct ahead *ahead = inv->ahead;
	u32 i;

	for (i = 0; i < LOCK_WALKS; i++) {
		struct lock_walk *w = &inv->walk[i];

		w->track.tokens = &pass->tokens;
		w->track.only = 0;
		if (!i)
			holders_find(&w->e, ahead->graph, &ahead->sites, &ahead->distances, &pass->holders);
		if (w->holders)
			acquire_close(&w->acquire);
		w->holders = &pass->holders;
		acquire_open(&w->acquire, &w->e, ahead->graph, &ahead->scopes, &pass->holders,
			     to_locks ? ahead->distances.lock : ahead->distances.alloc);
	}
}

struct class_job { struct inversions *inv; struct lock_result *a; u32 n; class_fn *f; u8 *walk; /* by result */ };

static void each_class_of_walk(void *context, u32 walk)
{
	struct class_job *job = context;
	u32 i, first = 0;

	for (i = 0; i < job->n; i++) {
		if (i + 1 < job->n && job->a[i + 1].token == job->a[i].token)
			continue;
		if (job->walk[i] == walk)
			job->f(job->inv, &job->inv->walk[walk], &job->a[first], i + 1 - first);
		first = i + 1;
	}
}

/* What evaluating the holders of a class costs, more or less. */
static u32 cost_of(const struct holders *h, u32 token)
{
	u32 first = inversion_first_holder(h, token), n = 0;

	while (n < HOLDERS_MAX && first + n < h->a.n && h->a.a[first + n].token == token)
		n++;
	return 1 + n;
}

/* Each class to the walk that has the least so far. */
static void share_out(struct class_job *job, const struct holders *h)
{
	u32 costs[LOCK_WALKS] = { 0 }, i, k, least = 0;

	for (i = 0; i < job->n; i++) {
		if (!i || job->a[i - 1].token != job->a[i].token) {
			for (least = 0, k = 1; k < LOCK_WALKS; k++)
				if (costs[k] < costs[least])
					least = k;
			costs[least] += cost_of(h, job->a[i].token);
		}
		job->walk[i] = (u8)least;
	}
}

void inversion_each_class(struct inversions *inv, struct lock_pass *pass, struct lock_result *a, u32 n, class_fn *f)
{
	struct class_job job = { inv, a, n, f, mem_realloc(NULL, n + 1, 1) };
	u32 i;

	share_out(&job, &pass->holders);
	parallel_each(LOCK_WALKS, LOCK_WALKS, each_class_of_walk, &job);
	free(job.walk);
	for (i = 0; i < n; i++)
		if (a[i].capped)
			engine_gap(inv->first, "capped", a[i].capped, 0,
				   "further functions that hold this lock class were not looked at");
}

static void close_walk(struct lock_walk *w)
{
	witness_search_free(w->search);
	if (w->holders)
		acquire_close(&w->acquire);
	engine_free(&w->e);
	bitset_free(&w->track.follow);
	bitset_free(&w->track.changes);
	vec_free(&w->pairs);
}

/* ---- results ---------------------------------------------------------------------------- */

int lock_result_order(const void *pa, const void *pb)
{
	const struct lock_result *a = pa, *b = pb;

	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	if (a->needs != b->needs)
		return a->needs < b->needs ? -1 : 1;
	if (a->reads != b->reads)
		return a->reads < b->reads ? -1 : 1;
	return a->acting < b->acting ? -1 : a->acting > b->acting;
}

static u64 result_key(u32 token, u32 needs, bool reads)
{
	return map_key2(token, needs | (reads ? ALLOC_MAY : 0));
}

static void add_result(struct inversions *inv, struct map *seen, struct lock_result r)
{
	u64 key[2] = { result_key(r.token, r.needs, r.reads), r.acting };
	bool is_new;

	if (map_get_bytes(seen, key, sizeof(key)))
		return;
	map_put_bytes(seen, arena_dup(&inv->first->scratch, key, sizeof(key)), sizeof(key), &is_new);
	vec_push(&inv->a, r);
}

/* In the order of classes, so that each is walked once. */
static void sort_results(struct inversions *inv)
{
	u32 i;

	vec_sort(&inv->a, lock_result_order);
	for (i = inv->a.n; i > 0; i--) {
		const struct lock_result *r = &inv->a.a[i - 1];

		*map_put(&inv->index, result_key(r->token, r->needs, r->reads), NULL) = i;
	}
}

/* From 'at' on, the results of a class with these bits, whoever they are for. */
static bool each_acting(const struct inversions *inv, u32 token, u32 needs, bool reads, u32 at)
{
	const struct lock_result *r = &inv->a.a[at];

	return at < inv->a.n && r->token == token && r->needs == needs && r->reads == reads;
}

const struct lock_result *inversions_get(const struct inversions *inv, u32 token, u32 needs, bool reads, u32 acting)
{
	u64 *slot = map_get(&inv->index, result_key(token, needs, reads));
	u32 i;

	for (i = slot ? (u32)*slot - 1 : inv->a.n; each_acting(inv, token, needs, reads, i); i++)
		if (inv->a.a[i].acting == acting)
			return &inv->a.a[i];
	return NULL;
}

const struct lock_result *inversions_get_any(const struct inversions *inv, u32 token, u32 needs, bool reads,
					     u32 driver)
{
	u64 *slot = map_get(&inv->index, result_key(token, needs, reads));
	const struct lock_result *best = NULL;
	u32 i;

	for (i = slot ? (u32)*slot - 1 : inv->a.n; each_acting(inv, token, needs, reads, i); i++) {
		const struct lock_result *r = &inv->a.a[i];

		if (!best || (r->witness.n && !best->witness.n) ||
		    (r->witness.n && program_visible(inv->first->p, driver, r->driver) &&
		     !program_visible(inv->first->p, driver, best->driver)))
			best = r;
	}
	return best;
}

bool inversions_is_leaf(const struct inversions *inv, u32 token)
{
	const struct lock_pass *pass = &inv->pass[0];

	return map_get(&pass->tokens, token) && !map_get(&pass->holders.unclean, token);
}

bool found_is_lock(const struct engine *e, const struct found *x)
{
	const struct path *p = &x->ways.a[0].path;
	const struct rule_fn *r = &e->rules->fns.a[e->nodes.a[p->last].events.a[p->event].rule];

	return r->kind == RULE_LOCK && !r->unpaired;
}

/* The driver that a way to a cause acts for when it gets there: the last one whose code it is in; 0: none. */
static u32 acting_module(const struct engine *e, const struct path *p)
{
	u32 i, module = e->nodes.a[p->last].module;

	for (i = p->steps.n + 1; !module && i > 0; i--) {
		u32 node = i > p->steps.n ? p->last : p->steps.a[i - 1].node;
		u32 own = e->p->fns.a[e->nodes.a[node].fn].module;

		if (own && !e->p->modules.a[own].is_core)
			module = own;
	}
	return module;
}

u32 found_acting(const struct engine *e, const struct path *p, u32 token)
{
	u32 i, own = 0;

	if (token & TOKEN_NAMED || token & 1)
		return 0;
	for (i = p->steps.n + 1; !own && i > 0; i--)
		own = e->p->fns.a[e->nodes.a[i > p->steps.n ? p->last : p->steps.a[i - 1].node].fn].module;
	return e->p->modules.a[own].is_core ? 0 : acting_module(e, p);
}

u32 found_class(struct engine *e, const struct found *x, u32 n, enum waits *waits_ret)
{
	const struct path *p = &x->ways.a[0].path;
	const struct rule_fn *r = &e->rules->fns.a[e->nodes.a[p->last].events.a[p->event].rule];
	u32 module;

	if (n) {
		*waits_ret = WAITS_UNDER;
		if (!r->under)
			return 0;
		return strcmp(r->under, "place") ? lock_token_named(e, r->under) : found_token(e, x);
	}
	*waits_ret = r->kind == RULE_LOCK ? WAITS_LOCK : r->n_ended_by ? WAITS_DRIVER : WAITS_WORK;
	if (r->kind == RULE_LOCK)
		return r->unpaired ? 0 : found_token(e, x);
	if (r->kind != RULE_WAIT)
		return 0;
	if (!r->n_ended_by)
		return r->runs.tag ? found_token(e, x) : 0;
	module = acting_module(e, p);
	return module ? work_of_module(e, r, module) : 0;
}

bool found_is_reader(const struct engine *e, const struct found *x)
{
	const struct path *p = &x->ways.a[0].path;

	return rule_is_shared(&e->rules->fns.a[e->nodes.a[p->last].events.a[p->event].rule]);
}

bool inversions_is_walked(const struct findings *f, u32 token)
{
	u32 i;

	for (i = 0; i < f->a.n; i++)
		if (found_token(f->e, &f->a.a[i]) == token && found_is_lock(f->e, &f->a.a[i]))
			return true;
	return false;
}

/* Does the function belong to the driver of a root? */
static bool is_of_roots(const struct roots *roots, const struct program *p, u32 fn)
{
	u32 module = p->fns.a[fn].module, i;

	if (!module || p->modules.a[module].is_core)
		return false;
	for (i = 0; i < roots->a.n; i++)
		if (p->fns.a[roots->a.a[i].fn].module == module)
			return true;
	return false;
}

/* Statements that have to do with the roots that were asked for: theirs, their drivers', and those of what they take. */
static void keep_asked(struct findings *f, struct priming *priming)
{
	const struct program *p = f->e->p;
	u32 i, n = 0;

	for (i = 0; f->roots->glob && i < priming->a.n; i++) {
		struct primed_class x = priming->a.a[i];

		if (roots_asked(f->roots, pfn_name(p, x.fn)) || is_of_roots(f->roots, p, x.fn) ||
		    inversions_is_walked(f, x.token))
			priming->a.a[n++] = x;
	}
	if (f->roots->glob)
		priming->a.n = n;
}

/* Not silently: a gap names the class. */
static bool is_exempt(struct engine *e, u32 token)
{
	const char *text;
	u32 i;

	if (!lock_is_novalidate(e, token))
		return false;
	text = arena_printf(&e->arena, "%s is exempt from judgement by class: inversions of it are not looked for",
			    engine_token_text(e, token, &e->arena));
	for (i = 0; i < e->gaps.n; i++)
		if (!strcmp(e->gaps.a[i].detail, text))
			return true;
	engine_gap(e, "novalidate", 0, 0, text);
	return true;
}

/* The classes that are taken in reclaim. */
static bool collect(struct findings *f, struct inversions *inv, struct map *tokens)
{
	struct arena_mark mark = arena_mark(&f->e->scratch);
	struct map seen = MAP_INIT;
	u32 i, k;

	for (i = 0; i < f->a.n * FOUND_CLASSES; i++) {
		const struct found *x = &f->a.a[i / FOUND_CLASSES];
		enum waits waits;
		struct lock_result r = { .token = found_class(f->e, x, i % FOUND_CLASSES, &waits),
					 .reads = found_is_reader(f->e, x) };

		if (!r.token || is_exempt(f->e, r.token))
			continue;
		r.is_work = waits == WAITS_WORK || waits == WAITS_DRIVER;
		r.is_waited = waits != WAITS_LOCK;
		r.by_driver = waits == WAITS_DRIVER;
		if (!r.is_work)
			*map_put(tokens, r.token, NULL) = 1;
		if (!found_needs(f, x, &r.needs))
			continue;
		for (k = 0; k < (waits == WAITS_LOCK ? x->ways.n : 1); k++) {
			if (waits == WAITS_LOCK)
				r.acting = found_acting(f->e, &x->ways.a[k].path, r.token);
			add_result(inv, &seen, r);
		}
	}
	for (i = 0; i < inv->priming.a.n; i++) {
		struct lock_result r = { .token = inv->priming.a.a[i].token, .needs = strongest_needs(f->e) };

		*map_put(tokens, r.token, NULL) = 1;
		add_result(inv, &seen, r);
	}
	map_free(&seen);
	arena_release(&f->e->scratch, mark);
	sort_results(inv);
	return inv->a.n;
}

bool inversion_is_other_holder(const struct engine *e, u32 fn, u32 token)
{
	const char *file = program_str(e->p, e->p->fns.a[fn].file);
	const struct pmember *m;
	u32 i, k;

	if (e->p->fns.a[fn].flags & FACT_FN_INIT)
		return true;
	if (token & TOKEN_NAMED || token & 1)
		return false;
	m = &e->p->members.a[token >> 1];
	for (i = 0; i < e->rules->lock_classes.n; i++) {
		const struct rule_lock_class *c = &e->rules->lock_classes.a[i];

		if (!lock_class_is_of(e->p, c, m))
			continue;
		for (k = 0; k < c->n_holders; k++)
			if (!strncmp(file, c->holders[k], strlen(c->holders[k])))
				return true;
	}
	return false;
}

u32 inversion_first_holder(const struct holders *h, u32 token)
{
	u32 lo = 0, hi = h->a.n;

	while (lo < hi) {
		u32 mid = (lo + hi) / 2;

		if (h->a.a[mid].token < token)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The better the higher; the best needs no further look. */
#define WITNESS_BEST 4
static u32 worth(const struct witness *w, const struct goal *g)
{
	return !w->e ? 0 : 1 + (u32)w->is_certain + 2 * !(w->is_shared && g->reads);
}

/* A better way replaces the one that is there; true: there is none better. */
static bool look_from(struct lock_walk *w, u32 node, struct goal *g, struct witness *best)
{
	u32 k;

	for (k = 0; k < 2; k++) {
		struct witness x;

		g->only_certain = !k;
		if (k && (g->only_direct || worth(best, g) > 1))
			break;
		if (!witness_allocation(w->search, node, g, &x))
			continue;
		x.is_certain = !k;
		if (worth(&x, g) > worth(best, g)) {
			vec_free(&best->steps);
			*best = x;
		} else {
			vec_free(&x.steps);
		}
		break;
	}
	return worth(best, g) == WITNESS_BEST;
}

/* A holder as its callers call it: with their masks and flags. */
static bool look_from_callers(struct inversions *inv, struct lock_walk *w, u32 fn, struct goal *g,
			      struct witness *best)
{
	const struct call_edge *edges;
	u32 n = callgraph_callers(inv->ahead->graph, fn, &edges), i, k, tried = 0;

	bitset_set(&w->track.follow, fn);
	for (i = 0; i < n && tried < CALLERS_MAX; i++) {
		u32 first = w->e.nodes.n;

		if (edges[i].via != VIA_DIRECT || w->acquire.node[edges[i].caller])
			continue;
		tried++;
		acquire_node(&w->acquire, edges[i].caller);
		for (k = first; k < w->e.nodes.n; k++)
			if (w->e.nodes.a[k].fn == fn && look_from(w, k, g, best))
				return true;
	}
	return false;
}

static bool is_other_holder(const struct lock_walk *w, u32 fn, const struct goal *g)
{
	return inversion_is_other_holder(&w->e, fn, g->token) || witness_is_peer(&w->e, fn, g);
}

/* Holders from the nearest on, until one is certain; then with what their callers give them. */
static bool find_witness(struct inversions *inv, struct lock_walk *w, struct goal *g, struct witness *ret,
			 u32 *capped_ret)
{
	const struct holders *h = w->holders;
	u32 first = inversion_first_holder(h, g->token), max = g->only_direct ? DIRECT_MAX : HOLDERS_MAX, i, n = 0;

	memset(ret, 0, sizeof(*ret));
	for (i = first; i < h->a.n && h->a.a[i].token == g->token && h->a.a[i].dist < DIST_MAX && n < max; i++)
		if (!is_other_holder(w, h->a.a[i].fn, g)) {
			n++;
			if (look_from(w, acquire_node(&w->acquire, h->a.a[i].fn), g, ret))
				return true;
		}
	if (!ret->e && n == max)
		*capped_ret = h->a.a[i - 1].fn;
	if (g->only_direct)
		return ret->e;
	for (i = first, n = 0; !ret->e && i < h->a.n && h->a.a[i].token == g->token && h->a.a[i].dist < DIST_MAX &&
	     n < CALLED_MAX; i++)
		if (!is_other_holder(w, h->a.a[i].fn, g)) {
			n++;
			if (look_from_callers(inv, w, h->a.a[i].fn, g, ret))
				return true;
		}
	return ret->e;
}

const char *inversion_called_at(struct engine *e, u32 fn, u32 insn)
{
	const struct fact_body *b = engine_info(e, fn)->body;
	struct val v = b->vals[b->insns[insn].first];
	struct ref r = val_kind(v) == VAL_SYM ? e->p->fns.a[fn].refs[val_index(v)] : (struct ref){ 0 };

	return r.v && !ref_is_var(r) ? pfn_name(e->p, ref_id(r)) : "a lock function";
}

u32 inversion_driver(const struct program *p, u32 fn)
{
	u32 module = p->fns.a[fn].module;

	return p->modules.a[module].is_core ? 0 : module;
}

struct diag_hop copy_hop(const struct diag_hop *hop)
{
	struct diag_hop r = *hop;
	u32 i;

	memset(&r.guards, 0, sizeof(r.guards));
	for (i = 0; i < hop->guards.n; i++)
		vec_push(&r.guards, hop->guards.a[i]);
	return r;
}

void inversion_hops(struct inversions *inv, const struct witness *w, struct hops *ret)
{
	struct engine *e = w->e;
	const struct node_event *ev = &e->nodes.a[w->last].events.a[w->event];
	const struct node *n = &e->nodes.a[w->node];
	const char *by = NULL;
	u32 i;

	for (i = 0; i < n->edges.n; i++)
		if (n->edges.a[i].insn == w->take)
			by = pfn_name(e->p, e->nodes.a[n->edges.a[i].node].fn);
	for (i = 0; !by && i < n->events.n; i++)
		if (n->events.a[i].insn == w->take)
			by = pfn_name(e->p, n->events.a[i].callee);
	if (w->take)
		vec_push(ret, finding_hop(e, w->node, w->take, by ? by : inversion_called_at(e, n->fn, w->take)));
	pthread_mutex_lock(&inv->lock);
	for (i = 0; i < w->steps.n; i++)
		vec_push(ret, finding_edge_hop(e, w->steps.a[i], &inv->first->arena));
	pthread_mutex_unlock(&inv->lock);
	vec_push(ret, finding_hop(e, w->last, ev->insn, pfn_name(e->p, ev->callee)));
}

static void keep_witness(struct inversions *inv, struct lock_result *r, const struct witness *w)
{
	struct engine *e = w->e;
	const struct node *n = &e->nodes.a[w->node];
	u32 i;

	r->holder = pfn_name(e->p, n->fn);
	r->driver = inversion_driver(e->p, n->fn);
	r->only_readers = w->is_shared && r->reads;
	r->mask = e->nodes.a[w->last].events.a[w->event].token & ~ALLOC_MAY;
	for (i = 0; i < n->events.n; i++)
		if (e->rules->fns.a[n->events.a[i].rule].kind == RULE_LOCK && n->events.a[i].token == r->token)
			r->kind = e->rules->fns.a[n->events.a[i].rule].lock_kind;
	inversion_hops(inv, w, &r->witness);
}

/* The functions that run for a work item, as if the class were held in them. */
static bool find_in_work(struct inversions *inv, struct lock_walk *w, struct goal *g, struct witness *ret)
{
	u32 i;

	memset(ret, 0, sizeof(*ret));
	g->at_entry = true;
	for (i = 0; i < inv->work.a.n; i++)
		if (inv->work.a.a[i].token == g->token && w->e.p->fns.a[inv->work.a.a[i].fn].defined &&
		    look_from(w, acquire_waited(&w->acquire, inv->work.a.a[i].fn), g, ret))
			return true;
	return ret->e;
}

bool inversion_find_half(struct inversions *inv, struct lock_walk *w, struct lock_result *r, bool only_direct)
{
	struct goal g = { .token = r->token, .needs = r->needs, .excused = all_excused(&w->e), .reads = r->reads,
			  .driver = r->acting, .owners = &inv->owners, .only_direct = only_direct };
	struct witness x;

	if (!(r->is_work ? find_in_work(inv, w, &g, &x) : find_witness(inv, w, &g, &x, &r->capped)))
		return false;
	keep_witness(inv, r, &x);
	vec_free(&x.steps);
	return true;
}

static void find_class(struct inversions *inv, struct lock_walk *w, struct lock_result *r, u32 n)
{
	bool is_lonely = false;
	u32 i;

	acquire_class(&w->acquire, r->token);
	for (i = 0; i < n; i++)
		if (!inversion_find_half(inv, w, &r[i], false) && !r[i].is_work)
			is_lonely = true;
	if (is_lonely)
		cycles_see_pairs(inv, w, r->token);
}

/* Modules that make objects of their own, and the helpers that they call: what these do is for who calls them. */
static void find_owners(struct inversions *inv)
{
	const struct ruleset *rules = inv->first->rules;
	const struct program *p = inv->first->p;
	struct bitset makers = BITSET_INIT;
	u32 i, k;

	for (i = 1; i < p->vars.n; i++) {
		const struct pvar *v = &p->vars.a[i];

		for (k = 0; v->defined && v->n_inits && k < rules->owners.n; k++)
			if (!strcmp(program_str(p, v->tag), rules->owners.a[k]))
				bitset_set(&makers, v->module);
	}
	for (i = 1; i < p->modules.n; i++)
		if (bitset_test(&makers, i)) {
			bitset_set(&inv->owners, i);
			bitset_or(&inv->owners, &p->modules.a[i].uses);
		}
	bitset_free(&makers);
}

static void find_direct(struct inversions *inv)
{
	inversion_each_class(inv, &inv->pass[0], inv->a.a, inv->a.n, find_class);
	log_verbose("locks: %u classes, %u holders", inv->a.n, inv->pass[0].holders.a.n);
}

void inversions_find(struct findings *f, bool stated, struct inversions *ret)
{
	struct ahead *ahead = f->e->ahead;
	struct lock_pass *pass;

	memset(ret, 0, sizeof(*ret));
	pthread_mutex_init(&ret->lock, NULL);
	ret->first = f->e;
	ret->ahead = ahead;
	ahead_wait(ahead);
	log_verbose("locks: call graph built, scopes found");
	if (stated)
		priming_find(f->e, ahead->graph, &ret->priming);
	keep_asked(f, &ret->priming);
	work_find(f->e, ahead->graph, &ret->work);
	pass = inversion_open_pass(ret);
	if (!collect(f, ret, &pass->tokens))
		return;
	find_owners(ret);
	open_walks(ret);
	inversion_start_pass(ret, pass, false);
	log_verbose("locks: holders found");
	find_direct(ret);
	cycles_find(ret);
}

void hops_free(struct hops *hops)
{
	u32 i;

	for (i = 0; i < hops->n; i++)
		vec_free(&hops->a[i].guards);
	vec_free(hops);
}

void inversions_free(struct inversions *inv)
{
	u32 i;

	for (i = 0; i < inv->a.n; i++)
		hops_free(&inv->a.a[i].witness);
	for (i = 0; i < inv->others.n; i++)
		hops_free(&inv->others.a[i].witness);
	for (i = 0; i < inv->more.n; i++)
		hops_free(&inv->more.a[i].witness);
	for (i = 0; i < inv->pairs.n; i++)
		hops_free(&inv->pairs.a[i].way);
	vec_free(&inv->pairs);
	vec_free(&inv->more);
	vec_free(&inv->a);
	vec_free(&inv->others);
	map_free(&inv->index);
	for (i = 0; i < LOCK_WALKS; i++)
		if (inv->walk[i].search)
			close_walk(&inv->walk[i]);
	for (i = 0; i < inv->n_passes; i++) {
		map_free(&inv->pass[i].tokens);
		holders_free(&inv->pass[i].holders);
	}
	bitset_free(&inv->owners);
	pthread_mutex_destroy(&inv->lock);
	priming_free(&inv->priming);
	work_free(&inv->work);
}
