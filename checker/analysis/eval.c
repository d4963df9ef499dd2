// SPDX-License-Identifier: MIT
/*
 * One node: conditional constant propagation over the function's graph, from the
 * node's input to its exits, taking only the branches that the values allow.
 * States that hold different things are kept apart (a reference that was taken on
 * one arm only), all others are joined where paths meet.
 */
#include "analysis/eval.h"

#include <stdlib.h>

#include "base/err.h"

#define WIDEN_AFTER 12	/* joins at a loop head before values that still change are given up */
/*
 * Operations that a branch's condition is followed through; WARN_ON(x) alone negates x up to eight times,
 * and one compiler writes a negation more than another.  What that says of a value is followed less far, as
 * it may go several ways.
 */
#define REFINE_DEPTH_MAX 32
#define ASSIGN_DEPTH_MAX 8
#define PHI_OPERANDS_MAX 2

struct av eval_val(const struct eval *ev, struct val v)
{
	struct values *t = &ev->e->values;
	u32 i = val_index(v);
	struct ref r;

	switch (val_kind(v)) {
	case VAL_INSN:
		return ev->w.v[i];
	case VAL_ARG:
		return i < ev->fi->n_args ? ev->w.v[ev->body->n_insns + i] : AV_TOP;
	case VAL_CONST:
		return av_const(t, ev->body->consts[i]);
	case VAL_LOCAL:
		return av_addr(t, obj_make(OBJ_LOCAL, i), 0);
	case VAL_SYM:
		r = ev->fn->refs[i];
		if (!r.v)
			return AV_TOP;
		return av_addr(t, obj_make(ref_is_var(r) ? OBJ_VAR : OBJ_FN, ref_id(r)), 0);
	default:
		return AV_TOP;
	}
}

static struct av member_address(struct eval *ev, const struct fact_insn *insn, struct av base)
{
	struct values *t = &ev->e->values;

	if (av_get(t, base)->kind == AV_BITS) {
		if (insn->extra)
			return av_origin(t, ev->fn->members[insn->extra], true);
		return insn->off ? AV_TOP : base;
	}
	base = av_binary(t, FACT_ADD, 64, base, av_const(t, insn->off));
	return insn->extra ? av_with_origin(t, base, ev->fn->members[insn->extra], true) : base;
}

struct av eval_address(struct eval *ev, struct val v)
{
	const struct fact_insn *insn = val_kind(v) == VAL_INSN ? &ev->body->insns[val_index(v)] : NULL;
	struct av r = eval_val(ev, v);

	if (r.n != AV_TOP.n || !insn || insn->op != FACT_MEMBER)
		return r;
	return member_address(ev, insn, eval_address(ev, insn_val(ev->body, insn, 0)));
}

void eval_set(struct eval *ev, u32 key, struct av v)
{
	if (ev->w.v[key].n == AV_TOP.n && v.n != AV_TOP.n)
		vec_push(&ev->w.touched, key);
	ev->w.v[key] = v;
}

/* ---- states <-> work ------------------------------------------------------ */

static void load_state(struct eval *ev, const struct state *s)
{
	const struct node *n = &ev->e->nodes.a[ev->node];
	u32 i;

	for (i = 0; i < ev->w.touched.n; i++)
		ev->w.v[ev->w.touched.a[i]] = AV_TOP;
	vec_clear(&ev->w.touched);
	for (i = 0; i < n->n_args; i++)
		eval_set(ev, ev->body->n_insns + i, n->args[i]);
	for (i = 0; i < s->n_env; i++)
		eval_set(ev, s->env[i].key, s->env[i].v);
	ev->w.holds = s->holds;
	ev->w.table = s->table;
	memory_load(&ev->w.mem, s->cells);
}

/* An argument that is as it came in needs no binding. */
static bool is_input(const struct eval *ev, u32 key)
{
	const struct node *n = &ev->e->nodes.a[ev->node];

	return key >= ev->body->n_insns && key - ev->body->n_insns < n->n_args &&
	       n->args[key - ev->body->n_insns].n == ev->w.v[key].n;
}

/* The state with the bindings that are live at the start of 'block'. */
static struct state save_live(struct eval *ev, u32 block)
{
	const struct fninfo *fi = ev->fi;
	const u64 *live = fi->live_in + (size_t)block * fi->n_words;
	struct state s = { .holds = ev->w.holds, .table = ev->w.table };
	u32 w, key, n = 0;

