// SPDX-License-Identifier: MIT
/*
 * Calls of one node: which functions an indirect call can reach, and the passage of
 * arguments and memory into the callee's node and back.  Objects of the caller that
 * the callee can reach become OBJ_IN objects of its input, numbered in the order in
 * which they are found, so that the same situation is the same node whoever calls.
 */
#include "analysis/call.h"

#include "analysis/lockset.h"
#include "analysis/mods.h"

/* ---- into the callee ---------------------------------------------------------- */

static struct obj pass_object(struct passage *p, struct obj o)
{
	u32 i;

	for (i = 0; i < p->n; i++)
		if (obj_eq(p->caller[i], o))
			return obj_make(obj_kind(o) == OBJ_HEAP ? OBJ_HEAP : OBJ_IN, i);
	if (p->n == OBJECTS_MAX)
		return obj_make(OBJ_NONE, 0);
	p->caller[p->n] = o;
	return obj_make(obj_kind(o) == OBJ_HEAP ? OBJ_HEAP : OBJ_IN, p->n++);
}

static bool map_into(void *ctx, struct obj *o)
{
	if (obj_is_passed(*o))
		*o = pass_object(ctx, *o);
	return obj_kind(*o) != OBJ_NONE;
}

/* A value in the callee's names. */
static struct av pass_value(struct values *t, struct passage *p, struct av v)
{
	return av_map_objects(t, v, map_into, p);
}

/* What of an argument the callee can tell from another. */
static struct av relevant_part(struct values *t, struct av v, u8 rel, bool may_write)
{
	const struct avalue *x = av_get(t, v);
	struct avalue r = *x;
	bool keep_word = rel & REL_VALUE || (rel & REL_STORED && may_write);

	if (keep_word && (!x->origin || rel & REL_ORIGIN))
		return v;
	if (!(rel & REL_ORIGIN))
		r.origin = 0;
	r.nonzero = x->nonzero || (x->origin & 1);
	if (!keep_word && !(x->n_addrs && rel & (REL_OBJECT | REL_STORED | REL_ORIGIN))) {
		if (!r.origin)
			return AV_TOP;
		return av_origin(t, r.origin >> 1, r.origin & 1);
	}
	return av_make(t, &r);
}

static bool points_to_tracked(const struct avalue *x)
{
	u32 i;

	for (i = 0; i < x->n_addrs; i++)
		if (obj_is_passed(x->addrs[i].obj) || obj_kind(x->addrs[i].obj) == OBJ_NAMED)
			return true;
	return false;
}

static int passed_index(const struct passage *p, struct obj o)
{
	u32 i;

	for (i = 0; i < p->n; i++)
		if (obj_eq(p->caller[i], o))
			return (int)i;
	return -1;
}

/* The arguments of a call while its input is made: in the caller's names. */
struct handing { const struct mods *mods; const struct av *args; u32 n_args; };

/* The object that others have as well to which an argument points, and where. */
static bool points_to_heap(const struct values *t, struct av v, struct addr *ret)
{
	const struct avalue *x = av_get(t, v);

	*ret = x->addrs[0];
	return x->kind == AV_SET && x->n_addrs == 1 && !x->n_consts && obj_kind(ret->obj) == OBJ_HEAP &&
	       ret->off != OFF_ANY;
}

/* Does the callee read the cell, of an object that an argument points to? */
static bool is_read(struct eval *ev, const struct handing *h, const struct cell *c)
{
	struct addr a;
	u32 i;

	for (i = 0; i < h->n_args; i++)
		if (points_to_heap(&ev->e->values, h->args[i], &a) && obj_eq(a.obj, c->obj) &&
		    mods_reads(h->mods, i, c->off - a.off, c->size))
			return true;
	return false;
}

/* An address from which the callee reads nothing that is known, and with which it does nothing else. */
static struct av drop_useless(struct eval *ev, const struct handing *h, u32 arg, u8 rel)
{
	const struct avalue *x = av_get(&ev->e->values, h->args[arg]);
	struct addr a;
	u32 i;

	if (rel & (REL_VALUE | REL_STORED | REL_WRITES | REL_COUNTED) ||
	    !points_to_heap(&ev->e->values, h->args[arg], &a))
		return h->args[arg];
	for (i = 0; i < ev->w.mem.c.n; i++)
		if (obj_eq(ev->w.mem.c.a[i].obj, a.obj) && is_read(ev, h, &ev->w.mem.c.a[i]))
			return h->args[arg];
	return x->origin ? av_origin(&ev->e->values, avalue_member(x), avalue_is_address(x)) : AV_TOP;
}

