// SPDX-License-Identifier: MIT
/*
 * The engine's tables: nodes by input, sets of what is held, tokens, gaps, and
 * the queue that evaluates nodes until nothing changes.
 */
#include "analysis/engine.h"

#include <stdlib.h>

#include "analysis/eval.h"
#include "analysis/lockset.h"
#include "base/err.h"

#define VARIANTS_MAX 1000		/* of one function; then inputs are joined to "anything" */
#define DEPTH_MAX 20		/* calls from a root */
#define STATES_MAX 12		/* held-sets told apart at one place */
#define TARGETS_MAX 400		/* of one indirect call */
#define EVALUATIONS_MAX 60000	/* of one root in one context and round, before it goes no deeper */
#define FUEL_FIRST 8		/* calls followed at first, */
#define FUEL_STEP 6		/* and how many more each time */

void engine_watch(struct engine *e, const char *object, struct rule_member member)
{
	u32 m = program_find_member(e->p, member.tag, member.path);
	struct watch w;

	if (!m)
		return;
	w = (struct watch){ engine_object(e, object), (s32)e->p->members.a[m].off };
	vec_push(&e->watches, w);
}

/* Members of named objects that contexts and scopes speak of. */
static void watch_all(struct engine *e)
{
	u32 i, k;

	for (i = 0; i < e->rules->contexts.n; i++)
		for (k = 0; k < e->rules->contexts.a[i].n_known; k++) {
			const struct rule_known *known = &e->rules->contexts.a[i].known[k];

			if (known->place.kind == PLACE_OBJECT)
				engine_watch(e, known->place.object, known->member);
		}
	for (i = 0; i < e->rules->fns.n; i++)
		if (e->rules->fns.a[i].kind == RULE_SCOPE || e->rules->fns.a[i].kind == RULE_UNSCOPE)
			engine_watch(e, e->rules->fns.a[i].object, e->rules->fns.a[i].member);
}

static void read_alloc_test(struct engine *e)
{
	const struct rule_reclaiming *r = e->rules->reclaimings.a;
	u32 m;

	if (!e->rules->reclaimings.n)
		return;
	engine_watch(e, r->object, r->member);
	m = program_find_member(e->p, r->member.tag, r->member.path);
	e->alloc.mask = (u64)engine_eval_mask(e, r->mask);
	e->alloc.unless = (u64)engine_eval_mask(e, r->unless);
	e->alloc.object = engine_object(e, r->object);
	e->alloc.off = m ? (s32)e->p->members.a[m].off : 0;
}

bool engine_is_watched(const struct engine *e, struct obj obj, s32 off, u32 size)
{
	u32 i;

	for (i = 0; i < e->watches.n; i++)
		if (obj_eq(e->watches.a[i].obj, obj) && off <= e->watches.a[i].off &&
		    (s64)off + size > e->watches.a[i].off)
			return true;
	return false;
}

static void find_assumed(struct engine *e)
{
	u32 i, fn;

	for (i = 0; i < e->rules->assumptions.n; i++)
		for (fn = program_find_fn(e->p, e->rules->assumptions.a[i].fn); fn; fn = e->p->next_same_name[fn])
			bitset_set(&e->assumed_fns, fn);
}

struct rule_table *rule_table_create(const struct program *p, struct ruleset *rules)
{
	struct rule_table *t = mem_realloc(NULL, 1, sizeof(*t));
	struct rule_index *ri = rule_index_create(rules);
	u32 fn;

	*t = (struct rule_table){ .arena = ARENA_INIT };
	t->of_fn = arena_array(&t->arena, struct fn_rules, p->fns.n);
	for (fn = 1; fn < p->fns.n; fn++) {
		struct rule_fn *found[32];
		u32 n = rule_index_match(ri, pfn_name(p, fn), found, ARRAY_LEN(found));

		if (n > ARRAY_LEN(found))
			n = ARRAY_LEN(found);
		if (n)
			t->of_fn[fn] = (struct fn_rules){ arena_dup(&t->arena, found, n * sizeof(found[0])), n };
	}
	rule_index_free(ri);
	return t;
}