	for (w = 0; w < fi->n_words; w++)
		n += (u32)__builtin_popcountll(live[w]);
	s.env = arena_array(&ev->e->scratch, struct binding, n);
	for (w = 0; w < fi->n_words; w++) {
		u64 bits = live[w];

		for (; bits; bits &= bits - 1) {
			key = w * 64 + (u32)__builtin_ctzll(bits);
			if (ev->w.v[key].n != AV_TOP.n && !is_input(ev, key))
				s.env[s.n_env++] = (struct binding){ key, ev->w.v[key] };
		}
	}
	s.cells = memory_save(&ev->w.mem, &ev->e->scratch);
	return s;
}

/* The state with all bindings, for a fork in the middle of a block. */
static struct state save_all(struct eval *ev)
{
	struct state s = { .holds = ev->w.holds, .table = ev->w.table };
	u32 i;

	s.env = arena_array(&ev->e->scratch, struct binding, ev->w.touched.n);
	for (i = 0; i < ev->w.touched.n; i++)
		s.env[s.n_env++] = (struct binding){ ev->w.touched.a[i], ev->w.v[ev->w.touched.a[i]] };
	s.cells = memory_save(&ev->w.mem, &ev->e->scratch);
	return s;
}

/* Too many to tell apart: one that holds what all hold. */
static struct state *collapse(struct eval *ev, struct block_states *b, u32 holds)
{
	u32 i;

	engine_gap(ev->e, "capped", ev->fi->fn, 0, "too many combinations of what is held");
	for (i = 1; i < b->s.n; i++) {
		state_join(&ev->e->values, &b->s.a[0], &b->s.a[i], false, &ev->e->scratch);
		b->s.a[0].holds = holds_intersect(ev->e, b->s.a[0].holds, b->s.a[i].holds);
	}
	b->s.a[0].holds = holds_intersect(ev->e, b->s.a[0].holds, holds);
	b->s.a[0].table = 0;
	b->s.n = 1;
	return &b->s.a[0];
}

/* Is it known what the function will return in this state: zero, or something else? */
static u32 result_of(const struct eval *ev, u32 block, const struct state *s)
{
	u32 i, k;

	for (i = 0; i < ev->fi->n_results; i++) {
		u32 phi = ev->fi->results[i];

		if (ev->fi->block_of[phi] != block && !fninfo_live_in(ev->fi, block, phi))
			continue;
		for (k = 0; k < s->n_env && s->env[k].key < phi; k++)
			;
		if (k < s->n_env && s->env[k].key == phi)
			return eval_result_class(&ev->e->values, s->env[k].v);
	}
	return 0;
}

/* What differs in the result alone is kept apart where there is room. */
static struct state *find_state(const struct eval *ev, const struct block_states *b, const struct state *like)
{
	struct state *found = NULL;
	u32 i;

	for (i = 0; i < b->s.n; i++) {
		struct state *s = &b->s.a[i];

		if (s->holds != like->holds || s->table != like->table)
			continue;
		if (s->result == like->result)
			return s;
		found = s;
	}
	return b->s.n < ev->e->limits.states / 2 ? NULL : found;
}

static void merge_state(struct eval *ev, u32 block, struct state *from)
{
	struct block_states *b = &ev->blocks[block];
	struct state *into;
	bool widen, collapsed = false;

	from->result = result_of(ev, block, from);
	into = find_state(ev, b, from);
	if (!into && b->s.n < ev->e->limits.states) {
		vec_push(&b->s, *from);
		vec_last(&b->s)->dirty = b->queued = true;
		return;
	}
	if (!into) {
		into = collapse(ev, b, from->holds);
		collapsed = true;
	}
	widen = ev->fi->loop_head[block] && ++into->joins > WIDEN_AFTER;
	if (state_join(&ev->e->values, into, from, widen, &ev->e->scratch) || collapsed)
		into->dirty = b->queued = true;
}

/* ---- branches -------------------------------------------------------------- */

struct undo { u32 key; struct av v; };
struct arm {
	VEC(struct undo) log;
	struct cells cells;	/* memory before the arm */
	bool memory_changed;
};

static void arm_set(struct eval *ev, struct arm *arm, u32 key, struct av v)
{
	struct undo u = { key, ev->w.v[key] };

	vec_push(&arm->log, u);
	eval_set(ev, key, v);
}

static bool assign(struct eval *ev, struct arm *arm, struct val v, struct av to, u32 depth);

static void arm_memory(struct eval *ev, struct arm *arm)
{
	if (!arm->memory_changed)
		arm->cells = memory_save(&ev->w.mem, &ev->e->scratch);
	arm->memory_changed = true;
}

