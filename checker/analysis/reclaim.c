// SPDX-License-Identifier: MIT
/*
 * Findings: for every root and context the sinks that its exploded call graph
 * reaches, grouped so that one cause is one finding.
 *
 * Code is "owned" when it belongs to the root's module (for code of the kernel
 * proper: to the root's folder), or to the module that the walk acts for there (a
 * file system that is reached by pointer).  A cause is a call in owned code: one that a sink
 * rule speaks of, or one that leaves owned code and reaches a sink without coming
 * back.  A thin wrapper (a short function that always makes the call, or one that resumes a
 * device unless that is needless) passes its cause on to its callers.  The shortest path stands for all.
 */
#include "analysis/reclaim.h"

#include <stdlib.h>

#include "analysis/alloc.h"
#include "analysis/inversion.h"
#include "base/err.h"

#define WRAPPER_INSNS 48	/* a function this short that always blocks is a name for blocking */
#define WRAPPER_LEVELS 4

struct reach {		/* by node, for one run */
	u32 parent, parent_edge;	/* how the walk from the root got here first */
	u32 dist;			/* calls from the root; UINT32_MAX: not reached */
};

/* For nodes outside of owned code and one rule: the way to the nearest sink. */
struct way { u32 dist; u32 edge; /* index of the edge to take; UINT32_MAX: an event here */ u32 event; };

struct walk {
	struct engine *e;
	const struct root *root;
	const struct root_run *run;
	const struct reclaim_options *opt;
	struct findings *out;
	struct reach *reach;		/* by node */
	VEC(u32) order;			/* reached nodes, nearest first */
	struct way *way;		/* by node */
	u8 *wrapper;			/* by node: 1 + level when it is one for the current rule */
	bool *owned;			/* by node */
	bool *indirect;			/* by node: reached through a pointer: a cause of its own there */
	bool is_resume;			/* the walk is for a rule whose events resume devices */
	const char *rule;		/* the walk's, if paths depend on it; else NULL */
};

/* ---- who owns what ----------------------------------------------------------- */

static size_t folder_len(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? (size_t)(slash - file) : 0;
}

static bool is_owned(const struct program *p, u32 root_fn, const struct node *n)
{
	const struct pfn *r = &p->fns.a[root_fn], *f = &p->fns.a[n->fn];
	const char *a = program_str(p, r->file), *b = program_str(p, f->file);

	if (n->fn == root_fn || (r->module && f->module == r->module))
		return true;
	/* a file system that evict() went to by pointer: its own code, not what it uses */
	if (n->module && f->module == n->module)
		return true;
	if (r->module && !p->modules.a[r->module].is_core)
		return false;
	return folder_len(a) == folder_len(b) && !strncmp(a, b, folder_len(a));
}

/* ---- reachability ---------------------------------------------------------------- */

/* Where the walk does not go: functions that a mark covers as a whole. */
static bool is_closed(const struct walk *w, u32 node)
{
	return w->is_resume && w->opt->except &&
	       marks_cover_function(w->opt->except, w->e->nodes.a[node].fn);
}

/* Does a comment allow it that paths of the rule go through this instruction? */
static bool is_allowed(const struct walk *w, u32 node, u32 insn)
{
	const struct node *n = &w->e->nodes.a[node];

	return w->rule && allows_cover(w->opt->allows, w->e->p, w->rule, n->fn,
				       engine_info(w->e, n->fn)->body->insns[insn].line);
}

