// SPDX-License-Identifier: MIT
/*
 * What rules say of one call: events that it reports, and what it does to the state
 * in place of its body.
 */
#include "analysis/call.h"

#include <errno.h>

#include "analysis/alloc.h"
#include "analysis/lockset.h"

#define REF_BYTES 4	/* of a counter of references */
#define ERR_LOWEST	(-4095)		/* as a pointer: ERR_PTR() of it and all above are errors */
#define POINTER_BIT	(1ull << 40)
#define NEGATIVE_INT	0xffffffff80000000ull

void call_outcome(struct call *c, u32 holds, struct av ret)
{
	struct fork f = { holds, ret, memory_save(&c->ev->w.mem, &c->ev->e->scratch), c->ev->w.table };

	vec_push(&c->forks->a, f);
}

static struct truth cond_truth(struct engine *e, const struct rule_cond *cond, struct av v)
{
	struct values *t = &e->values;
	struct truth r = { true, true };
	s64 want;

	if (!engine_eval(e, cond->value, &want))
		return r;
	switch (cond->op) {
	case COND_HAS:
		return av_truth(t, av_binary(t, FACT_EQ, 64, av_binary(t, FACT_AND, 64, v, av_const(t, want)),
					     av_const(t, want)), 0);
	case COND_LACKS:
		r = av_truth(t, av_binary(t, FACT_AND, 64, v, av_const(t, want)), 0);
		return (struct truth){ .may_be_true = r.may_be_false, .may_be_false = r.may_be_true };
	case COND_IS:
		return av_truth(t, av_binary(t, FACT_EQ, 32, v, av_const(t, want)), 0);
	case COND_IS_NOT:
		return av_truth(t, av_binary(t, FACT_NE, 32, v, av_const(t, want)), 0);
	case COND_BELOW:
		return av_truth(t, av_binary(t, FACT_LT, 64, v, av_const(t, want)), 0);
	case COND_FROM:
		r = av_truth(t, av_binary(t, FACT_LT, 64, v, av_const(t, want)), 0);
		return (struct truth){ .may_be_true = r.may_be_false, .may_be_false = r.may_be_true };
	}
	return r;
}

/* What a call reaches, it may reach; what it returns has to be certain. */
static bool rule_applies(const struct call *c, const struct rule_fn *r)
{
	u32 i;

	for (i = 0; i < r->when.n; i++) {
		struct truth holds = cond_truth(c->ev->e, &r->when.a[i], call_arg(c, r->when.a[i].arg));

		if (!holds.may_be_true || (r->kind == RULE_RETURNS && holds.may_be_false))
			return false;
	}
	return true;
}

/* What a hold is about: for locks and waits, too, the very member and not its class. */
static u32 place_token(const struct call *c, const struct rule_fn *r)
{
	return r->place.kind == PLACE_ARG ? engine_token(c->ev->e, call_arg(c, r->place.arg)) : 0;
}

static u32 rule_token(const struct call *c, const struct rule_fn *r)
{
	struct av v = r->place.kind == PLACE_ARG ? call_arg(c, r->place.arg) : AV_TOP;

	switch (r->kind) {
	case RULE_LOCK: case RULE_UNLOCK: case RULE_WAIT:
		return lock_token(c->ev->e, r, v);
	case RULE_ALLOC:
		if (!c->ev->e->locks)
			return 0;
		c->ev->e->nodes.a[c->ev->node].uses_objects = true;
		return locks_alloc_bits(c->ev->e, &c->ev->w.mem, v);
	default:
		return engine_token(c->ev->e, v);
	}
}

static u32 rule_id(const struct engine *e, const struct rule_fn *r)
{
	return (u32)(r - e->rules->fns.a);
}

static void event(const struct call *c, u32 callee, const struct rule_fn *r, u32 token)
{
	struct engine *e = c->ev->e;
	struct node *n = &e->nodes.a[c->ev->node];
	struct node_event x = { c->insn_index, callee, rule_id(e, r), token };
	u32 i;

	if (e->locks && r->kind == RULE_SINK && r->allocates) {
		n->uses_objects = true;
		x.token = locks_alloc_bits(e, &c->ev->w.mem, av_const(&e->values, engine_eval_mask(e, r->allocates)));
	}

	for (i = 0; i < n->events.n; i++)
		if (!memcmp(&n->events.a[i], &x, sizeof(x)))
			return;
	vec_push(&n->events, x);
}

