// SPDX-License-Identifier: MIT
/*
 * Abstract values: each is kept once, in one form, so that equal ones have equal numbers.
 */
#include "analysis/value_internal.h"

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
	map_free(&t->index);
	vec_free(&t->a);
	arena_free(&t->arena);
}

const struct avalue *av_get(const struct values *t, struct av v)
{
	return t->a.a[v.n];
}

#define KEY_WORDS (3 + 2 * AV_MAX_SET)

/* The parts that tell values apart, without the unused rest of the arrays. */
static size_t pack(const struct avalue *v, u64 *key)
{
	size_t n = 0;
	u32 i;

	key[n++] = (u64)v->origin << 32 | (u64)v->n_addrs << 24 | (u64)v->n_consts << 16 |
		   (u64)v->nonzero << 8 | v->kind;
	if (v->kind == AV_BITS) {
		key[n++] = v->mask;
		key[n++] = v->val;
	}
	for (i = 0; i < v->n_consts; i++)
		key[n++] = (u64)v->consts[i];
	for (i = 0; i < v->n_addrs; i++)
		key[n++] = (u64)v->addrs[i].obj.v << 32 | (u32)v->addrs[i].off;
	return n * sizeof(key[0]);
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

/* What is kept of a value that is new; of equal ones all bytes are equal. */
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
	u64 key[KEY_WORDS], *slot;
	size_t len = pack(v, key);
	bool is_new;

	slot = map_get_bytes(&t->index, key, len);
	if (slot)
		return (struct av){ (u32)*slot };
	slot = map_put_bytes(&t->index, arena_dup(&t->arena, key, len), len, &is_new);
	*slot = t->a.n;
	vec_push(&t->a, keep(t, v));
	return (struct av){ t->a.n - 1 };
}

static struct av make_bits(struct values *t, const struct avalue *v)
{
	struct avalue n, words;

	value_draft(&n, AV_BITS);
	n.mask = v->mask;
	n.val = v->val & v->mask;
	n.origin = v->origin;
	n.nonzero = v->nonzero && !n.val;
	if ((!n.origin || n.mask == ~0ull) && few_words(&n, &words))
		return av_make(t, &words);
	return intern(t, &n);
}

struct av av_make(struct values *t, const struct avalue *v)
{
	struct avalue n;

	if (v->kind == AV_BITS)
		return make_bits(t, v);
	if (v->kind == AV_SET && v->n_consts + v->n_addrs && !v->nonzero && !v->mask && !v->val &&
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
