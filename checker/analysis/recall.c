// SPDX-License-Identifier: MIT
/*
 * Members of objects that others have as well: what a branch found out about p->flag
 * holds for the next look at p->flag, and so does what was stored there, as long as
 * nothing can have changed it.
 *
 * Each pointer (an SSA value) of which nothing is known has an object of its own,
 * numbered from RECALL_BASE on, which is known in this function only.  Its members that
 * were looked at or stored to are cells.  A call hands the object on (recall_hand()): in
 * the callee it is an OBJ_HEAP of its input, and what that stores into it comes back.
 *
 * Cells are forgotten when the pointer gets a new value, when the same member of any other
 * object is stored to, here or in a callee (by a filter of member ids, which may forget
 * too much), and when others get a chance: the task waits, assembly says that it changes
 * memory while the function waits in a loop, or a lock is taken, but that last not for an
 * object that has a lock which the function, or what it called, holds: nobody else changes
 * its members.
 *
 * Ignored: what a recursive call writes before it has been evaluated; volatile accesses,
 * which ask what others have done; stores that name no member (elements of arrays, what
 * out-parameters point to).
 */
#include "analysis/call.h"

#define RECALL_BASE (1u << 28)	/* of OBJ_HEAP numbers */

bool recall_is_local(struct obj o)
{
	return obj_kind(o) == OBJ_HEAP && obj_index(o) >= RECALL_BASE;
}

static struct obj object_of(u32 key)
{
	return obj_make(OBJ_HEAP, RECALL_BASE + key);
}

/*
 * Bit-fields share their storage: what is asked is which bytes of which struct.  By name, as
 * which members share a bit must not hang on what else is in the program.
 */
static u32 filter_bit(const struct program *p, u32 member)
{
	return p->members.a[member].hash % (ARRAY_LEN(((struct node *)0)->writes) * 64);
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

/* The key of an SSA value; false: it is none. */
static bool key_of(const struct eval *ev, struct val v, u32 *ret)
{
	*ret = val_index(v);
	if (val_kind(v) == VAL_ARG && *ret < ev->fi->n_args)
		*ret += ev->body->n_insns;
	else if (val_kind(v) != VAL_INSN)
		return false;
	return true;
}

static bool is_unknown(const struct eval *ev, struct val v)
{
	return av_get(&ev->e->values, eval_val(ev, v))->kind == AV_BITS;
}

/* The pointer that an unknown one is a member's address of, and how far from it. */
static bool root_of(const struct eval *ev, struct val v, u32 *key_ret, s32 *off_ret)
{
	const struct fact_insn *insn;

	for (*off_ret = 0; is_unknown(ev, v) && val_kind(v) == VAL_INSN; v = insn_val(ev->body, insn, 0)) {
		insn = &ev->body->insns[val_index(v)];
		if (insn->op != FACT_MEMBER || (!insn->extra && insn->off) ||
		    !is_unknown(ev, insn_val(ev->body, insn, 0)))
			break;
		*off_ret += insn->off;
	}
	return is_unknown(ev, v) && key_of(ev, v, key_ret);
}

static void note_key(struct eval *ev, u32 key)
{
	ev->recalled[key / 64] |= 1ull << (key % 64);
}

/* The object that v points to, if others have it as well. */
static bool shared_object(struct eval *ev, struct val v, struct addr *ret)
{
	const struct avalue *x = av_get(&ev->e->values, eval_address(ev, v));
	u32 key;

	if (x->kind == AV_SET) {
		*ret = x->addrs[0];
		return x->n_addrs == 1 && !x->n_consts && obj_kind(ret->obj) == OBJ_HEAP && ret->off != OFF_ANY;
	}
	if (!root_of(ev, v, &key, &ret->off))
		return false;
	ret->obj = object_of(key);
	return true;
}

/* What a load or store is done to, v still being open. */
static bool place_of(struct eval *ev, const struct fact_insn *insn, struct cell *ret)
{
	struct addr a;

	*ret = (struct cell){ .member = insn->extra ? ev->fn->members[insn->extra] : 0 };
	if (!ret->member || insn->flags & FACT_VOLATILE || !insn->bits || insn->bits > 64 ||
	    !shared_object(ev, insn_val(ev->body, insn, 0), &a))
		return false;
	ret->obj = a.obj;
	ret->off = a.off + insn->off;
	ret->size = (insn->bits + 7u) / 8;
	return true;
}

static const struct cell *find_cell(const struct eval *ev, const struct cell *at)
{
	u32 i;

	for (i = 0; i < ev->w.mem.c.n; i++) {
		const struct cell *c = &ev->w.mem.c.a[i];

		if (obj_eq(c->obj, at->obj) && c->off == at->off)
			return c;
	}
	return NULL;
}

struct av recall_read(struct eval *ev, struct addr a, const struct fact_insn *insn)
{
	u32 member = insn->extra ? ev->fn->members[insn->extra] : 0;
	struct cell at = { .obj = a.obj, .off = a.off };
	const struct cell *c = find_cell(ev, &at);

	if (c && cell_may_change(c) && (c->member != member || insn->flags & FACT_VOLATILE))
		return AV_TOP;
	return memory_read(&ev->w.mem, &ev->e->values, a.obj, a.off, (insn->bits + 7u) / 8);
}

struct av recall_load(struct eval *ev, const struct fact_insn *insn)
{
	struct cell at;

	if (!place_of(ev, insn, &at))
		return AV_TOP;
	return recall_read(ev, (struct addr){ at.obj, at.off }, insn);
}

/* Where a value was loaded from is no knowledge of the member, and would tell inputs apart. */
static void put(struct eval *ev, struct cell c)
{
	const struct avalue *x = av_get(&ev->e->values, c.v);

	if (x->kind == AV_BITS && !x->mask && !x->nonzero)
		c.v = AV_TOP;
	if (recall_is_local(c.obj))
		note_key(ev, obj_index(c.obj) - RECALL_BASE);
	memory_put(&ev->w.mem, c);
}

bool recall_can(struct eval *ev, const struct fact_insn *insn)
{
	struct cell at;

	return place_of(ev, insn, &at);
}

void recall_know(struct eval *ev, struct cell c)
{
	const struct cell *old = find_cell(ev, &c);

	if (!old || old->member == c.member)	/* not what is certain, or another member of a union */
		put(ev, c);
}

void recall_refine(struct eval *ev, const struct fact_insn *insn, struct av v)
{
	struct cell at;

	if (!place_of(ev, insn, &at))
		return;
	at.v = v;
	recall_know(ev, at);
}

/* ---- forgetting -------------------------------------------------------------------- */

static void forget_member(struct eval *ev, u32 member)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++)
		if (!cell_may_change(&m->c.a[i]) || !same_bytes(ev->e->p, m->c.a[i].member, member))
			m->c.a[n++] = m->c.a[i];
	m->c.n = n;
}

