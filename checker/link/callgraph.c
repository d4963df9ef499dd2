// SPDX-License-Identifier: MIT
/*
 * The call graph by type alone, for queries: an edge for each call and each
 * function it may reach, with the evidence for it.
 *
 * Requires: a finished program.  Provides: edges sorted by caller, instruction and
 * callee, and the same ones by callee.  A call that nothing is known of has one edge
 * of VIA_UNRESOLVED to function 0.
 * Ignored: what arguments and branches rule out; for paths alone, targets in modules
 * that neither the caller nor the path's start can see.
 */
#include "link/internal.h"

#include <stdlib.h>

#define MAX_SIGNATURE_TARGETS 64u	/* more say nothing */
#define MAX_ARGUMENT_TARGETS 256u

struct edge_vec { struct call_edge *a; u32 n, cap; };

struct callgraph {
	struct program *p;
	struct edge_vec by_caller, by_callee;
	u32 *caller_first, *callee_first;	/* by function; one more behind the last */
};

struct builder {
	struct callgraph *g;
	struct program *p;
	struct map fns_by_sig;		/* signature -> list in by_sig */
	u32 *next_of_sig;		/* by function whose address is taken */
	struct arena scratch;
	/* the call */
	const struct pfn *fn;
	const struct fact_body *b;
	struct call_edge site;		/* without callee, via and member */
	u32 first;			/* its edges so far: from here on */
	u32 n_sites, *last_site;	/* by callee: the last site with an edge to it */
};

static void add_edge(struct builder *bd, u32 callee, enum via via, u32 member)
{
	struct call_edge edge = bd->site;

	if (bd->last_site[callee] == bd->n_sites)
		return;
	bd->last_site[callee] = bd->n_sites;
	edge.callee = callee;
	edge.via = via;
	edge.member = member;
	vec_push(&bd->g->by_caller, edge);
}

/* ---- one call ------------------------------------------------------------------------ */

static struct str call_sig(const struct builder *bd, const struct fact_insn *insn)
{
	return insn->extra ? bd->fn->strs[insn->extra] : (struct str){ 0 };
}

static void add_slots(struct builder *bd, const struct pslot *slots, const struct target *t, u32 n,
		      u32 member)
{
	for (u32 i = 0; i < n; i++)
		add_edge(bd, t[i].fn, slots[t[i].slot].in_fn ? VIA_STORE : VIA_OPS, member);
}

static void add_leaf(struct builder *bd, const struct fact_insn *insn, struct val leaf)
{
	struct program *p = bd->p;
	const struct target *t;
	u32 member, var, n, fn = value_fn(bd->fn, leaf), found[MAX_ARGUMENT_TARGETS];

	if (fn) {
		add_edge(bd, fn, VIA_DIRECT, 0);
		return;
	}
	if (val_kind(leaf) == VAL_ARG) {
		n = flow_argument(p, bd->site.caller, val_index(leaf), found, ARRAY_LEN(found));
		for (u32 i = 0; i < n; i++)
			add_edge(bd, found[i], VIA_ARGUMENT, 0);
		return;
	}
	resolve_leaf(bd->fn, bd->b, leaf, &member, &var);
	if (member) {
		n = program_member_targets(p, member, call_sig(bd, insn), &t);
		add_slots(bd, p->slots.a, t, n, member);
	} else if (var) {
		n = program_var_targets(p, var, call_sig(bd, insn), &t);
		add_slots(bd, p->var_slots.a, t, n, 0);
	}
}

/* Functions of the same type whose address is taken, if the type says something. */
static void add_by_signature(struct builder *bd, const struct fact_insn *insn)
{
	struct str sig = call_sig(bd, insn);
	u64 *first = sig.n ? map_get(&bd->fns_by_sig, sig.n) : NULL;
	const char *text = program_str(bd->p, sig);
	bool is_telling = false;
	u32 n = 0;

	for (; *text && !is_telling; text++)
		is_telling = text[0] == '*' && text[1] != ',' && text[1] != ')' && text[1] != '(';
	if (!first || !is_telling)
		return;
	for (u32 fn = (u32)*first; fn; fn = bd->next_of_sig[fn])
		n++;
	if (n > MAX_SIGNATURE_TARGETS)
		return;
	for (u32 fn = (u32)*first; fn; fn = bd->next_of_sig[fn])
		add_edge(bd, fn, VIA_SIGNATURE, 0);
}