/* A reference that is held makes this a no-op. */
static bool is_harmless(const struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct holds h = e->holds.a[c->ev->w.holds];
	u32 token = place_token(c, r), i, k;

	e->nodes.a[c->ev->node].uses_holds = true;
	for (i = 0; i < h.n; i++) {
		const struct rule_fn *hold = &e->rules->fns.a[h.a[i].rule];

		if (h.a[i].token != token || h.a[i].rule >= HOLD_ROOT)
			continue;
		for (k = 0; k < hold->n_harmless; k++)
			if (!strcmp(hold->harmless[k], r->id))
				return true;
	}
	return false;
}

/* The class was got by a trylock, and rules say that it stays free then. */
static bool is_known_free(const struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct holds h = e->holds.a[c->ev->w.holds];
	u32 token = place_token(c, r), i;

	if (e->locks || !lock_stays_free(e, token))
		return false;
	e->nodes.a[c->ev->node].uses_holds = true;
	for (i = 0; i < h.n; i++)
		if (h.a[i].token == token && h.a[i].rule < HOLD_ROOT && e->rules->fns.a[h.a[i].rule].kind == RULE_LOCK)
			return true;
	return false;
}

/* What a call returns when it took what it is for, and when it did not. */
static struct av success_value(struct values *t, const struct rule_fn *r, bool taken)
{
	switch ((int)r->success) {
	case SUCCESS_NONZERO:
		return av_const(t, taken);
	case SUCCESS_ZERO:
		/* not taken: a trylock says 1, the others an error number */
		return taken ? av_const(t, 0) : r->is_try ? av_const(t, 1) :
		       av_join(t, av_const(t, -EINTR), av_const(t, -EDEADLK));
	case SUCCESS_NOT_ERR:
		/* taken: a pointer, that is not into the last page; which bit says so does not matter */
		return taken ? av_bits(t, POINTER_BIT, 0, true) :
		       av_join(t, av_const(t, -ENOMEM), av_const(t, -EIO));
	case SUCCESS_POSITIVE:
		/* not taken: 0, or an error number; which one does not matter */
		return taken ? av_bits(t, 0xffffffff80000000ull, 0, true) :
		       av_join(t, av_const(t, 0), av_const(t, -EINVAL));
	default:
		return AV_TOP;
	}
}

static bool same_harmless(const struct rule_fn *a, const struct rule_fn *b)
{
	u32 i;

	if (a->n_harmless != b->n_harmless)
		return false;
	for (i = 0; i < a->n_harmless; i++)
		if (strcmp(a->harmless[i], b->harmless[i]))
			return false;
	return true;
}

/* One name for all rules that make the same harmless: which of them took it is not state. */
static u32 hold_kind(const struct engine *e, const struct rule_fn *r)
{
	u32 i;

	for (i = 0; i < e->rules->fns.n; i++)
		if (e->rules->fns.a[i].kind == RULE_HOLD && same_harmless(&e->rules->fns.a[i], r))
			return i;
	return rule_id(e, r);
}

static void do_hold(struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct hold h = { .token = rule_token(c, r), .rule = hold_kind(e, r) };

	e->nodes.a[c->ev->node].uses_holds = true;
	if (e->locks && holds_has(e, c->ev->w.holds, h.token))
		h.token = 0;	/* once is enough there: it is about locks */
	call_outcome(c, h.token ? holds_add(e, c->ev->w.holds, h) : c->ev->w.holds, success_value(&e->values, r, true));
	/* what is held already is in use: asking again cannot fail */
	if (r->success != SUCCESS_ALWAYS && !(h.token && holds_has(e, c->ev->w.holds, h.token)))
		call_outcome(c, c->ev->w.holds, success_value(&e->values, r, false));
}

static void do_outdate(struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	u32 token = place_token(c, r);

	e->nodes.a[c->ev->node].uses_holds = true;
	while (token && holds_has(e, c->ev->w.holds, token))
		c->ev->w.holds = holds_remove(e, c->ev->w.holds, token);
}

