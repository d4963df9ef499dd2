// SPDX-License-Identifier: MIT
/*
 * Abstract values: each is kept once, in one form, so that equal ones have equal numbers.
 */
#include "analysis/value_internal.h"

#include <stdlib.h>

#include "base/err.h"

void values_init(struct values *t)
{
	static const struct avalue top, nothing = { .kind = AV_NOTHING };

	memset(t, 0, sizeof(*t));
	BUG_ON(av_make(t, &top).n != AV_TOP.n);
	BUG_ON(av_make(t, &nothing).n != AV_BOTTOM.n);
	BUG_ON(av_const(t, 0).n != AV_ZERO.n);
}

void values_free(struct values *t)
{
	free(t->slots);
	vec_free(&t->a);
	arena_free(&t->arena);
}

void values_add_signal(struct values *t, s32 c)
{
	BUG_ON(t->n_signals == AV_MAX_SIGNALS);
	t->signals[t->n_signals++] = c;
}

u8 value_signals(const struct values *t, const struct avalue *v)
{
	u8 r = 0;
	u32 i, s;

	if (v->kind == AV_BITS)
		return v->signals;
	for (s = 0; s < t->n_signals; s++)
		for (i = 0; i < v->n_consts; i++)
			if ((s32)v->consts[i] == t->signals[s])
				r |= (u8)(1u << s);
	return r;
}

const struct avalue *av_get(const struct values *t, struct av v)
{
	return t->a.a[v.n];
}

bool value_add_const(struct avalue *v, s64 c)
{
	u32 i, j;

	for (i = 0; i < v->n_consts && v->consts[i] < c; i++)
		;
	if (i < v->n_consts && v->consts[i] == c)
		return true;
	if (v->n_consts == AV_MAX_SET)
		return false;
	for (j = v->n_consts++; j > i; j--)
		v->consts[j] = v->consts[j - 1];
	v->consts[i] = c;
	return true;
}

/* Bits that few words have are the set of these: how a value came about must not tell it from its equals. */
static bool few_words(const struct avalue *bits, struct avalue *ret)
{
	u64 open = ~bits->mask, part = 0;

	if (__builtin_popcountll(open) > AV_MAX_SET_BITS)
		return false;
	value_draft(ret, AV_SET);
	do {	/* all subsets of the open bits, ascending */
		if (!bits->nonzero || (bits->val | part))
			value_add_const(ret, (s64)(bits->val | part));
		part = (part - open) & open;
	} while (part);
	return true;
}

/* ---- the table of all values --------------------------------------------- */

static u64 mix(u64 h, u64 word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 32;
}

/* The parts that tell values apart, without the unused rest of the arrays. */
static u32 hash(const struct avalue *v)
{
	u64 h = mix((u64)v->origin << 32 | (u64)v->n_addrs << 24 | (u64)v->n_consts << 16 | (u64)v->nonzero << 8 | v->kind,
		    v->mask ^ v->signals);
	u32 i;

	h = mix(h, v->val);
	for (i = 0; i < v->n_consts; i++)
		h = mix(h, (u64)v->consts[i]);
	for (i = 0; i < v->n_addrs; i++)
		h = mix(h, (u64)v->addrs[i].obj.v << 32 | (u32)v->addrs[i].off);
	return (u32)h;
}

static bool is_equal(const struct avalue *a, const struct avalue *b)
{
	return a->kind == b->kind && a->nonzero == b->nonzero && a->n_consts == b->n_consts &&
	       a->n_addrs == b->n_addrs && a->signals == b->signals && a->origin == b->origin &&
	       a->mask == b->mask && a->val == b->val &&
	       !memcmp(a->consts, b->consts, a->n_consts * sizeof(a->consts[0])) &&
	       !memcmp(a->addrs, b->addrs, a->n_addrs * sizeof(a->addrs[0]));
}

static void grow(struct values *t)
{
	struct value_slot *old = t->slots;
	u32 n = t->n_slots, i, at;

	t->n_slots = n ? 2 * n : 1024;
	t->slots = mem_realloc(NULL, t->n_slots, sizeof(*t->slots));
	memset(t->slots, 0, t->n_slots * sizeof(*t->slots));
	for (i = 0; i < n; i++) {
		if (!old[i].next)
			continue;
		for (at = old[i].hash & (t->n_slots - 1); t->slots[at].next; at = (at + 1) & (t->n_slots - 1))
			;
		t->slots[at] = old[i];
	}
	free(old);
}

