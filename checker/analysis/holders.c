// SPDX-License-Identifier: MIT
/*
 * Candidates, without evaluation.  A call of a lock function names its class by the member
 * or variable whose address it passes; a function that passes on its own argument (a guard's
 * constructor) makes its callers the ones that do.  From the call that takes a class the
 * graph is followed to those that release it: what is called between is called with it held,
 * and a return that is met means that callers hold it from there on.
 * Ignores: locks whose address comes from elsewhere (a local pointer, a table).
 */
#include "analysis/holders.h"

#include <stdlib.h>

#define CLEAR_TARGETS 32	/* of a call by pointer: the walk finds out which of them it is */
#define WRAPPER_TARGETS 4	/* ..if it is of one that returns with a class taken */
#define WAIT_LEVELS 4		/* calls from a holder to a wait for a work item */
#define WRAPPER_LEVELS 4	/* functions that return with a class taken, one calling the other */

struct passer { u32 fn, arg, level; const struct rule_fn *rule; };	/* its argument is the lock */
/* A call that takes or releases a class. */
struct site { u32 fn, insn, token, level; const struct rule_fn *rule; /* NULL: a wrapper */ bool takes; };

struct fn_sites { u32 fn; bool queued; VEC(u32) a; };

struct finder {
	struct engine *e;
	const struct callgraph *g;
	struct holders *out;
	VEC(struct passer) passers;
	struct map passer_seen;
	VEC(struct site) sites;
	struct map site_seen;
	VEC(struct fn_sites) fns;	/* [0] unused */
	struct map by_fn;		/* function -> index into fns */
	VEC(u32) work;			/* indexes into fns */
};

/* ---- distances ------------------------------------------------------------------ */

/* A function that is not walked into: an entry says all there is. */
static bool is_closed(struct engine *e, u32 fn)
{
	const struct fn_rules *r = engine_fn_rules(e, fn);
	u32 i;

	for (i = 0; i < r->n; i++)
		if (r->a[i]->kind != RULE_SCOPE && r->a[i]->kind != RULE_UNSCOPE && r->a[i]->kind != RULE_FRESH &&
		    !r->a[i]->enters)
			return true;
	return false;
}