static void walk_from_root(struct walk *w)
{
	struct engine *e = w->e;
	u32 i, k;

	memset(w->reach, 0xff, e->nodes.n * sizeof(w->reach[0]));
	memset(w->indirect, 0, e->nodes.n * sizeof(w->indirect[0]));
	vec_clear(&w->order);
	w->reach[w->run->node] = (struct reach){ 0, 0, 0 };
	vec_push(&w->order, w->run->node);
	for (i = 0; i < w->order.n; i++) {
		const struct node *n = &e->nodes.a[w->order.a[i]];

		w->owned[w->order.a[i]] = is_owned(e->p, w->root->fn, n);
		for (k = 0; k < n->edges.n; k++) {
			u32 to = n->edges.a[k].node;

			if (n->edges.a[k].via != VIA_DIRECT)
				w->indirect[to] = true;
			if (w->reach[to].dist != UINT32_MAX || is_closed(w, to) ||
			    is_allowed(w, w->order.a[i], n->edges.a[k].insn))
				continue;
			w->reach[to] = (struct reach){ w->order.a[i], k, w->reach[w->order.a[i]].dist + 1 };
			vec_push(&w->order, to);
		}
	}
}

static const char *event_rule(const struct walk *w, const struct node_event *ev)
{
	const struct rule_fn *r = &w->e->rules->fns.a[ev->rule];

	if (r->kind == RULE_ALLOC)
		return ev->token == ALLOC_ENTERS ? w->opt->alloc_id : NULL;
	return r->kind == RULE_SINK || r->kind == RULE_WAIT || r->kind == RULE_LOCK ? r->id : NULL;
}

static bool is_event_of(const struct walk *w, u32 node, const struct node_event *ev, const char *rule)
{
	const char *id = event_rule(w, ev);

	return id && !strcmp(id, rule) && !is_allowed(w, node, ev->insn) &&
	       !(w->opt->except && marks_cover_event(w->opt->except, w->e, node, ev));
}

static u32 find_event(const struct walk *w, u32 node, const char *rule)
{
	const struct node *n = &w->e->nodes.a[node];
	u32 i;

	for (i = 0; i < n->events.n; i++)
		if (is_event_of(w, node, &n->events.a[i], rule))
			return i;
	return UINT32_MAX;
}

/*
 * Every execution of the function that returns goes through the instruction's block,
 * whatever the input: a cause is the same call in every context.
 */
static bool is_unavoidable(struct engine *e, u32 node, u32 insn)
{
	const struct fninfo *fi = engine_info(e, e->nodes.a[node].fn);
	const struct fact_body *b = fi->body;
	u32 bb;

	for (bb = 0; bb < b->n_blocks; bb++) {
		const struct fact_insn *last = &b->insns[b->blocks[bb].first + b->blocks[bb].n - 1];

		if (last->op == FACT_RET && fi->rpo_index[bb] != UINT32_MAX &&
		    !fninfo_dominates(fi, fi->block_of[insn], bb))
			return false;
	}
	return true;
}

/* Wrappers of one rule's sinks, to WRAPPER_LEVELS levels. */
static void find_wrappers(struct walk *w, const char *rule)
{
	struct engine *e = w->e;
	u32 i, k, level;

	memset(w->wrapper, 0, e->nodes.n);
	for (level = 1; level <= WRAPPER_LEVELS; level++)
		for (i = 0; i < w->order.n; i++) {
			u32 node = w->order.a[i];
			const struct node *n = &e->nodes.a[node];

			if (w->wrapper[node] || node == w->run->node || !w->owned[node] ||
			    engine_info(e, n->fn)->body->n_insns > WRAPPER_INSNS)
				continue;
			for (k = 0; level == 1 && k < n->events.n; k++)
				if (is_event_of(w, node, &n->events.a[k], rule) &&
				    (w->is_resume || is_unavoidable(e, node, n->events.a[k].insn)))
					w->wrapper[node] = 1;
			for (k = 0; level > 1 && k < n->edges.n; k++)
				if (w->wrapper[n->edges.a[k].node] == level - 1 &&
				    n->edges.a[k].via == VIA_DIRECT && !is_allowed(w, node, n->edges.a[k].insn) &&
				    is_unavoidable(e, node, n->edges.a[k].insn))
					w->wrapper[node] = (u8)level;
		}
}

