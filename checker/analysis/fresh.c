// SPDX-License-Identifier: MIT
/*
 * Memory that was just allocated.  An object is named by the instruction that gave
 * it and lives while that instruction is not executed again.  What is known of it is
 * exact, as for a variable on the stack: nobody else has its address until it is
 * stored where others look.
 *
 * Every such object has a mark, a cell outside of its bytes: states in which the
 * object does not exist have none, and say nothing of it when paths meet.  The mark
 * also says whether the address was stored where others look.  What was put into such
 * an object is thought to stay until the task sleeps, functions, tables and pointers to older objects beyond that;
 * a variable on the stack is given
 * up at once, since it is lent for others to write to it.
 */
#include "analysis/eval.h"

#define FRESH_BYTES (1u << 20)	/* how much of zeroed memory is known to be zero */
#define MARK_OWN 1
#define MARK_SHARED 2
#define PUBLISHED_BYTES 16	/* of a list_head: changed by whoever puts it into a list */
#define REACHED_MAX 32		/* objects that go out of a function with a pointer to them */

static bool gives(struct obj o, u32 insn)
{
	return obj_kind(o) == OBJ_FRESH && obj_fresh_insn(o) == insn;
}

static bool refers(const struct values *t, struct av v, u32 insn)
{
	const struct avalue *x = av_get(t, v);
	u32 i;

	for (i = 0; i < x->n_addrs; i++)
		if (gives(x->addrs[i].obj, insn))
			return true;
	return false;
}

void fresh_forget(struct eval *ev, u32 insn)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++) {
		struct cell c = m->c.a[i];

		if (!gives(c.obj, insn) && !refers(&ev->e->values, c.v, insn))
			m->c.a[n++] = c;
	}
	if (n == m->c.n)
		return;
	m->c.n = n;
	for (i = 0; i < ev->w.touched.n; i++)
		if (refers(&ev->e->values, ev->w.v[ev->w.touched.a[i]], insn))
			ev->w.v[ev->w.touched.a[i]] = AV_TOP;
}

struct av fresh_make(struct eval *ev, u32 insn, bool is_zeroed)
{
	struct values *t = &ev->e->values;
	struct obj o = obj_fresh(insn, 0);

	fresh_forget(ev, insn);
	memory_write(&ev->w.mem, o, FRESH_MARK, 1, av_const(t, MARK_OWN));
	if (is_zeroed)
		memory_write(&ev->w.mem, o, 0, FRESH_BYTES, AV_ZERO);
	return av_join(t, av_addr(t, o, 0), AV_ZERO);
}

void fresh_give(struct eval *ev, u32 insn, struct av *ret, struct cells *cells)
{
	struct values *t = &ev->e->values;
	struct truth is = av_truth(t, *ret, 0);
	struct obj o = obj_fresh(insn, 0);
	struct memory m = { VEC_INIT };
	u32 i;

	if (!is.may_be_true)
		return;
	for (i = 0; i < cells->n; i++)
		if (!gives(cells->a[i].obj, insn) && !refers(t, cells->a[i].v, insn))
			vec_push(&m.c, cells->a[i]);
	memory_write(&m, o, FRESH_MARK, 1, av_const(t, MARK_OWN));
	*cells = memory_save(&m, &ev->e->scratch);
	memory_free(&m);
	*ret = is.may_be_false ? av_join(t, av_addr(t, o, 0), AV_ZERO) : av_addr(t, o, 0);
}

/* ---- shared -------------------------------------------------------------- */

bool fresh_is_shared(const struct values *t, const struct cell *mark)
{
	s64 c;

	return mark->off == FRESH_MARK && !(av_is_const(t, mark->v, &c) && c == MARK_OWN);
}