void rule_table_free(struct rule_table *t)
{
	arena_free(&t->arena);
	free(t);
}

static void read_signals(struct engine *e)
{
	s64 c;
	u32 i;

	for (i = 0; i < e->rules->signals.n; i++)
		if (engine_eval(e, e->rules->signals.a[i].value, &c))
			values_add_signal(&e->values, (s32)c);
}

void engine_init(struct engine *e, struct program *p, struct ruleset *rules, const struct rule_table *t)
{
	struct node none = { 0 };
	struct holds nothing = { NULL, 0 };

	memset(e, 0, sizeof(*e));
	e->p = p;
	e->rules = rules;
	e->fn_rules = t;
	e->limits = (struct engine_limits){ VARIANTS_MAX, DEPTH_MAX, STATES_MAX, TARGETS_MAX,
					  EVALUATIONS_MAX };
	values_init(&e->values);
	e->info = arena_array(&e->arena, struct fninfo *, p->fns.n);
	e->relevance = arena_array(&e->arena, struct relevance **, p->fns.n);
	e->mods = arena_array(&e->arena, struct mods **, p->fns.n);
	e->variants = arena_array(&e->arena, struct variants, p->fns.n);
	vec_push(&e->nodes, none);
	vec_push(&e->holds, nothing);
	vec_push(&e->objects, NULL);
	e->needs = arena_array(&e->arena, u8, p->fns.n);
	e->classes = e->own_classes = arena_new(&e->arena, struct lock_classes);
	lock_names_init(e);
	read_signals(e);
	watch_all(e);
	relevance_init(e);
	find_assumed(e);
	read_alloc_test(e);
}

static void node_free(struct node *n)
{
	vec_free(&n->exits);
	vec_free(&n->edges);
	vec_free(&n->events);
	vec_free(&n->at);
	vec_free(&n->takes);
	vec_free(&n->under);
	vec_free(&n->dependents);
	vec_free(&n->written);
	bitset_free(&n->reached);
}

void engine_init_like(struct engine *e, struct engine *like)
{
	engine_init(e, like->p, like->rules, like->fn_rules);
	e->classes = like->classes;
	e->ahead = like->ahead;
}

void engine_share_none(struct engine *e)
{
	map_clear(&e->node_index);
}

void engine_forget(struct engine *e)
{
	u32 i;

	for (i = 1; i < e->nodes.n; i++)
		node_free(&e->nodes.a[i]);
	e->nodes.n = 1;
	map_clear(&e->node_index);
}

void engine_free(struct engine *e)
{
	engine_forget(e);
	vec_free(&e->nodes);
	vec_free(&e->holds);
	vec_free(&e->queue);
	vec_free(&e->objects);
	vec_free(&e->gaps);
	vec_free(&e->watches);
	vec_free(&e->made);
	vec_free(&e->own_classes->names);
	map_free(&e->node_index);
	map_free(&e->holds_index);
	map_free(&e->gap_index);
	map_free(&e->vars_by_name);
	map_free(&e->assumed);
	map_free(&e->token_types);
	bitset_free(&e->idle_members);
	bitset_free(&e->assumed_fns);
	values_free(&e->values);
	arena_free(&e->scratch);
	arena_free(&e->arena);
}

/* ---- gaps ---------------------------------------------------------------- */

void engine_gap(struct engine *e, const char *kind, u32 fn, u32 insn, const char *detail)
{
	struct { const char *kind, *detail; u32 fn, insn; } key = { kind, detail, fn, insn };
	struct engine_gap g = { kind, fn, insn, detail };
	bool is_new;

	if (map_get_bytes(&e->gap_index, &key, sizeof(key)))
		return;
	map_put_bytes(&e->gap_index, arena_dup(&e->arena, &key, sizeof(key)), sizeof(key), &is_new);
	vec_push(&e->gaps, g);
}

