// SPDX-License-Identifier: MIT
/*
 * Breadth-first searches over the nodes of the walk that tracks locks.  A class is held
 * in a node from the call that takes it to the one that releases it, and in every node
 * called meanwhile, as long as that does not release it for its caller.
 */
#include "analysis/witness.h"

#include <stdlib.h>

#define FEW_TARGETS 4	/* of a call by pointer that a witness may rest on */

struct reached { u32 stamp, parent, edge; };

struct witness_search {
	struct engine *e;
	VEC(struct reached) reached;	/* by node */
	u32 stamp;
	VEC(u32) order;
};

/* The bits that what an event does allocates with; 0: it does not. */
static u32 event_bits(const struct engine *e, const struct node_event *ev)
{
	const struct rule_fn *r = &e->rules->fns.a[ev->rule];

	return r->kind == RULE_ALLOC || (r->kind == RULE_SINK && r->allocates) ? ev->token & ~ALLOC_MAY : 0;
}

struct witness_search *witness_search_create(struct engine *e)
{
	struct witness_search *w = mem_realloc(NULL, 1, sizeof(*w));

	memset(w, 0, sizeof(*w));
	w->e = e;
	return w;
}

void witness_search_free(struct witness_search *w)
{
	if (!w)
		return;
	vec_free(&w->reached);
	vec_free(&w->order);
	free(w);
}

/* ---- held at an instruction ----------------------------------------------------------- */

static bool calls_rule(struct engine *e, u32 fn, u32 insn, enum rule_fn_kind kind)
{
	const struct fact_body *b = engine_info(e, fn)->body;
	struct val v = b->vals[b->insns[insn].first];
	struct ref r = val_kind(v) == VAL_SYM ? e->p->fns.a[fn].refs[val_index(v)] : (struct ref){ 0 };
	const struct fn_rules *rules = r.v && !ref_is_var(r) ? engine_fn_rules(e, ref_id(r)) : NULL;
	u32 i;

	for (i = 0; rules && i < rules->n; i++)
		if (rules->a[i]->kind == kind)
			return true;
	return false;
}

/* A call that may return with the class released. */
static bool may_release(struct engine *e, u32 node, u32 insn)
{
	const struct node *n = &e->nodes.a[node];
	u32 i;

	if (calls_rule(e, n->fn, insn, RULE_UNLOCK))
		return true;
	for (i = 0; i < n->edges.n; i++)
		if (n->edges.a[i].insn == insn && bitset_test(&e->locks->changes, e->nodes.a[n->edges.a[i].node].fn))
			return true;
	return false;
}

/* Is there a way from behind the call 'take' to insn on which nothing may release the class? */
static bool is_kept_until(struct engine *e, u32 node, u32 take, u32 insn)
{
	const struct fninfo *fi = engine_info(e, e->nodes.a[node].fn);
	struct arena_mark mark = arena_mark(&e->scratch);
	bool *seen = arena_array(&e->scratch, bool, fi->body->n_blocks), found = false;
	u32 block = fi->block_of[take], i = take + 1, k;
	VEC(u32) stack = VEC_INIT;

	for (;;) {
		const struct fact_block *b = &fi->body->blocks[block];

		while (i < b->first + b->n && i != insn &&
		       (fi->body->insns[i].op != FACT_CALL || !may_release(e, node, i)))
			i++;
		found = i == insn;
		for (k = 0; i == b->first + b->n && k < fi->n_succs[block]; k++) {
			u32 to = fi->succs[block][k];

			if (!seen[to] && bitset_test(&e->nodes.a[node].reached, to))
				vec_push(&stack, to);
			seen[to] = true;
		}
		if (found || !stack.n)
			break;
		block = vec_pop(&stack);
		i = fi->body->blocks[block].first;
	}
	vec_free(&stack);
	arena_release(&e->scratch, mark);
	return found;
}

/*
 * A call that takes the lock, if anything but its result says so, is on every way to insn: a
 * lock function, or one that returns with a transaction and that no call which may end it follows.
 */
static bool is_taken_before(struct engine *e, u32 node, u32 insn)
{
	const struct fninfo *fi = engine_info(e, e->nodes.a[node].fn);
	const struct node *n = &e->nodes.a[node];
	u32 i;

	for (i = 0; i < n->takes.n; i++) {
		u32 take = n->takes.a[i];

		if (fi->block_of[take] == fi->block_of[insn] ? take >= insn :
		    !fninfo_dominates(fi, fi->block_of[take], fi->block_of[insn]))
			continue;
		if (calls_rule(e, n->fn, take, RULE_LOCK) ||
		    (e->locks->is_entered && is_kept_until(e, node, take, insn)))
			return true;
	}
	return false;
}