/* What a passed cell points to the callee may read by way of it, also if an argument points there. */
static bool link_objects(const struct eval *ev, const struct passage *p, struct av v, bool *linked)
{
	const struct avalue *x = av_get(&ev->e->values, v);
	bool is_new = false;

	for (u32 i = 0; i < x->n_addrs; i++) {
		int k = passed_index(p, x->addrs[i].obj);

		if (k < 0 || linked[k])
			continue;
		linked[k] = is_new = true;
	}
	return is_new;
}

/*
 * Cells of everything passed, and of what those cells point to, in callee order; of heap
 * objects to which only arguments point only what the callee reads.
 */
static struct cells pass_cells(struct eval *ev, struct passage *p, bool with_named, const struct handing *h)
{
	struct engine *e = ev->e;
	struct memory out = { VEC_INIT };
	struct cells r;
	u32 i, done, n_given = p->n;
	bool linked[OBJECTS_MAX] = { false }, again = true;

	for (i = 0; i < ev->w.mem.c.n; i++) {
		struct cell c = ev->w.mem.c.a[i];

		if (with_named && obj_kind(c.obj) == OBJ_NAMED)
			memory_write(&out, c.obj, c.off, c.size, pass_value(&e->values, p, c.v));
	}
	while (again) {
		again = false;
		for (done = 0; done < p->n; done++)
			for (i = 0; i < ev->w.mem.c.n; i++) {
				struct cell c = ev->w.mem.c.a[i];

				if (!obj_eq(c.obj, p->caller[done]) ||
				    (obj_kind(c.obj) == OBJ_HEAP && done < n_given && !linked[done] && !is_read(ev, h, &c)))
					continue;
				memory_put(&out, (struct cell){ pass_object(p, c.obj), c.off, c.size,
								pass_value(&e->values, p, c.v), c.member });
				again = link_objects(ev, p, c.v, linked) || again;
			}
	}
	r = memory_save(&out, &e->scratch);
	memory_free(&out);
	return r;
}

/* The module that code acts for once it is in 'callee'. */
static u32 enter_module(const struct program *p, u32 from, u32 callee, enum via via)
{
	u32 to = p->fns.a[callee].module;

	if (!to || p->modules.a[to].is_core || to == from)
		return from;
	/* what is called by name is a library, also when core code calls it (iput()): only
	 * a pointer leads to somebody else */
	if (from && via == VIA_DIRECT)
		return from;
	if (from && bitset_test(&p->modules.a[from].uses, to))
		return from;	/* a library that the driver uses still acts for the driver */
	return to;
}

static u32 callee_node(struct call *c, u32 callee, struct passage *p)
{
	struct eval *ev = c->ev;
	struct engine *e = ev->e;
	const u8 *rel = relevance_of(e, callee);
	struct engine_input in = { .fn = callee };
	struct handing h = { .mods = mods_of(e, callee) };
	struct av *given;
	bool may_write;
	u8 needs = needs_of(e, callee);
	u32 i, n;

	p->with_holds = needs & NEEDS_HOLDS;
	p->with_named = needs & NEEDS_OBJECTS;
	in.holds = !p->with_holds ? 0 : e->locks ? locks_enter(e, ev->w.holds) : holds_enter(e, ev->w.holds);
	in.module = needs ? enter_module(e->p, e->nodes.a[ev->node].module, callee, c->via) : 0;
	in.n_args = e->p->fns.a[callee].n_args;
	in.args = arena_array(&e->scratch, struct av, in.n_args);
	h.n_args = in.n_args;
	h.args = given = arena_array(&e->scratch, struct av, in.n_args);
	may_write = p->with_named;
	for (i = 0; i < in.n_args; i++) {
		given[i] = i + 1 < c->insn->n ? recall_hand(ev, c->insn_index, callee, i, rel[i]) : AV_TOP;
		may_write = may_write || points_to_tracked(av_get(&e->values, given[i]));
	}
	for (i = 0; i < in.n_args; i++)
		given[i] = relevant_part(&e->values, given[i], rel[i], may_write);
	for (i = 0; i < in.n_args; i++)
		in.args[i] = pass_value(&e->values, p, drop_useless(ev, &h, i, rel[i]));
	in.cells = pass_cells(ev, p, p->with_named, &h);
	n = p->n;
	handed_add(ev, c->insn, c->table, &in, &n, OBJECTS_MAX);
	while (p->n < n)
		p->caller[p->n++] = (struct obj){ 0 };	/* no object of the caller's */
	return engine_node(e, &in);
}

/* ---- and back ------------------------------------------------------------------- */