/*
 * The nearest sink of each node that is not owned (over nodes that are not
 * owned), and of each wrapper.  Relaxed until nothing changes: sinks are near.
 */
static void find_ways(struct walk *w, const char *rule)
{
	struct engine *e = w->e;
	bool changed = true;
	u32 i, k;

	memset(w->way, 0xff, e->nodes.n * sizeof(w->way[0]));
	for (i = 0; i < w->order.n; i++) {
		u32 node = w->order.a[i], event = find_event(w, node, rule);

		if (event != UINT32_MAX && (!w->owned[node] || w->wrapper[node] == 1))
			w->way[node] = (struct way){ 0, UINT32_MAX, event };
	}
	while (changed) {
		changed = false;
		for (i = w->order.n; i-- > 0; ) {
			u32 node = w->order.a[i];
			const struct node *n = &e->nodes.a[node];

			if (w->owned[node] && w->wrapper[node] < 2)
				continue;
			for (k = 0; k < n->edges.n; k++) {
				u32 to = n->edges.a[k].node;

				if (w->owned[to] && !w->wrapper[to])
					continue;
				if (w->owned[node] && (w->wrapper[to] != w->wrapper[node] - 1 ||
						       n->edges.a[k].via != VIA_DIRECT))
					continue;
				if (w->way[to].dist == UINT32_MAX || w->way[to].dist + 1 >= w->way[node].dist ||
				    is_allowed(w, node, n->edges.a[k].insn))
					continue;
				w->way[node] = (struct way){ w->way[to].dist + 1, k, 0 };
				changed = true;
			}
		}
	}
}

/* ---- findings ------------------------------------------------------------------------- */

/* From the root to the node, as the walk came to it: collected backwards, then turned. */
static void add_tree_steps(const struct walk *w, struct path *path, u32 node)
{
	u32 n, i;

	for (n = node; n != w->run->node; n = w->reach[n].parent)
		vec_push(&path->steps, ((struct path_step){ w->reach[n].parent, w->reach[n].parent_edge }));
	for (i = 0; i < path->steps.n / 2; i++) {
		struct path_step t = path->steps.a[i];

		path->steps.a[i] = path->steps.a[path->steps.n - 1 - i];
		path->steps.a[path->steps.n - 1 - i] = t;
	}
}

static void add_cause(struct walk *w, const char *rule, u32 node, u32 edge, u32 event)
{
	struct path path = { .steps = VEC_INIT };
	struct engine *e = w->e;
	u32 n;

	add_tree_steps(w, &path, node);
	/* and on to the sink */
	path.n_owned = path.steps.n;
	for (n = node; event == UINT32_MAX; ) {
		vec_push(&path.steps, ((struct path_step){ n, edge }));
		n = e->nodes.a[n].edges.a[edge].node;
		edge = w->way[n].edge;
		if (edge == UINT32_MAX)
			event = w->way[n].event;
	}
	path.last = n;
	path.event = event;
	findings_add(w->out, w->root, w->run, rule, &path);
	vec_free(&path.steps);
}

static void find_causes(struct walk *w, const char *rule)
{
	struct engine *e = w->e;
	u32 i, k;

	find_wrappers(w, rule);
	find_ways(w, rule);
	for (i = 0; i < w->order.n; i++) {
		u32 node = w->order.a[i];

		if (!w->owned[node] || (w->wrapper[node] && !w->indirect[node]))
			continue;
		for (k = 0; k < e->nodes.a[node].events.n; k++)
			if (is_event_of(w, node, &e->nodes.a[node].events.a[k], rule))
				add_cause(w, rule, node, UINT32_MAX, k);
		for (k = 0; k < e->nodes.a[node].edges.n; k++) {
			u32 to = e->nodes.a[node].edges.a[k].node;

			if (w->way[to].dist == UINT32_MAX || is_allowed(w, node, e->nodes.a[node].edges.a[k].insn))
				continue;
			if (!w->owned[to] || (w->wrapper[to] && e->nodes.a[node].edges.a[k].via == VIA_DIRECT))
				add_cause(w, rule, node, k, UINT32_MAX);
		}
	}
}

