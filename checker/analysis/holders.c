// SPDX-License-Identifier: MIT
/*
 * Candidates, without evaluation.  From the call that takes a class the graph is followed to
 * those that release it: what is called between is called with it held, and a return that is
 * met means that callers hold it from there on.
 */
#include "analysis/holders.h"

#include <stdlib.h>

#define WRAPPER_TARGETS 4	/* of a call by pointer of what returns with a class taken */
#define WRAPPER_LEVELS 4	/* functions that return with a class taken, one calling the other */

/* A call that takes or releases a class. */
struct site { u32 fn, insn, token, level; const struct rule_fn *rule; /* NULL: a wrapper */ bool takes; };

struct fn_sites { u32 fn; bool queued; VEC(u32) a; };

struct finder {
	struct engine *e;
	const struct callgraph *g;
	const struct distances *d;
	struct holders *out;
	VEC(struct site) sites;
	struct map site_seen;
	VEC(struct fn_sites) fns;	/* [0] unused */
	struct map by_fn;		/* function -> index into fns */
	VEC(u32) work;			/* indexes into fns */
};

/* ---- sites ------------------------------------------------------------------------ */

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

static void take_sites(struct finder *s, const struct lock_sites *sites)
{
	u32 i;

	/* of whatever class they are given */
	for (i = 0; i < sites->passers.n; i++)
		vec_push(&s->out->changes, ((struct lock_change){ 0, sites->passers.a[i] }));
	for (i = 0; i < sites->a.n; i++) {
		const struct lock_site *x = &sites->a.a[i];

		add_tokens(s, &(struct site){ .fn = x->fn, .insn = x->insn, .token = x->token, .rule = x->rule,
					      .takes = x->takes });
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

	if (s->d->work[fn] > DIST_WORK_MAX - n || !s->d->work[fn] || distances_are_closed(s->e, fn) ||
	    drops_class(r, fn))
		return;
	n_edges = callgraph_callees(s->g, fn, &edges);
	for (i = 0; i < n_edges; i++) {
		const struct fn_rules *rules;

		if (edges[i].via != VIA_DIRECT || s->d->work[edges[i].callee] == DIST_NONE)
			continue;
		steps[n] = (struct wait_step){ fn, edges[i].insn };
		rules = engine_fn_rules(s->e, edges[i].callee);
		for (k = 0; k < rules->n; k++) {
			next = rule_waits_for_work(rules->a[k]) ? waited_class(r, fn, edges[i].insn, rules->a[k]) : 0;
			if (next)
				add_waiting(r, next, insn, steps, n + 1);
		}
		if (n + 1 < DIST_WORK_MAX)
			see_waits_below(r, insn, edges[i].callee, steps, n + 1);
	}
}

/* A work item that is waited for, by the very call or below it, while the lock was certainly taken. */
static void see_waits(struct region *r, u32 insn, u32 callee)
{
	struct finder *s = r->s;
	const struct fn_rules *rules = engine_fn_rules(s->e, callee);
	struct wait_step steps[DIST_WORK_MAX];
	u32 k, next;

	if (s->d->work[callee] == DIST_NONE || !r->site.rule || r->site.rule->is_try ||
	    r->fi->block_of[insn] == UINT32_MAX ||
	    !fninfo_dominates(r->fi, r->fi->block_of[r->site.insn], r->fi->block_of[insn]))
		return;
	for (k = 0; k < rules->n; k++) {
		next = rule_waits_for_work(rules->a[k]) ? waited_class(r, r->site.fn, insn, rules->a[k]) : 0;
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
			if ((rules->a[k]->kind == RULE_ALLOC && distances_may_reclaim(s->d, s->e, &edges[i], rules->a[k])) ||
			    (rules->a[k]->kind == RULE_SINK && rules->a[k]->allocates)) {
				r->dist = 0;
				r->unclean = true;
			} else if (rule_waits_for_lock(rules->a[k])) {
				r->lock_dist = 0;
			}
		if (to && edges[i].via == VIA_DIRECT)
			see_waits(r, insn, to);
		if (!to)
			r->unclean = true;
		if (!to || distances_are_closed(s->e, to))
			continue;
		r->unclean = r->unclean || bitset_test(&s->d->any, to);
		if (edges[i].via != VIA_DIRECT && edges[i].n_targets > DIST_TARGETS_MAX)
			continue;
		r->dist = nearer(r->dist, s->d->alloc[to]);
		r->lock_dist = nearer(r->lock_dist, s->d->lock[to]);
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

void holders_find(struct engine *e, const struct callgraph *g, const struct lock_sites *sites,
		  const struct distances *d, struct holders *ret)
{
	struct finder s = { .e = e, .g = g, .d = d, .out = ret };
	struct fn_sites none = { 0 };
	u32 i;

	memset(ret, 0, sizeof(*ret));
	vec_push(&s.fns, none);
	take_sites(&s, sites);
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
	vec_free(&s.work);
	map_free(&s.by_fn);
	map_free(&s.site_seen);
}

void holders_free(struct holders *h)
{
	vec_free(&h->a);
	map_free(&h->unclean);
	vec_free(&h->changes);
	vec_free(&h->waiting);
	arena_free(&h->arena);
}
