// SPDX-License-Identifier: MIT
/*
 * Loads and stores of one node: cells of objects that can be told apart, what
 * initialisers put into const variables, and the origin of everything else.
 * Ignores: stores to memory that is not tracked (nothing is known of it anyway).
 */
#include "analysis/eval.h"

#define ESCAPE_SIZE 16	/* of an inner member whose address gets out: a list_head's worth */

static bool is_tracked(struct obj o)
{
	return obj_is_passed(o) || obj_kind(o) == OBJ_NAMED;
}

static s32 add_off(s32 off, s64 delta)
{
	s64 r = off + delta;

	return off == OFF_ANY || r > INT32_MAX / 2 || r < INT32_MIN / 2 ? OFF_ANY : (s32)r;
}

static struct av init_value(struct eval *ev, const struct pinit *init)
{
	struct values *t = &ev->e->values;

	if (!init->target.v)
		return av_const(t, init->value);
	return av_addr(t, obj_make(ref_is_var(init->target) ? OBJ_VAR : OBJ_FN, ref_id(init->target)),
		       (s32)init->value);
}

/* A table of addresses read at an index that is not known: any of them. */
static struct av read_any_function(struct eval *ev, const struct pvar *var, u32 member)
{
	struct av r = AV_BOTTOM;
	u32 i;

	for (i = var->first_init; i < var->first_init + var->n_inits; i++) {
		const struct pinit *init = &ev->e->p->inits.a[i];

		if (init->member != member)
			continue;
		if (!init->target.v)
			return AV_TOP;
		r = av_join(&ev->e->values, r, init_value(ev, init));
	}
	return r.n == AV_BOTTOM.n ? AV_TOP : r;
}

/* A function pointer that nothing but initialisers puts a function into, wherever it is. */
static bool is_only_initialised(const struct program *p, u32 member)
{
	const struct pmember *m = &p->members.a[member];
	u32 i;

	for (i = m->first_slot; member && i < m->first_slot + m->n_slots; i++)
		if (!p->slots.a[i].var || p->slots.a[i].in_fn)
			return false;
	return member && m->n_slots;
}

static struct av read_var(struct eval *ev, u32 id, s32 off, const struct fact_insn *insn)
{
	u32 member = insn->extra ? ev->fn->members[insn->extra] : 0;
	const struct pvar *var = &ev->e->p->vars.a[id];
	u32 i;

	if (!program_var_is_constant(ev->e->p, id) &&
	    (insn->bits != 64 || off == OFF_ANY || !is_only_initialised(ev->e->p, member)))
		return AV_TOP;
	if (off == OFF_ANY)
		return insn->bits == 64 ? read_any_function(ev, var, member) : AV_TOP;
	for (i = var->first_init; i < var->first_init + var->n_inits; i++)
		if ((s32)ev->e->p->inits.a[i].off == off)
			return av_truncate(&ev->e->values, init_value(ev, &ev->e->p->inits.a[i]), insn->bits);
	/* what an initialiser leaves out is 0; but strings are not in the facts, nor are all
	 * numbers of what is not const */
	if (var->defined && !var->is_const && is_only_initialised(ev->e->p, member))
		return AV_ZERO;
	if (var->is_const && var->defined && (insn->bits < 64 || (member && ev->e->p->members.a[member].n_slots)))
		return av_const(&ev->e->values, 0);
	return AV_TOP;
}

static struct av read_address(struct eval *ev, struct addr a, const struct fact_insn *insn)
{
	s32 off = add_off(a.off, insn->off);

	if (obj_kind(a.obj) == OBJ_NAMED)
		ev->e->nodes.a[ev->node].uses_objects = true;
	if (obj_kind(a.obj) == OBJ_HEAP)
		return recall_read(ev, (struct addr){ a.obj, off }, insn);
	if (is_tracked(a.obj))
		return memory_read(&ev->w.mem, &ev->e->values, a.obj, off, (insn->bits + 7u) / 8);
	if (obj_kind(a.obj) == OBJ_VAR)
		return read_var(ev, obj_index(a.obj), off, insn);
	return AV_TOP;
}