static int by_callee(const void *pa, const void *pb)
{
	const struct call_edge *a = pa, *b = pb;

	if (a->callee != b->callee)
		return a->callee < b->callee ? -1 : 1;
	if (a->caller != b->caller)
		return a->caller < b->caller ? -1 : 1;
	return a->insn < b->insn ? -1 : a->insn > b->insn;
}

static void add_indirect(struct builder *bd, const struct fact_insn *insn)
{
	struct edge_vec *edges = &bd->g->by_caller;
	struct leaves leaves;
	u32 n;

	value_leaves(bd->b, bd->b->vals[insn->first], &leaves);
	for (u32 i = 0; i < leaves.n; i++)
		add_leaf(bd, insn, leaves.a[i]);
	if (edges->n == bd->first)
		add_by_signature(bd, insn);
	n = edges->n - bd->first;
	if (!n)
		add_edge(bd, 0, VIA_UNRESOLVED, 0);
	for (u32 i = bd->first; i < edges->n; i++)
		edges->a[i].n_targets = n;
	if (n > 1)
		qsort(edges->a + bd->first, n, sizeof(*edges->a), by_callee);
}

static void add_call(struct builder *bd, u32 i)
{
	const struct fact_insn *insn = &bd->b->insns[i];
	u32 callee = value_fn(bd->fn, bd->b->vals[insn->first]);

	bd->site.insn = i;
	bd->site.line = insn->line;
	bd->site.n_targets = 1;
	bd->first = bd->g->by_caller.n;
	bd->n_sites++;
	if (callee)
		add_edge(bd, callee, VIA_DIRECT, 0);
	else
		add_indirect(bd, insn);
}

/* ---- the graph --------------------------------------------------------------------------- */

static void add_fn(struct builder *bd, u32 fn)
{
	struct arena_mark mark = arena_mark(&bd->scratch);
	struct fact_body b;

	bd->fn = &bd->p->fns.a[fn];
	if (!bd->fn->defined)
		return;
	link_decode(bd->p, fn, &bd->scratch, &b);
	bd->b = &b;
	bd->site = (struct call_edge){ .caller = fn };
	for (u32 i = 1; i < b.n_insns; i++)
		if (b.insns[i].op == FACT_CALL)
			add_call(bd, i);
	arena_release(&bd->scratch, mark);
}

static void index_signatures(struct builder *bd)
{
	struct program *p = bd->p;

	bd->next_of_sig = mem_realloc(NULL, p->fns.n, sizeof(u32));
	for (u32 fn = p->fns.n - 1; fn; fn--) {
		u64 *first;

		bd->next_of_sig[fn] = 0;
		if (!p->fns.a[fn].address_taken || !p->fns.a[fn].sig.n)
			continue;
		first = map_put(&bd->fns_by_sig, p->fns.a[fn].sig.n, NULL);
		bd->next_of_sig[fn] = (u32)*first;
		*first = fn;
	}
}

/* Copies the edges, which are sorted by caller, into the order of callees. */
static void index_callees(struct callgraph *g)
{
	u32 n_fns = g->p->fns.n, *next = mem_realloc(NULL, n_fns + 1, sizeof(u32));

	g->callee_first = mem_realloc(NULL, n_fns + 1, sizeof(u32));
	memset(g->callee_first, 0, (n_fns + 1) * sizeof(u32));
	for (u32 i = 0; i < g->by_caller.n; i++)
		g->callee_first[g->by_caller.a[i].callee + 1]++;
	for (u32 fn = 1; fn <= n_fns; fn++)
		g->callee_first[fn] += g->callee_first[fn - 1];
	memcpy(next, g->callee_first, (n_fns + 1) * sizeof(u32));
	vec_reserve(&g->by_callee, g->by_caller.n);
	g->by_callee.n = g->by_caller.n;
	for (u32 i = 0; i < g->by_caller.n; i++)
		g->by_callee.a[next[g->by_caller.a[i].callee]++] = g->by_caller.a[i];
	free(next);
}

struct callgraph *callgraph_build(struct program *p)
{
	struct callgraph *g = mem_realloc(NULL, 1, sizeof(*g));
	struct builder bd = { .g = g, .p = p };