/* The place a LOAD read is what was loaded: refine it as well. */
static void assign_memory(struct eval *ev, struct arm *arm, const struct fact_insn *insn, struct av to)
{
	const struct avalue *x = av_get(&ev->e->values, eval_val(ev, insn_val(ev->body, insn, 0)));
	struct addr a = x->addrs[0];

	if (recall_can(ev, insn)) {
		arm_memory(ev, arm);
		recall_refine(ev, insn, to);
		return;
	}
	if (x->kind != AV_SET || x->n_addrs != 1 || x->n_consts || a.off == OFF_ANY || insn->bits > 64)
		return;
	if (obj_kind(a.obj) != OBJ_IN && obj_kind(a.obj) != OBJ_NAMED && !obj_is_own(a.obj))
		return;
	if (obj_kind(a.obj) == OBJ_NAMED && !engine_is_watched(ev->e, a.obj, a.off + insn->off, insn->bits / 8))
		return;
	arm_memory(ev, arm);
	memory_write(&ev->w.mem, a.obj, a.off + insn->off, (insn->bits + 7u) / 8, to);
}

static void undo(struct eval *ev, struct arm *arm);

/* One of the operands is 'to': what each of them says of memory, joined. */
static void assign_phi(struct eval *ev, struct arm *arm, const struct fact_insn *phi, struct av to, u32 depth)
{
	struct arm one = { .log = VEC_INIT };
	struct cells joined = { NULL, 0 };
	bool any = false, changed;
	u32 k;

	for (k = 0; k + 1 < phi->n; k += 2) {
		struct val v = insn_val(ev->body, phi, k + 1);
		struct av both = av_refine(&ev->e->values, eval_val(ev, v), FACT_EQ, phi->bits, to, true);

		if (both.n != AV_BOTTOM.n && assign(ev, &one, v, to, depth)) {
			struct cells c = memory_save(&ev->w.mem, &ev->e->scratch);

			joined = any ? cells_join(&ev->e->values, joined, c, &ev->e->scratch, &changed) : c;
			any = true;
		}
		undo(ev, &one);
	}
	vec_free(&one.log);
	if (!any || cells_equal(joined, (struct cells){ ev->w.mem.c.a, ev->w.mem.c.n }))
		return;
	arm_memory(ev, arm);
	memory_load(&ev->w.mem, joined);
}

/* v is 'to': what follows for what it was computed from. */
static bool assign_operands(struct eval *ev, struct arm *arm, const struct fact_insn *insn,
			    struct av to, u32 depth)
{
	struct values *t = &ev->e->values;
	struct val a = insn_val(ev->body, insn, 0);
	s64 mask, c;
	struct av x, y;

	switch (insn->op) {
	case FACT_ZEXT: case FACT_SEXT:
		return assign(ev, arm, a, av_truncate(t, to, insn->extra), depth + 1);
	case FACT_AND:
		if (!av_is_const(t, eval_val(ev, insn_val(ev->body, insn, 1)), &mask) ||
		    !av_is_const(t, to, &c))
			return true;
		x = eval_val(ev, a);
		y = av_refine_mask(t, x, (u64)mask & ~(u64)c, false);
		if (__builtin_popcountll((u64)(mask & c)) == 1)
			y = av_refine_mask(t, y, (u64)(mask & c), true);
		return y.n != AV_BOTTOM.n && assign(ev, arm, a, y, depth + 1);
	case FACT_LOAD:
		assign_memory(ev, arm, insn, to);
		return true;
	case FACT_PHI:
		if (insn->n <= 2 * PHI_OPERANDS_MAX)
			assign_phi(ev, arm, insn, to, depth + 1);
		return true;
	case FACT_CALL:
		if (call_can_refine(ev, insn)) {
			arm_memory(ev, arm);
			return call_refine(ev, insn, to);
		}
		return true;
	default:
		return true;
	}
}

static bool assign(struct eval *ev, struct arm *arm, struct val v, struct av to, u32 depth)
{
	u32 i = val_index(v);

	if (to.n == AV_BOTTOM.n)
		return false;
	if (val_kind(v) == VAL_ARG && i < ev->fi->n_args)
		arm_set(ev, arm, ev->body->n_insns + i, to);
	if (val_kind(v) != VAL_INSN)
		return true;
	arm_set(ev, arm, i, to);
	return depth > ASSIGN_DEPTH_MAX || assign_operands(ev, arm, &ev->body->insns[i], to, depth);
}

/* The operator that says the same from the other side: a < b is !(b <= a). */
static enum fact_op mirrored(enum fact_op op, bool *truth)
{
	switch (op) {
	case FACT_LT: *truth = !*truth; return FACT_LE;
	case FACT_LE: *truth = !*truth; return FACT_LT;
	case FACT_ULT: *truth = !*truth; return FACT_ULE;
	case FACT_ULE: *truth = !*truth; return FACT_ULT;
	default: return op;
	}
}