/* A struct as a value is the address of where it was loaded from: see store_aggregate(). */
static struct av whole_object(struct eval *ev, const struct avalue *x, s32 off)
{
	if (x->kind != AV_SET || x->n_addrs != 1 || x->n_consts)
		return AV_TOP;
	return av_addr(&ev->e->values, x->addrs[0].obj, add_off(x->addrs[0].off, off));
}

/* A pointer in an object that is part of another one. */
static struct av read_outer(struct eval *ev, u32 member, u32 outer)
{
	struct values *t = &ev->e->values;
	struct ref refs[AV_MAX_SET];
	u32 n = program_outer_refs(ev->e->p, member, outer, refs, AV_MAX_SET), i;
	struct av r = AV_BOTTOM;

	for (i = 0; i < n; i++)
		r = av_join(t, r, av_addr(t, obj_make(ref_is_var(refs[i]) ? OBJ_VAR : OBJ_FN, ref_id(refs[i])), 0));
	return n ? r : av_origin(t, member, false);
}

struct av eval_load(struct eval *ev, const struct fact_insn *insn)
{
	struct values *t = &ev->e->values;
	const struct avalue *x = av_get(t, eval_val(ev, insn_val(ev->body, insn, 0)));
	u32 member = insn->extra ? ev->fn->members[insn->extra] : 0, i;
	struct av r = AV_BOTTOM;
	u64 *assumed;

	if (x->kind == AV_NOTHING)
		return AV_TOP;
	if (insn->bits == FACT_BITS_AGGREGATE)
		return whole_object(ev, x, insn->off);
	for (i = 0; i < x->n_addrs; i++)
		r = av_join(t, r, read_address(ev, x->addrs[i], insn));
	if (x->n_addrs && r.n != AV_TOP.n)
		return r;
	r = recall_load(ev, insn);
	if (r.n != AV_TOP.n)
		return r;
	assumed = member ? map_get(&ev->e->assumed, member) : NULL;
	if (assumed)
		return (struct av){ (u32)*assumed };
	if (member && avalue_is_address(x))
		return read_outer(ev, member, avalue_member(x));
	return av_origin(t, member, false);
}

/* ---- stores --------------------------------------------------------------- */

static bool covers(const struct written *w, struct obj obj, s32 off, u32 size)
{
	if (!obj_eq(w->obj, obj))
		return false;
	return w->off == OFF_ANY || (off != OFF_ANY && w->off <= off &&
				     (s64)w->off + w->size >= (s64)off + size);
}

void eval_written(struct eval *ev, struct obj obj, s32 off, u32 size)
{
	struct node *n = &ev->e->nodes.a[ev->node];
	struct written w = { obj, off, size };
	u32 i;

	if ((obj_kind(obj) != OBJ_IN && obj_kind(obj) != OBJ_HEAP) || recall_is_local(obj))
		return;
	for (i = 0; i < n->written.n; i++)
		if (covers(&n->written.a[i], obj, off, size))
			return;
	if (n->written.n >= WRITTEN_MAX)
		w.off = OFF_ANY;
	vec_push(&n->written, w);
	ev->exits_changed = true;	/* callers keep what is not written */
}

void eval_clobber(struct eval *ev, struct addr a, s32 off, u32 size)
{
	if (off == OFF_ANY || a.off == OFF_ANY) {
		eval_escape(ev, av_addr(&ev->e->values, a.obj, a.off));
		return;
	}
	if (obj_kind(a.obj) == OBJ_HEAP)
		recall_clobber(ev, a.obj, a.off + off, size);
	if (obj_kind(a.obj) != OBJ_IN && !obj_is_own(a.obj))
		return;
	eval_written(ev, a.obj, a.off + off, size);
	memory_forget(&ev->w.mem, a.obj, a.off + off, size);
}

void eval_escape(struct eval *ev, struct av v)
{
	const struct avalue *x = av_get(&ev->e->values, v);
	u32 i;

	for (i = 0; i < x->n_addrs; i++) {
		struct addr a = x->addrs[i];

		if (obj_kind(a.obj) != OBJ_IN && !obj_is_own(a.obj))
			continue;
		if (fresh_escape(ev, a.obj))
			continue;
		if (a.off == 0 || a.off == OFF_ANY) {
			eval_written(ev, a.obj, OFF_ANY, 0);
			memory_drop_object(&ev->w.mem, a.obj);
		} else {
			eval_written(ev, a.obj, a.off, ESCAPE_SIZE);
			memory_forget(&ev->w.mem, a.obj, a.off, ESCAPE_SIZE);
		}
	}
}