bool fresh_is_own(const struct eval *ev, struct av v)
{
	const struct avalue *x = av_get(&ev->e->values, v);
	struct obj o = x->addrs[0].obj;
	s64 mark;

	return x->kind == AV_SET && x->n_addrs == 1 && !x->n_consts && memory_has(&ev->w.mem, o, FRESH_MARK, 1) &&
	       av_is_const(&ev->e->values, memory_read(&ev->w.mem, &ev->e->values, o, FRESH_MARK, 1), &mark) &&
	       mark == MARK_OWN;
}

void fresh_publish(struct eval *ev, struct av v)
{
	const struct avalue *x = av_get(&ev->e->values, v);
	u32 i;

	for (i = 0; i < x->n_addrs; i++) {
		struct addr a = x->addrs[i];

		if (!memory_has(&ev->w.mem, a.obj, FRESH_MARK, 1)) {
			eval_escape(ev, av_addr(&ev->e->values, a.obj, a.off));
			continue;
		}
		memory_write(&ev->w.mem, a.obj, FRESH_MARK, 1, av_const(&ev->e->values, MARK_SHARED));
		eval_written(ev, a.obj, FRESH_MARK, 1);
		if (a.off != 0 && a.off != OFF_ANY) {
			memory_forget(&ev->w.mem, a.obj, a.off, PUBLISHED_BYTES);
			eval_written(ev, a.obj, a.off, PUBLISHED_BYTES);
		}
	}
}

/*
 * Is it nothing but functions, tables and older objects as a whole?  Who sets these up leaves
 * them alone; lists point into objects.
 */
static bool is_lasting(const struct values *t, struct av v)
{
	const struct avalue *x = av_get(t, v);
	u32 i;

	for (i = 0; i < x->n_addrs; i++)
		if (obj_kind(x->addrs[i].obj) != OBJ_FN && obj_kind(x->addrs[i].obj) != OBJ_VAR &&
		    (obj_kind(x->addrs[i].obj) != OBJ_HEAP || x->addrs[i].off))
			return false;
	return x->n_addrs;
}

/* Others had the object in their hands; obj 0: all that are shared. */
static void touched_by_others(struct eval *ev, struct obj obj)
{
	struct memory *m = &ev->w.mem;
	bool is_all = !obj.v;
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++) {
		struct cell c = m->c.a[i];

		if (is_all && !obj_eq(c.obj, obj))
			obj.v = 0;
		if (is_all && fresh_is_shared(&ev->e->values, &c))
			obj = c.obj;		/* the mark is the first */
		if (obj_eq(c.obj, obj) && c.off != FRESH_MARK && c.member != CELL_ONCE && !is_lasting(&ev->e->values, c.v))
			eval_written(ev, c.obj, c.off, c.size);
		else
			m->c.a[n++] = c;
	}
	m->c.n = n;
}

void fresh_sleep(struct eval *ev)
{
	touched_by_others(ev, (struct obj){ 0 });
}

bool fresh_escape(struct eval *ev, struct obj obj)
{
	if (!memory_has(&ev->w.mem, obj, FRESH_MARK, 1))
		return false;
	memory_write(&ev->w.mem, obj, FRESH_MARK, 1, av_const(&ev->e->values, MARK_SHARED));
	eval_written(ev, obj, FRESH_MARK, 1);
	touched_by_others(ev, obj);
	return true;
}

/* ---- out of a function ----------------------------------------------------- */

struct reached { struct obj a[REACHED_MAX]; u32 n; };

static bool is_reached(const struct reached *r, struct obj o)
{
	u32 i;

	for (i = 0; i < r->n; i++)
		if (obj_eq(r->a[i], o))
			return true;
	return false;
}

static void reach(const struct values *t, struct reached *r, struct av v)
{
	const struct avalue *x = av_get(t, v);
	u32 i;

	for (i = 0; i < x->n_addrs; i++)
		if (obj_kind(x->addrs[i].obj) == OBJ_FRESH && r->n < REACHED_MAX && !is_reached(r, x->addrs[i].obj))
			r->a[r->n++] = x->addrs[i].obj;
}

