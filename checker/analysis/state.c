// SPDX-License-Identifier: MIT
/*
 * Memory as non-overlapping cells per object, and the join of states.  Only
 * objects that can be told apart are here (stack variables, what arguments point
 * to, named objects): a store through an unknown pointer changes none of them,
 * see memory_forget()'s callers for what escapes.
 */
#include "analysis/state.h"

#include <stdlib.h>

static int cell_before(const struct cell *c, struct obj obj, s32 off)
{
	if (c->obj.v != obj.v)
		return c->obj.v < obj.v;
	return c->off < off;
}

/* Index of the first cell at or behind (obj, off). */
static u32 lower_bound(const struct cell *a, u32 n, struct obj obj, s32 off)
{
	u32 lo = 0, hi = n;

	while (lo < hi) {
		u32 mid = (lo + hi) / 2;

		if (cell_before(&a[mid], obj, off))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static s64 cell_end(const struct cell *c)
{
	return (s64)c->off + c->size;
}

/* The cell that covers or follows off: one that starts before may reach in. */
static u32 first_overlap(const struct cell *a, u32 n, struct obj obj, s32 off)
{
	u32 i = lower_bound(a, n, obj, off);

	if (i > 0 && obj_eq(a[i - 1].obj, obj) && cell_end(&a[i - 1]) > off)
		i--;
	return i;
}

/* What [off, off + size) of a cell that covers it holds. */
static struct av cell_part(struct values *t, const struct cell *c, s32 off, u32 size)
{
	struct av v = c->v;

	if ((c->off == off && c->size == size) || v.n == AV_ZERO.n)
		return v;
	if (c->size > 8)
		return AV_TOP;
	if (off != c->off)
		v = av_binary(t, FACT_LSR, c->size * 8, v, av_const(t, (s64)(off - c->off) * 8));
	return av_truncate(t, v, size * 8);
}

void memory_load(struct memory *m, struct cells from)
{
	vec_reserve(&m->c, from.n + 8);
	if (from.n)
		memcpy(m->c.a, from.a, from.n * sizeof(from.a[0]));
	m->c.n = from.n;
}

struct cells memory_save(const struct memory *m, struct arena *a)
{
	struct cells r = { NULL, m->c.n };

	if (r.n)
		r.a = arena_dup(a, m->c.a, r.n * sizeof(r.a[0]));
	return r;
}

void memory_free(struct memory *m)
{
	vec_free(&m->c);
}

struct av memory_read(const struct memory *m, struct values *t, struct obj obj, s32 off, u32 size)
{
	u32 i = first_overlap(m->c.a, m->c.n, obj, off);
	const struct cell *c = &m->c.a[i];

	if (off == OFF_ANY || !size || i == m->c.n || !obj_eq(c->obj, obj))
		return AV_TOP;
	if (c->off > off || cell_end(c) < (s64)off + size)
		return AV_TOP;
	return cell_part(t, c, off, size);
}

bool memory_has(const struct memory *m, struct obj obj, s32 off, u32 size)
{
	u32 i = first_overlap(m->c.a, m->c.n, obj, off);

	if (i == m->c.n || !obj_eq(m->c.a[i].obj, obj))
		return false;
	return off == OFF_ANY || m->c.a[i].off < (s64)off + size;
}

static void insert_cell(struct memory *m, u32 at, struct cell c)
{
	vec_push(&m->c, c);
	memmove(&m->c.a[at + 1], &m->c.a[at], (m->c.n - 1 - at) * sizeof(c));
	m->c.a[at] = c;
}

static void remove_cells(struct memory *m, u32 at, u32 n)
{
	memmove(&m->c.a[at], &m->c.a[at + n], (m->c.n - at - n) * sizeof(m->c.a[0]));
	m->c.n -= n;
}

void memory_drop_object(struct memory *m, struct obj obj)
{
	u32 i = lower_bound(m->c.a, m->c.n, obj, FRESH_MARK + 1), n = 0;

	while (i + n < m->c.n && obj_eq(m->c.a[i + n].obj, obj))
		n++;
	remove_cells(m, i, n);
}

void memory_forget(struct memory *m, struct obj obj, s32 off, u32 size)
{
	s64 end = (s64)off + size;
	u32 i;

	if (off == OFF_ANY) {
		memory_drop_object(m, obj);
		return;
	}
	i = first_overlap(m->c.a, m->c.n, obj, off);
	while (i < m->c.n && obj_eq(m->c.a[i].obj, obj) && m->c.a[i].off < end) {
		struct cell c = m->c.a[i];

		remove_cells(m, i, 1);
		/* only zeroes have parts that stay true */
		if (c.off < off && c.v.n == AV_ZERO.n) {
			struct cell left = c;

			left.size = (u32)(off - c.off);
			insert_cell(m, i++, left);
		}
		if (cell_end(&c) > end && c.v.n == AV_ZERO.n) {
			struct cell right = c;

			right.size = (u32)(cell_end(&c) - end);
			right.off = (s32)end;
			insert_cell(m, i++, right);
		}
	}
}

/* Are they one range of zeroes?  Then they are one cell, however they came to be zero. */
static bool are_one(const struct cell *left, const struct cell *right)
{
	return left->v.n == AV_ZERO.n && right->v.n == AV_ZERO.n && obj_eq(left->obj, right->obj) &&
	       cell_end(left) == right->off && !left->member && !right->member;
}

void memory_put(struct memory *m, struct cell c)
{
	u32 at;

	memory_forget(m, c.obj, c.off, c.size);
	if (c.v.n == AV_TOP.n || c.off == OFF_ANY || !c.size)
		return;
	at = lower_bound(m->c.a, m->c.n, c.obj, c.off);
	if (at < m->c.n && are_one(&c, &m->c.a[at])) {
		c.size += m->c.a[at].size;
		remove_cells(m, at, 1);
	}
	if (at && are_one(&m->c.a[at - 1], &c))
		m->c.a[at - 1].size += c.size;
	else
		insert_cell(m, at, c);
}

void memory_write(struct memory *m, struct obj obj, s32 off, u32 size, struct av v)
{
	memory_put(m, (struct cell){ obj, off, size, v, 0 });
}

void memory_copy(struct memory *m, struct obj dst, s32 dst_off, struct obj src, s32 src_off, u32 size)
{
	VEC(struct cell) part = VEC_INIT;
	u32 i;

	if (src_off != OFF_ANY)
		for (i = lower_bound(m->c.a, m->c.n, src, src_off);
		     i < m->c.n && obj_eq(m->c.a[i].obj, src) && cell_end(&m->c.a[i]) <= (s64)src_off + size; i++)
			vec_push(&part, m->c.a[i]);
	memory_forget(m, dst, dst_off, size);
	for (i = 0; dst_off != OFF_ANY && i < part.n; i++)
		memory_write(m, dst, dst_off + (part.a[i].off - src_off), part.a[i].size, part.a[i].v);
	vec_free(&part);
}

bool cells_equal(struct cells a, struct cells b)
{
	return a.n == b.n && (!a.n || !memcmp(a.a, b.a, a.n * sizeof(a.a[0])));
}

/* The join of two overlapping cells, if it says anything; false if not. */
static bool join_overlap(struct values *t, const struct cell *x, const struct cell *y, struct cell *out)
{
	s64 lo = x->off > y->off ? x->off : y->off;
	s64 end = cell_end(x) < cell_end(y) ? cell_end(x) : cell_end(y);

	if (lo >= end)
		return false;
	/* only zeroes can be cut anywhere */
	if ((lo != x->off || end != cell_end(x)) && x->v.n != AV_ZERO.n)
		return false;
	if ((lo != y->off || end != cell_end(y)) && y->v.n != AV_ZERO.n)
		return false;
	out->obj = x->obj;
	out->off = (s32)lo;
	out->size = (u32)(end - lo);
	out->v = av_join(t, x->v, y->v);
	out->member = cell_may_change(y) ? y->member : x->member;
	if (out->member == CELL_ONCE && x->member != y->member)
		out->member = 0;
	return out->v.n != AV_TOP.n;
}

/*
 * At the first cell of a fresh object that only one of two states has: the other one
 * says nothing of it, since the object does not exist there.  i, k: how far the two are
 * read.
 */
static bool take_fresh(struct cells from, u32 *i, struct cells other, u32 k, struct cells *r)
{
	struct obj o = from.a[*i].obj;

	if (obj_kind(o) != OBJ_FRESH || from.a[*i].off != FRESH_MARK)
		return false;
	if (k > 0 && obj_eq(other.a[k - 1].obj, o))
		return false;
	while (*i < from.n && obj_eq(from.a[*i].obj, o))
		r->a[r->n++] = from.a[(*i)++];
	return true;
}

static bool is_mark(struct cells c, u32 i)
{
	return i < c.n && c.a[i].off == FRESH_MARK;
}

/* At a cell that only one of two states has. */
static void take_one(struct cells from, u32 *i, struct cells other, u32 k, struct cells *r)
{
	if (!take_fresh(from, i, other, k, r))
		++*i;
}

static struct obj object_at(struct cells c, u32 i)
{
	return i < c.n ? c.a[i].obj : (struct obj){ UINT32_MAX };
}

struct cells cells_join(struct values *t, struct cells a, struct cells b, struct arena *arena,
			bool *changed_ret)
{
	struct cells r = { NULL, 0 };
	u32 i = 0, j = 0;

	*changed_ret = false;
	if (cells_equal(a, b))
		return a;
	/* cutting zero ranges can make at most one cell for each pair of ends */
	r.a = arena_array(arena, struct cell, (size_t)a.n + b.n);
	while (i < a.n || j < b.n) {
		const struct cell *x = &a.a[i], *y = &b.a[j];
		struct obj at_i = object_at(a, i), at_j = object_at(b, j);

		if (!obj_eq(at_i, at_j) || is_mark(a, i) != is_mark(b, j)) {
			if (at_i.v < at_j.v || (obj_eq(at_i, at_j) && is_mark(a, i)))
				take_one(a, &i, b, j, &r);
			else
				take_one(b, &j, a, i, &r);
			continue;
		}
		if (join_overlap(t, x, y, &r.a[r.n])) {
			if (r.n && are_one(&r.a[r.n - 1], &r.a[r.n]))
				r.a[r.n - 1].size += r.a[r.n].size;
			else
				r.n++;
		}
		if (is_mark(a, i)) {
			i++;
			j++;
			continue;
		}
		if (cell_end(x) <= cell_end(y)) i++; else j++;
	}
	if (cells_equal(a, r))
		return a;
	*changed_ret = true;
	return r;
}

static struct av widen_value(struct values *t, struct av old, struct av joined)
{
	const struct avalue *x;

	if (old.n == joined.n)
		return old;
	x = av_get(t, joined);
	return x->origin ? av_origin(t, x->origin >> 1, x->origin & 1) : AV_TOP;
}

static bool env_join(struct values *t, struct state *into, const struct state *from, bool widen)
{
	u32 i, j = 0, n = 0;
	bool changed = false;

	for (i = 0; i < into->n_env; i++) {
		struct binding b = into->env[i];
		struct av v;

		while (j < from->n_env && from->env[j].key < b.key)
			j++;
		if (j == from->n_env || from->env[j].key != b.key) {
			changed = true;		/* anything, from the other side */
			continue;
		}
		v = av_join(t, b.v, from->env[j].v);
		if (widen)
			v = widen_value(t, b.v, v);
		changed = changed || v.n != b.v.n;
		b.v = v;
		if (v.n != AV_TOP.n)
			into->env[n++] = b;
	}
	into->n_env = n;
	return changed;
}

static bool widen_cells(struct values *t, struct cells old, struct cells *now)
{
	u32 i, j = 0, n = 0;

	for (i = 0; i < now->n; i++) {
		struct cell c = now->a[i];

		while (j < old.n && cell_before(&old.a[j], c.obj, c.off))
			j++;
		if (j < old.n && obj_eq(old.a[j].obj, c.obj) && old.a[j].off == c.off &&
		    old.a[j].size == c.size && old.a[j].v.n != c.v.n)
			c.v = widen_value(t, old.a[j].v, c.v);
		if (c.v.n != AV_TOP.n)
			now->a[n++] = c;
	}
	now->n = n;
	return true;
}

bool state_join(struct values *t, struct state *into, const struct state *from, bool widen,
		struct arena *a)
{
	struct cells old = into->cells;
	bool changed = env_join(t, into, from, widen), cells_changed;

	into->cells = cells_join(t, old, from->cells, a, &cells_changed);
	if (cells_changed && widen)
		widen_cells(t, old, &into->cells);
	return changed || cells_changed;
}