/* The address of what v is all of, as it was loaded; VAL_NONE: it is a member, or no load.  The first member stands
 * at the same place, and is not the whole. */
static struct val whole_of(const struct eval *ev, struct val v)
{
	const struct fact_insn *load = val_kind(v) == VAL_INSN ? &ev->body->insns[val_index(v)] : NULL;

	return load && load->op == FACT_LOAD && !load->off && !load->extra ? insn_val(ev->body, load, 0) :
	       (struct val){ 0 };
}

/* Bytes of the variable that a whole struct was loaded from; 0: not known. */
static u32 source_size(const struct eval *ev, struct val v)
{
	struct val base = whole_of(ev, v);

	return val_kind(base) == VAL_LOCAL ? ev->body->locals[val_index(base)].size : 0;
}

/* Bytes of a whole-struct store: the third operand, else those of what is stored, else
 * what the object has left. */
static u32 aggregate_size(const struct eval *ev, const struct fact_insn *insn, struct addr a)
{
	u32 size = source_size(ev, insn_val(ev->body, insn, 1));

	if (insn->n > 2 && val_kind(insn_val(ev->body, insn, 2)) == VAL_CONST)
		return (u32)ev->body->consts[val_index(insn_val(ev->body, insn, 2))];
	if (size)
		return size;
	if (obj_kind(a.obj) == OBJ_LOCAL && a.off >= 0)
		return ev->body->locals[obj_index(a.obj)].size - (u32)a.off;
	return 0;
}

/* An initialiser does not say how wide its number is: there is room for an int, and nothing else in it. */
static bool is_int_alone(const struct pinit *init, bool is_last, u32 size, s64 at)
{
	if (size != UINT32_MAX && at + 4 > size)
		return false;
	return is_last ? size != UINT32_MAX : init[1].off >= init->off + 4;
}

/* A const struct copied as a whole: what its initialiser says.  Of the copy nothing is known. */
static void copy_template(struct eval *ev, struct addr to, u32 id, s32 from, u32 size)
{
	const struct pvar *var = &ev->e->p->vars.a[id];
	u32 i;

	if (!program_var_is_constant(ev->e->p, id) || !var->defined || from == OFF_ANY)
		return;
	for (i = var->first_init; i < var->first_init + var->n_inits; i++) {
		const struct pinit *init = &ev->e->p->inits.a[i];
		s64 at = (s64)init->off - from;

		if (at < 0 || at >= size)
			continue;
		if (init->target.v)
			memory_write(&ev->w.mem, to.obj, to.off + (s32)at, 8, init_value(ev, init));
		else if (is_int_alone(init, i + 1 == var->first_init + var->n_inits, size, at))
			memory_write(&ev->w.mem, to.obj, to.off + (s32)at, 4, init_value(ev, init));
	}
}

/*
 * A struct of a size that is not known: nothing stays known of what it is copied to.  Of what an argument
 * points to its members are copied.
 */
static void copy_known(struct eval *ev, struct addr to, struct val v, const struct avalue *from)
{
	struct val base = whole_of(ev, v);
	u32 size = val_kind(base) == VAL_ARG ? program_arg_bytes(ev->e->p, ev->fi->fn, val_index(base)) : 0;

	memory_drop_object(&ev->w.mem, to.obj);
	if (size && from->kind == AV_SET && from->n_addrs == 1 && is_tracked(from->addrs[0].obj) &&
	    !obj_eq(from->addrs[0].obj, to.obj))
		memory_copy(&ev->w.mem, to.obj, to.off, from->addrs[0].obj, from->addrs[0].off, size);
}