void recall_changed(struct eval *ev, u32 member)
{
	note_write(ev, member);
	forget_member(ev, member);
}

bool recall_is_kept(const struct eval *ev, struct addr a, u32 size, struct av v)
{
	struct cell at = { .obj = a.obj, .off = a.off };
	const struct cell *c = find_cell(ev, &at);

	return c && c->member == CELL_STATED && c->size == size && av_join(&ev->e->values, v, c->v).n == c->v.n;
}

/* A store to somewhere in the object leaves what rules state of it. */
void recall_overwritten(struct eval *ev, struct addr to, u32 size)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	if (to.off != OFF_ANY) {
		memory_forget(m, to.obj, to.off, size);
		return;
	}
	for (i = 0; i < m->c.n; i++)
		if (!obj_eq(m->c.a[i].obj, to.obj) || (m->c.a[i].member & CELL_STATED))
			m->c.a[n++] = m->c.a[i];
	m->c.n = n;
}

void recall_store(struct eval *ev, const struct fact_insn *insn, struct av v)
{
	u32 member = insn->extra ? ev->fn->members[insn->extra] : 0;
	struct cell at;

	if (!member)
		return;
	recall_changed(ev, member);
	if (!place_of(ev, insn, &at) || recall_is_kept(ev, (struct addr){ at.obj, at.off }, at.size, v))
		return;
	eval_written(ev, at.obj, at.off, at.size);
	at.v = v;
	put(ev, at);
}

void recall_clobber(struct eval *ev, struct obj obj, s32 off, u32 size)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++) {
		struct cell c = m->c.a[i];

		if (cell_may_change(&c) && obj_eq(c.obj, obj) && c.off < (s64)off + size && (s64)c.off + c.size > off)
			eval_written(ev, obj, c.off, c.size);
		else
			m->c.a[n++] = c;
	}
	m->c.n = n;
}

void recall_forget_all(struct eval *ev)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++)
		if (!cell_may_change(&m->c.a[i]))
			m->c.a[n++] = m->c.a[i];
	m->c.n = n;
}

/* ---- locks ------------------------------------------------------------------------ */

/* A lock in an object of which it is known that the task holds it is a cell of one byte. */
#define LOCK_BYTES 1

static bool is_locked(const struct eval *ev, struct obj o)
{
	u32 i;

	for (i = 0; i < ev->w.mem.c.n; i++) {
		const struct cell *c = &ev->w.mem.c.a[i];

		if (obj_eq(c->obj, o) && c->size == LOCK_BYTES && !c->member && obj_kind(o) == OBJ_HEAP)
			return true;
	}
	return false;
}

void recall_forget_unlocked(struct eval *ev)
{
	struct memory *m = &ev->w.mem;
	struct obj locked = { 0 }, last = { 0 };
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++) {
		struct cell c = m->c.a[i];

		if (!obj_eq(c.obj, last) && is_locked(ev, c.obj))
			locked = c.obj;
		last = c.obj;
		if (!cell_may_change(&c) || obj_eq(c.obj, locked))
			m->c.a[n++] = c;
	}
	m->c.n = n;
}