/* An end of which it is not known what it restores may or may not end the scope. */
static void do_scope(struct call *c, const struct rule_fn *r, bool begin, bool may_last)
{
	struct engine *e = c->ev->e;
	struct obj o = engine_object(e, r->object);
	u32 m = program_find_member(e->p, r->member.tag, r->member.path);
	struct values *t = &e->values;
	struct av old, now;
	s64 bits;

	e->nodes.a[c->ev->node].uses_objects = true;
	if (m && r->value && engine_eval(e, r->value, &bits)) {
		old = memory_read(&c->ev->w.mem, t, o, (s32)e->p->members.a[m].off, 4);
		now = begin ? av_binary(t, FACT_OR, 32, old, av_const(t, bits)) :
			      av_binary(t, FACT_AND, 32, old, av_const(t, ~bits));
		if (may_last)
			now = av_join(t, old, now);
		memory_write(&c->ev->w.mem, o, (s32)e->p->members.a[m].off, 4, now);
	}
	call_outcome(c, c->ev->w.holds, AV_TOP);
}

/* Could what is handed to the end of a scope be more than the scope's own bits? */
static bool restores_unknown(const struct call *c, const struct rule_fn *r)
{
	struct values *t = &c->ev->e->values;
	s64 bits;

	if (c->insn->n < 2 || !engine_eval(c->ev->e, r->value, &bits))
		return false;
	return av_truth(t, av_binary(t, FACT_AND, 32, call_arg(c, 0), av_const(t, ~bits)), 32).may_be_true;
}

/* A lock in memory that only this task knows of: nobody can have it. */
static bool is_nobodys_lock(const struct call *c, const struct rule_fn *r)
{
	return r->kind == RULE_LOCK && r->place.kind == PLACE_ARG && r->place.arg + 1 < c->insn->n && !c->ev->e->locks &&
	       fresh_is_own(c->ev, call_arg(c, r->place.arg));
}

/* A work item of a part in which rules say that it is never queued: the part is what its member is taken of. */
static bool is_idle_work(const struct call *c, const struct rule_fn *r)
{
	const struct fact_body *b = c->ev->body;
	const struct fact_insn *at;
	struct val v;

	if (r->kind != RULE_WAIT || r->place.kind != PLACE_ARG || r->place.arg + 1 >= c->insn->n)
		return false;
	v = insn_val(b, c->insn, r->place.arg + 1);
	at = val_kind(v) == VAL_INSN ? &b->insns[val_index(v)] : NULL;
	return at && at->op == FACT_MEMBER &&
	       lock_is_idle_in(c->ev->e, place_token(c, r),
			       avalue_member(av_get(&c->ev->e->values, eval_val(c->ev, insn_val(b, at, 0)))));
}

/* What a rule reports of the call, given what is held before it. */
static void apply_event(struct call *c, u32 callee, const struct rule_fn *r, bool drops_reference)
{
	enum alloc_effect effect;

	switch (r->kind) {
	case RULE_SINK:
		if (r->id && (drops_reference || !is_harmless(c, r)))
			event(c, callee, r, rule_token(c, r));
		break;
	case RULE_WAIT: case RULE_LOCK:
		if (r->kind == RULE_WAIT && (is_harmless(c, r) || is_idle_work(c, r)))
			break;		/* what it would wait for has happened, or never does */
		if (r->id && r->may_block && !r->is_try && !is_nobodys_lock(c, r) && !is_known_free(c, r))
			event(c, callee, r, rule_token(c, r));
		if (r->kind == RULE_LOCK) {
			recall_forget_unlocked(c->ev);
			break;
		}
		fresh_sleep(c->ev);
		recall_forget_all(c->ev);
		break;
	case RULE_ALLOC:
		if (c->ev->e->locks) {		/* whether it reclaims depends on who holds what */
			event(c, callee, r, rule_token(c, r));
			break;
		}
		effect = alloc_effect(c->ev, call_arg(c, r->place.arg));
		if (effect != ALLOC_HARMLESS)
			event(c, callee, r, effect);
		break;
	case RULE_PREDICATE:
		event(c, callee, r, rule_token(c, r));
		break;
	default:
		break;
	}
}

static bool is_memory(const struct avalue *x)
{
	return x->kind == AV_SET && x->n_addrs == 1 && !x->n_consts && x->addrs[0].off != OFF_ANY &&
	       (obj_kind(x->addrs[0].obj) == OBJ_LOCAL || obj_kind(x->addrs[0].obj) == OBJ_IN);
}

