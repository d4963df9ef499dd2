// SPDX-License-Identifier: MIT
/*
 * Evaluation of functions that take locks.  What a root calls while it holds nothing, and
 * what cannot get to an allocation within the depth, is not looked into unless it leaves
 * another lock, scope or reference behind: see call.c.
 */
#include "analysis/acquire.h"

#include "analysis/handed.h"

#define DEPTH 8			/* calls below a root */
#define EVALUATIONS 600		/* of one root */
#define VARIANTS 24
#define STATES 10
#define SCOPE_LEVELS 2		/* calls below what opens or ends a scope */
#define REFERENCE_LEVELS 2	/* functions that leave a runtime-PM reference behind, in calls above the get */

static bool is_given(const struct program *p, u32 fn, const char *tag)
{
	const char *s = strchr(program_str(p, p->fns.a[fn].sig), '('), *name = strchr(tag, ' ') + 1;
	size_t n = strlen(name);

	for (; s; s = strchr(s, ',')) {
		s++;
		if (*s == '*' && !strncmp(s + 1, name, n) && (s[n + 1] == ',' || s[n + 1] == ')'))
			return true;
	}
	return false;
}

/* The scopes of what a function is given: a transaction is one. */
static u32 given_flags(struct engine *e, u32 fn)
{
	const struct rule_reclaiming *r = e->rules->reclaimings.n ? e->rules->reclaimings.a : NULL;
	u32 flags = 0;
	s64 v;

	for (u32 i = 0; r && i < r->n_within; i++)
		if (is_given(e->p, fn, r->within[i].argument) && engine_eval(e, r->within[i].value, &v))
			flags |= (u32)v;
	return flags;
}

/* The task's flags at the entry: scopes it may be outside of are not there. */
static bool flags_cell(struct acquire *a, u32 fn, struct cell *ret)
{
	struct engine *e = a->e;
	u32 inside = a->scopes->inside[fn] | given_flags(e, fn), set = 0, clear = 0, i;
	s64 v;

	for (i = 0; i < e->rules->fns.n; i++) {
		const struct rule_fn *r = &e->rules->fns.a[i];
		u32 m;

		if (r->kind != RULE_SCOPE || !engine_eval(e, r->value, &v))
			continue;
		m = program_find_member(e->p, r->member.tag, r->member.path);
		if (!m)
			continue;
		ret->obj = engine_object(e, r->object);
		ret->off = (s32)e->p->members.a[m].off;
		ret->size = 4;
		set |= (u32)v & inside;
		clear |= (u32)v & ~inside;
	}
	ret->v = av_bits(&e->values, (u64)(set | clear) | 0xffffffff00000000ull, set, false);
	return ret->size;
}

/* What is certain of a task that holds nothing. */
static void entry_cells(struct acquire *a, u32 fn, struct engine_input *in)
{
	const struct ruleset *rules = a->e->rules;
	const struct rule_reclaiming *r = rules->reclaimings.n ? rules->reclaimings.a : NULL;
	struct memory m = { VEC_INIT };
	struct cell c = { .size = 0 };
	u32 i;

	if (flags_cell(a, fn, &c))
		memory_write(&m, c.obj, c.off, c.size, c.v);
	for (i = 0; r && i < r->n_idle; i++)
		if (handed_known(a->e, &r->idle[i], engine_object(a->e, r->idle[i].place.object), &c))
			memory_write(&m, c.obj, c.off, c.size, c.v);
	in->cells = memory_save(&m, &a->arena);
	memory_free(&m);
}

static u32 root_node(struct acquire *a, u32 fn, bool is_root)
{
	struct engine *e = a->e;
	struct hold root = { TOKEN_ROOT, HOLD_ROOT, 1 };
	struct engine_input in = { .fn = fn };
	u32 module = e->p->fns.a[fn].module;

	if (is_root)
		in.holds = holds_intern(e, arena_dup(&a->arena, &root, sizeof(root)), 1);
	in.module = module && !e->p->modules.a[module].is_core ? module : 0;
	in.n_args = e->p->fns.a[fn].n_args;
	in.args = arena_array(&a->arena, struct av, in.n_args);
	entry_cells(a, fn, &in);
	return engine_node(e, &in);
}