/* ---- rules --------------------------------------------------------------- */

static bool lookup_constant(void *ctx, const char *name, s64 *value_ret)
{
	return program_constant(ctx, name, value_ret);
}

bool engine_eval(struct engine *e, const struct rule_expr *x, s64 *ret)
{
	const char *unknown = NULL;

	if (rule_eval(x, lookup_constant, e->p, ret, &unknown))
		return true;
	engine_gap(e, "unknown-constant", 0, 0, unknown ? unknown : rule_expr_text(x));
	return false;
}

struct lenient { struct engine *e; };

static bool lookup_or_zero(void *ctx, const char *name, s64 *value_ret)
{
	struct lenient *l = ctx;

	if (program_constant(l->e->p, name, value_ret))
		return true;
	engine_gap(l->e, "unknown-constant", 0, 0, name);
	*value_ret = 0;
	return true;
}

s64 engine_eval_mask(struct engine *e, const struct rule_expr *x)
{
	struct lenient l = { e };
	s64 v = 0;

	return x && rule_eval(x, lookup_or_zero, &l, &v, NULL) ? v : 0;
}

const struct fn_rules *engine_fn_rules(struct engine *e, u32 fn)
{
	return &e->fn_rules->of_fn[fn];
}

const struct fninfo *engine_info(struct engine *e, u32 fn)
{
	if (!e->info[fn])
		e->info[fn] = fninfo_create(e->p, fn, &e->arena);
	return e->info[fn];
}

struct obj engine_object(struct engine *e, const char *name)
{
	u32 i;

	for (i = 1; i < e->objects.n; i++)
		if (!strcmp(e->objects.a[i], name))
			return obj_make(OBJ_NAMED, i);
	vec_push(&e->objects, name);
	return obj_make(OBJ_NAMED, i);
}

/* ---- what is held -------------------------------------------------------- */

static int by_token(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;

	return x->token < y->token ? -1 : x->token > y->token;
}

u32 holds_intern(struct engine *e, const struct hold *a, u32 n)
{
	struct holds h;
	bool is_new;
	u64 *slot;

	if (!n)
		return 0;
	slot = map_get_bytes(&e->holds_index, a, n * sizeof(*a));
	if (slot)
		return (u32)*slot;
	h.a = arena_dup(&e->arena, a, n * sizeof(*a));
	h.n = n;
	slot = map_put_bytes(&e->holds_index, h.a, n * sizeof(*a), &is_new);
	*slot = e->holds.n;
	vec_push(&e->holds, h);
	return e->holds.n - 1;
}

#define HOLDS_MAX 16

u32 holds_add(struct engine *e, u32 set, struct hold h)
{
	struct holds old = e->holds.a[set];
	struct hold now[HOLDS_MAX];
	u32 i;

	for (i = 0; i < old.n; i++) {
		now[i] = old.a[i];
		if (now[i].token != h.token)
			continue;
		memcpy(now, old.a, old.n * sizeof(now[0]));
		if (now[i].count < HOLD_COUNT_MAX)
			now[i].count++;
		return holds_intern(e, now, old.n);
	}
	if (old.n == HOLDS_MAX)
		return set;
	h.count = 1;
	now[old.n] = h;
	qsort(now, old.n + 1, sizeof(now[0]), by_token);
	return holds_intern(e, now, old.n + 1);
}

u32 holds_remove(struct engine *e, u32 set, u32 token)
{
	struct holds old = e->holds.a[set];
	struct hold now[HOLDS_MAX];
	u32 i, n = 0;

	for (i = 0; i < old.n; i++) {
		now[n] = old.a[i];
		if (now[n].token != token || --now[n].count)
			n++;
	}
	return holds_intern(e, now, n);
}

