// SPDX-License-Identifier: MIT
/*
 * Allocation scopes, flow-sensitive within a function and by the call graph between
 * functions.
 *
 * First, bottom up, the effect of each function that opens or ends a scope: the flags
 * that may be set when it returns, and those that it clears on every way.  Then, top
 * down, which functions can be entered with a flag certainly clear: those that nobody
 * calls, and those called from such a function at a place that no open scope may reach.
 * Ignores: which ways go together with which result (a function that opens a scope only
 * when it succeeds may have opened it), so it errs towards "in a scope".
 */
#include "analysis/scopes.h"

#define WIDEST 32

/* 'set' may be set; 'killed' was cleared on every way, and not set since. */
struct flags { u32 set, killed; };
struct effect { struct flags f; bool known; };

struct finder {
	struct engine *e;
	const struct callgraph *g;
	struct scopes *out;
	struct effect *effects;		/* by function */
	struct arena scratch;
	u32 flow_fn;			/* of the function asked for last: */
	struct flags *flow;
	struct arena_mark flow_mark;
	VEC(u32) work;
	struct bitset queued;
};

static u32 direct_callee(const struct pfn *f, const struct fact_body *b, const struct fact_insn *i)
{
	struct val v = b->vals[i->first];
	struct ref r = val_kind(v) == VAL_SYM ? f->refs[val_index(v)] : (struct ref){ 0 };

	return r.v && !ref_is_var(r) ? ref_id(r) : 0;
}

/* What a call does to the flags, by a rule or by what was found so far. */
static void apply(struct finder *s, u32 callee, struct flags *f)
{
	const struct fn_rules *r = callee ? engine_fn_rules(s->e, callee) : NULL;
	struct flags by;
	s64 v;
	u32 i;

	for (i = 0; r && i < r->n; i++) {
		if ((r->a[i]->kind != RULE_SCOPE && r->a[i]->kind != RULE_UNSCOPE) ||
		    !engine_eval(s->e, r->a[i]->value, &v))
			continue;
		if (r->a[i]->kind == RULE_SCOPE) {
			f->set |= (u32)v;
			f->killed &= ~(u32)v;
		} else {
			f->set &= ~(u32)v;
			f->killed |= (u32)v;
		}
		return;
	}
	if (!callee || !s->effects[callee].known)
		return;
	by = s->effects[callee].f;
	f->set = (f->set & ~by.killed) | by.set;
	f->killed = (f->killed | by.killed) & ~by.set;
}

/* Through one block; at 'insn' (0: not) the flags are noted in *at_ret. */
static struct flags through(struct finder *s, const struct pfn *fn, const struct fact_body *b, u32 bb,
			    struct flags f, u32 insn, struct flags *at_ret)
{
	u32 i;

	for (i = b->blocks[bb].first; i < b->blocks[bb].first + b->blocks[bb].n; i++) {
		if (i == insn)
			*at_ret = f;
		if (b->insns[i].op == FACT_CALL)
			apply(s, direct_callee(fn, b, &b->insns[i]), &f);
	}
	return f;
}

/* The flags at the start of every block: a fixed point; memory from s->scratch. */
static struct flags *flow(struct finder *s, u32 fn)
{
	const struct fninfo *fi = engine_info(s->e, fn);
	struct flags *in = arena_array(&s->scratch, struct flags, fi->body->n_blocks);
	bool *seen = arena_array(&s->scratch, bool, fi->body->n_blocks), changed = true;
	u32 i, k;

	seen[0] = true;
	while (changed) {
		changed = false;
		for (i = 0; i < fi->n_rpo; i++) {
			u32 bb = fi->rpo[i];
			struct flags out;

			if (!seen[bb])
				continue;
			out = through(s, &s->e->p->fns.a[fn], fi->body, bb, in[bb], 0, NULL);
			for (k = 0; k < fi->n_succs[bb]; k++) {
				struct flags *to = &in[fi->succs[bb][k]], old = *to;

				if (!seen[fi->succs[bb][k]])
					*to = out;
				else
					*to = (struct flags){ old.set | out.set, old.killed & out.killed };
				changed = changed || !seen[fi->succs[bb][k]] || old.set != to->set ||
					  old.killed != to->killed;
				seen[fi->succs[bb][k]] = true;
			}
		}
	}
	return in;
}

/* Flags that the function sets and restores itself: whether it did goes together. */
static u32 paired(struct finder *s, u32 fn)
{
	const struct fact_body *b = engine_info(s->e, fn)->body;
	u32 begun = 0, ended = 0, i, k;
	s64 v;

	for (i = 1; i < b->n_insns; i++) {
		u32 callee = b->insns[i].op == FACT_CALL ? direct_callee(&s->e->p->fns.a[fn], b, &b->insns[i]) : 0;
		const struct fn_rules *r = callee ? engine_fn_rules(s->e, callee) : NULL;

		for (k = 0; r && k < r->n; k++) {
			if (r->a[k]->kind == RULE_SCOPE && engine_eval(s->e, r->a[k]->value, &v))
				begun |= (u32)v;
			if (r->a[k]->kind == RULE_UNSCOPE && engine_eval(s->e, r->a[k]->value, &v))
				ended |= (u32)v;
		}
	}
	return begun & ended;
}

static struct flags effect_of(struct finder *s, u32 fn)
{
	const struct fninfo *fi = engine_info(s->e, fn);
	struct arena_mark mark = arena_mark(&s->scratch);
	struct flags *in = flow(s, fn), r = { 0, 0 };
	bool first = true;
	u32 i;