static void store_aggregate(struct eval *ev, const struct fact_insn *insn, struct addr to)
{
	struct val v = insn_val(ev->body, insn, 1);
	u32 size = aggregate_size(ev, insn, to);
	const struct avalue *from;

	eval_written(ev, to.obj, size ? to.off : OFF_ANY, size);
	from = av_get(&ev->e->values, eval_val(ev, v));
	if (!size) {
		copy_known(ev, to, v, from);
		if (from->kind == AV_SET && from->n_addrs == 1 && obj_kind(from->addrs[0].obj) == OBJ_VAR &&
		    val_kind(whole_of(ev, v)) == VAL_SYM)
			copy_template(ev, to, obj_index(from->addrs[0].obj), 0, UINT32_MAX);
		return;
	}
	if (val_is_zero(ev->body, v)) {
		memory_write(&ev->w.mem, to.obj, to.off, size, av_const(&ev->e->values, 0));
		return;
	}
	if (from->kind == AV_SET && from->n_addrs == 1 && is_tracked(from->addrs[0].obj))
		memory_copy(&ev->w.mem, to.obj, to.off, from->addrs[0].obj, from->addrs[0].off, size);
	else
		memory_forget(&ev->w.mem, to.obj, to.off, size);
	if (from->kind == AV_SET && from->n_addrs == 1 && obj_kind(from->addrs[0].obj) == OBJ_VAR)
		copy_template(ev, to, obj_index(from->addrs[0].obj), from->addrs[0].off, size);
}

/* A number that only this function puts into this member, in an object that nobody else has yet. */
static bool is_set_once(struct eval *ev, const struct fact_insn *insn, struct obj obj, struct av v)
{
	u32 member = insn->extra ? ev->fn->members[insn->extra] : 0;
	s64 c;

	return member && ev->e->p->members.a[member].writer == ev->fi->fn && av_is_const(&ev->e->values, v, &c) &&
	       fresh_is_own(ev, av_addr(&ev->e->values, obj, 0));
}

static void store_one(struct eval *ev, const struct fact_insn *insn, struct addr to, struct av v, bool weak)
{
	u32 size = (insn->bits + 7u) / 8;

	to.off = add_off(to.off, insn->off);
	if (obj_kind(to.obj) == OBJ_NAMED && !engine_is_watched(ev->e, to.obj, to.off, size))
		return;
	if (obj_kind(to.obj) == OBJ_NAMED)
		ev->e->nodes.a[ev->node].uses_objects = true;
	if (obj_kind(to.obj) == OBJ_HEAP) {	/* what is stored there is for recall_store() */
		if (insn->bits == FACT_BITS_AGGREGATE)
			to.off = OFF_ANY;
		else if (recall_is_kept(ev, to, size, v))
			return;
		if (memory_has(&ev->w.mem, to.obj, to.off, size)) {
			eval_written(ev, to.obj, to.off, size);
			recall_overwritten(ev, to, size);
		}
		return;
	}
	if (insn->bits != FACT_BITS_AGGREGATE)
		eval_written(ev, to.obj, to.off, size);
	if (insn->bits < 64 && v.n == av_truncate(&ev->e->values, AV_TOP, insn->bits).n)
		v = AV_TOP;	/* any number of this size: as if nothing was known */
	if (to.off == OFF_ANY) {
		memory_drop_object(&ev->w.mem, to.obj);
	} else if (insn->bits == FACT_BITS_AGGREGATE) {
		store_aggregate(ev, insn, to);
	} else {
		if (weak)
			v = av_join(&ev->e->values, v,
				    memory_read(&ev->w.mem, &ev->e->values, to.obj, to.off, size));
		memory_put(&ev->w.mem, (struct cell){ to.obj, to.off, size, v, is_set_once(ev, insn, to.obj, v) ?
						      CELL_ONCE : 0 });
	}
}

void eval_store(struct eval *ev, const struct fact_insn *insn)
{
	const struct avalue *x = av_get(&ev->e->values, eval_val(ev, insn_val(ev->body, insn, 0)));
	struct av v = av_truncate(&ev->e->values, eval_val(ev, insn_val(ev->body, insn, 1)), insn->bits);
	bool weak = x->n_addrs > 1, outside = x->kind != AV_SET;
	u32 i;

	for (i = 0; i < x->n_addrs; i++) {
		if (is_tracked(x->addrs[i].obj))
			store_one(ev, insn, x->addrs[i], v, weak);
		if (!is_tracked(x->addrs[i].obj) || obj_kind(x->addrs[i].obj) == OBJ_HEAP)
			outside = true;
	}
	if (outside) {
		recall_store(ev, insn, v);
		fresh_publish(ev, v);
	}
}