/*
 * The lock was taken in this node, and is held there: in every state, or in some if it was
 * taken on every way (a trylock).  Else whether it is held hangs on a condition that may be
 * the same as one that releases it, and is not known.
 */
static bool takes_at(struct engine *e, u32 node, u32 insn, u32 token)
{
	const struct node *n = &e->nodes.a[node];
	bool held = false, free = false;
	u32 i;

	for (i = 0; i < n->at.n; i++) {
		if (n->at.a[i].insn != insn)
			continue;
		if (locks_has(e, n->at.a[i].holds, token, HOLD_TAKEN))
			held = true;
		else
			free = true;
	}
	return held && (!free || is_taken_before(e, node, insn));
}

/* The caller's lock is held there: some state has not dropped it. */
static bool keeps_at(const struct engine *e, u32 node, u32 insn, u32 token)
{
	const struct node *n = &e->nodes.a[node];
	u32 i;

	for (i = 0; i < n->at.n; i++)
		if (n->at.a[i].insn == insn && !locks_has(e, n->at.a[i].holds, token, HOLD_DROPPED))
			return true;
	return false;
}

static bool is_certain(const struct node_edge *edge)
{
	return edge->via == VIA_DIRECT || edge->via == VIA_ARGUMENT || edge->n_targets == 1;
}

static bool may_follow(const struct goal *g, const struct node_edge *edge)
{
	if (g->only_direct)
		return edge->via == VIA_DIRECT;
	return is_certain(edge) || (!g->only_certain && edge->n_targets <= FEW_TARGETS);
}

bool witness_is_peer(const struct engine *e, u32 fn, const struct goal *g)
{
	u32 module = e->p->fns.a[fn].module;

	return g->driver && bitset_test(g->owners, module) && !program_visible(e->p, g->driver, module);
}

static bool is_allocation(const struct engine *e, const struct node_event *ev, const struct goal *g)
{
	u32 bits = event_bits(e, ev);

	return bits && (bits & g->needs) == g->needs && !(bits & g->excused);
}

/* ---- search -------------------------------------------------------------------------------- */

static void reach(struct witness_search *w, u32 node, u32 parent, u32 edge)
{
	if (w->reached.a[node].stamp == w->stamp)
		return;
	w->reached.a[node] = (struct reached){ w->stamp, parent, edge };
	vec_push(&w->order, node);
}

static void start(struct witness_search *w)
{
	struct reached none = { 0, 0, 0 };

	while (w->reached.n < w->e->nodes.n)
		vec_push(&w->reached, none);
	w->stamp++;
	vec_clear(&w->order);
}

/* The call that took the lock: the nearest before insn that dominates it, else any before it. */
static u32 taking_call(struct engine *e, u32 node, u32 insn)
{
	const struct fninfo *fi = engine_info(e, e->nodes.a[node].fn);
	const struct node *n = &e->nodes.a[node];
	u32 i, best = 0, rank = 0;

	for (i = 0; i < n->takes.n; i++) {
		u32 at = n->takes.a[i], block = fi->block_of[at];
		bool before = block == fi->block_of[insn] ? at < insn :
			      fi->rpo_index[block] < fi->rpo_index[fi->block_of[insn]];
		u32 r = 1u + before + (before && fninfo_dominates(fi, block, fi->block_of[insn]));

		if (r > rank || (r == rank && fi->rpo_index[block] >= fi->rpo_index[fi->block_of[best]])) {
			best = at;
			rank = r;
		}
	}
	return best;
}

#define MODE_SHARED	1
#define MODE_EXCLUSIVE	2
#define MODE_LEVELS	4	/* of functions that return with the lock */

bool rule_is_shared(const struct rule_fn *r)
{
	return r->mode && !strcmp(r->mode, "shared");
}

/* The modes in which a call takes the class, itself or by what it calls; insn 0: any call of the node. */
static u32 modes(const struct engine *e, u32 node, u32 insn, u32 token, u32 levels)
{
	const struct node *n = &e->nodes.a[node];
	u32 r = 0, i;

	for (i = 0; i < n->events.n; i++) {
		const struct rule_fn *rule = &e->rules->fns.a[n->events.a[i].rule];

		if ((!insn || n->events.a[i].insn == insn) && rule->kind == RULE_LOCK && n->events.a[i].token == token)
			r |= rule_is_shared(rule) ? MODE_SHARED : MODE_EXCLUSIVE;
	}
	for (i = 0; levels && i < n->edges.n; i++)
		if (!insn || n->edges.a[i].insn == insn)
			r |= modes(e, n->edges.a[i].node, 0, token, levels - 1);
	return r;
}