/* Zeroes, or something else that is not followed. */
static void do_fill(struct call *c)
{
	const struct avalue *to = av_get(&c->ev->e->values, call_arg(c, 0));
	s64 byte, size;

	if (is_memory(to) && av_is_const(&c->ev->e->values, call_arg(c, 2), &size) && size > 0 &&
	    size < INT32_MAX) {
		bool zero = av_is_const(&c->ev->e->values, call_arg(c, 1), &byte) && !byte;

		eval_written(c->ev, to->addrs[0].obj, to->addrs[0].off, (u32)size);
		memory_write(&c->ev->w.mem, to->addrs[0].obj, to->addrs[0].off, (u32)size,
			     zero ? av_const(&c->ev->e->values, 0) : AV_TOP);
	} else {
		eval_escape(c->ev, call_arg(c, 0));
	}
	call_outcome(c, c->ev->w.holds, call_arg(c, 0));
}

static void do_copy(struct call *c)
{
	const struct avalue *to = av_get(&c->ev->e->values, call_arg(c, 0));
	const struct avalue *from = av_get(&c->ev->e->values, call_arg(c, 1));
	s64 size;

	if (is_memory(to) && is_memory(from) && av_is_const(&c->ev->e->values, call_arg(c, 2), &size) &&
	    size > 0 && size < INT32_MAX) {
		eval_written(c->ev, to->addrs[0].obj, to->addrs[0].off, (u32)size);
		memory_copy(&c->ev->w.mem, to->addrs[0].obj, to->addrs[0].off, from->addrs[0].obj,
			    from->addrs[0].off, (u32)size);
	} else {
		eval_escape(c->ev, call_arg(c, 0));
	}
	call_outcome(c, c->ev->w.holds, call_arg(c, 0));
}

/* Where the counter of a reference is, if its object can be told from others. */
static bool ref_place(const struct call *c, const struct rule_fn *r, struct addr *ret)
{
	u32 operand = r->place.kind == PLACE_ARG ? r->place.arg + 1 : c->insn->n;
	const struct avalue *x;
	struct val v;

	if (operand >= c->insn->n)
		return false;
	v = insn_val(c->ev->body, c->insn, operand);
	if (recall_place(c->ev, v, ret))
		return true;
	x = av_get(&c->ev->e->values, eval_val(c->ev, v));
	*ret = x->addrs[0];
	return x->kind == AV_SET && x->n_addrs == 1 && !x->n_consts && ret->off != OFF_ANY &&
	       (obj_kind(ret->obj) == OBJ_IN || obj_is_own(ret->obj));
}

/*
 * Who takes a further reference has one already: with this one they are two at least, for
 * as long as this one is not put.  (Who takes one of an object that may be dying asks
 * for it by another function.)  So the cell is no member that others change.
 */
static void do_ref_get(struct call *c, const struct rule_fn *r)
{
	struct values *t = &c->ev->e->values;
	struct addr at;
	s64 n;

	if (!ref_place(c, r, &at))
		return;
	if (!av_is_const(t, memory_read(&c->ev->w.mem, t, at.obj, at.off, REF_BYTES), &n) || n < 1)
		n = 1;
	eval_written(c->ev, at.obj, at.off, REF_BYTES);
	memory_write(&c->ev->w.mem, at.obj, at.off, REF_BYTES, av_const(t, n + 1));
}

/* true: it is not the last one. */
static bool do_ref_put(struct call *c, const struct rule_fn *r)
{
	struct values *t = &c->ev->e->values;
	struct addr at;
	bool is_known;
	s64 n;

	if (!ref_place(c, r, &at))
		return false;
	is_known = av_is_const(t, memory_read(&c->ev->w.mem, t, at.obj, at.off, REF_BYTES), &n);
	eval_written(c->ev, at.obj, at.off, REF_BYTES);
	memory_write(&c->ev->w.mem, at.obj, at.off, REF_BYTES, is_known && n > 2 ? av_const(t, n - 1) : AV_TOP);
	if (!is_known || n < 2)
		return false;
	call_outcome(c, c->ev->w.holds, AV_ZERO);
	return true;
}