static bool refine(struct eval *ev, struct arm *arm, struct val v, bool truth, u32 depth);

static bool refine_compare(struct eval *ev, struct arm *arm, const struct fact_insn *insn, bool truth,
			   u32 depth)
{
	struct values *t = &ev->e->values;
	struct val a = insn_val(ev->body, insn, 0), b = insn_val(ev->body, insn, 1);
	struct av va = eval_val(ev, a), vb = eval_val(ev, b), na, nb;
	bool other = truth;
	enum fact_op op = mirrored(insn->op, &other);
	s64 c;

	na = av_refine(t, va, insn->op, insn->bits, vb, truth);
	nb = av_refine(t, vb, op, insn->bits, va, other);
	if (na.n == AV_BOTTOM.n || nb.n == AV_BOTTOM.n)
		return false;
	if (na.n != va.n && !assign(ev, arm, a, na, 0))
		return false;
	if (nb.n != vb.n && !assign(ev, arm, b, nb, 0))
		return false;
	if ((insn->op == FACT_EQ || insn->op == FACT_NE) && av_is_const(t, vb, &c) && !c)
		return refine(ev, arm, a, (insn->op == FACT_NE) == truth, depth + 1);
	return true;
}

/* Takes the arm on which v is (not) zero; false: it can't be taken. */
static bool refine(struct eval *ev, struct arm *arm, struct val v, bool truth, u32 depth)
{
	struct values *t = &ev->e->values;
	struct av old = eval_val(ev, v), now;
	const struct fact_insn *insn;
	s64 mask;

	now = av_refine(t, old, FACT_NE, 0, av_const(t, 0), truth);
	if (now.n == AV_BOTTOM.n)
		return false;
	if (now.n != old.n && !assign(ev, arm, v, now, 0))
		return false;
	if (val_kind(v) != VAL_INSN || depth > REFINE_DEPTH_MAX)
		return true;
	insn = &ev->body->insns[val_index(v)];
	if (insn->op >= FACT_EQ && insn->op <= FACT_ULE)
		return refine_compare(ev, arm, insn, truth, depth);
	if (insn->op == FACT_ZEXT || insn->op == FACT_SEXT)
		return refine(ev, arm, insn_val(ev->body, insn, 0), truth, depth + 1);
	if (insn->op == FACT_AND && av_is_const(t, eval_val(ev, insn_val(ev->body, insn, 1)), &mask)) {
		struct val a = insn_val(ev->body, insn, 0);
		struct av x = eval_val(ev, a), y = av_refine_mask(t, x, (u64)mask, truth);

		return y.n == x.n || assign(ev, arm, a, y, 0);
	}
	return true;
}

static void undo(struct eval *ev, struct arm *arm)
{
	while (arm->log.n) {
		struct undo u = vec_pop(&arm->log);

		ev->w.v[u.key] = u.v;
	}
	if (arm->memory_changed)
		memory_load(&ev->w.mem, arm->cells);
	arm->memory_changed = false;
}

static struct val phi_operand(const struct eval *ev, const struct fact_insn *phi, u32 pred)
{
	u32 k;

	for (k = 0; k + 1 < phi->n; k += 2)
		if (val_index(insn_val(ev->body, phi, k)) == pred)
			return insn_val(ev->body, phi, k + 1);
	return (struct val){ 0 };
}

/* The value gets another one, and what was known by the old one goes; arm NULL: for good. */
static void renew(struct eval *ev, struct arm *arm, u32 key)
{
	u32 i;

	recall_new_value(ev, key);
	for (i = 0; i < ev->w.touched.n; i++) {
		u32 k = ev->w.touched.a[i];

		if (!recall_refers(ev, ev->w.v[k], key))
			continue;
		if (arm)
			arm_set(ev, arm, k, AV_TOP);
		else
			ev->w.v[k] = AV_TOP;
	}
}

/* Along the edge from 'block' to 'succ': its phis all at once, then the state. */
static void propagate_one(struct eval *ev, u32 block, u32 succ, struct arm *arm)
{
	const struct fact_block *b = &ev->body->blocks[succ];
	struct av *phis;
	struct state s;
	u32 i;

	phis = arena_array(&ev->e->scratch, struct av, b->n);
	for (i = 0; i < b->n; i++)
		if (ev->body->insns[b->first + i].op == FACT_PHI)
			phis[i] = av_truncate(&ev->e->values, eval_val(ev, phi_operand(ev,
					      &ev->body->insns[b->first + i], block)),
					      ev->body->insns[b->first + i].bits);
	for (i = 0; i < b->n; i++)
		if (ev->body->insns[b->first + i].op == FACT_PHI)
			arm_set(ev, arm, b->first + i, phis[i]);
	for (i = 0; i < b->n; i++)
		if (ev->body->insns[b->first + i].op == FACT_PHI && recall_has_base(ev, b->first + i)) {
			if (!arm->memory_changed)
				arm->cells = memory_save(&ev->w.mem, &ev->e->scratch);
			arm->memory_changed = true;
			renew(ev, arm, b->first + i);
		}
	s = save_live(ev, succ);
	merge_state(ev, succ, &s);
	undo(ev, arm);
}