u32 holds_enter(struct engine *e, u32 set)
{
	struct holds old = e->holds.a[set];
	struct hold now[HOLDS_MAX];
	u32 i;

	for (i = 0; i < old.n; i++) {
		now[i] = old.a[i];
		now[i].count = 1;
	}
	return holds_intern(e, now, old.n);
}

static const struct hold *find_hold(struct holds h, u32 token)
{
	u32 i;

	for (i = 0; i < h.n; i++)
		if (h.a[i].token == token)
			return &h.a[i];
	return NULL;
}

bool holds_has(const struct engine *e, u32 set, u32 token)
{
	return find_hold(e->holds.a[set], token);
}

u32 holds_lower(struct engine *e, u32 set, u32 other)
{
	struct holds h = e->holds.a[set];
	struct hold now[HOLDS_MAX];
	u32 i;

	for (i = 0; i < h.n; i++) {
		const struct hold *o = find_hold(e->holds.a[other], h.a[i].token);

		now[i] = h.a[i];
		if (o && o->count < now[i].count)
			now[i].count = o->count;
	}
	return holds_intern(e, now, h.n);
}

u32 holds_keep(struct engine *e, u32 set, u32 before, u32 other)
{
	struct holds b = e->holds.a[before], o = e->holds.a[other], h = e->holds.a[set];
	struct hold now[HOLDS_MAX];
	u32 i, n = 0;

	for (i = 0; i < h.n; i++)
		now[n++] = h.a[i];
	for (i = 0; i < b.n && n < HOLDS_MAX; i++)
		if (!find_hold(h, b.a[i].token) && find_hold(o, b.a[i].token))
			now[n++] = b.a[i];
	if (n > 1)
		qsort(now, n, sizeof(now[0]), by_token);
	return holds_intern(e, now, n);
}

u32 holds_leave(struct engine *e, u32 before, u32 exit)
{
	struct holds b = e->holds.a[before], x = e->holds.a[exit];
	struct hold now[HOLDS_MAX];
	u32 i, n = 0;

	for (i = 0; i < x.n; i++) {
		const struct hold *was = find_hold(b, x.a[i].token);

		now[n] = x.a[i];
		if (was)
			now[n].count += was->count - 1;
		if (now[n].count > HOLD_COUNT_MAX)
			now[n].count = HOLD_COUNT_MAX;
		n++;
	}
	/* dropped once below: what the caller held more often it still holds */
	for (i = 0; i < b.n; i++)
		if (!find_hold(x, b.a[i].token) && b.a[i].count > 1 && n < HOLDS_MAX) {
			now[n] = b.a[i];
			now[n++].count--;
		}
	if (n > 1)
		qsort(now, n, sizeof(now[0]), by_token);
	return holds_intern(e, now, n);
}

u32 holds_intersect(struct engine *e, u32 a, u32 b)
{
	struct holds x = e->holds.a[a], y = e->holds.a[b];
	struct hold now[HOLDS_MAX];
	u32 i, j, n = 0;

	for (i = 0; i < x.n; i++)
		for (j = 0; j < y.n; j++)
			if (x.a[i].token == y.a[j].token && x.a[i].rule == y.a[j].rule)
				now[n++] = x.a[i].count < y.a[j].count ? x.a[i] : y.a[j];
	/* what one has dropped is not held by both */
	for (i = 0; i < x.n && n < HOLDS_MAX; i++)
		if (x.a[i].rule == HOLD_DROPPED && !find_hold(y, x.a[i].token))
			now[n++] = x.a[i];
	for (j = 0; j < y.n && n < HOLDS_MAX; j++)
		if (y.a[j].rule == HOLD_DROPPED && !find_hold(x, y.a[j].token))
			now[n++] = y.a[j];
	if (n > 1)
		qsort(now, n, sizeof(now[0]), by_token);
	return holds_intern(e, now, n);
}

/* ---- tokens --------------------------------------------------------------- */