/* Of equal values all bytes are equal, also the unused ones. */
static const struct avalue *keep(struct values *t, const struct avalue *v)
{
	struct avalue *kept = arena_new(&t->arena, struct avalue);

	memcpy(kept, v, offsetof(struct avalue, consts));
	memcpy(kept->consts, v->consts, sizeof(v->consts[0]) * v->n_consts);
	memcpy(kept->addrs, v->addrs, sizeof(v->addrs[0]) * v->n_addrs);
	return kept;
}

/* Of a value in its one form. */
static struct av intern(struct values *t, const struct avalue *v)
{
	u32 h = hash(v), at;

	if (t->a.n >= t->n_slots / 2)
		grow(t);
	for (at = h & (t->n_slots - 1); t->slots[at].next; at = (at + 1) & (t->n_slots - 1))
		if (t->slots[at].hash == h && is_equal(t->a.a[t->slots[at].next - 1], v))
			return (struct av){ t->slots[at].next - 1 };
	vec_push(&t->a, keep(t, v));
	t->slots[at] = (struct value_slot){ h, t->a.n };
	return (struct av){ t->a.n - 1 };
}

/* ---- one form ------------------------------------------------------------ */

static struct av make_bits(struct values *t, const struct avalue *v)
{
	struct avalue n, words;
	u32 s;

	value_draft(&n, AV_BITS);
	n.mask = v->mask;
	n.val = v->val & v->mask;
	n.origin = v->origin;
	n.nonzero = v->nonzero && !n.val;
	n.signals = v->signals;
	for (s = 0; n.signals && s < t->n_signals; s++)
		if (((u32)t->signals[s] ^ n.val) & (u32)n.mask)
			n.signals &= (u8)~(1u << s);
	if ((!n.origin || n.mask == ~0ull) && few_words(&n, &words))
		return av_make(t, &words);
	return intern(t, &n);
}

struct av av_make(struct values *t, const struct avalue *v)
{
	struct avalue n;

	if (v->kind == AV_BITS)
		return make_bits(t, v);
	if (v->kind == AV_SET && v->n_consts + v->n_addrs && !v->nonzero && !v->mask && !v->val && !v->signals &&
	    (v->n_addrs || !v->origin))
		return intern(t, v);
	value_draft(&n, v->kind == AV_SET && v->n_consts + v->n_addrs ? AV_SET : AV_NOTHING);
	if (n.kind == AV_SET) {
		n.n_consts = v->n_consts;
		n.n_addrs = v->n_addrs;
		memcpy(n.consts, v->consts, sizeof(n.consts[0]) * v->n_consts);
		memcpy(n.addrs, v->addrs, sizeof(n.addrs[0]) * v->n_addrs);
		n.origin = v->n_addrs ? v->origin : 0;
	}
	return intern(t, &n);
}

struct av av_const(struct values *t, s64 c)
{
	struct av *cached = c >= 0 && c < AV_SMALL ? &t->small[c] : NULL;
	struct avalue v;

	if (cached && cached->n)
		return *cached;
	value_draft(&v, AV_SET);
	v.consts[v.n_consts++] = c;
	if (cached)
		return *cached = av_make(t, &v);
	return av_make(t, &v);
}

struct av av_bits(struct values *t, u64 mask, u64 val, bool nonzero)
{
	struct avalue v;

	value_draft(&v, AV_BITS);
	v.mask = mask;
	v.val = val;
	v.nonzero = nonzero;
	return av_make(t, &v);
}

struct av av_addr(struct values *t, struct obj obj, s32 off)
{
	struct avalue v;

	value_draft(&v, AV_SET);
	v.addrs[v.n_addrs++] = (struct addr){ obj, off };
	return av_make(t, &v);
}

struct av av_origin(struct values *t, u32 member, bool is_address)
{
	struct avalue v;

	value_draft(&v, AV_BITS);
	v.nonzero = is_address;
	v.origin = member ? member << 1 | is_address : 0;
	return av_make(t, &v);
}

static bool addr_less(struct addr a, struct addr b)
{
	return a.obj.v != b.obj.v ? a.obj.v < b.obj.v : a.off < b.off;
}

bool value_add_addr(struct avalue *v, struct addr a)
{
	u32 i, j;

	for (i = 0; i < v->n_addrs && addr_less(v->addrs[i], a); i++)
		;
	if (i < v->n_addrs && obj_eq(v->addrs[i].obj, a.obj) && v->addrs[i].off == a.off)
		return true;
	if (v->n_addrs == AV_MAX_SET)
		return false;
	for (j = v->n_addrs++; j > i; j--)
		v->addrs[j] = v->addrs[j - 1];
	v->addrs[i] = a;
	return true;
}