/* Is it a rule of resumes, which marked functions cover? */
static bool is_resume_rule(const struct engine *e, const char *rule)
{
	u32 i;

	for (i = 0; i < e->rules->fns.n; i++)
		if (e->rules->fns.a[i].kind == RULE_SINK && !strcmp(e->rules->fns.a[i].id, rule))
			return true;
	return false;
}

/* The way to a node by which the walk from the root came, and the event there. */
static void add_by_tree(struct walk *w, const char *rule, u32 node, u32 event)
{
	struct path path = { .steps = VEC_INIT, .last = node, .event = event };

	add_tree_steps(w, &path, node);
	path.n_owned = path.steps.n;
	while (path.n_owned && !w->owned[path.n_owned < path.steps.n ? path.steps.a[path.n_owned].node : node])
		path.n_owned--;
	findings_add(w->out, w->root, w->run, rule, &path);
	vec_free(&path.steps);
}

/* Every class that is blocked on, whether it is the nearest lock behind a cause or not; and
 * every place of what has no class: what is behind one cause is one. */
static void find_classes(struct walk *w, const char *id)
{
	struct map seen = MAP_INIT;
	struct engine *e = w->e;
	u32 i, k;

	for (i = 0; i < w->order.n; i++)
		for (k = 0; k < e->nodes.a[w->order.a[i]].events.n; k++) {
			const struct node_event *ev = &e->nodes.a[w->order.a[i]].events.a[k];
			u64 place = (u64)e->nodes.a[w->order.a[i]].fn << 32 | ev->insn;
			bool is_new;

			if (!is_event_of(w, w->order.a[i], ev, id) ||
			    (e->rules->fns.a[ev->rule].kind != RULE_LOCK && e->rules->fns.a[ev->rule].kind != RULE_WAIT))
				continue;
			map_put(&seen, ev->token ? ev->token : place, &is_new);
			if (is_new)
				add_by_tree(w, id, w->order.a[i], k);
		}
	map_free(&seen);
}

static void walk_run(struct walk *w, const struct root_run *run)
{
	const struct ruleset *rules = w->e->rules;
	bool was = false, is_first = true;
	u32 i;

	w->run = run;
	for (i = 0; i < rules->descs.n; i++) {
		const char *id = rules->descs.a[i].id;

		if (w->opt->only && strcmp(w->opt->only, id))
			continue;
		w->is_resume = is_resume_rule(w->e, id);
		w->rule = w->opt->allows && w->opt->allows->a.n ? id : NULL;
		if (is_first || w->rule || w->is_resume != was)
			walk_from_root(w);
		was = w->is_resume;
		is_first = false;
		find_causes(w, id);
		if (!w->opt->only)
			find_classes(w, id);
	}
}

void reclaim_collect(struct engine *e, const struct roots *roots, const struct reclaim_options *opt,
		     struct findings *ret)
{
	struct walk w = { .e = e, .opt = opt, .out = ret, .order = VEC_INIT };
	struct arena a = ARENA_INIT;
	u32 i;

	w.reach = arena_array(&a, struct reach, e->nodes.n);
	w.way = arena_array(&a, struct way, e->nodes.n);
	w.wrapper = arena_array(&a, u8, e->nodes.n);
	w.owned = arena_array(&a, bool, e->nodes.n);
	w.indirect = arena_array(&a, bool, e->nodes.n);
	for (i = 0; i < roots->runs.n; i++) {
		w.root = &roots->a.a[roots->runs.a[i].root];
		if (roots->runs.a[i].node)
			walk_run(&w, &roots->runs.a[i]);
	}
	vec_free(&w.order);
	arena_free(&a);
	findings_complete_ways(ret);
	findings_merge_ways(ret);
}