static bool map_back(void *ctx, struct obj *o)
{
	struct passage *p = ctx;

	if (obj_kind(*o) == OBJ_FRESH)
		return fresh_arrive(&p->fresh, o);
	if (obj_kind(*o) != OBJ_IN && obj_kind(*o) != OBJ_HEAP)
		return true;
	if (obj_index(*o) >= p->n)
		return false;
	*o = p->caller[obj_index(*o)];
	return o->v;
}

static struct av return_value(struct values *t, struct passage *p, struct av v)
{
	return av_map_objects(t, v, map_back, p);
}

static bool may_have_written(const struct node *n, struct obj in, const struct cell *c)
{
	u32 i;

	for (i = 0; i < n->written.n; i++) {
		const struct written *w = &n->written.a[i];

		/* somewhere: in what rules say nothing of */
		bool is_anywhere = w->off == OFF_ANY && !(c->member & CELL_STATED);

		if (obj_eq(w->obj, in) && (is_anywhere || (w->off != OFF_ANY && (s64)w->off < (s64)c->off + c->size &&
							   (s64)w->off + w->size > c->off)))
			return true;
	}
	return false;
}

/* The callee's writes to what this function was given are its own writes. */
static void inherit_writes(struct eval *ev, struct passage *p, u32 callee)
{
	u32 i;

	for (i = 0; i < ev->e->nodes.a[callee].written.n; i++) {
		struct written w = ev->e->nodes.a[callee].written.a[i];

		if (obj_index(w.obj) < p->n)
			eval_written(ev, p->caller[obj_index(w.obj)], w.off, w.size);
	}
}

/* What is left of a range of zeroes of which the callee may have written a part. */
static void put_unwritten(struct memory *out, const struct node *n, struct obj in, const struct cell *c)
{
	u32 i;

	memory_put(out, *c);
	for (i = 0; i < n->written.n; i++) {
		const struct written *w = &n->written.a[i];

		if (obj_eq(w->obj, in) && w->off == OFF_ANY)
			memory_forget(out, c->obj, c->off, c->size);
		else if (obj_eq(w->obj, in))
			memory_forget(out, c->obj, w->off, w->size);
	}
}

/* The callee wrote nothing there, but its branches may have found out more. */
static bool knows_less(struct values *t, const struct memory *m, const struct cell *c)
{
	struct av known = memory_read(m, t, c->obj, c->off, c->size);
	s64 n;

	if (known.n == c->v.n || c->v.n == AV_TOP.n || av_is_const(t, known, &n))
		return false;
	return known.n == AV_TOP.n || av_is_const(t, c->v, &n);
}

/*
 * The caller's memory after one exit of the callee: what the callee may have written
 * is as it left it, all else is as it was.
 */
static struct cells return_cells(struct eval *ev, struct passage *p, u32 callee, struct cells from, enum via via)
{
	struct engine *e = ev->e;
	struct memory out = { VEC_INIT };
	struct cells r;
	u32 i;

	for (i = 0; i < ev->w.mem.c.n; i++) {
		struct cell c = ev->w.mem.c.a[i];
		int in = passed_index(p, c.obj);

		if (!recall_survives(ev, callee, &c))
			continue;
		if (obj_kind(c.obj) == OBJ_NAMED ? !p->with_named : in < 0 || c.off == FRESH_MARK ||
		    (c.member == CELL_STATED && via == VIA_DIRECT) ||
		    !may_have_written(&e->nodes.a[callee], pass_object(p, c.obj), &c))
			vec_push(&out.c, c);
		else if (in >= 0 && c.v.n == AV_ZERO.n && !c.member)
			put_unwritten(&out, &e->nodes.a[callee], pass_object(p, c.obj), &c);
	}
	for (i = 0; i < from.n; i++) {
		struct cell c = from.a[i];

		bool is_learnt = obj_kind(c.obj) != OBJ_NAMED && obj_kind(c.obj) != OBJ_FRESH && !cell_may_change(&c) &&
				 !may_have_written(&e->nodes.a[callee], c.obj, &c);

		/* what rules state of one call is not for the next */
		if (obj_kind(c.obj) == OBJ_NAMED ? !p->with_named :
		    is_learnt && (obj_kind(c.obj) != OBJ_IN || c.member || c.off == FRESH_MARK))
			continue;
		if (obj_eq(c.obj, OBJ_RESULT))
			c.obj = recall_result(ev, p->insn);
		else if (!map_back(p, &c.obj))
			continue;
		c.v = return_value(&e->values, p, c.v);
		if (!is_learnt || knows_less(&e->values, &out, &c))
			memory_put(&out, c);
	}
	r = memory_save(&out, &e->scratch);
	memory_free(&out);
	return r;
}