/* The value that 'succ' may return, where it is whether something is so, and not known; else none. */
static struct val open_result(const struct eval *ev, u32 block, u32 succ)
{
	u32 i;

	for (i = 0; i < ev->fi->n_results; i++) {
		const struct fact_insn *phi = &ev->body->insns[ev->fi->results[i]];
		struct truth truth;
		struct val v;

		if (ev->fi->block_of[ev->fi->results[i]] != succ)
			continue;
		v = phi_operand(ev, phi, block);
		truth = av_truth(&ev->e->values, eval_val(ev, v), 1);
		if (val_kind(v) == VAL_INSN && truth.may_be_true && truth.may_be_false &&
		    (phi->bits == 1 || av_is_open_bool(&ev->e->values, eval_val(ev, v))))
			return v;
	}
	return (struct val){ 0 };
}

/* 'return a && b;' may be written with a branch on b or without: the outcomes are told apart in both. */
static void propagate(struct eval *ev, u32 block, u32 succ, struct arm *arm)
{
	struct val v = open_result(ev, block, succ);
	struct arm one = { .log = VEC_INIT };
	u32 k;

	if (val_kind(v) == VAL_NONE) {
		propagate_one(ev, block, succ, arm);
		return;
	}
	for (k = 0; k < 2; k++) {
		if (refine(ev, &one, v, k, 0)) {
			arm_set(ev, &one, val_index(v), av_const(&ev->e->values, k));
			propagate_one(ev, block, succ, &one);
		}
		undo(ev, &one);
	}
	vec_free(&one.log);
	undo(ev, arm);
}

static void take_switch(struct eval *ev, u32 block, const struct fact_insn *insn, struct arm *arm)
{
	struct values *t = &ev->e->values;
	struct val v = insn_val(ev->body, insn, 0);
	struct av rest = eval_val(ev, v);
	s64 first, last;
	u32 k;

	for (k = 2; k + 2 < insn->n; k += 3) {
		struct av lo = eval_val(ev, insn_val(ev->body, insn, k));
		struct av hi = eval_val(ev, insn_val(ev->body, insn, k + 1)), in;

		if (!av_is_const(t, lo, &first) || !av_is_const(t, hi, &last))
			continue;
		in = first == last ? av_refine(t, rest, FACT_EQ, insn->bits, lo, true) :
		     av_exclude(t, av_exclude(t, rest, insn->bits, INT64_MIN, first - 1), insn->bits,
				last + 1, INT64_MAX);
		if (val_kind(v) == VAL_NONE || assign(ev, arm, v, in, 0))
			propagate(ev, block, val_index(insn_val(ev->body, insn, k + 2)), arm);
		undo(ev, arm);
		rest = first == last ? av_refine(t, rest, FACT_EQ, insn->bits, lo, false) :
		       av_exclude(t, rest, insn->bits, first, last);
	}
	if (val_kind(v) == VAL_NONE || assign(ev, arm, v, rest, 0))
		propagate(ev, block, val_index(insn_val(ev->body, insn, 1)), arm);
	undo(ev, arm);
}

/* ---- exits ------------------------------------------------------------------ */

static u32 result_order(const struct eval *ev, const struct node_exit *x)
{
	return eval_result_class(&ev->e->values, x->ret);
}

static void take_return(struct eval *ev, const struct fact_insn *insn)
{
	struct node *n = &ev->e->nodes.a[ev->node];
	struct node_exit x = { .holds = ev->w.holds };
	struct obj result = { 0 };
	bool changed;
	u32 i;

	if (insn->n) {
		x.ret = eval_val(ev, insn_val(ev->body, insn, 0));
		result = recall_returned(ev, insn_val(ev->body, insn, 0));
	}
	x.cells = fresh_export(ev, &x.ret, result);
	for (i = 0; i < n->exits.n; i++) {
		struct node_exit *old = &n->exits.a[i];
		struct av ret;

		if (old->holds != x.holds ||
		    eval_result_class(&ev->e->values, old->ret) != eval_result_class(&ev->e->values, x.ret))
			continue;
		ret = av_join(&ev->e->values, old->ret, x.ret);
		old->cells = cells_join(&ev->e->values, old->cells, x.cells, &ev->e->arena, &changed);
		ev->exits_changed = ev->exits_changed || changed || ret.n != old->ret.n;
		old->ret = ret;
		return;
	}
	ev->exits_changed = true;
	vec_push(&n->exits, x);
	/* in an order that the order of the arms does not change */
	for (i = n->exits.n - 1; i && result_order(ev, &n->exits.a[i - 1]) > result_order(ev, &x); i--)
		n->exits.a[i] = n->exits.a[i - 1];
	n->exits.a[i] = x;
}