/*
 * A number that nobody else changes: computed.  false: not of such an object.  (What assembly
 * does to it the body does not say.)
 */
static bool do_count(struct call *c, const struct rule_fn *r)
{
	struct values *t = &c->ev->e->values;
	struct av by = r->by ? call_arg(c, r->by - 1) : av_const(t, 1), old, now, ret = AV_TOP;
	const struct avalue *x = av_get(t, r->place.kind == PLACE_ARG ? call_arg(c, r->place.arg) : AV_TOP);
	struct addr at = x->addrs[0];

	if (x->kind != AV_SET || x->n_addrs != 1 || x->n_consts || at.off == OFF_ANY ||
	    (obj_kind(at.obj) != OBJ_IN && !obj_is_own(at.obj)))
		return false;
	old = memory_read(&c->ev->w.mem, t, at.obj, at.off, REF_BYTES);
	now = av_binary(t, r->is_sub ? FACT_SUB : FACT_ADD, REF_BYTES * 8, old, by);
	eval_written(c->ev, at.obj, at.off, REF_BYTES);
	memory_write(&c->ev->w.mem, at.obj, at.off, REF_BYTES, now);
	if (r->result == RESULT_NEW || r->result == RESULT_OLD)
		ret = r->result == RESULT_NEW ? now : old;
	else if (r->result == RESULT_IS_ZERO)
		ret = av_binary(t, FACT_EQ, REF_BYTES * 8, now, AV_ZERO);
	call_outcome(c, c->ev->w.holds, ret);
	return true;
}

/* ---- sets of bits --------------------------------------------------------------- */

#define WORD_BYTES 8

/* The word with the bit that an instruction, a call, tests; 'at' has its member if others have it as well. */
static bool bit_place(struct eval *ev, const struct fact_insn *insn, const struct rule_fn *r, struct cell *at, u64 *mask_ret)
{
	struct values *t = &ev->e->values;
	const struct avalue *x;
	struct addr a;
	struct val v;
	s64 bit;

	if (r->place.kind != PLACE_ARG || r->place.arg + 1 >= insn->n || r->bit + 1 >= insn->n ||
	    !av_is_const(t, eval_val(ev, insn_val(ev->body, insn, r->bit + 1)), &bit) || bit < 0 || bit >= 4096)
		return false;
	v = insn_val(ev->body, insn, r->place.arg + 1);
	x = av_get(t, eval_address(ev, v));
	if (!avalue_is_address(x) || !recall_place(ev, v, &a))
		return false;
	*at = (struct cell){ .obj = a.obj, .off = a.off + (s32)(bit / 64) * WORD_BYTES, .size = WORD_BYTES,
			     .member = avalue_member(x) };
	*mask_ret = 1ull << bit % 64;
	return true;
}

static const struct rule_fn *bit_rule(struct eval *ev, const struct fact_insn *insn)
{
	struct val callee = insn_val(ev->body, insn, 0);
	struct ref r = val_kind(callee) == VAL_SYM ? ev->fn->refs[val_index(callee)] : (struct ref){ 0 };
	const struct fn_rules *rules;
	u32 i;

	if (!r.v || ref_is_var(r))
		return NULL;
	rules = engine_fn_rules(ev->e, ref_id(r));
	for (i = 0; i < rules->n; i++)
		if (rules->a[i]->kind == RULE_BIT_TEST)
			return rules->a[i];
	return NULL;
}

bool call_can_refine(struct eval *ev, const struct fact_insn *insn)
{
	const struct rule_fn *r = bit_rule(ev, insn);
	struct cell at;
	u64 mask;

	return r && bit_place(ev, insn, r, &at, &mask);
}

bool call_refine(struct eval *ev, const struct fact_insn *insn, struct av v)
{
	struct truth t = av_truth(&ev->e->values, v, 1);
	struct cell at;
	u64 mask;

	if (t.may_be_true == t.may_be_false || !bit_place(ev, insn, bit_rule(ev, insn), &at, &mask))
		return true;
	at.v = memory_read(&ev->w.mem, &ev->e->values, at.obj, at.off, at.size);
	at.v = av_refine_mask(&ev->e->values, at.v, mask, t.may_be_true);
	if (at.v.n == AV_BOTTOM.n)
		return false;
	recall_know(ev, at);
	return true;
}