	for (i = 0; i < fi->n_rpo; i++) {
		const struct fact_block *blk = &fi->body->blocks[fi->rpo[i]];
		struct flags out;

		if (fi->body->insns[blk->first + blk->n - 1].op != FACT_RET)
			continue;
		out = through(s, &s->e->p->fns.a[fn], fi->body, fi->rpo[i], in[fi->rpo[i]], 0, NULL);
		r.set |= out.set;
		r.killed = first ? out.killed : r.killed & out.killed;
		first = false;
	}
	arena_release(&s->scratch, mark);
	r.set &= ~paired(s, fn);
	r.killed &= ~paired(s, fn);
	return r;
}

static void queue_callers(struct finder *s, u32 fn)
{
	const struct call_edge *edges;
	u32 n = callgraph_callers(s->g, fn, &edges), i;

	for (i = 0; i < n; i++)
		if (edges[i].via == VIA_DIRECT && bitset_set(&s->queued, edges[i].caller))
			vec_push(&s->work, edges[i].caller);
}

static bool is_scope_rule(struct engine *e, u32 fn)
{
	const struct fn_rules *r = engine_fn_rules(e, fn);
	u32 i;

	for (i = 0; i < r->n; i++)
		if (r->a[i]->kind == RULE_SCOPE || r->a[i]->kind == RULE_UNSCOPE)
			return true;
	return false;
}

static void find_effects(struct finder *s)
{
	u32 fn, rounds = 0;

	for (fn = 1; fn < s->e->p->fns.n; fn++)
		if (is_scope_rule(s->e, fn))
			queue_callers(s, fn);
	/* a recursion that goes on changing its mind ends with what it said last */
	while (s->work.n && rounds++ < 64 * WIDEST * 1024) {
		struct flags now;

		fn = vec_pop(&s->work);
		bitset_unset(&s->queued, fn);
		if (is_scope_rule(s->e, fn))
			continue;
		now = effect_of(s, fn);
		if (s->effects[fn].known && s->effects[fn].f.set == now.set &&
		    s->effects[fn].f.killed == now.killed)
			continue;
		if (!s->effects[fn].known && !now.set && !now.killed) {
			s->effects[fn].known = true;	/* balanced, but its calls may be inside */
			continue;
		}
		s->effects[fn] = (struct effect){ now, true };
		bitset_set(&s->out->changes, fn);
		queue_callers(s, fn);
	}
}

/* ---- who can be entered outside --------------------------------------------------- */

static bool is_entry(const struct finder *s, u32 fn)
{
	const struct pfn *f = &s->e->p->fns.a[fn];
	const struct call_edge *edges;
	u32 n = callgraph_callers(s->g, fn, &edges), i;
	bool by_pointer = false;

	for (i = 0; i < n; i++)
		by_pointer = by_pointer || edges[i].via != VIA_DIRECT;
	return !n || (f->address_taken && !by_pointer);
}

/* Flags that may be set where fn calls, if fn is entered with none. */
static u32 may_be_set_at(struct finder *s, u32 fn, u32 insn)
{
	const struct fninfo *fi;
	struct flags at = { 0, 0 };
	u32 bb;

	if (!s->effects[fn].known)
		return 0;
	fi = engine_info(s->e, fn);
	bb = fi->block_of[insn];
	if (s->flow_fn != fn) {
		arena_release(&s->scratch, s->flow_mark);
		s->flow = flow(s, fn);
		s->flow_fn = fn;
	}
	through(s, &s->e->p->fns.a[fn], fi->body, bb, s->flow[bb], insn, &at);
	return at.set;
}

static u32 all_flags(struct engine *e)
{
	u32 flags = 0, i;
	s64 v;

	for (i = 0; i < e->rules->fns.n; i++)
		if (e->rules->fns.a[i].kind == RULE_SCOPE && engine_eval(e, e->rules->fns.a[i].value, &v))
			flags |= (u32)v;
	return flags;
}

static void find_inside(struct finder *s)
{
	u32 fn, i, all = all_flags(s->e);
	struct scopes *out = s->out;

	vec_clear(&s->work);
	bitset_clear(&s->queued);
	for (fn = 1; fn < s->e->p->fns.n; fn++) {
		out->inside[fn] = is_entry(s, fn) ? 0 : all;
		if (!out->inside[fn])
			vec_push(&s->work, fn);
	}
	while (s->work.n) {
		const struct call_edge *edges;
		u32 n;

		fn = vec_pop(&s->work);
		bitset_unset(&s->queued, fn);
		n = callgraph_callees(s->g, fn, &edges);
		for (i = 0; i < n; i++) {
			u32 to = edges[i].callee, open;

			if (!to || !out->inside[to])
				continue;
			open = out->inside[fn] | may_be_set_at(s, fn, edges[i].insn);
			if ((out->inside[to] & open) == out->inside[to])
				continue;
			out->inside[to] &= open;
			if (bitset_set(&s->queued, to))
				vec_push(&s->work, to);
		}
	}
	/* in no one's reach: a cycle that nobody enters, as far as can be seen */
	for (fn = 1; fn < s->e->p->fns.n; fn++)
		if (out->inside[fn] == all)
			out->inside[fn] = 0;
}

void scopes_find(struct engine *e, const struct callgraph *g, struct scopes *ret)
{
	struct finder s = { .e = e, .g = g, .out = ret, .work = VEC_INIT };

	memset(ret, 0, sizeof(*ret));
	s.effects = arena_array(&ret->arena, struct effect, e->p->fns.n);
	ret->inside = arena_array(&ret->arena, u32, e->p->fns.n);
	find_effects(&s);
	s.flow_mark = arena_mark(&s.scratch);
	find_inside(&s);
	vec_free(&s.work);
	bitset_free(&s.queued);
	arena_free(&s.scratch);
}

void scopes_free(struct scopes *s)
{
	bitset_free(&s->changes);
	arena_free(&s->arena);
}