static bool stays_valid(void *ctx, struct obj *o)
{
	return obj_kind(*o) == OBJ_FRESH ? is_reached(ctx, *o) : obj_kind(*o) != OBJ_LOCAL && !recall_is_local(*o);
}

static bool goes_out(const struct reached *r, struct obj o)
{
	return obj_kind(o) == OBJ_FRESH ? is_reached(r, o) : obj_kind(o) != OBJ_LOCAL && !recall_is_local(o);
}

/*
 * The object that is returned is one, whichever instruction gave it: a wrapper that falls back to
 * a reserve returns what both gave, and never both.
 */
static struct obj returned_object(const struct eval *ev, struct av ret)
{
	const struct avalue *x = av_get(&ev->e->values, ret);

	return x->n_addrs == 1 && obj_kind(x->addrs[0].obj) == OBJ_FRESH ? x->addrs[0].obj : (struct obj){ 0 };
}

struct renaming { struct obj from, to; };

static bool rename_object(void *ctx, struct obj *o)
{
	struct renaming *r = ctx;

	if (obj_eq(*o, r->from))
		*o = r->to;
	return true;
}

/* Its cells become the last of the fresh objects. */
static void rename_cells(struct values *t, struct cells *cells, struct renaming *r, struct arena *a)
{
	struct cell *out = arena_array(a, struct cell, cells->n);
	u32 pass, i, n = 0;

	for (pass = 0; pass < 3; pass++)
		for (i = 0; i < cells->n; i++) {
			struct cell c = cells->a[i];
			bool is_it = obj_eq(c.obj, r->from), is_before = !is_it && obj_kind(c.obj) <= OBJ_FRESH;

			if (pass != (is_it ? 1u : is_before ? 0u : 2u))
				continue;
			rename_object(r, &c.obj);
			c.v = av_map_objects(t, c.v, rename_object, r);
			out[n++] = c;
		}
	cells->a = out;
}

struct cells fresh_export(struct eval *ev, struct av *ret, struct obj result)
{
	struct values *t = &ev->e->values;
	struct memory *m = &ev->w.mem;
	struct cells out = { arena_array(&ev->e->arena, struct cell, m->c.n), 0 };
	struct renaming given = { returned_object(ev, *ret), obj_fresh(ev->body->n_insns, 0) };
	struct reached r = { .n = 0 };
	u32 i, k, seen = 0;

	reach(t, &r, *ret);
	for (i = 0; i < m->c.n; i++)
		if (obj_kind(m->c.a[i].obj) == OBJ_IN || obj_kind(m->c.a[i].obj) == OBJ_HEAP)
			reach(t, &r, m->c.a[i].v);
	for (k = 0; k < r.n; k = seen) {
		seen = r.n;
		for (i = 0; i < m->c.n; i++)
			if (is_reached(&r, m->c.a[i].obj))
				reach(t, &r, m->c.a[i].v);
		if (seen == r.n)
			break;
	}
	*ret = av_map_objects(t, *ret, stays_valid, &r);
	for (i = 0; i < m->c.n; i++) {
		struct cell c = m->c.a[i];

		if (obj_eq(c.obj, result))
			c.obj = OBJ_RESULT;	/* which comes after all others */
		else if (!goes_out(&r, c.obj))
			continue;
		c.v = av_map_objects(t, c.v, stays_valid, &r);
		if (c.v.n != AV_TOP.n)
			out.a[out.n++] = c;
	}
	if (given.from.v) {
		*ret = av_map_objects(t, *ret, rename_object, &given);
		rename_cells(t, &out, &given, &ev->e->arena);
	}
	return out;
}

/* ---- into the caller -------------------------------------------------------- */

bool fresh_arrive(struct fresh_names *names, struct obj *o)
{
	u32 i;

	for (i = 0; i < names->n; i++)
		if (obj_eq(names->callee[i], *o))
			break;
	if (i == FRESH_MAX)
		return false;
	if (i == names->n)
		names->callee[names->n++] = *o;
	*o = obj_fresh(names->insn, i);
	return true;
}