/* false: of an object that nobody else has the body says more. */
static bool do_bit_test(struct call *c, const struct rule_fn *r)
{
	struct values *t = &c->ev->e->values;
	struct cell at;
	struct truth is;
	struct av v;
	u64 mask;

	if (!bit_place(c->ev, c->insn, r, &at, &mask))
		return false;
	v = memory_read(&c->ev->w.mem, t, at.obj, at.off, at.size);
	is = av_truth(t, av_binary(t, FACT_AND, 64, v, av_const(t, (s64)mask)), 0);
	v = is.may_be_false ? AV_ZERO : av_const(t, 1);
	if (is.may_be_true && is.may_be_false)
		v = av_join(t, AV_ZERO, av_const(t, 1));
	call_outcome(c, c->ev->w.holds, v);
	return true;
}

static bool do_bit_change(struct call *c, const struct rule_fn *r)
{
	const struct avalue *x = av_get(&c->ev->e->values, r->place.kind == PLACE_ARG ? call_arg(c, r->place.arg) : AV_TOP);

	if (x->n_addrs && obj_kind(x->addrs[0].obj) != OBJ_HEAP)
		return false;
	if (avalue_is_address(x))
		recall_changed(c->ev, avalue_member(x));
	call_outcome(c, c->ev->w.holds, AV_TOP);
	return true;
}

/* The memory that was asked for. */
static void do_alloc(struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct values *t = &e->values;
	bool is_zeroed = r->gives == GIVES_ZEROED;
	struct av mask = r->place.kind == PLACE_ARG ? call_arg(c, r->place.arg) : AV_TOP;
	s64 zero;

	if (!is_zeroed && r->zero && engine_eval(e, r->zero, &zero))
		is_zeroed = !av_truth(t, av_binary(t, FACT_AND, 32, mask, av_const(t, zero)), 32).may_be_false;
	call_outcome(c, c->ev->w.holds, fresh_make(c->ev, c->insn_index, is_zeroed));
}

void call_note_take(const struct call *c)
{
	struct node *n = &c->ev->e->nodes.a[c->ev->node];
	u32 i;

	for (i = 0; i < n->takes.n; i++)
		if (n->takes.a[i] == c->insn_index)
			return;
	vec_push(&n->takes, c->insn_index);
}

/* A lock whose state is tracked: it is held when the call succeeds. */
static bool do_lock(struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	u32 token = e->locks ? rule_token(c, r) : 0, holds = c->ev->w.holds;

	if (!lock_is_tracked(e, token))
		return false;
	e->nodes.a[c->ev->node].uses_holds = true;
	if (r->kind == RULE_UNLOCK) {
		call_outcome(c, locks_release(e, holds, token), AV_TOP);
		return true;
	}
	call_note_take(c);
	call_outcome(c, locks_acquire(e, holds, token), success_value(&e->values, r, true));
	if (r->success != SUCCESS_ALWAYS)
		call_outcome(c, holds, success_value(&e->values, r, false));
	return true;
}

/* Where the lock is, if it is in an object of which more can be known. */
static bool lock_place(const struct call *c, const struct rule_fn *r, struct addr *ret)
{
	return r->place.kind == PLACE_ARG && r->place.arg + 1 < c->insn->n && !r->lock_class &&
	       recall_place(c->ev, insn_val(c->ev->body, c->insn, r->place.arg + 1), ret);
}

/* A trylock that says more than that it got the lock, or did not; false: it is another call. */
static bool do_telling_try(struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct hold h = { .token = place_token(c, r), .rule = rule_id(e, r) };
	u32 holds = c->ev->w.holds;
	struct addr at;

	if (!r->is_try || e->locks || !lock_stays_free(e, h.token))
		return false;
	e->nodes.a[c->ev->node].uses_holds = true;
	while (holds_has(e, holds, h.token))
		holds = holds_remove(e, holds, h.token);
	call_outcome(c, holds, success_value(&e->values, r, false));
	if (lock_place(c, r, &at))
		recall_lock(c->ev, at, true);
	call_outcome(c, holds_add(e, holds, h), success_value(&e->values, r, true));
	return true;
}