/* ---- which table it was ------------------------------------------------------------ */

#define SPLIT_BASE	(1u << 27)	/* of OBJ_HEAP numbers: objects that only a callee knew of */
#define SPLITS_MAX	3		/* tables that are told apart after one call */

/* Is something that rules or tables said of an object no longer known after this outcome? */
static bool has_lost(struct eval *ev, const struct passage *p, const struct fork *f)
{
	struct memory m = { VEC_INIT };
	bool lost = false;
	u32 i;

	memory_load(&m, f->cells);
	for (i = 0; i < ev->w.mem.c.n && !lost; i++) {
		const struct cell *c = &ev->w.mem.c.a[i];

		lost = obj_kind(c->obj) == OBJ_HEAP && !cell_may_change(c) && passed_index(p, c->obj) >= 0 &&
		       memory_read(&m, &ev->e->values, c->obj, c->off, c->size).n != c->v.n;
	}
	memory_free(&m);
	return lost;
}

static bool may_split(const struct call *c)
{
	u32 i, k, n = 0;

	for (i = 0; i < c->forks->a.n; i++) {
		u32 table = c->forks->a.a[i].table;

		for (k = 0; k < i && c->forks->a.a[k].table != table; k++)
			;
		n += table && table != c->table.var && k == i;
	}
	return c->table.var && !c->ev->w.table && n < SPLITS_MAX;
}

/*
 * One target of many changed what was known (one file system may take the last link): who
 * looks at the object later is to meet that with this table only.  So the outcome stays
 * apart from the others, and says which table the object has.
 */
static void split_by_table(struct call *c, struct passage *p, struct cells exit, struct fork *f)
{
	struct eval *ev = c->ev;
	struct memory m = { VEC_INIT };
	struct passage named = *p;
	u32 i;

	if (!may_split(c) || !has_lost(ev, p, f))
		return;
	memory_load(&m, f->cells);
	for (i = 0; i < named.n; i++)
		if (!named.caller[i].v)
			named.caller[i] = obj_make(OBJ_HEAP, SPLIT_BASE + c->insn_index * OBJECTS_MAX + i);
	for (i = 0; i < exit.n; i++) {
		struct cell x = exit.a[i];

		if (obj_kind(x.obj) != OBJ_HEAP || cell_may_change(&x) || !map_back(&named, &x.obj) ||
		    memory_has(&m, x.obj, x.off, x.size))
			continue;
		x.v = return_value(&ev->e->values, &named, x.v);
		memory_put(&m, x);
	}
	f->cells = memory_save(&m, &ev->e->scratch);
	f->table = c->table.var;
	memory_free(&m);
}

static void collect_exits(struct call *c, u32 node, struct passage *p)
{
	struct eval *ev = c->ev;
	struct engine *e = ev->e;
	u32 i, k;

	p->fresh = (struct fresh_names){ .insn = c->insn_index };
	p->insn = c->insn_index;
	fresh_forget(ev, c->insn_index);
	for (i = 0; i < e->nodes.a[node].exits.n; i++) {
		struct node_exit x = e->nodes.a[node].exits.a[i];

		/* a lock that stays by way of two conditions that go together does not */
		if (e->locks && !bitset_test(&e->locks->changes, e->nodes.a[node].fn)) {
			bool flags = p->with_named && locks_has(e, x.holds, TOKEN_FLAGS, HOLD_DROPPED);

			x.holds = locks_balance(e, x.holds);
			if (flags)
				x.holds = locks_release(e, x.holds, TOKEN_FLAGS);
		}
		if (e->locks && locks_any_taken(e, x.holds))
			call_note_take(c);

		for (k = 0; !e->locks && k < e->nodes.a[node].exits.n; k++) {
			x.holds = holds_keep(e, x.holds, e->nodes.a[node].holds,
					     e->nodes.a[node].exits.a[k].holds);
			x.holds = holds_lower(e, x.holds, e->nodes.a[node].exits.a[k].holds);
		}
		struct fork f = {
			.holds = !p->with_holds ? ev->w.holds :
				 e->locks ? locks_leave(e, ev->w.holds, x.holds) :
				 holds_leave(e, ev->w.holds, x.holds),
			.ret = return_value(&e->values, p, x.ret),
			.cells = return_cells(ev, p, node, x.cells, c->via),
			.table = ev->w.table,
		};

		split_by_table(c, p, x.cells, &f);
		vec_push(&c->forks->a, f);
	}
}