u32 engine_token(struct engine *e, struct av v)
{
	const struct avalue *x = av_get(&e->values, v);

	if (x->origin)
		return (x->origin >> 1) << 1;
	if (x->kind != AV_SET || x->n_addrs != 1 || obj_kind(x->addrs[0].obj) != OBJ_VAR)
		return 0;
	return obj_index(x->addrs[0].obj) << 1 | 1;
}

const char *engine_token_text(const struct engine *e, u32 token, struct arena *a)
{
	const struct program *p = e->p;
	const struct pmember *m;

	if (!token || token == TOKEN_ROOT)
		return NULL;
	if (token & TOKEN_NAMED)
		return e->classes->names.a[token & ~TOKEN_NAMED];
	if (token & 1)
		return program_str(p, p->vars.a[token >> 1].name);
	m = &p->members.a[token >> 1];
	return arena_printf(a, "%s.%s", program_str(p, m->tag), program_str(p, m->path));
}

/* ---- nodes ----------------------------------------------------------------- */

struct node_key { u32 fn, module, holds, n_args, parts; };

/* What of an input is part of a key. */
#define KEY_HOLDS	1
#define KEY_OBJECTS	2
#define KEY_ALL		(KEY_HOLDS | KEY_OBJECTS)

static void *make_key(struct engine *e, const struct engine_input *in, u32 parts, size_t *size_ret)
{
	struct node_key k = { in->fn, in->module, parts & KEY_HOLDS ? in->holds : 0, in->n_args, parts };
	size_t args = in->n_args * sizeof(in->args[0]), cells = in->cells.n * sizeof(in->cells.a[0]);
	char *p = arena_alloc(&e->scratch, sizeof(k) + args + cells), *end = p + sizeof(k) + args;
	u32 i;

	memcpy(p, &k, sizeof(k));
	if (args)
		memcpy(p + sizeof(k), in->args, args);
	for (i = 0; i < in->cells.n; i++) {
		if (!(parts & KEY_OBJECTS) && obj_kind(in->cells.a[i].obj) == OBJ_NAMED)
			continue;
		memcpy(end, &in->cells.a[i], sizeof(in->cells.a[i]));
		end += sizeof(in->cells.a[i]);
	}
	*size_ret = (size_t)(end - p);
	return p;
}

/* A node that fits, whatever it was made for: 0 if there is none. */
static u32 find_node(struct engine *e, const struct engine_input *in)
{
	u32 parts;

	for (parts = 0; parts <= KEY_ALL; parts++) {
		size_t size;
		void *key = make_key(e, in, parts, &size);
		u64 *slot = map_get_bytes(&e->node_index, key, size);
		const struct node *n;

		if (!slot)
			continue;
		n = &e->nodes.a[*slot];
		if (parts == KEY_ALL)
			return (u32)*slot;
		if (n->status == NODE_DONE && (parts & KEY_HOLDS || !n->uses_holds) &&
		    (parts & KEY_OBJECTS || !n->uses_objects))
			return (u32)*slot;
	}
	return 0;
}

static bool names_code(const struct avalue *v)
{
	u32 i;

	for (i = 0; i < v->n_addrs; i++)
		if (obj_kind(v->addrs[i].obj) == OBJ_FN || obj_kind(v->addrs[i].obj) == OBJ_VAR)
			return true;
	return false;
}

/*
 * Past the limit of variants: numbers go.  Functions and tables stay, since they
 * decide where indirect calls go, and so does what the context says.
 */
static void forget_numbers(struct engine *e, struct engine_input *in)
{
	u32 i, n = 0;

	engine_gap(e, "capped", in->fn, 0, "too many different inputs: numbers are joined");
	for (i = 0; i < in->n_args; i++)
		if (!av_get(&e->values, in->args[i])->n_addrs)
			in->args[i] = AV_TOP;
	for (i = 0; i < in->cells.n; i++)
		if (obj_kind(in->cells.a[i].obj) == OBJ_NAMED ||
		    names_code(av_get(&e->values, in->cells.a[i].v)))
			in->cells.a[n++] = in->cells.a[i];
	in->cells.n = n;
}