/* May this call of an allocator enter reclaim? */
static bool may_reclaim(struct engine *e, const struct call_edge *edge, const struct rule_fn *r)
{
	const struct fact_body *b = program_body(e->p, edge->caller);
	const struct fact_insn *insn = &b->insns[edge->insn];
	struct val v;

	if (r->place.kind != PLACE_ARG || r->place.arg + 1 >= insn->n)
		return true;
	v = b->vals[insn->first + r->place.arg + 1];
	return val_kind(v) != VAL_CONST || ((u32)b->consts[val_index(v)] & e->locks->direct) == e->locks->direct;
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
			if (s->out->dist[edges[i].caller] && (sink || may_reclaim(s->e, &edges[i], r->a[k]))) {
				s->out->dist[edges[i].caller] = 0;
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

		if (is_closed(s->e, fn) || dist[fn] >= DIST_NONE - 1)
			continue;
		n = callgraph_callers(s->g, fn, &edges);
		for (k = 0; k < n; k++)
			if (dist[edges[k].caller] == DIST_NONE &&
			    (edges[k].via == VIA_DIRECT || edges[k].n_targets <= CLEAR_TARGETS)) {
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
	struct holders *out = s->out;
	const struct call_edge *edges;
	u32 fn, i, k, n;

	out->dist = no_distances(s);
	for (fn = 1; fn < s->e->p->fns.n; fn++)
		add_allocating(s, fn, &q);
	spread(s, &q, out->dist);
	for (i = 0; i < q.n; i++)
		bitset_set(&out->any, q.a[i]);
	/* and by any call at all, from those and from calls of which nothing is known */
	n = callgraph_callers(s->g, 0, &edges);
	for (k = 0; k < n; k++)
		if (bitset_set(&out->any, edges[k].caller))
			vec_push(&q, edges[k].caller);
	for (i = 0; i < q.n; i++) {
		if (is_closed(s->e, q.a[i]))
			continue;
		n = callgraph_callers(s->g, q.a[i], &edges);
		for (k = 0; k < n; k++)
			if (bitset_set(&out->any, edges[k].caller))
				vec_push(&q, edges[k].caller);
	}
	vec_free(&q);
}

static bool waits_for_lock(const struct rule_fn *r)
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
	u8 *dist = s->out->lock_dist = no_distances(s);
	const struct call_edge *edges;
	u32 fn, k, n;

	for (fn = 1; fn < s->e->p->fns.n; fn++) {
		if (!has_rule(s->e, fn, waits_for_lock))
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

static bool waits_for_work(const struct rule_fn *r)
{
	return r->kind == RULE_WAIT && r->runs.tag && r->may_block && r->place.kind == PLACE_ARG;
}

/* Direct calls from a function to one that waits for a work item. */
static void find_wait_distances(struct finder *s)
{
	struct holders *out = s->out;
	struct queue q = VEC_INIT;
	const struct call_edge *edges;
	u32 fn, i, k, n;

	out->wait_dist = no_distances(s);
	for (fn = 1; fn < s->e->p->fns.n; fn++)
		if (has_rule(s->e, fn, waits_for_work)) {
			vec_push(&q, fn);
			out->wait_dist[fn] = 0;
		}
	for (i = 0; i < q.n; i++) {
		if (out->wait_dist[q.a[i]] >= WAIT_LEVELS || (out->wait_dist[q.a[i]] && is_closed(s->e, q.a[i])))
			continue;
		n = callgraph_callers(s->g, q.a[i], &edges);
		for (k = 0; k < n; k++)
			if (edges[k].via == VIA_DIRECT && out->wait_dist[edges[k].caller] == DIST_NONE) {
				out->wait_dist[edges[k].caller] = (u8)(out->wait_dist[q.a[i]] + 1);
				vec_push(&q, edges[k].caller);
			}
	}
	vec_free(&q);
}

/* ---- sites ------------------------------------------------------------------------ */

enum lock_origin lock_origin(const struct pfn *f, const struct fact_body *b, struct val v, u32 *ret)
{
	u32 depth;

	for (depth = 0; depth < 16; depth++) {
		const struct fact_insn *i;
		struct ref r;

		switch (val_kind(v)) {
		case VAL_ARG:
			*ret = val_index(v);
			return ORIGIN_ARG;
		case VAL_SYM:
			r = f->refs[val_index(v)];
			*ret = ref_id(r) << 1 | 1;
			return r.v && ref_is_var(r) ? ORIGIN_TOKEN : ORIGIN_UNKNOWN;
		case VAL_INSN:
			i = &b->insns[val_index(v)];
			if ((i->op == FACT_MEMBER || i->op == FACT_LOAD) && i->extra) {
				*ret = f->members[i->extra] << 1;
				return ORIGIN_TOKEN;
			}
			if (i->op != FACT_MEMBER && i->op != FACT_ADD && i->op != FACT_ZEXT)
				return ORIGIN_UNKNOWN;
			v = b->vals[i->first];
			break;
		default:
			return ORIGIN_UNKNOWN;
		}
	}
	return ORIGIN_UNKNOWN;
}

static void queue_fn(struct finder *s, u32 index)
{
	if (s->fns.a[index].queued)
		return;
	s->fns.a[index].queued = true;
	vec_push(&s->work, index);
}

static void add_site(struct finder *s, const struct site *x)
{
	struct { u32 fn, insn, token, takes; } key = { x->fn, x->insn, x->token, x->takes };
	struct fn_sites none = { .fn = x->fn };
	bool is_new;
	u64 *slot;

	if (map_get_bytes(&s->site_seen, &key, sizeof(key)))
		return;
	map_put_bytes(&s->site_seen, arena_dup(&s->out->arena, &key, sizeof(key)), sizeof(key), &is_new);
	slot = map_put(&s->by_fn, x->fn, &is_new);
	if (is_new) {
		*slot = s->fns.n;
		vec_push(&s->fns, none);
	}
	vec_push(&s->sites, *x);
	vec_push(&s->fns.a[*slot].a, s->sites.n - 1);
	queue_fn(s, (u32)*slot);
}

static void add_passer(struct finder *s, struct passer x)
{
	u64 *slot = map_put(&s->passer_seen, map_key2(x.fn, x.arg << 1 | (x.rule->kind == RULE_LOCK)), NULL);

	if (*slot)
		return;
	*slot = 1;
	vec_push(&s->passers, x);
}

/* The class that a variable's own rule gives the lock of a member; the member's else. */
static void add_tokens(struct finder *s, struct site *x)
{
	struct engine *e = s->e;
	const struct pmember *m = x->token & 1 || x->token & TOKEN_NAMED ? NULL : &e->p->members.a[x->token >> 1];
	u32 i, own;

	if (lock_is_tracked(e, x->token))
		add_site(s, x);
	for (i = 0; m && i < e->rules->lock_classes.n; i++) {
		const struct rule_lock_class *c = &e->rules->lock_classes.a[i];

		if (!c->variable || !lock_class_is_of(e->p, c, m))
			continue;
		own = lock_token_named(e, c->name);
		if (!lock_is_tracked(e, own))
			continue;
		x->token = own;
		add_site(s, x);
	}
}

static void call_site(struct finder *s, const struct passer *p, const struct call_edge *edge)
{
	struct engine *e = s->e;
	const struct pfn *f = &e->p->fns.a[edge->caller];
	const struct fact_body *b = program_body(e->p, edge->caller);
	const struct fact_insn *insn = &b->insns[edge->insn];
	struct site x = { .fn = edge->caller, .insn = edge->insn, .rule = p->level ? NULL : p->rule,
			  .takes = p->rule->kind == RULE_LOCK };
	u32 what = 0;

	if (is_closed(e, edge->caller))
		return;
	if (p->rule->lock_class) {
		x.token = lock_token_named(e, p->rule->lock_class);
		add_tokens(s, &x);
		return;
	}
	if (p->arg + 1 >= insn->n)
		return;
	switch (lock_origin(f, b, b->vals[insn->first + p->arg + 1], &what)) {
	case ORIGIN_ARG:
		add_passer(s, (struct passer){ edge->caller, what, p->level + 1, p->rule });
		break;
	case ORIGIN_TOKEN:
		x.token = what;
		add_tokens(s, &x);
		break;
	case ORIGIN_UNKNOWN:
		break;
	}
}

static void find_sites(struct finder *s)
{
	struct engine *e = s->e;
	const struct call_edge *edges;
	u32 fn, i, k, n;

	for (fn = 1; fn < e->p->fns.n; fn++) {
		const struct fn_rules *r = engine_fn_rules(e, fn);

		for (i = 0; i < r->n; i++)
			if ((r->a[i]->kind == RULE_LOCK || r->a[i]->kind == RULE_UNLOCK) &&
			    (r->a[i]->place.kind == PLACE_ARG || r->a[i]->lock_class))
				add_passer(s, (struct passer){ fn, r->a[i]->place.arg, 0, r->a[i] });
	}
	for (i = 0; i < s->passers.n; i++) {
		struct passer p = s->passers.a[i];

		/* of whatever class it is given */
		vec_push(&s->out->changes, ((struct lock_change){ 0, p.fn }));

		if (p.level > 2)
			continue;
		n = callgraph_callers(s->g, p.fn, &edges);
		for (k = 0; k < n; k++)
			if (edges[k].via == VIA_DIRECT)
				call_site(s, &p, &edges[k]);
	}
}

/* ---- regions ------------------------------------------------------------------------ */

struct region {
	struct finder *s;
	const struct fninfo *fi;
	const struct fn_sites *fs;
	struct site site;		/* that takes the class */
	u32 dist, lock_dist;		/* of the nearest allocation that is called in it, and the nearest lock */
	bool unclean, returns;
};

/* Does a branch say whether the call took the lock?  The arm on which it did: 1 or 2, else 0. */
static u32 success_arm(const struct region *r, const struct fact_insn *cbr)
{
	const struct fact_body *b = r->fi->body;
	struct val v = b->vals[cbr->first];
	bool is_true = true;
	u32 depth;

	if (!r->site.rule || r->site.rule->success == SUCCESS_ALWAYS)
		return 0;
	for (depth = 0; depth < 8 && val_kind(v) == VAL_INSN && val_index(v) != r->site.insn; depth++) {
		const struct fact_insn *i = &b->insns[val_index(v)];
		bool zero = i->n > 1 && val_is_zero(b, insn_val(b, i, 1));

		if (i->op == FACT_EQ && zero)
			is_true = !is_true;
		else if (!(i->op == FACT_NE && zero) && !(i->op == FACT_LT && zero) && i->op != FACT_ZEXT &&
			 i->op != FACT_SEXT && i->op != FACT_TRUNC)
			return 0;
		v = b->vals[i->first];
	}
	if (val_kind(v) != VAL_INSN || val_index(v) != r->site.insn)
		return 0;
	return (r->site.rule->success == SUCCESS_ZERO) == is_true ? 2 : 1;
}

static bool releases(const struct region *r, u32 insn)
{
	u32 i;

	for (i = 0; i < r->fs->a.n; i++) {
		const struct site *x = &r->s->sites.a[r->fs->a.a[i]];

		if (x->insn == insn && x->token == r->site.token && !x->takes)
			return true;
	}
	return false;
}

/* The class or work item that a call of a function with these rules waits for, if it is not the one that is held. */
static u32 waited_class(struct region *r, u32 fn, u32 insn, const struct rule_fn *rule)
{
	const struct fact_body *b = program_body(r->s->e->p, fn);
	const struct fact_insn *i = &b->insns[insn];
	u32 arg = rule->place.arg + 1, what;

	if (rule->lock_class)
		what = lock_token_named(r->s->e, rule->lock_class);
	else if (arg >= i->n ||
		 lock_origin(&r->s->e->p->fns.a[fn], b, b->vals[i->first + arg], &what) != ORIGIN_TOKEN)
		return 0;
	return what == r->site.token ? 0 : what;
}

static void add_waiting(struct region *r, u32 next, u32 insn, const struct wait_step *steps, u32 n)
{
	struct waiting x = { r->site.token, next, r->site.fn, r->site.insn, insn, NULL, n };

	if (n)
		x.steps = arena_dup(&r->s->out->arena, steps, n * sizeof(*steps));
	vec_push(&r->s->out->waiting, x);
}

/* Does the function release the class that is held? */
static bool drops_class(const struct region *r, u32 fn)
{
	const struct finder *s = r->s;
	u64 *slot = map_get(&s->by_fn, fn);
	u32 i;

	for (i = 0; slot && i < s->fns.a[*slot].a.n; i++) {
		const struct site *x = &s->sites.a[s->fns.a[*slot].a.a[i]];

		if (x->token == r->site.token && !x->takes)
			return true;
	}
	return false;
}

/* Waits for work items in what the call leads to, by direct calls. */
static void see_waits_below(struct region *r, u32 insn, u32 fn, struct wait_step *steps, u32 n)
{
	struct finder *s = r->s;
	const struct call_edge *edges;
	u32 n_edges, i, k, next;

	if (s->out->wait_dist[fn] > WAIT_LEVELS - n || !s->out->wait_dist[fn] || is_closed(s->e, fn) ||
	    drops_class(r, fn))
		return;
	n_edges = callgraph_callees(s->g, fn, &edges);
	for (i = 0; i < n_edges; i++) {
		const struct fn_rules *rules;

		if (edges[i].via != VIA_DIRECT || s->out->wait_dist[edges[i].callee] == DIST_NONE)
			continue;
		steps[n] = (struct wait_step){ fn, edges[i].insn };
		rules = engine_fn_rules(s->e, edges[i].callee);
		for (k = 0; k < rules->n; k++) {
			next = waits_for_work(rules->a[k]) ? waited_class(r, fn, edges[i].insn, rules->a[k]) : 0;
			if (next)
				add_waiting(r, next, insn, steps, n + 1);
		}
		if (n + 1 < WAIT_LEVELS)
			see_waits_below(r, insn, edges[i].callee, steps, n + 1);
	}
}

/* A work item that is waited for, by the very call or below it, while the lock was certainly taken. */
static void see_waits(struct region *r, u32 insn, u32 callee)
{
	struct finder *s = r->s;
	const struct fn_rules *rules = engine_fn_rules(s->e, callee);
	struct wait_step steps[WAIT_LEVELS];
	u32 k, next;

	if (s->out->wait_dist[callee] == DIST_NONE || !r->site.rule || r->site.rule->is_try ||
	    r->fi->block_of[insn] == UINT32_MAX ||
	    !fninfo_dominates(r->fi, r->fi->block_of[r->site.insn], r->fi->block_of[insn]))
		return;
	for (k = 0; k < rules->n; k++) {
		next = waits_for_work(rules->a[k]) ? waited_class(r, r->site.fn, insn, rules->a[k]) : 0;
		if (next)
			add_waiting(r, next, insn, NULL, 0);
	}
	see_waits_below(r, insn, callee, steps, 0);
}

static u32 nearer(u32 dist, u8 callee)
{
	return callee != DIST_NONE && callee + 1u < dist ? callee + 1u : dist;
}

static void see_call(struct region *r, u32 insn)
{
	struct finder *s = r->s;
	const struct call_edge *edges;
	u32 n = callgraph_callees(s->g, r->site.fn, &edges), i, k;

	for (i = 0; i < n; i++) {
		const struct fn_rules *rules;
		u32 to = edges[i].callee;

		if (edges[i].insn != insn)
			continue;
		rules = to ? engine_fn_rules(s->e, to) : NULL;
		for (k = 0; rules && k < rules->n; k++)
			if ((rules->a[k]->kind == RULE_ALLOC && may_reclaim(s->e, &edges[i], rules->a[k])) ||
			    (rules->a[k]->kind == RULE_SINK && rules->a[k]->allocates)) {
				r->dist = 0;
				r->unclean = true;
			} else if (waits_for_lock(rules->a[k])) {
				r->lock_dist = 0;
			}
		if (to && edges[i].via == VIA_DIRECT)
			see_waits(r, insn, to);
		if (!to)
			r->unclean = true;
		if (!to || is_closed(s->e, to))
			continue;
		r->unclean = r->unclean || bitset_test(&s->out->any, to);
		if (edges[i].via != VIA_DIRECT && edges[i].n_targets > CLEAR_TARGETS)
			continue;
		r->dist = nearer(r->dist, s->out->dist[to]);
		r->lock_dist = nearer(r->lock_dist, s->out->lock_dist[to]);
	}
}

/* From an instruction on; true: the class is still held at the end of the block. */
static bool through(struct region *r, u32 block, u32 from)
{
	const struct fact_block *b = &r->fi->body->blocks[block];
	u32 i;

	for (i = from; i < b->first + b->n; i++) {
		if (r->fi->body->insns[i].op == FACT_RET)
			r->returns = true;
		if (r->fi->body->insns[i].op != FACT_CALL)
			continue;
		if (releases(r, i))
			return false;
		see_call(r, i);
		if (r->fi->body->insns[i].flags & FACT_NORETURN)
			return false;
	}
	return true;
}

static void walk_region(struct region *r)
{
	const struct fninfo *fi = r->fi;
	bool *seen = arena_array(&r->s->e->scratch, bool, fi->body->n_blocks);
	VEC(u32) stack = VEC_INIT;
	u32 block = fi->block_of[r->site.insn], from = r->site.insn + 1, k;

	for (;;) {
		if (through(r, block, from)) {
			const struct fact_block *b = &fi->body->blocks[block];
			const struct fact_insn *last = &fi->body->insns[b->first + b->n - 1];
			u32 arm = last->op == FACT_CBR ? success_arm(r, last) : 0;

			for (k = 0; k < fi->n_succs[block]; k++) {
				u32 to = fi->succs[block][k];

				if (arm && to != val_index(fi->body->vals[last->first + arm]))
					continue;
				if (!seen[to])
					vec_push(&stack, to);
				seen[to] = true;
			}
		}
		if (!stack.n)
			break;
		block = vec_pop(&stack);
		from = fi->body->blocks[block].first;
	}
	vec_free(&stack);
}

/* Where the class is the lock in one variable: does the call pass it, or its own caller's? */
static bool may_be_variable(const struct finder *s, u32 token, const struct call_edge *edge)
{
	const struct program *p = s->e->p;
	const struct fact_body *b = program_body(s->e->p, edge->caller);
	const struct fact_insn *insn = &b->insns[edge->insn];
	const char *var = NULL;
	u32 i;

	for (i = 0; token & TOKEN_NAMED && i < s->e->rules->lock_classes.n; i++)
		if (!strcmp(s->e->rules->lock_classes.a[i].name, s->e->classes->names.a[token & ~TOKEN_NAMED]))
			var = s->e->rules->lock_classes.a[i].variable;
	for (i = 1; var && i < insn->n; i++) {
		struct val v = b->vals[insn->first + i];
		struct ref r = val_kind(v) == VAL_SYM ? p->fns.a[edge->caller].refs[val_index(v)] : (struct ref){ 0 };

		if (val_kind(v) == VAL_ARG ||
		    (r.v && ref_is_var(r) && !strcmp(program_str(p, p->vars.a[ref_id(r)].name), var)))
			return true;
	}
	return !var;
}

/* Calls of a function that returns with the class taken, or released, do the same. */
static void add_callers(struct finder *s, const struct site *x, bool takes)
{
	const struct call_edge *edges;
	u32 n = callgraph_callers(s->g, x->fn, &edges), i;

	vec_push(&s->out->changes, ((struct lock_change){ x->token, x->fn }));
	if (x->level >= WRAPPER_LEVELS)
		return;
	for (i = 0; i < n; i++)
		if ((edges[i].via == VIA_DIRECT || edges[i].n_targets <= WRAPPER_TARGETS) &&
		    may_be_variable(s, x->token, &edges[i]))
			add_site(s, &(struct site){ edges[i].caller, edges[i].insn, x->token, x->level + 1, NULL, takes });
}

/* Can the call be reached without one before it that takes the class? */
static bool is_entered_held(const struct finder *s, const struct fninfo *fi, const struct fn_sites *fs,
			    const struct site *x)
{
	u32 i;

	for (i = 0; i < fs->a.n; i++) {
		const struct site *y = &s->sites.a[fs->a.a[i]];

		if (y->takes && y->token == x->token && y->insn != x->insn &&
		    fi->rpo_index[fi->block_of[y->insn]] <= fi->rpo_index[fi->block_of[x->insn]])
			return false;
	}
	return true;
}

/*
 * It returns with the class taken on purpose: nothing in it releases the class, or only
 * what comes after this call anyway (an error).  A function that takes and releases it by
 * two conditions that go together is none.
 */
static bool is_wrapper(const struct finder *s, const struct fninfo *fi, const struct fn_sites *fs,
		       const struct site *x)
{
	u32 i;

	for (i = 0; i < fs->a.n; i++) {
		const struct site *y = &s->sites.a[fs->a.a[i]];

		if (!y->takes && y->token == x->token &&
		    !fninfo_dominates(fi, fi->block_of[x->insn], fi->block_of[y->insn]))
			return false;
	}
	return true;
}

static void visit_fn(struct finder *s, u32 index)
{
	struct engine *e = s->e;
	const struct fninfo *fi = engine_info(e, s->fns.a[index].fn);
	u32 i, n = s->fns.a[index].a.n;

	for (i = 0; fi && i < n; i++) {
		struct arena_mark mark = arena_mark(&e->scratch);
		const struct fn_sites *fs = &s->fns.a[index];
		struct site x = s->sites.a[fs->a.a[i]];
		struct region r = { .s = s, .fi = fi, .fs = fs, .site = x, .dist = DIST_NONE,
				    .lock_dist = DIST_NONE };

		if (fi->rpo_index[fi->block_of[x.insn]] == UINT32_MAX)
			continue;
		if (!x.takes) {
			if (is_entered_held(s, fi, fs, &x))
				add_callers(s, &x, false);
			continue;
		}
		walk_region(&r);
		arena_release(&e->scratch, mark);
		if (r.dist != DIST_NONE || r.lock_dist != DIST_NONE)
			vec_push(&s->out->a, ((struct holder){ x.token, x.fn, r.dist, r.lock_dist }));
		if (r.unclean)
			*map_put(&s->out->unclean, x.token, NULL) = 1;
		if (r.returns && is_wrapper(s, fi, fs, &x))
			add_callers(s, &x, true);
	}
}

static int by_distance(const void *pa, const void *pb)
{
	const struct holder *a = pa, *b = pb;

	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	if (a->dist != b->dist)
		return a->dist < b->dist ? -1 : 1;
	return a->fn < b->fn ? -1 : a->fn > b->fn;
}

static int by_pair(const void *pa, const void *pb)
{
	const struct waiting *a = pa, *b = pb;

	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	if (a->next != b->next)
		return a->next < b->next ? -1 : 1;
	if (a->fn != b->fn)
		return a->fn < b->fn ? -1 : 1;
	return a->insn < b->insn ? -1 : a->insn > b->insn;
}

/* The first of each pair. */
static void sort_waiting(struct holders *h)
{
	u32 i, n = 0;

	vec_sort(&h->waiting, by_pair);
	for (i = 0; i < h->waiting.n; i++)
		if (!n || h->waiting.a[n - 1].token != h->waiting.a[i].token ||
		    h->waiting.a[n - 1].next != h->waiting.a[i].next)
			h->waiting.a[n++] = h->waiting.a[i];
	h->waiting.n = n;
}

static int by_token(const void *pa, const void *pb)
{
	const struct lock_change *a = pa, *b = pb;

	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	return a->fn < b->fn ? -1 : a->fn > b->fn;
}

/* One for each function and class: the nearest. */
static void sort_holders(struct holders *h)
{
	struct map seen = MAP_INIT;
	u32 i, n = 0;

	vec_sort(&h->a, by_distance);
	vec_sort(&h->changes, by_token);
	for (i = 0; i < h->a.n; i++) {
		bool is_new;

		map_put(&seen, map_key2(h->a.a[i].token, h->a.a[i].fn), &is_new);
		if (is_new)
			h->a.a[n++] = h->a.a[i];
	}
	h->a.n = n;
	map_free(&seen);
}

void holders_find(struct engine *e, const struct callgraph *g, struct holders *ret)
{
	struct finder s = { .e = e, .g = g, .out = ret };
	struct fn_sites none = { 0 };
	u32 i;

	memset(ret, 0, sizeof(*ret));
	vec_push(&s.fns, none);
	find_distances(&s);
	find_lock_distances(&s);
	find_wait_distances(&s);
	find_sites(&s);
	while (s.work.n) {
		u32 index = vec_pop(&s.work);

		s.fns.a[index].queued = false;
		visit_fn(&s, index);
	}
	sort_holders(ret);
	sort_waiting(ret);
	for (i = 0; i < s.fns.n; i++)
		vec_free(&s.fns.a[i].a);
	vec_free(&s.fns);
	vec_free(&s.sites);
	vec_free(&s.passers);
	vec_free(&s.work);
	map_free(&s.by_fn);
	map_free(&s.site_seen);
	map_free(&s.passer_seen);
}

void holders_free(struct holders *h)
{
	vec_free(&h->a);
	map_free(&h->unclean);
	bitset_free(&h->any);
	vec_free(&h->changes);
	vec_free(&h->waiting);
	arena_free(&h->arena);
}