/*
 * A function that returns whether something is so: where both are possible each is an exit of
 * its own, if it says something of memory.
 */
static void take_returns(struct eval *ev, const struct fact_insn *insn, struct arm *arm)
{
	struct val v = insn->n ? insn_val(ev->body, insn, 0) : (struct val){ 0 };
	bool truth = true, tells = false, can[2];
	struct truth t;
	u32 k;

	if (val_kind(v) != VAL_INSN)
		return take_return(ev, insn);
	t = av_truth(&ev->e->values, eval_val(ev, v), 0);
	for (k = 0; t.may_be_true && t.may_be_false && k < 2; k++, truth = !truth) {
		can[k] = refine(ev, arm, v, truth, 0);
		tells = tells || arm->memory_changed;
		undo(ev, arm);
	}
	if (!tells)
		return take_return(ev, insn);
	for (k = 0, truth = true; k < 2; k++, truth = !truth) {
		if (can[k] && refine(ev, arm, v, truth, 0))
			take_return(ev, insn);
		undo(ev, arm);
	}
}

/* ---- blocks ------------------------------------------------------------------ */

#define TESTS_MAX 4	/* branches on one result, one after the other */

/* The call whose result the block's branch asks for; 0: it asks for something else. */
static u32 tested_call(const struct eval *ev, u32 block)
{
	const struct fact_block *b = &ev->body->blocks[block];
	const struct fact_insn *insn = &ev->body->insns[b->first + b->n - 1];
	struct val v;

	if (insn->op != FACT_CBR)
		return 0;
	for (v = insn_val(ev->body, insn, 0); val_kind(v) == VAL_INSN; v = insn_val(ev->body, insn, 0)) {
		insn = &ev->body->insns[val_index(v)];
		if (insn->op == FACT_CALL)
			return val_index(v);
		if (insn->op != FACT_ZEXT && insn->op != FACT_SEXT && (insn->op < FACT_EQ || insn->op > FACT_ULE))
			return 0;
	}
	return 0;
}

/* A block that does nothing but to compare, and to branch. */
static bool only_tests(const struct eval *ev, u32 block)
{
	const struct fact_block *b = &ev->body->blocks[block];

	for (u32 i = b->first; i + 1 < b->first + b->n; i++) {
		enum fact_op op = ev->body->insns[i].op;

		if (op != FACT_ZEXT && op != FACT_SEXT && (op < FACT_EQ || op > FACT_ULE))
			return false;
	}
	return !ev->fi->loop_head[block];
}

static bool step(struct eval *ev, u32 i);
static void terminate(struct eval *ev, u32 block, const struct fact_insn *insn, u32 depth);

/*
 * "if (ret == -EAGAIN) ...; if (ret) ...;": what success left behind, and failure did not, would be
 * lost where both get to the second test, so that it is made of each.
 */
static void branch_to(struct eval *ev, u32 block, u32 succ, struct arm *arm, u32 depth)
{
	const struct fact_block *b = &ev->body->blocks[succ];
	u32 call = depth < TESTS_MAX ? tested_call(ev, block) : 0, last = b->first + b->n - 1;

	if (!call || tested_call(ev, succ) != call || !only_tests(ev, succ)) {
		propagate(ev, block, succ, arm);
		return;
	}
	bitset_set(&ev->e->nodes.a[ev->node].reached, succ);
	for (u32 i = b->first; i < last; i++)
		step(ev, i);
	terminate(ev, succ, &ev->body->insns[last], depth + 1);
}