/* A lock of which only is followed what it protects: see recall.c.  false: not even that. */
static bool do_plain_lock(struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct values *t = &e->values;
	struct addr at;

	if (!lock_place(c, r, &at)) {
		if (r->is_try)
			call_outcome(c, c->ev->w.holds, av_join(t, success_value(t, r, true), success_value(t, r, false)));
		return r->is_try;
	}
	if (r->kind == RULE_UNLOCK) {
		recall_lock(c->ev, at, false);
		call_outcome(c, c->ev->w.holds, AV_TOP);
		return true;
	}
	if (r->success != SUCCESS_ALWAYS)
		call_outcome(c, c->ev->w.holds, success_value(t, r, false));
	recall_lock(c->ev, at, true);
	call_outcome(c, c->ev->w.holds, success_value(t, r, true));
	return true;
}

/* What the call does to the state; false: the rule leaves that to the callee's body. */
/* The address of a member of the object that an argument points to. */
static struct av place_member(const struct call *c, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct values *t = &e->values;
	u32 member = program_find_member(e->p, r->member.tag, r->member.path);
	struct av at = call_arg(c, r->place.arg);

	if (!member || av_get(t, at)->kind == AV_BITS)
		return member ? av_origin(t, member, true) : AV_TOP;
	at = av_binary(t, FACT_ADD, 64, at, av_const(t, e->p->members.a[member].off));
	return av_with_origin(t, at, member, true);
}

static bool apply_effect(struct call *c, u32 callee, const struct rule_fn *r)
{
	struct engine *e = c->ev->e;
	struct values *t = &e->values;
	u32 holds = c->ev->w.holds;
	bool is_known;
	s64 value;

	switch (r->kind) {
	case RULE_LOCK: case RULE_UNLOCK:
		return !r->enters && (do_lock(c, r) || do_telling_try(c, r) || do_plain_lock(c, r));
	case RULE_ALLOC:
		if (!r->gives)
			return false;
		do_alloc(c, r);
		return true;
	case RULE_PREDICATE:
		call_outcome(c, holds, av_const(t, rule_id(e, r) + 1 == e->true_predicate));
		return true;
	case RULE_OBJECT:
		call_outcome(c, holds, av_addr(t, engine_object(e, r->object), 0));
		return true;
	case RULE_HOLD:
		do_hold(c, r);
		return true;
	case RULE_UNHOLD:
		e->nodes.a[c->ev->node].uses_holds = true;
		call_outcome(c, holds_remove(e, holds, rule_token(c, r)), AV_TOP);
		return true;
	case RULE_REF_GET:
		do_ref_get(c, r);
		call_outcome(c, holds, AV_TOP);
		return true;
	case RULE_REF_PUT:
		return do_ref_put(c, r);
	case RULE_COUNT:
		return do_count(c, r);
	case RULE_BIT_TEST:
		return do_bit_test(c, r);
	case RULE_BIT_CHANGE:
		return do_bit_change(c, r);
	case RULE_SCOPE: case RULE_UNSCOPE:
		if (e->locks && !e->locks->is_entered) {
			e->nodes.a[c->ev->node].uses_holds = true;
			c->ev->w.holds = locks_release(e, holds, TOKEN_FLAGS);
		}
		is_known = r->kind == RULE_SCOPE || !restores_unknown(c, r);
		if (e->p->fns.a[callee].defined && is_known)	/* its body says it better */
			return false;
		do_scope(c, r, r->kind == RULE_SCOPE, !is_known);
		return true;
	case RULE_FILL:
		do_fill(c);
		return true;
	case RULE_COPY:
		do_copy(c);
		return true;
	case RULE_RETURNS:
		call_outcome(c, holds, r->member.tag ? place_member(c, r) :
			     r->place.kind == PLACE_ARG ? call_arg(c, r->place.arg) :
			     r->value && engine_eval(e, r->value, &value) ? av_const(t, value) : AV_TOP);
		return true;
	default:
		return false;
	}
}

bool call_rule_is_whole(const struct rule_fn *r)
{
	switch (r->kind) {
	case RULE_SCOPE: case RULE_UNSCOPE: case RULE_REF_PUT: case RULE_OUTDATE:
	case RULE_BIT_TEST: case RULE_BIT_CHANGE: case RULE_COUNT: case RULE_FRESH:
		return false;
	default:
		return !r->enters;
	}
}