/* Twice past it: what is left is what every caller shares. */
static void forget_input(struct engine *e, struct engine_input *in)
{
	u32 i, n = 0;

	engine_gap(e, "capped", in->fn, 0, "too many different inputs: evaluated once for any");
	for (i = 0; i < in->n_args; i++)
		in->args[i] = AV_TOP;
	for (i = 0; i < in->cells.n; i++)
		if (obj_kind(in->cells.a[i].obj) == OBJ_NAMED)
			in->cells.a[n++] = in->cells.a[i];
	in->cells.n = n;
}

/* Variants are counted anew for each root and context. */
static u32 *variants_of(struct engine *e, u32 fn)
{
	if (e->variants[fn].run != e->run)
		e->variants[fn] = (struct variants){ e->run, 0 };
	return &e->variants[fn].n;
}

static u32 add_node(struct engine *e, const struct engine_input *in)
{
	struct node n = { .fn = in->fn, .module = in->module, .holds = in->holds };
	u32 parts;

	n.args = arena_dup(&e->arena, in->args, in->n_args * sizeof(in->args[0]));
	n.n_args = in->n_args;
	n.cells.n = in->cells.n;
	n.cells.a = arena_dup(&e->arena, in->cells.a, in->cells.n * sizeof(in->cells.a[0]));
	vec_push(&e->nodes, n);
	++*variants_of(e, in->fn);
	for (parts = 0; parts <= KEY_ALL; parts++) {
		size_t size;
		void *key = make_key(e, in, parts, &size);
		bool is_new;
		u64 *slot;

		if (map_get_bytes(&e->node_index, key, size))
			continue;
		slot = map_put_bytes(&e->node_index, arena_dup(&e->arena, key, size), size, &is_new);
		*slot = e->nodes.n - 1;
	}
	return e->nodes.n - 1;
}

u32 engine_node(struct engine *e, const struct engine_input *in)
{
	struct engine_input input = *in;
	struct arena_mark mark = arena_mark(&e->scratch);
	u32 node = find_node(e, &input);

	if (!node && *variants_of(e, in->fn) >= e->limits.variants) {
		if (*variants_of(e, in->fn) < 2 * e->limits.variants)
			forget_numbers(e, &input);
		else
			forget_input(e, &input);
		node = find_node(e, &input);
	}
	if (!node)
		node = add_node(e, &input);
	arena_release(&e->scratch, mark);
	return node;
}

static void drain(struct engine *e)
{
	while (e->qhead < e->queue.n) {
		u32 next = e->queue.a[e->qhead++];

		e->nodes.a[next].queued = false;
		eval_node(e, next, e->nodes.a[next].fuel);
	}
	e->queue.n = e->qhead = 0;
}

void engine_run_to(struct engine *e, u32 node, u32 fuel)
{
	e->last_evaluation = e->n_evaluations + e->limits.evaluations;
	eval_node(e, node, fuel);
	drain(e);
}

void engine_run(struct engine *e, u32 node)
{
	u32 fuel;

	e->last_evaluation = e->n_evaluations + e->limits.evaluations;

	for (fuel = FUEL_FIRST; fuel <= e->limits.depth; fuel += FUEL_STEP) {
		if (e->nodes.a[node].status != NODE_NEW && !e->nodes.a[node].cut)
			break;
		if (e->nodes.a[node].status != NODE_NEW && e->nodes.a[node].fuel >= fuel)
			continue;
		if (e->n_evaluations > e->last_evaluation)
			break;
		eval_node(e, node, fuel);
		drain(e);
	}
	if (e->nodes.a[node].cut && !e->locks)
		engine_gap(e, "capped", e->nodes.a[node].fn, 0,
			   "paths of many calls were not followed to their end");
}