	*g = (struct callgraph){ .p = p };
	index_signatures(&bd);
	bd.last_site = mem_realloc(NULL, p->fns.n, sizeof(u32));
	memset(bd.last_site, 0, p->fns.n * sizeof(u32));
	g->caller_first = mem_realloc(NULL, p->fns.n + 1, sizeof(u32));
	g->caller_first[0] = 0;
	for (u32 fn = 1; fn < p->fns.n; fn++) {
		g->caller_first[fn] = g->by_caller.n;
		add_fn(&bd, fn);
	}
	g->caller_first[p->fns.n] = g->by_caller.n;
	index_callees(g);
	map_free(&bd.fns_by_sig);
	free(bd.next_of_sig);
	free(bd.last_site);
	arena_free(&bd.scratch);
	return g;
}

void callgraph_free(struct callgraph *g)
{
	if (!g)
		return;
	vec_free(&g->by_caller);
	vec_free(&g->by_callee);
	free(g->caller_first);
	free(g->callee_first);
	free(g);
}

u32 callgraph_callees(const struct callgraph *g, u32 fn, const struct call_edge **ret)
{
	*ret = g->by_caller.a + g->caller_first[fn];
	return g->caller_first[fn + 1] - g->caller_first[fn];
}

u32 callgraph_callers(const struct callgraph *g, u32 fn, const struct call_edge **ret)
{
	*ret = g->by_callee.a + g->callee_first[fn];
	return g->callee_first[fn + 1] - g->callee_first[fn];
}

/* ---- paths -------------------------------------------------------------------------------- */

struct search {
	const struct callgraph *g;
	u32 *queue, head, tail;
	u32 *came_by;		/* by function: 0 not reached, 1 a start, else its edge + 2 */
	u32 *start;		/* by function: the start it was reached from */
	struct bitset to;
};

static void reach(struct search *s, u32 fn, u32 came_by, u32 start)
{
	if (s->came_by[fn])
		return;
	s->came_by[fn] = came_by;
	s->start[fn] = start;
	s->queue[s->tail++] = fn;
}

static bool may_follow(const struct search *s, const struct call_edge *e)
{
	const struct program *p = s->g->p;
	u32 to = p->fns.a[e->callee].module;

	if (!e->callee)
		return false;
	return e->via == VIA_DIRECT ||
	       (program_visible(p, p->fns.a[e->caller].module, to) &&
		program_visible(p, p->fns.a[s->start[e->caller]].module, to));
}

/* Breadth first; the function of 'to' that was reached, 0 if none can be. */
static u32 search(struct search *s)
{
	while (s->head < s->tail) {
		u32 fn = s->queue[s->head++];

		if (bitset_test(&s->to, fn) && s->came_by[fn] > 1)
			return fn;
		for (u32 i = s->g->caller_first[fn]; i < s->g->caller_first[fn + 1]; i++) {
			const struct call_edge *e = &s->g->by_caller.a[i];

			if (may_follow(s, e))
				reach(s, e->callee, i + 2, s->start[fn]);
		}
	}
	return 0;
}

static u32 trace(const struct search *s, u32 fn, struct arena *a, const struct call_edge **ret)
{
	struct call_edge *edges;
	u32 n = 0, i;

	for (u32 at = fn; s->came_by[at] > 1; at = s->g->by_caller.a[s->came_by[at] - 2].caller)
		n++;
	edges = arena_array(a, struct call_edge, n);
	for (i = n; i; i--) {
		edges[i - 1] = s->g->by_caller.a[s->came_by[fn] - 2];
		fn = edges[i - 1].caller;
	}
	*ret = edges;
	return n;
}

u32 callgraph_path(const struct callgraph *g, const u32 *from, u32 n_from, const u32 *to, u32 n_to,
		   struct arena *a, const struct call_edge **ret)
{
	struct arena scratch = ARENA_INIT;
	struct search s = { .g = g };
	u32 n_fns = g->p->fns.n, found, n = 0;

	s.queue = arena_array(&scratch, u32, n_fns);
	s.came_by = arena_array(&scratch, u32, n_fns);
	s.start = arena_array(&scratch, u32, n_fns);
	for (u32 i = 0; i < n_to; i++)
		bitset_set(&s.to, to[i]);
	for (u32 i = 0; i < n_from; i++)
		reach(&s, from[i], 1, from[i]);
	found = search(&s);
	if (found)
		n = trace(&s, found, a, ret);
	bitset_free(&s.to);
	arena_free(&scratch);
	return n;
}