static void terminate(struct eval *ev, u32 block, const struct fact_insn *insn, u32 depth)
{
	struct arm arm = { .log = VEC_INIT };
	struct truth t;

	switch (insn->op) {
	case FACT_BR:
		propagate(ev, block, val_index(insn_val(ev->body, insn, 0)), &arm);
		break;
	case FACT_CBR:
		t = av_truth(&ev->e->values, eval_val(ev, insn_val(ev->body, insn, 0)), 0);
		if (t.may_be_true && refine(ev, &arm, insn_val(ev->body, insn, 0), true, 0))
			branch_to(ev, block, val_index(insn_val(ev->body, insn, 1)), &arm, depth);
		undo(ev, &arm);
		if (t.may_be_false && refine(ev, &arm, insn_val(ev->body, insn, 0), false, 0))
			branch_to(ev, block, val_index(insn_val(ev->body, insn, 2)), &arm, depth);
		undo(ev, &arm);
		break;
	case FACT_SWITCH:
		take_switch(ev, block, insn, &arm);
		break;
	case FACT_RET:
		take_returns(ev, insn, &arm);
		break;
	default:
		break;
	}
	vec_free(&arm.log);
}

/* A call's outcomes: the first is gone on with, the others wait as forks. */
static bool do_call(struct eval *ev, u32 i)
{
	struct forks forks = { VEC_INIT };
	struct state s;
	u32 k;

	if (!eval_call(ev, i, &forks)) {
		vec_free(&forks.a);
		return false;
	}
	for (k = forks.a.n; k-- > 0; ) {
		struct fork *f = &forks.a.a[k];

		ev->w.holds = f->holds;
		ev->w.table = f->table;
		eval_set(ev, i, av_truncate(&ev->e->values, f->ret, ev->body->insns[i].bits));
		memory_load(&ev->w.mem, f->cells);
		if (k) {
			s = save_all(ev);
			if (++ev->pending->n_made == FORKS_MAX)
				engine_gap(ev->e, "capped", ev->fi->fn, 0, "too many outcomes of calls: joined");
			vec_push(&ev->pending->a, ((struct pending){ s, i + 1 }));
		}
	}
	vec_free(&forks.a);
	return true;
}

/* false: nothing behind this instruction is reached. */
static bool step(struct eval *ev, u32 i)
{
	const struct fact_insn *insn = &ev->body->insns[i];
	struct values *t = &ev->e->values;
	struct av a = insn->n > 0 ? eval_val(ev, insn_val(ev->body, insn, 0)) : AV_TOP;
	struct av b = insn->n > 1 ? eval_val(ev, insn_val(ev->body, insn, 1)) : AV_TOP;
	struct truth c;

	if (insn->op != FACT_PHI && recall_has_base(ev, i))
		renew(ev, NULL, i);
	switch (insn->op) {
	case FACT_CALL:
		return do_call(ev, i);
	case FACT_LOAD:
		eval_set(ev, i, eval_load(ev, insn));
		break;
	case FACT_STORE:
		eval_store(ev, insn);
		break;
	case FACT_MEMBER:
		eval_set(ev, i, member_address(ev, insn, a));
		break;
	case FACT_NOT: case FACT_NEG: case FACT_ZEXT: case FACT_SEXT: case FACT_TRUNC:
		eval_set(ev, i, av_unary(t, insn->op, insn->bits, insn->extra, a));
		break;
	case FACT_SEL:
		c = av_truth(t, a, 0);
		a = c.may_be_true ? b : AV_BOTTOM;
		if (c.may_be_false)
			a = av_join(t, a, eval_val(ev, insn_val(ev->body, insn, 2)));
		eval_set(ev, i, av_truncate(t, a, insn->bits));
		break;
	case FACT_PHI:
		break;		/* was set on the edge */
	case FACT_ASM:
		/* what waits for others does so in a loop; elsewhere it is a matter of order */
		if (insn->flags & FACT_CLOBBER && ev->fi->in_loop[ev->fi->block_of[i]])
			recall_forget_all(ev);
		eval_set(ev, i, AV_TOP);
		break;
	case FACT_UNKNOWN:
		eval_set(ev, i, AV_TOP);
		break;
	default:
		if (insn->op >= FACT_ADD && insn->op <= FACT_ULE)
			eval_set(ev, i, av_binary(t, insn->op, insn->bits, a, b));
		break;
	}
	return true;
}

static void run_block(struct eval *ev, u32 block, u32 from)
{
	const struct fact_block *b = &ev->body->blocks[block];
	u32 i, last = b->first + b->n - 1;

	for (i = from; i < last; i++)
		if (!step(ev, i))
			return;
	terminate(ev, block, &ev->body->insns[last], 0);
}

static void exec_state(struct eval *ev, u32 block, const struct state *s)
{
	struct pendings pending = { .a = VEC_INIT };

	bitset_set(&ev->e->nodes.a[ev->node].reached, block);
	load_state(ev, s);
	ev->pending = &pending;
	run_block(ev, block, ev->body->blocks[block].first);
	while (pending.a.n) {
		struct pending p = vec_pop(&pending.a);

		load_state(ev, &p.state);
		run_block(ev, block, p.insn);
	}
	vec_free(&pending.a);
}