static void note_under(struct call *c, u32 to)
{
	struct node *n = &c->ev->e->nodes.a[c->ev->node];
	struct node_under x = { c->insn_index, to, c->ev->w.holds };
	u32 i;

	for (i = 0; i < n->under.n; i++)
		if (!memcmp(&n->under.a[i], &x, sizeof(x)))
			return;
	vec_push(&n->under, x);
}

/* Notes the edge; true if it is new. */
static bool add_edge(struct call *c, u32 to, enum via via, u32 slot, u32 n_targets)
{
	struct node *n = &c->ev->e->nodes.a[c->ev->node];
	struct node_edge x = { c->insn_index, to, via, slot, n_targets };
	u32 i;

	for (i = 0; i < n->edges.n; i++)
		if (n->edges.a[i].insn == x.insn && n->edges.a[i].node == x.node)
			return false;
	vec_push(&n->edges, x);
	return true;
}

/* The callee is not seen: what it can reach may have changed. */
static void call_unknown(struct call *c)
{
	u32 i;

	for (i = 1; i < c->insn->n; i++)
		eval_escape(c->ev, eval_val(c->ev, insn_val(c->ev->body, c->insn, i)));
	call_outcome(c, c->ev->w.holds, AV_TOP);
}

/* What the callee looked at, the caller looked at. */
static void inherit_uses(struct call *c, u32 callee, struct passage *p)
{
	struct node *from = &c->ev->e->nodes.a[callee], *to = &c->ev->e->nodes.a[c->ev->node];
	bool running = from->status == NODE_RUNNING;

	p->with_holds = p->with_holds && (running || from->uses_holds);
	p->with_named = p->with_named && (running || from->uses_objects);
	to->uses_holds = to->uses_holds || p->with_holds;
	to->uses_objects = to->uses_objects || p->with_named;
	/* a function that leaves no scope behind gives the flags back as they were, though
	 * the values of its own do not always tell */
	if (c->ev->e->locks && !bitset_test(&c->ev->e->locks->follow, from->fn))
		p->with_named = false;
}

#define FUEL_PAST_LIMIT 2
#define FUEL_PLAIN 60	/* for what meets no lock, sink or allocation: cheap, and worth its result (the flags
			 * that a scope saves) */

/* Calls that may nest below the callee, itself included; 0: none is left. */
static u32 callee_fuel(const struct call *c, u32 callee)
{
	u32 fuel = c->ev->e->nodes.a[c->ev->node].fuel;

	return needs_of(c->ev->e, callee) & NEEDS_HOLDS ? fuel - 1 : FUEL_PLAIN;
}

/* true: it was evaluated now. */
static bool evaluate_callee(struct call *c, u32 callee, u32 node)
{
	struct engine *e = c->ev->e;
	bool is_past = e->n_evaluations > e->last_evaluation;
	const struct node *n = &e->nodes.a[node];
	u32 fuel = callee_fuel(c, callee);

	if (n->status == NODE_NEW) {
		/* past the limit new functions are looked into a few calls deep, so that
		 * what helpers return is still known */
		if (is_past && fuel > FUEL_PAST_LIMIT && fuel != FUEL_PLAIN)
			fuel = FUEL_PAST_LIMIT;
	} else if (n->status == NODE_RUNNING || !n->cut || n->fuel >= fuel || is_past) {
		return false;
	}
	eval_node(e, node, fuel);
	return true;
}

/*
 * The callee's node, evaluated as far as the fuel goes.  One that was shared with
 * another context may turn out to look at the context when it is evaluated
 * further: then it is not the one.
 */
static u32 evaluated_callee(struct call *c, u32 callee, struct passage *p)
{
	u32 node, again = 0;

	do {
		node = again;
		if (!node) {
			p->n = 0;
			node = callee_node(c, callee, p);
		}
		if (!evaluate_callee(c, callee, node))
			return node;
		p->n = 0;
		again = callee_node(c, callee, p);
	} while (again != node);
	return node;
}

static void call_targets(struct call *c, const struct target *t, u32 n, enum via via);

/* A call that is patched at run time; false: it is none. */
static bool call_trampoline(struct call *c, u32 callee)
{
	struct engine *e = c->ev->e;
	const struct target *t = NULL;
	u32 i, n = 0;

	for (i = 0; i < e->rules->trampolines.n; i++) {
		if (!program_trampoline_targets(e->p, callee, &e->rules->trampolines.a[i], &t, &n))
			continue;
		if (n)
			call_targets(c, t, n, VIA_STORE);
		else
			call_outcome(c, c->ev->w.holds, AV_TOP);	/* patched to do nothing */
		return true;
	}
	return false;
}