u32 acquire_node(struct acquire *a, u32 fn)
{
	if (a->node[fn])
		return a->node[fn];
	a->e->run++;
	a->n_roots++;
	a->node[fn] = root_node(a, fn, true);
	engine_run_to(a->e, a->node[fn], DEPTH);
	return a->node[fn];
}

u32 acquire_waited(struct acquire *a, u32 fn)
{
	u32 node;

	a->e->run++;
	node = root_node(a, fn, false);
	engine_run_to(a->e, node, DEPTH);
	return node;
}

/* ---- what a root has to look into though it holds nothing ------------------------- */

static void follow_callers(struct acquire *a, const struct callgraph *g, u32 fn, u32 levels)
{
	const struct call_edge *edges;
	u32 n = callgraph_callers(g, fn, &edges), i;

	for (i = 0; levels && i < n; i++)
		if (edges[i].via == VIA_DIRECT && bitset_set(&a->follow, edges[i].caller))
			follow_callers(a, g, edges[i].caller, levels - 1);
}

/* What saves and restores the scope of a task does it by helpers. */
static void follow_callees(struct acquire *a, const struct callgraph *g, u32 fn, u32 levels)
{
	const struct call_edge *edges;
	u32 n = callgraph_callees(g, fn, &edges), i;

	bitset_set(&a->follow, fn);
	for (i = 0; levels && i < n; i++)
		if (edges[i].via == VIA_DIRECT)
			follow_callees(a, g, edges[i].callee, levels - 1);
}

static void follow_states(struct acquire *a, const struct callgraph *g)
{
	struct engine *e = a->e;
	u32 fn, i;

	for (fn = 1; fn < e->p->fns.n; fn++) {
		const struct fn_rules *r = engine_fn_rules(e, fn);

		for (i = 0; i < r->n; i++)
			if (r->a[i]->kind == RULE_HOLD || r->a[i]->kind == RULE_UNHOLD)
				follow_callers(a, g, fn, REFERENCE_LEVELS);
			else if (r->a[i]->kind == RULE_SCOPE || r->a[i]->kind == RULE_UNSCOPE)
				follow_callees(a, g, fn, SCOPE_LEVELS);
	}
}

void acquire_open(struct acquire *a, struct engine *e, const struct callgraph *g, const struct scopes *scopes,
		  const struct holders *h, const u8 *dist)
{
	u32 i;

	memset(a, 0, sizeof(*a));
	a->e = e;
	a->scopes = scopes;
	a->node = arena_array(&a->arena, u32, e->p->fns.n);
	e->limits.evaluations = EVALUATIONS;
	e->limits.variants = VARIANTS;
	e->limits.states = STATES;
	e->locks->dist = dist;
	for (i = 0; e->rules->reclaimings.n && i < e->rules->reclaimings.a[0].n_idle; i++)
		engine_watch(e, e->rules->reclaimings.a[0].idle[i].place.object, e->rules->reclaimings.a[0].idle[i].member);
	a->holders = h;
	bitset_or(&a->follow, &scopes->changes);
	follow_states(a, g);
}

void acquire_class(struct acquire *a, u32 token)
{
	struct lock_track *t = a->e->locks;
	u32 i;

	engine_forget(a->e);
	memset(a->node, 0, a->e->p->fns.n * sizeof(a->node[0]));
	t->only = token;
	t->is_entered = lock_is_entered(a->e, token);
	bitset_clear(&t->follow);
	bitset_clear(&t->changes);
	for (i = 0; i < a->holders->changes.n; i++)
		if (a->holders->changes.a[i].token == token || !a->holders->changes.a[i].token)
			bitset_set(&t->changes, a->holders->changes.a[i].fn);
	bitset_or(&t->follow, &a->follow);
	bitset_or(&t->follow, &t->changes);
}

void acquire_close(struct acquire *a)
{
	bitset_free(&a->follow);
	arena_free(&a->arena);
}