void recall_lock(struct eval *ev, struct addr at, bool is_held)
{
	if (recall_is_local(at.obj))
		note_key(ev, obj_index(at.obj) - RECALL_BASE);
	eval_written(ev, at.obj, at.off, LOCK_BYTES);
	memory_write(&ev->w.mem, at.obj, at.off, LOCK_BYTES, is_held ? av_const(&ev->e->values, 1) : AV_TOP);
}

bool recall_refers(const struct eval *ev, struct av v, u32 key)
{
	const struct avalue *x = av_get(&ev->e->values, v);
	u32 i;

	for (i = 0; i < x->n_addrs; i++)
		if (obj_eq(x->addrs[i].obj, object_of(key)))
			return true;
	return false;
}

bool recall_has_base(const struct eval *ev, u32 key)
{
	return ev->recalled[key / 64] >> (key % 64) & 1;
}

void recall_new_value(struct eval *ev, u32 key)
{
	struct memory *m = &ev->w.mem;
	u32 i, n = 0;

	for (i = 0; i < m->c.n; i++) {
		struct cell c = m->c.a[i];

		if (!obj_eq(c.obj, object_of(key)) && !recall_refers(ev, c.v, key))
			m->c.a[n++] = c;
	}
	m->c.n = n;
}

/* ---- calls -------------------------------------------------------------------------- */

bool recall_place(struct eval *ev, struct val v, struct addr *ret)
{
	if (!shared_object(ev, v, ret))
		return false;
	if (recall_is_local(ret->obj))
		note_key(ev, obj_index(ret->obj) - RECALL_BASE);
	return true;
}

/*
 * Is the pointer one, since something is done through it before the call, whatever the way,
 * or at once in the callee?
 */
static bool is_dereferenced(const struct eval *ev, u32 key, u32 call, u32 callee, u32 arg)
{
	const struct fninfo *fi = ev->e->p->fns.a[callee].defined ? engine_info(ev->e, callee) : NULL;
	u32 at = ev->fi->deref[key];

	if (at && ev->fi->block_of[at] == ev->fi->block_of[call] ? at < call :
	    at && fninfo_dominates(ev->fi, ev->fi->block_of[at], ev->fi->block_of[call]))
		return true;
	at = fi && arg < fi->n_args ? fi->deref[fi->body->n_insns + arg] : 0;
	return at && !fi->block_of[at];
}

static bool has_cells(const struct eval *ev, struct obj o)
{
	u32 i;

	for (i = 0; i < ev->w.mem.c.n; i++)
		if (obj_eq(ev->w.mem.c.a[i].obj, o))
			return true;
	return false;
}

/* Can the callee use what is known, or leave behind what is worth knowing? */
static bool serves(const struct eval *ev, u32 key, u32 call, u32 callee, u32 arg, u8 rel)
{
	if (rel & REL_OBJECT && has_cells(ev, object_of(key)))
		return true;
	return rel & (REL_WRITES | REL_STORED | REL_COUNTED) && is_dereferenced(ev, key, call, callee, arg);
}

struct av recall_hand(struct eval *ev, u32 call, u32 callee, u32 arg, u8 rel)
{
	struct val v = insn_val(ev->body, &ev->body->insns[call], arg + 1);
	struct av r = eval_val(ev, v), to;
	const struct avalue *x = av_get(&ev->e->values, r);
	u32 key;
	s32 off;

	if (x->kind != AV_BITS || !root_of(ev, v, &key, &off))
		return r;
	/* of a member's address most callees make the link of a list */
	if (off ? !(rel & REL_COUNTED) : !serves(ev, key, call, callee, arg, rel))
		return r;
	note_key(ev, key);
	to = av_addr(&ev->e->values, object_of(key), off);
	return x->origin ? av_with_origin(&ev->e->values, to, avalue_member(x), avalue_is_address(x)) : to;
}

struct obj recall_returned(struct eval *ev, struct val v)
{
	u32 key;
	s32 off;

	return root_of(ev, v, &key, &off) && !off ? object_of(key) : (struct obj){ 0 };
}

struct obj recall_result(struct eval *ev, u32 call)
{
	note_key(ev, call);
	return object_of(call);
}

bool recall_survives(const struct eval *ev, u32 callee, const struct cell *c)
{
	return !cell_may_change(c) || !may_write(ev->e, callee, c->member);
}

void recall_inherit(struct eval *ev, u32 callee)
{
	struct node *n = &ev->e->nodes.a[ev->node];
	const struct node *from = &ev->e->nodes.a[callee];
	u32 i;

	for (i = 0; i < ARRAY_LEN(n->writes); i++)
		n->writes[i] |= from->writes[i];
}