/* One way out of a body that was walked: with the lock, without it, or, when its result does not tell, both. */
static void add_lock(struct call *c, const struct rule_fn *r, u32 token, struct fork f)
{
	struct engine *e = c->ev->e;
	struct values *t = &e->values;
	const struct avalue *x = av_get(t, f.ret);
	bool may_succeed = true, may_fail = false;
	struct fork without = f;

	if (r->kind == RULE_UNLOCK) {
		f.holds = locks_release(e, f.holds, token);
		vec_push(&c->forks->a, f);
		return;
	}
	if (r->success == SUCCESS_NOT_ERR) {
		struct truth error = av_truth(t, av_binary(t, FACT_ULT, 64, f.ret, av_const(t, ERR_LOWEST)), 0);

		may_fail = error.may_be_false;
		/* a negative number that was made a pointer is none, however negative */
		may_succeed = error.may_be_true && !(x->kind == AV_BITS &&
						     (x->mask & x->val & NEGATIVE_INT) == NEGATIVE_INT);
		if (may_fail && may_succeed) {
			without.ret = success_value(t, r, false);
			f.ret = success_value(t, r, true);
		}
	} else if (r->success != SUCCESS_ALWAYS) {
		struct truth zero = av_truth(t, f.ret, 32);
		bool is_zero = r->success == SUCCESS_ZERO;

		may_succeed = is_zero ? zero.may_be_false : zero.may_be_true;
		may_fail = is_zero ? zero.may_be_true : zero.may_be_false;
		if (may_fail && may_succeed) {
			without.ret = success_value(t, r, false);
			f.ret = success_value(t, r, true);
		}
	}
	if (may_succeed) {
		f.holds = locks_acquire(e, f.holds, token);
		vec_push(&c->forks->a, f);
	}
	if (may_fail)
		vec_push(&c->forks->a, without);
}

static void give_fresh(struct call *c, const struct rule_fn *r, u32 first)
{
	u32 i;

	for (i = first; r->kind == RULE_FRESH && rule_applies(c, r) && i < c->forks->a.n; i++)
		fresh_give(c->ev, c->insn_index, &c->forks->a.a[i].ret, &c->forks->a.a[i].cells);
}

void call_leave_entered(struct call *c, const struct fn_rules *rules, u32 first)
{
	struct engine *e = c->ev->e;
	u32 i, k, n, token;

	for (i = 0; i < rules->n; i++)
		give_fresh(c, rules->a[i], first);
	for (i = 0; e->locks && i < rules->n; i++) {
		const struct rule_fn *r = rules->a[i];

		if (!r->enters || !rule_applies(c, r))
			continue;
		token = rule_token(c, r);
		if (!lock_is_tracked(e, token))
			continue;
		e->nodes.a[c->ev->node].uses_holds = true;
		if (r->kind == RULE_LOCK)
			call_note_take(c);
		n = c->forks->a.n;
		for (k = first; k < n; k++)
			add_lock(c, r, token, c->forks->a.a[k]);
		memmove(c->forks->a.a + first, c->forks->a.a + n, (c->forks->a.n - n) * sizeof(c->forks->a.a[0]));
		c->forks->a.n -= n - first;
	}
}

/*
 * Several rules may speak of one function (a get resumes, and holds): all report,
 * then the first that has an effect decides the outcomes.  false: no rule does, the
 * body decides.
 */
bool call_apply_rules(struct call *c, u32 callee, const struct fn_rules *rules)
{
	bool applies[32], whole = false, drops = false;
	u32 i;

	for (i = 0; i < rules->n; i++) {
		applies[i] = rule_applies(c, rules->a[i]);
		whole = whole || (applies[i] && call_rule_is_whole(rules->a[i]));
		drops = drops || (applies[i] && rules->a[i]->kind == RULE_UNHOLD);
	}
	for (i = 0; i < rules->n; i++)
		if (applies[i] && rules->a[i]->kind == RULE_OUTDATE)
			do_outdate(c, rules->a[i]);
	for (i = 0; i < rules->n; i++)
		if (applies[i])
			apply_event(c, callee, rules->a[i], drops);
	for (i = 0; i < rules->n; i++)
		if (applies[i] && apply_effect(c, callee, rules->a[i]))
			return true;
	if (whole)
		call_outcome(c, c->ev->w.holds, AV_TOP);
	return whole;
}