/*
 * When locks are tracked, only the way to an allocation under a lock is looked for: not
 * what is too far from one, and not what a root calls while it holds nothing, unless
 * more is known of locks, scopes or references after it.
 */
static bool is_beside(const struct call *c, u32 callee)
{
	struct engine *e = c->ev->e;

	if (!e->locks || bitset_test(&e->locks->follow, callee) || !needs_of(e, callee))
		return false;
	return e->locks->dist[callee] >= callee_fuel(c, callee) ||
	       (locks_has(e, c->ev->w.holds, TOKEN_ROOT, HOLD_ROOT) && !locks_any_taken(e, c->ev->w.holds));
}

/*
 * The callee is known but not followed: it may return anything, and what it writes by its
 * code may have changed.  (To give up all that it was handed would make branches possible
 * that are not: operations are described by structs that everybody passes on.)
 */
static void call_aside(struct call *c, u32 callee)
{
	const struct mods *mods = mods_of(c->ev->e, callee);
	u32 i, k;

	for (i = 0; i < mods->n; i++) {
		const struct mod *m = &mods->a[i];
		const struct avalue *x = av_get(&c->ev->e->values, call_arg(c, m->arg));

		for (k = 0; k < x->n_addrs; k++)
			eval_clobber(c->ev, x->addrs[k], m->off, m->size);
	}
	call_outcome(c, c->ev->w.holds, AV_TOP);
}

static void call_body(struct call *c, u32 callee, enum via via, u32 slot, u32 n_targets)
{
	struct engine *e = c->ev->e;
	struct passage p = { .n = 0 };
	u32 node;

	if (e->closed_module && e->p->fns.a[callee].module == e->closed_module) {
		call_unknown(c);
		return;
	}
	if (!e->p->fns.a[callee].defined && call_trampoline(c, callee))
		return;
	if (!e->p->fns.a[callee].defined) {
		engine_gap(e, "no-body", callee, 0, "defined nowhere in the facts");
		call_unknown(c);
		return;
	}
	if (is_beside(c, callee)) {
		call_aside(c, callee);
		return;
	}
	if (!callee_fuel(c, callee)) {
		e->nodes.a[c->ev->node].cut = true;
		call_aside(c, callee);
		return;
	}
	c->via = via;
	node = evaluated_callee(c, callee, &p);
	if (e->locks)
		note_under(c, node);
	if (add_edge(c, node, via, slot, n_targets))
		vec_push(&e->nodes.a[node].dependents, c->ev->node);
	if (e->nodes.a[node].cut)
		e->nodes.a[c->ev->node].cut = true;
	inherit_uses(c, node, &p);
	inherit_writes(c->ev, &p, node);
	recall_inherit(c->ev, node);
	collect_exits(c, node, &p);
}

static void call_function(struct call *c, u32 callee, enum via via, u32 slot, u32 n_targets)
{
	const struct fn_rules *r = engine_fn_rules(c->ev->e, callee);
	u32 first = c->forks->a.n;

	if (call_apply_rules(c, callee, r))
		return;
	call_body(c, callee, via, slot, n_targets);
	call_leave_entered(c, r, first);
}

/* ---- indirect calls ---------------------------------------------------------------- */

static enum via evidence(const struct eval *ev, struct val callee)
{
	const struct fact_insn *insn;

	if (val_kind(callee) != VAL_INSN)
		return VIA_ARGUMENT;
	insn = &ev->body->insns[val_index(callee)];
	if (insn->op != FACT_LOAD)
		return VIA_ARGUMENT;
	return insn->extra ? VIA_OPS : VIA_STORE;
}

static void call_set(struct call *c, const struct avalue *x, struct val callee)
{
	u32 i, n = 0;

	for (i = 0; i < x->n_addrs; i++)
		n += obj_kind(x->addrs[i].obj) == OBJ_FN;
	for (i = 0; i < x->n_addrs; i++)
		if (obj_kind(x->addrs[i].obj) == OBJ_FN)
			call_function(c, obj_index(x->addrs[i].obj), evidence(c->ev, callee), 0, n);
	if (!n)
		call_unknown(c);	/* a NULL pointer, or data */
}

static bool is_opaque_member(struct engine *e, u32 member)
{
	const struct pmember *m = &e->p->members.a[member];
	u32 i;

	for (i = 0; i < e->rules->indirects.n; i++) {
		const struct rule_indirect *r = &e->rules->indirects.a[i];

		if (r->is_opaque && !strcmp(r->member.tag, program_str(e->p, m->tag)) &&
		    (!strcmp(r->member.path, "*") || !strcmp(r->member.path, program_str(e->p, m->path))))
			return true;
	}
	return false;
}

