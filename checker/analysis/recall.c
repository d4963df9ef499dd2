// SPDX-License-Identifier: MIT
/*
 * Members of objects that cannot be told apart: what a branch found out about p->flag
 * holds for the next look at p->flag, and so does what was stored there, as long as
 * nothing can have changed it.
 *
 * For each pointer (an SSA value) of which nothing is known, its members that were
 * looked at are cells of an object of its own, numbered from RECALL_BASE on, which is known
 * in this function only.  They are forgotten when the pointer gets a new value, when the
 * same member of any object is stored to, here or in a callee (by a filter of member
 * ids, which may forget too much), and when others get a chance: a lock is taken, the task
 * sleeps, assembly says that it changes memory.
 *
 * Ignored: what a recursive call writes before it has been evaluated; volatile accesses,
 * which ask what others have done; stores that name no member (elements of arrays, what
 * out-parameters point to).
 */
#include "analysis/eval.h"

#define RECALL_BASE (1u << 28)	/* of OBJ_HEAP numbers */

static bool is_recalled(struct obj o)
{
	return obj_kind(o) == OBJ_HEAP && obj_index(o) >= RECALL_BASE;
}

bool recall_is_local(struct obj o)
{
	return is_recalled(o);
}

/* Bit-fields share their storage: what is asked is which bytes of which struct. */
static u32 filter_bit(const struct program *p, u32 member)
{
	const struct pmember *m = &p->members.a[member];

	return ((m->tag.n * 0x9e3779b9u) ^ (m->off * 0x85ebca6bu)) >> 24;
}

static bool same_bytes(const struct program *p, u32 a, u32 b)
{
	const struct pmember *x = &p->members.a[a], *y = &p->members.a[b];

	return a == b || (a && b && str_eq(x->tag, y->tag) && x->off == y->off);
}

static bool may_write(const struct engine *e, u32 node, u32 member)
{
	const struct node *n = &e->nodes.a[node];
	u32 bit = filter_bit(e->p, member);

	return n->writes[bit / 64] >> (bit % 64) & 1;
}

static void note_write(struct eval *ev, u32 member)
{
	struct node *n = &ev->e->nodes.a[ev->node];
	u32 bit = filter_bit(ev->e->p, member);

	n->writes[bit / 64] |= 1ull << (bit % 64);
}

/* ---- places ---------------------------------------------------------------------- */

/* The object that stands for what the pointer of a load or store points to. */
static bool place_of(struct eval *ev, const struct fact_insn *insn, struct obj *ret, u32 *member_ret)
{
	struct val base = insn_val(ev->body, insn, 0);
	u32 key = val_index(base);

	*member_ret = insn->extra ? ev->fn->members[insn->extra] : 0;
	if (!*member_ret || insn->flags & FACT_VOLATILE || !insn->bits || insn->bits > 64)
		return false;
	if (val_kind(base) == VAL_ARG && key < ev->fi->n_args)
		key += ev->body->n_insns;
	else if (val_kind(base) != VAL_INSN)
		return false;
	*ret = obj_make(OBJ_HEAP, RECALL_BASE + key);
	return av_get(&ev->e->values, eval_val(ev, base))->kind == AV_BITS;
}

static u32 bytes_of(const struct fact_insn *insn)
{
	return (insn->bits + 7u) / 8;
}

struct av recall_load(struct eval *ev, const struct fact_insn *insn)
{
	struct obj o;
	u32 member, i;

	if (!ev->recalled.n || !place_of(ev, insn, &o, &member))
		return AV_TOP;
	for (i = 0; i < ev->recalled.n; i++)
		if (obj_eq(ev->recalled.a[i].obj, o) && ev->recalled.a[i].off == insn->off)
			return ev->recalled.a[i].member != member ? AV_TOP :
			       memory_read(&ev->w.mem, &ev->e->values, o, insn->off, bytes_of(insn));
	return AV_TOP;
}

static void recall(struct eval *ev, struct obj o, const struct fact_insn *insn, u32 member, struct av v)
{
	struct recalled r = { o, insn->off, member };
	u32 i;

	for (i = 0; i < ev->recalled.n; i++)
		if (obj_eq(ev->recalled.a[i].obj, o) && ev->recalled.a[i].off == insn->off)
			break;
	if (i == ev->recalled.n)
		vec_push(&ev->recalled, r);
	if (ev->recalled.a[i].member == member)
		memory_write(&ev->w.mem, o, insn->off, bytes_of(insn), v);
}

bool recall_can(struct eval *ev, const struct fact_insn *insn)
{
	struct obj o;
	u32 member;

	return place_of(ev, insn, &o, &member);
}

void recall_refine(struct eval *ev, const struct fact_insn *insn, struct av v)
{
	struct obj o;
	u32 member;

	if (place_of(ev, insn, &o, &member))
		recall(ev, o, insn, member, v);
}

/* ---- forgetting -------------------------------------------------------------------- */

/* The member that a cell is; 0: not one of ours. */
static u32 member_at(const struct eval *ev, const struct cell *c)
{
	u32 i;

	for (i = 0; is_recalled(c->obj) && i < ev->recalled.n; i++)
		if (obj_eq(ev->recalled.a[i].obj, c->obj) && ev->recalled.a[i].off == c->off)
			return ev->recalled.a[i].member;
	return 0;
}

static void forget_member(struct eval *ev, u32 member)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++)
		if (!same_bytes(ev->e->p, member_at(ev, &m->c.a[i]), member))
			m->c.a[n++] = m->c.a[i];
	m->c.n = n;
}

void recall_store(struct eval *ev, const struct fact_insn *insn, struct av v)
{
	u32 member = insn->extra ? ev->fn->members[insn->extra] : 0;
	struct obj o;

	if (!member)
		return;
	note_write(ev, member);
	if (ev->recalled.n)
		forget_member(ev, member);
	if (place_of(ev, insn, &o, &member) && v.n != AV_TOP.n)
		recall(ev, o, insn, member, v);
}

void recall_forget_all(struct eval *ev)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	if (!ev->recalled.n)
		return;
	for (i = 0; i < m->c.n; i++)
		if (!is_recalled(m->c.a[i].obj))
			m->c.a[n++] = m->c.a[i];
	m->c.n = n;
}

bool recall_has_base(const struct eval *ev, u32 insn)
{
	u32 i;

	for (i = 0; i < ev->recalled.n; i++)
		if (obj_index(ev->recalled.a[i].obj) == RECALL_BASE + insn)
			return true;
	return false;
}

void recall_new_value(struct eval *ev, u32 insn)
{
	if (recall_has_base(ev, insn))
		memory_drop_object(&ev->w.mem, obj_make(OBJ_HEAP, RECALL_BASE + insn));
}

/* ---- calls -------------------------------------------------------------------------- */

bool recall_survives(const struct eval *ev, u32 callee, const struct cell *c)
{
	u32 member = member_at(ev, c);

	return !member || !may_write(ev->e, callee, member);
}

void recall_inherit(struct eval *ev, u32 callee)
{
	struct node *n = &ev->e->nodes.a[ev->node];
	const struct node *from = &ev->e->nodes.a[callee];
	u32 i;

	for (i = 0; i < ARRAY_LEN(n->writes); i++)
		n->writes[i] |= from->writes[i];
}