static void exec_block(struct eval *ev, u32 block)
{
	struct block_states *b = &ev->blocks[block];
	u32 i;

	b->queued = false;
	for (i = 0; i < b->s.n; i++) {
		struct state s = b->s.a[i];

		if (!s.dirty)
			continue;
		b->s.a[i].dirty = false;
		exec_state(ev, block, &s);
	}
}

static void run_function(struct eval *ev)
{
	const struct fninfo *fi = ev->fi;
	struct node *n = &ev->e->nodes.a[ev->node];
	struct state start = { .holds = n->holds, .cells = n->cells, .dirty = true };
	u32 i;

	vec_push(&ev->blocks[0].s, start);
	ev->blocks[0].queued = true;
	for (i = 0; i < fi->n_rpo; i++) {
		u32 k;

		if (!ev->blocks[fi->rpo[i]].queued)
			continue;
		exec_block(ev, fi->rpo[i]);
		/* back to the first block that an edge made new again */
		for (k = 0; k <= i; k++)
			if (ev->blocks[fi->rpo[k]].queued) {
				i = k - 1;
				break;
			}
	}
}

static void queue_dependents(struct engine *e, u32 node)
{
	u32 i;

	for (i = 0; i < e->nodes.a[node].dependents.n; i++) {
		struct node *d = &e->nodes.a[e->nodes.a[node].dependents.a[i]];

		if (!d->queued) {
			d->queued = true;
			vec_push(&e->queue, e->nodes.a[node].dependents.a[i]);
		}
	}
}

/* Whoever used its results (while it ran, too) does not see everything either. */
static void spread_cut(struct engine *e, u32 node)
{
	VEC(u32) stack = VEC_INIT;
	u32 i;

	vec_push(&stack, node);
	while (stack.n) {
		const struct node *n = &e->nodes.a[vec_pop(&stack)];

		for (i = 0; i < n->dependents.n; i++) {
			struct node *d = &e->nodes.a[n->dependents.a[i]];

			if (d->cut)
				continue;
			d->cut = true;
			vec_push(&stack, n->dependents.a[i]);
		}
	}
	vec_free(&stack);
}

/* Results of an evaluation that could not look deep enough would blur the next. */
static void forget_results(struct node *n)
{
	n->cut = n->uses_holds = n->uses_objects = false;
	memset(n->writes, 0, sizeof(n->writes));
	vec_clear(&n->exits);
	vec_clear(&n->edges);
	vec_clear(&n->events);
	vec_clear(&n->at);
	vec_clear(&n->takes);
	vec_clear(&n->written);
	bitset_clear(&n->reached);
}

void eval_node(struct engine *e, u32 node, u32 fuel)
{
	struct arena_mark mark = arena_mark(&e->scratch);
	struct eval ev = { .e = e, .node = node };
	bool used_holds = e->nodes.a[node].uses_holds, used_objects = e->nodes.a[node].uses_objects;
	u32 i;

	if (e->nodes.a[node].status == NODE_RUNNING)
		return;
	if (fuel > e->nodes.a[node].fuel)
		forget_results(&e->nodes.a[node]);
	e->nodes.a[node].fuel = (u8)fuel;
	e->nodes.a[node].status = NODE_RUNNING;
	e->depth++;
	e->n_evaluations++;
	ev.fn = &e->p->fns.a[e->nodes.a[node].fn];
	ev.fi = engine_info(e, e->nodes.a[node].fn);
	BUG_ON(!ev.fi);
	ev.body = ev.fi->body;
	ev.w.v = arena_array(&e->scratch, struct av, ev.body->n_insns + ev.fi->n_args);
	ev.recalled = arena_array(&e->scratch, u64, ev.fi->n_words);
	ev.blocks = arena_array(&e->scratch, struct block_states, ev.body->n_blocks);
	run_function(&ev);
	for (i = 0; i < ev.body->n_blocks; i++)
		vec_free(&ev.blocks[i].s);
	vec_free(&ev.w.touched);
	memory_free(&ev.w.mem);
	e->depth--;
	e->nodes.a[node].status = NODE_DONE;
	/* who shared it does so no longer once it looks at more */
	if (ev.exits_changed || used_holds != e->nodes.a[node].uses_holds ||
	    used_objects != e->nodes.a[node].uses_objects)
		queue_dependents(e, node);
	if (e->nodes.a[node].cut)
		spread_cut(e, node);
	arena_release(&e->scratch, mark);
}