/* The way from the holder to the node that was reached. */
static void make_witness(struct witness_search *w, u32 holder, u32 node, u32 event, u32 token, struct witness *ret)
{
	struct engine *e = w->e;
	u32 n = node, i, insn;

	memset(ret, 0, sizeof(*ret));
	ret->e = e;
	ret->node = holder;
	ret->last = node;
	ret->event = event;
	while (n != holder) {
		struct reached *r = &w->reached.a[n];

		vec_push(&ret->steps, ((struct path_step){ r->parent, r->edge }));
		n = r->parent;
	}
	for (i = 0; i < ret->steps.n / 2; i++) {
		struct path_step t = ret->steps.a[i];

		ret->steps.a[i] = ret->steps.a[ret->steps.n - 1 - i];
		ret->steps.a[ret->steps.n - 1 - i] = t;
	}
	insn = ret->steps.n ? e->nodes.a[holder].edges.a[ret->steps.a[0].edge].insn :
	       e->nodes.a[holder].events.a[event].insn;
	ret->take = taking_call(e, holder, insn);	/* 0: held all along */
	ret->is_shared = ret->take && modes(e, holder, ret->take, token, MODE_LEVELS) == MODE_SHARED;
}

/* Held by the node itself, or by who called it. */
static bool is_held(const struct witness_search *w, u32 node, u32 holder, u32 insn, const struct goal *g)
{
	return node == holder && !g->at_entry ? takes_at(w->e, node, insn, g->token) :
	       keeps_at(w->e, node, insn, g->token);
}

/* In a state that went to this callee, and not only in others. */
static bool is_entered_held(const struct witness_search *w, u32 node, u32 holder, const struct node_edge *edge,
			    const struct goal *g)
{
	const struct node *n = &w->e->nodes.a[node];
	bool taken = node == holder && !g->at_entry;
	u32 i;

	for (i = 0; i < n->under.n; i++)
		if (n->under.a[i].insn == edge->insn && n->under.a[i].node == edge->node &&
		    locks_has(w->e, n->under.a[i].holds, g->token, taken ? HOLD_TAKEN : HOLD_DROPPED) == taken)
			return true;
	return false;
}

static void reach_callees(struct witness_search *w, u32 node, u32 holder, const struct goal *g)
{
	const struct node *n = &w->e->nodes.a[node];
	u32 k;

	for (k = 0; k < n->edges.n; k++)
		if (may_follow(g, &n->edges.a[k]) && !witness_is_peer(w->e, w->e->nodes.a[n->edges.a[k].node].fn, g) &&
		    is_held(w, node, holder, n->edges.a[k].insn, g) &&
		    is_entered_held(w, node, holder, &n->edges.a[k], g))
			reach(w, n->edges.a[k].node, node, k);
}

bool witness_allocation(struct witness_search *w, u32 holder, const struct goal *g, struct witness *ret)
{
	struct engine *e = w->e;
	u32 i, k;

	start(w);
	reach(w, holder, 0, 0);
	for (i = 0; i < w->order.n; i++) {
		u32 node = w->order.a[i];
		const struct node *n = &e->nodes.a[node];

		for (k = 0; k < n->events.n; k++)
			if (is_allocation(e, &n->events.a[k], g) &&
			    is_held(w, node, holder, n->events.a[k].insn, g)) {
				make_witness(w, holder, node, k, g->token, ret);
				return true;
			}
		reach_callees(w, node, holder, g);
	}
	return false;
}

/* The class that an event waits for as long as it takes; 0: it does not. */
static u32 waited_token(const struct engine *e, const struct node_event *ev)
{
	const struct rule_fn *r = &e->rules->fns.a[ev->rule];

	return rule_waits_for_lock(r) ? ev->token : 0;
}

void witness_waits(struct witness_search *w, u32 holder, u32 token, witness_fn *found, void *context)
{
	struct goal g = { .token = token };
	struct engine *e = w->e;
	struct map seen = MAP_INIT;
	u32 i, k;

	start(w);
	reach(w, holder, 0, 0);
	for (i = 0; i < w->order.n; i++) {
		u32 node = w->order.a[i];
		const struct node *n = &e->nodes.a[node];

		for (k = 0; k < n->events.n; k++) {
			u32 next = waited_token(e, &n->events.a[k]);
			struct witness x;
			bool is_new;

			if (!next || next == token || map_get(&seen, next) ||
			    !is_held(w, node, holder, n->events.a[k].insn, &g))
				continue;
			map_put(&seen, next, &is_new);
			make_witness(w, holder, node, k, token, &x);
			found(context, next, &x);
			vec_free(&x.steps);
		}
		reach_callees(w, node, holder, &g);
	}
	map_free(&seen);
}