/* A constant table that has the function as this member; a function that is in several
 * tables says nothing of which one it was. */
static struct handed_table table_of(const struct program *p, struct target t)
{
	const struct pslot *s = &p->slots.a[t.slot];
	struct handed_table r = { 0 };

	if (!t.slot || !s->var || !p->vars.a[s->var].is_const)
		return r;
	if (t.slot + 1 < p->slots.n && s[1].member == s->member && s[1].fn == s->fn)
		return r;
	r.var = s->var;
	r.off = (s32)s->off - (s32)p->members.a[s->member].off;
	return r;
}

/* The member that the called table's address was loaded from; 0: not known. */
static void find_holder(struct call *c, struct val callee)
{
	struct eval *ev = c->ev;
	const struct fact_insn *insn;
	const struct avalue *x;
	struct val v;

	c->holder = c->outer = c->part = 0;
	if (val_kind(callee) != VAL_INSN || ev->body->insns[val_index(callee)].op != FACT_LOAD)
		return;
	v = ev->body->vals[ev->body->insns[val_index(callee)].first];
	x = av_get(&ev->e->values, eval_val(ev, v));
	c->part = avalue_is_address(x) ? avalue_member(x) : 0;
	insn = val_kind(v) == VAL_INSN ? &ev->body->insns[val_index(v)] : NULL;
	if (insn && insn->op == FACT_MEMBER)
		v = ev->body->vals[insn->first];
	x = av_get(&ev->e->values, eval_val(ev, v));
	c->holder = x->origin && !(x->origin & 1) ? x->origin >> 1 : 0;
	insn = val_kind(v) == VAL_INSN ? &ev->body->insns[val_index(v)] : NULL;
	if (!c->holder || !insn || insn->op != FACT_LOAD)
		return;
	x = av_get(&ev->e->values, eval_address(ev, ev->body->vals[insn->first]));
	c->outer = avalue_is_address(x) ? avalue_member(x) : 0;
}

/* Is one of the tables that have the function one that the holder may point to? */
static bool is_held(const struct program *p, struct target t, u32 holder, u32 outer)
{
	const struct pslot *s = &p->slots.a[t.slot];
	u32 i;

	if (!t.slot || !holder)
		return true;
	for (i = t.slot; i < p->slots.n && p->slots.a[i].member == s->member && p->slots.a[i].fn == s->fn; i++)
		if (!p->slots.a[i].var || program_may_hold(p, holder, outer, p->slots.a[i].var))
			return true;
	return false;
}

/*
 * Is it put there by code that the module can have to do with?  What a shared header or core code
 * defines is everybody's, but the objects are of those who use it.
 */
static bool is_put_visibly(const struct program *p, u32 module, struct target t)
{
	const struct pslot *s = &p->slots.a[t.slot];
	u32 i;

	if (!t.slot)
		return true;
	for (i = t.slot; i < p->slots.n && p->slots.a[i].member == s->member && p->slots.a[i].fn == s->fn; i++) {
		const struct pslot *x = &p->slots.a[i];

		if (program_visible(p, module, x->var ? p->vars.a[x->var].module :
						p->fns.a[x->in_fn].module))
			return true;
	}
	return false;
}

/* May the call go there?  Then c->table is the table in which the target was found. */
static bool select_target(struct call *c, struct target t, enum via via)
{
	struct engine *e = c->ev->e;
	u32 module = e->nodes.a[c->ev->node].module;

	c->table = via == VIA_OPS ? table_of(e->p, t) : (struct handed_table){ 0 };
	return program_visible(e->p, module, e->p->fns.a[t.fn].module) &&
	       (via != VIA_OPS || (is_put_visibly(e->p, module, t) && is_held(e->p, t, c->holder, c->outer))) &&
	       program_part_has(e->p, t, c->part) && !handed_excludes(c->ev, c->insn, c->table);
}

static void call_targets(struct call *c, const struct target *t, u32 n, enum via via)
{
	struct engine *e = c->ev->e;
	u32 i, visible = 0;

	for (i = 0; i < n; i++)
		visible += select_target(c, t[i], via);
	if (visible > e->limits.targets) {
		engine_gap(e, "capped", c->ev->fi->fn, c->insn_index, "too many targets");
		visible = 0;
	}
	if (!visible) {
		engine_gap(e, "unresolved-call", c->ev->fi->fn, c->insn_index, n ? "no target that its module can reach" :
			   "no function is known to be put there");
		call_unknown(c);
		return;
	}
	for (i = 0; i < n; i++)
		if (select_target(c, t[i], via))
			call_function(c, t[i].fn, via, t[i].slot, visible);
	c->table = (struct handed_table){ 0 };
}

static void call_indirect(struct call *c, struct val callee)
{
	struct eval *ev = c->ev;
	struct engine *e = ev->e;
	const struct avalue *x = av_get(&e->values, eval_val(ev, callee));
	struct str sig = c->insn->extra ? ev->fn->strs[c->insn->extra] : (struct str){ 0 };
	const struct target *t = NULL;
	u32 member = 0, var = 0, n = 0;

	if (x->kind == AV_SET) {
		call_set(c, x, callee);
		return;
	}
	member = x->origin && !(x->origin & 1) ? x->origin >> 1 : 0;
	if (!member)
		program_callee_origin(e->p, ev->fi->fn, ev->body, callee, &member, &var);
	if (member && is_opaque_member(e, member)) {
		call_outcome(c, ev->w.holds, AV_TOP);
		return;
	}
	if (member)
		n = program_member_targets(e->p, member, sig, &t);
	else if (var)
		n = program_var_targets(e->p, var, sig, &t);
	if (member)
		find_holder(c, callee);
	call_targets(c, t, n, member ? VIA_OPS : VIA_STORE);
	c->holder = c->outer = c->part = 0;
}

/* What the caller will ask of a result: is it zero? */
enum result_class { RESULT_ANY, RESULT_ZERO, RESULT_NONZERO };

u32 eval_result_class(const struct values *t, struct av ret)
{
	struct truth r = av_truth(t, ret, 0);

	return r.may_be_true == r.may_be_false ? RESULT_ANY : r.may_be_false ? RESULT_ZERO : RESULT_NONZERO;
}

/*
 * Success and failure are kept apart where they leave different things behind, but for a
 * block with many such calls: that would be every combination of their outcomes.
 */
static bool are_apart(const struct eval *ev, const struct fork *a, const struct fork *b)
{
	const struct values *t = &ev->e->values;

	return ev->pending->n_made < FORKS_MAX && eval_result_class(t, a->ret) != eval_result_class(t, b->ret) &&
	       !cells_equal(a->cells, b->cells);
}

/*
 * Outcomes that hold the same are one; and so are those whose result is the same:
 * the caller can't tell them apart, so what only some of them hold is not held.
 */
static void merge_outcomes(struct eval *ev, struct forks *forks)
{
	struct values *t = &ev->e->values;
	u32 i, k, n = 0;
	bool changed;

	for (i = 0; i < forks->a.n; i++) {
		struct fork f = forks->a.a[i];

		for (k = 0; k < n; k++)
			if (forks->a.a[k].table == f.table && (forks->a.a[k].ret.n == f.ret.n ||
			    (forks->a.a[k].holds == f.holds && !are_apart(ev, &forks->a.a[k], &f))))
				break;
		if (k == n) {
			forks->a.a[n++] = f;
			continue;
		}
		forks->a.a[k].holds = holds_intersect(ev->e, forks->a.a[k].holds, f.holds);
		forks->a.a[k].ret = av_join(t, forks->a.a[k].ret, f.ret);
		forks->a.a[k].cells = cells_join(t, forks->a.a[k].cells, f.cells, &ev->e->scratch, &changed);
	}
	forks->a.n = n;
}

static void note_at(struct eval *ev, u32 insn)
{
	struct node *n = &ev->e->nodes.a[ev->node];
	struct node_at at = { insn, ev->w.holds };
	u32 i;

	/* a root is never another function's callee: see locks_enter() */
	if (locks_has(ev->e, at.holds, TOKEN_ROOT, HOLD_ROOT))
		n->uses_holds = true;
	for (i = 0; i < n->at.n; i++)
		if (n->at.a[i].insn == at.insn && n->at.a[i].holds == at.holds)
			return;
	vec_push(&n->at, at);
}

bool eval_call(struct eval *ev, u32 insn, struct forks *forks)
{
	struct call c = { .ev = ev, .insn_index = insn, .insn = &ev->body->insns[insn], .forks = forks, .via = VIA_DIRECT };
	struct val callee = insn_val(ev->body, c.insn, 0);
	struct ref r = val_kind(callee) == VAL_SYM ? ev->fn->refs[val_index(callee)] : (struct ref){ 0 };

	if (ev->e->locks)
		note_at(ev, insn);
	if (r.v && !ref_is_var(r))
		call_function(&c, ref_id(r), VIA_DIRECT, 0, 1);
	else
		call_indirect(&c, callee);
	if (c.insn->flags & FACT_NORETURN)
		return false;
	merge_outcomes(ev, forks);
	return forks->a.n;
}
