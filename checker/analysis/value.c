// SPDX-License-Identifier: MIT
/*
 * Abstract values: join, and the arithmetic that is worth being exact about.  What is
 * not worth it (division of unknown words, floating point) gives "anything".
 * Ignores: overflow as undefined behaviour; words wrap.
 */
#include "analysis/value_internal.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/err.h"

static u64 low_mask(u32 bits)
{
	return bits == 0 || bits >= 64 ? ~0ull : (1ull << bits) - 1;
}

static s64 sign_extend(u64 v, u32 bits)
{
	if (bits == 0 || bits >= 64)
		return (s64)v;
	v &= low_mask(bits);
	return v >> (bits - 1) & 1 ? (s64)(v | ~low_mask(bits)) : (s64)v;
}

/* The bits that all of a set agree on. */
static void to_bits(const struct avalue *v, u64 *mask, u64 *val, bool *nonzero)
{
	u32 i;

	if (v->kind == AV_BITS) {
		*mask = v->mask;
		*val = v->val;
		*nonzero = v->nonzero || v->val || (v->origin & 1);
		return;
	}
	*nonzero = true;
	*mask = v->n_addrs ? 0 : ~0ull;
	*val = v->n_consts ? (u64)v->consts[0] : 0;
	for (i = 0; i < v->n_consts; i++) {
		*mask &= ~((u64)v->consts[i] ^ *val);
		if (!v->consts[i])
			*nonzero = false;
	}
	*val &= *mask;
}

static u32 join_origin(const struct avalue *a, const struct avalue *b)
{
	if (a->origin == b->origin)
		return a->origin;
	/* NULL or a pointer of known origin: the origin says what it is if it is one */
	if (a->kind == AV_SET && !a->n_addrs && a->n_consts == 1 && !a->consts[0])
		return b->origin & ~1u;
	if (b->kind == AV_SET && !b->n_addrs && b->n_consts == 1 && !b->consts[0])
		return a->origin & ~1u;
	return 0;
}

struct av av_with_origin(struct values *t, struct av a, u32 member, bool is_address)
{
	struct avalue r = *av_get(t, a);

	r.origin = member ? member << 1 | is_address : 0;
	return av_make(t, &r);
}

struct av av_map_objects(struct values *t, struct av a, bool (*map)(void *ctx, struct obj *obj), void *ctx)
{
	const struct avalue *x = av_get(t, a);
	struct avalue r = *x;
	bool changed = false;
	u32 i;

	if (x->kind != AV_SET || !x->n_addrs)
		return a;
	r.n_addrs = 0;
	for (i = 0; i < x->n_addrs; i++) {
		struct addr to = x->addrs[i];

		if (!map(ctx, &to.obj))
			return AV_TOP;
		changed = changed || !obj_eq(to.obj, x->addrs[i].obj);
		value_add_addr(&r, to);
	}
	return changed ? av_make(t, &r) : a;
}

struct av av_exclude(struct values *t, struct av a, u32 bits, s64 lo, s64 hi)
{
	const struct avalue *x = av_get(t, a);
	struct avalue r = *x;
	u32 i;

	if (x->kind != AV_SET)
		return a;
	r.n_consts = 0;
	for (i = 0; i < x->n_consts; i++) {
		s64 c = sign_extend((u64)x->consts[i], bits);

		if (c < lo || c > hi)
			r.consts[r.n_consts++] = x->consts[i];
	}
	return av_make(t, &r);
}

struct av av_join(struct values *t, struct av a, struct av b)
{
	const struct avalue *x = av_get(t, a), *y = av_get(t, b);
	struct avalue r;
	u64 m1, v1, m2, v2;
	bool n1, n2, fits = true;
	u32 i;

	if (a.n == b.n || y->kind == AV_NOTHING)
		return a;
	if (x->kind == AV_NOTHING)
		return b;
	if (x->kind == AV_SET && y->kind == AV_SET) {
		r = *x;
		r.origin = join_origin(x, y);
		for (i = 0; i < y->n_consts; i++)
			fits = fits && value_add_const(&r, y->consts[i]);
		for (i = 0; i < y->n_addrs; i++)
			fits = fits && value_add_addr(&r, y->addrs[i]);
		if (fits)
			return av_make(t, &r);
	}
	to_bits(x, &m1, &v1, &n1);
	to_bits(y, &m2, &v2, &n2);
	value_draft(&r, AV_BITS);
	r.mask = m1 & m2 & ~(v1 ^ v2);
	r.val = v1 & r.mask;
	r.nonzero = n1 && n2;
	r.signals = value_signals(t, x) | value_signals(t, y);
	r.origin = join_origin(x, y);
	return av_make(t, &r);
}

/* Nothing in it is wider than 'bits'. */
static bool fits(const struct avalue *x, u32 bits)
{
	u64 high = ~low_mask(bits);
	u32 i;

	if (x->kind == AV_BITS)
		return !x->origin && (x->mask & ~x->val & high) == high;
	for (i = 0; i < x->n_consts; i++)
		if ((u64)x->consts[i] & high)
			return false;
	return !x->n_addrs;
}

struct av av_truncate(struct values *t, struct av a, u32 bits)
{
	const struct avalue *x = av_get(t, a);
	struct avalue r = *x;
	u32 i;

	if (bits == 0 || bits >= 64 || x->kind == AV_NOTHING || fits(x, bits))
		return a;
	if (x->kind == AV_SET && !x->n_addrs) {
		r.n_consts = 0;
		for (i = 0; i < x->n_consts; i++)
			value_add_const(&r, (s64)((u64)x->consts[i] & low_mask(bits)));
		return av_make(t, &r);
	}
	if (x->kind == AV_SET)
		return av_bits(t, ~low_mask(bits), 0, false);
	r.mask |= ~low_mask(bits);
	r.val &= low_mask(bits);
	r.origin = 0;
	/* a word that is not zero may be zero in its low part, unless it has no other */
	r.nonzero = x->nonzero && (x->mask | low_mask(bits)) == ~0ull && !(x->val & ~low_mask(bits));
	return av_make(t, &r);
}

struct truth av_truth(const struct values *t, struct av a, u32 bits)
{
	const struct avalue *x = av_get(t, a);
	struct truth r = { false, false };
	u32 i;

	if (x->kind == AV_NOTHING)
		return r;
	if (x->kind == AV_SET) {
		r.may_be_true = x->n_addrs;
		for (i = 0; i < x->n_consts; i++) {
			if ((u64)x->consts[i] & low_mask(bits))
				r.may_be_true = true;
			else
				r.may_be_false = true;
		}
		return r;
	}
	r.may_be_true = (x->val & low_mask(bits)) || (~x->mask & low_mask(bits));
	r.may_be_false = !(x->val & low_mask(bits));
	if ((x->nonzero || (x->origin & 1)) && ((x->mask & ~x->val) | low_mask(bits)) == ~0ull)
		r.may_be_false = false;
	return r;
}

bool av_is_open_bool(const struct values *t, struct av a)
{
	const struct avalue *x = av_get(t, a);

	if (x->kind == AV_BITS)
		return x->mask == ~1ull && !x->val && !x->nonzero;
	return x->kind == AV_SET && x->n_consts == 2 && !x->n_addrs && !x->consts[0] && x->consts[1] == 1;
}

bool av_is_const(const struct values *t, struct av a, s64 *ret)
{
	const struct avalue *x = av_get(t, a);

	if (x->kind != AV_SET || x->n_addrs || x->n_consts != 1)
		return false;
	*ret = x->consts[0];
	return true;
}

/* ---- arithmetic --------------------------------------------------------- */

/* false: no result (division by zero) */
static bool compute(enum fact_op op, u32 bits, u64 a, u64 b, u64 *ret)
{
	u64 m = low_mask(bits);
	s64 sa = sign_extend(a, bits), sb = sign_extend(b, bits);
	u32 width = bits ? bits : 64;

	a &= m;
	b &= m;
	switch (op) {
	case FACT_ADD: *ret = a + b; break;
	case FACT_SUB: *ret = a - b; break;
	case FACT_MUL: *ret = a * b; break;
	case FACT_DIVU: if (!b) return false; *ret = a / b; break;
	case FACT_MODU: if (!b) return false; *ret = a % b; break;
	case FACT_DIVS: if (!sb || (sb == -1 && sa == INT64_MIN)) return false; *ret = (u64)(sa / sb); break;
	case FACT_MODS: if (!sb || (sb == -1 && sa == INT64_MIN)) return false; *ret = (u64)(sa % sb); break;
	case FACT_SHL: *ret = b >= width ? 0 : a << b; break;
	case FACT_LSR: *ret = b >= width ? 0 : a >> b; break;
	case FACT_ASR: *ret = (u64)(sa >> (b >= width ? width - 1 : b)); break;
	case FACT_AND: *ret = a & b; break;
	case FACT_OR: *ret = a | b; break;
	case FACT_XOR: *ret = a ^ b; break;
	case FACT_EQ: *ret = a == b; return true;
	case FACT_NE: *ret = a != b; return true;
	case FACT_LT: *ret = sa < sb; return true;
	case FACT_LE: *ret = sa <= sb; return true;
	case FACT_ULT: *ret = a < b; return true;
	case FACT_ULE: *ret = a <= b; return true;
	default: return false;
	}
	*ret &= m;
	return true;
}

static bool is_compare(enum fact_op op)
{
	return op >= FACT_EQ && op <= FACT_ULE;
}

static struct av unknown_bool(struct values *t)
{
	return av_bits(t, ~1ull, 0, false);
}

static struct av unknown_bits(struct values *t, enum fact_op op, u32 bits)
{
	return is_compare(op) ? unknown_bool(t) : av_bits(t, ~low_mask(bits), 0, false);
}

/* Kernel and user addresses are never NULL-like small numbers nor error numbers. */
#define ADDR_LOWEST 4096ull
#define ADDR_HIGHEST ((u64)-4096)

/* An address against a constant or another address: 0, 1, or -1 for not known. */
static int compare_addr_const(enum fact_op op, u32 bits, u64 c, bool addr_is_left)
{
	if (bits && bits < 64)
		return -1;
	if (c >= ADDR_LOWEST && c <= ADDR_HIGHEST)
		return -1;
	switch (op) {
	case FACT_EQ: return 0;
	case FACT_NE: return 1;
	case FACT_ULT: case FACT_ULE: return addr_is_left == (c > ADDR_HIGHEST);
	default: return -1;
	}
}

static int compare_addr_addr(enum fact_op op, struct addr a, struct addr b)
{
	bool same;

	if (op != FACT_EQ && op != FACT_NE)
		return -1;
	if (!obj_eq(a.obj, b.obj)) {
		/* what others have as well may be each other */
		if ((obj_kind(a.obj) == OBJ_HEAP && !obj_is_own(b.obj)) ||
		    (obj_kind(b.obj) == OBJ_HEAP && !obj_is_own(a.obj)))
			return -1;
		same = false;
	} else if (a.off == OFF_ANY || b.off == OFF_ANY) {
		return -1;
	} else {
		same = a.off == b.off;
	}
	return same == (op == FACT_EQ);
}

struct result { struct avalue set; bool lost; };

static void result_open(struct result *r)
{
	value_draft(&r->set, AV_SET);
	r->lost = false;
}

static void result_const(struct result *r, u64 c)
{
	if (!value_add_const(&r->set, (s64)c))
		r->lost = true;
}

static void result_compare(struct result *r, int known)
{
	if (known < 0)
		r->lost = true;
	else
		result_const(r, (u64)known);
}

static void result_addr(struct result *r, struct addr a, s64 delta, bool known)
{
	s64 off = a.off == OFF_ANY || !known ? OFF_ANY : a.off + delta;

	if (off > INT32_MAX / 2 || off < INT32_MIN / 2)
		off = OFF_ANY;
	a.off = (s32)off;
	if (!value_add_addr(&r->set, a))
		r->lost = true;
}

static void pair_addr_const(struct result *r, enum fact_op op, u32 bits, struct addr a, u64 c,
			    bool addr_is_left)
{
	if (is_compare(op))
		result_compare(r, compare_addr_const(op, bits, c, addr_is_left));
	else if (op == FACT_ADD)
		result_addr(r, a, (s64)c, true);
	else if (op == FACT_SUB && addr_is_left)
		result_addr(r, a, -(s64)c, true);
	else
		r->lost = true;
}

static struct av binary_sets(struct values *t, enum fact_op op, u32 bits, const struct avalue *x,
			     const struct avalue *y)
{
	struct result r;
	u32 i, j;
	u64 c;

	result_open(&r);
	for (i = 0; i < x->n_consts && !r.lost; i++)
		for (j = 0; j < y->n_consts; j++)
			if (compute(op, bits, (u64)x->consts[i], (u64)y->consts[j], &c))
				result_const(&r, c);
			else
				r.lost = true;
	for (i = 0; i < x->n_addrs && !r.lost; i++)
		for (j = 0; j < y->n_consts; j++)
			pair_addr_const(&r, op, bits, x->addrs[i], (u64)y->consts[j], true);
	for (i = 0; i < y->n_addrs && !r.lost; i++)
		for (j = 0; j < x->n_consts; j++)
			pair_addr_const(&r, op, bits, y->addrs[i], (u64)x->consts[j], false);
	for (i = 0; i < x->n_addrs && !r.lost; i++)
		for (j = 0; j < y->n_addrs; j++) {
			struct addr a = x->addrs[i], b = y->addrs[j];

			if (is_compare(op))
				result_compare(&r, compare_addr_addr(op, a, b));
			else if (op == FACT_SUB && obj_eq(a.obj, b.obj) && a.off != OFF_ANY && b.off != OFF_ANY)
				result_const(&r, (u64)(a.off - b.off));
			else
				r.lost = true;
		}
	return r.lost ? AV_TOP : av_make(t, &r.set);
}

/* An address plus an unknown index is somewhere in the object. */
static struct av add_unknown(struct values *t, const struct avalue *addrs)
{
	struct result r;
	u32 i;

	result_open(&r);
	for (i = 0; i < addrs->n_addrs; i++)
		result_addr(&r, addrs->addrs[i], 0, false);
	return r.lost || addrs->n_consts ? AV_TOP : av_make(t, &r.set);
}

/* Low bits that are known in both carry exactly through + and -. */
static u64 known_low(u64 m1, u64 m2)
{
	u64 both = m1 & m2;

	return both == ~0ull ? ~0ull : ((both + 1) & ~both) - 1;
}

static struct av binary_bits(struct values *t, enum fact_op op, u32 bits, const struct avalue *x,
			     const struct avalue *y)
{
	u64 m1, v1, m2, v2, m = low_mask(bits), mask = 0, val = 0;
	bool n1, n2, nonzero = false;
	u32 width = bits ? bits : 64;

	to_bits(x, &m1, &v1, &n1);
	to_bits(y, &m2, &v2, &n2);
	m1 |= ~m; v1 &= m; m2 |= ~m; v2 &= m;
	switch (op) {
	case FACT_AND:
		mask = (m1 & m2) | (m1 & ~v1) | (m2 & ~v2);
		val = v1 & v2;
		break;
	case FACT_OR:
		mask = (m1 & m2) | v1 | v2;
		val = v1 | v2;
		nonzero = (n1 || n2) && width == 64;
		break;
	case FACT_XOR:
		mask = m1 & m2;
		val = v1 ^ v2;
		break;
	case FACT_ADD: case FACT_SUB:
		mask = known_low(m1, m2);
		val = op == FACT_ADD ? v1 + v2 : v1 - v2;
		break;
	case FACT_SHL:
		if (m2 == ~0ull && v2 < width) {
			mask = m1 << v2 | ((1ull << v2) - 1);
			val = v1 << v2;
		}
		break;
	case FACT_LSR:
		if (m2 == ~0ull && v2 < width) {
			mask = m1 >> v2 | ~(~0ull >> v2);
			val = v1 >> v2;
		}
		break;
	case FACT_MODU:
		if (m2 == ~0ull && v2 && !(v2 & (v2 - 1))) {
			mask = m1 | ~(v2 - 1);
			val = v1 & (v2 - 1);
		}
		break;
	default:
		break;
	}
	return av_bits(t, mask | ~m, val & m, nonzero);
}

/* A word that is not known against signals that it is not. */
static bool is_no_such_signal(const struct values *t, u32 bits, const struct avalue *word, const struct avalue *set)
{
	u32 i, s;

	if (word->kind != AV_BITS || set->kind != AV_SET || set->n_addrs || (bits && bits < 32))
		return false;
	for (i = 0; i < set->n_consts; i++) {
		for (s = 0; s < t->n_signals && t->signals[s] != (s32)set->consts[i]; s++)
			;
		if (s == t->n_signals || word->signals >> s & 1)
			return false;
	}
	return true;
}

/* Comparisons that known bits decide. */
static struct av compare_bits(struct values *t, enum fact_op op, u32 bits, const struct avalue *x,
			      const struct avalue *y)
{
	u64 m1, v1, m2, v2, m = low_mask(bits), sign = 1ull << ((bits && bits < 64 ? bits : 64) - 1);
	u64 lo1, hi1, lo2, hi2;
	bool n1, n2;

	to_bits(x, &m1, &v1, &n1);
	to_bits(y, &m2, &v2, &n2);
	lo1 = v1 & m; hi1 = (v1 | ~m1) & m;
	lo2 = v2 & m; hi2 = (v2 | ~m2) & m;
	if (n1 && !lo1 && ((m1 & ~v1) | m) == ~0ull)
		lo1 = 1;
	if (n2 && !lo2 && ((m2 & ~v2) | m) == ~0ull)
		lo2 = 1;
	if (op == FACT_EQ || op == FACT_NE) {
		bool differ = (m1 & m2 & (v1 ^ v2) & m) ||
			      (!hi2 && n1 && ((m1 & ~v1) | m) == ~0ull) ||
			      (!hi1 && n2 && ((m2 & ~v2) | m) == ~0ull) ||
			      hi1 < lo2 || hi2 < lo1 || is_no_such_signal(t, bits, x, y) || is_no_such_signal(t, bits, y, x);

		return differ ? av_const(t, op == FACT_NE) : unknown_bool(t);
	}
	if (op == FACT_LT || op == FACT_LE) {
		/* order-preserving when the sign bits are known: flip them */
		if (!(m1 & sign) || !(m2 & sign))
			return unknown_bool(t);
		lo1 ^= sign;
		hi1 ^= sign;
		lo2 ^= sign;
		hi2 ^= sign;
	}
	if (op == FACT_ULT || op == FACT_LT)
		return hi1 < lo2 ? av_const(t, 1) : lo1 >= hi2 ? av_const(t, 0) : unknown_bool(t);
	return hi1 <= lo2 ? av_const(t, 1) : lo1 > hi2 ? av_const(t, 0) : unknown_bool(t);
}

static bool is_pointer_like(const struct avalue *v)
{
	return v->kind == AV_BITS && (v->origin & 1);
}

/* The address of a member of an unknown object, against NULL or an error number. */
static int compare_origin(enum fact_op op, u32 bits, const struct avalue *x, const struct avalue *y)
{
	const struct avalue *p = is_pointer_like(x) ? x : y, *o = p == x ? y : x;
	int known = -1, k;
	u32 i;

	if (!is_pointer_like(p) || o->kind != AV_SET || o->n_addrs || !o->n_consts)
		return -1;
	for (i = 0; i < o->n_consts; i++) {
		k = compare_addr_const(op, bits, (u64)o->consts[i], p == x);
		if (k < 0 || (i && k != known))
			return -1;
		known = k;
	}
	return known;
}

#define TAG_BITS 3	/* that flags are kept in beside a pointer; structs are aligned to more */

/* The tag of what is nothing but addresses; bottom: not known.  (A tagged pointer is no address.) */
static struct av tag_of(struct values *t, const struct avalue *x, u64 mask)
{
	struct av r = AV_BOTTOM;

	for (u32 i = 0; i < x->n_addrs; i++) {
		if (obj_kind(x->addrs[i].obj) == OBJ_FN || x->addrs[i].off == OFF_ANY)
			return AV_BOTTOM;
		r = av_join(t, r, av_const(t, (s64)((u64)x->addrs[i].off & mask)));
	}
	for (u32 i = 0; i < x->n_consts; i++)
		r = av_join(t, r, av_const(t, (s64)((u64)x->consts[i] & mask)));
	return r;
}

struct av av_binary(struct values *t, enum fact_op op, u32 bits, struct av a, struct av b)
{
	const struct avalue *x = av_get(t, a), *y = av_get(t, b);
	struct av r;
	int known;
	s64 c;

	if (x->kind == AV_NOTHING || y->kind == AV_NOTHING)
		return AV_BOTTOM;
	/* p + 0, p | 0, p & -1: the same pointer, with its origin */
	if ((op == FACT_ADD || op == FACT_SUB || op == FACT_OR) && (!bits || bits >= 64) &&
	    av_is_const(t, b, &c) && !c)
		return a;
	if (op == FACT_AND && (!bits || bits >= 64) && av_is_const(t, b, &c) && c == -1)
		return a;
	if (op == FACT_AND && x->kind == AV_SET && x->n_addrs && av_is_const(t, b, &c) && c > 0 && c <= TAG_BITS) {
		r = tag_of(t, x, (u64)c);
		if (r.n != AV_BOTTOM.n)
			return r;
	}
	if (x->kind == AV_SET && y->kind == AV_SET) {
		r = binary_sets(t, op, bits, x, y);
		if (r.n)
			return r;
	}
	if (is_compare(op)) {
		known = compare_origin(op, bits, x, y);
		if (known >= 0)
			return av_const(t, known);
		if (x->n_addrs || y->n_addrs)
			return unknown_bool(t);
		return compare_bits(t, op, bits, x, y);
	}
	if ((op == FACT_ADD || op == FACT_SUB) && x->n_addrs && !y->n_addrs)
		return add_unknown(t, x);
	if (op == FACT_ADD && y->n_addrs && !x->n_addrs)
		return add_unknown(t, y);
	if (x->n_addrs || y->n_addrs)
		return unknown_bits(t, op, bits);
	return binary_bits(t, op, bits, x, y);
}

static struct av unary_bits(struct values *t, enum fact_op op, u32 bits, u32 src_bits,
			    const struct avalue *x)
{
	u64 mask, val, m = low_mask(bits), s = low_mask(src_bits), sign = (s >> 1) + 1;
	bool nonzero;

	to_bits(x, &mask, &val, &nonzero);
	switch (op) {
	case FACT_NOT:
		return av_bits(t, mask | ~m, ~val & m, false);
	case FACT_ZEXT:
		return av_bits(t, mask | ~s, val & s, nonzero && ((mask & ~val) | s) == ~0ull);
	case FACT_SEXT:
		if (mask & sign)
			return av_bits(t, mask | (m & ~s) | ~m, (u64)sign_extend(val & s, src_bits) & m, false);
		return av_bits(t, (mask & s) | ~m, val & s, nonzero && ((mask & ~val) | s) == ~0ull);
	default:
		return av_bits(t, ~m, 0, false);
	}
}

static struct av with_signals(struct values *t, struct av a, u8 signals)
{
	struct avalue r = *av_get(t, a);

	if (!signals || r.kind != AV_BITS)
		return a;
	r.signals = signals;
	return av_make(t, &r);
}

struct av av_unary(struct values *t, enum fact_op op, u32 bits, u32 src_bits, struct av a)
{
	const struct avalue *x = av_get(t, a);
	struct avalue r;
	u32 i;
	u64 c;

	if (x->kind == AV_NOTHING)
		return a;
	if (op == FACT_TRUNC)
		return av_truncate(t, a, bits);
	if ((op == FACT_ZEXT || op == FACT_SEXT) && src_bits >= 64)
		return a;
	if (x->kind != AV_SET || x->n_addrs)
		return with_signals(t, unary_bits(t, op, bits, src_bits, x),
				    op == FACT_SEXT || op == FACT_ZEXT ? x->signals : 0);
	value_draft(&r, AV_SET);
	for (i = 0; i < x->n_consts; i++) {
		c = (u64)x->consts[i];
		switch (op) {
		case FACT_NOT: c = ~c; break;
		case FACT_NEG: c = -c; break;
		case FACT_ZEXT: c &= low_mask(src_bits); break;
		case FACT_SEXT: c = (u64)sign_extend(c, src_bits); break;
		default: return AV_TOP;
		}
		value_add_const(&r, (s64)(c & low_mask(bits)));
	}
	return av_make(t, &r);
}

/* ---- what a branch tells ------------------------------------------------ */

static enum fact_op negate(enum fact_op op, bool *swap)
{
	*swap = false;
	switch (op) {
	case FACT_EQ: return FACT_NE;
	case FACT_NE: return FACT_EQ;
	case FACT_LT: *swap = true; return FACT_LE;
	case FACT_LE: *swap = true; return FACT_LT;
	case FACT_ULT: *swap = true; return FACT_ULE;
	case FACT_ULE: *swap = true; return FACT_ULT;
	default: return FACT_OP_NONE;
	}
}

/* Could "x op b" hold for this element? */
static bool may_hold(struct values *t, enum fact_op op, u32 bits, struct av x, struct av b, bool truth)
{
	struct truth r = av_truth(t, av_binary(t, op, bits, x, b), 1);

	return truth ? r.may_be_true : r.may_be_false;
}

static struct av filter_set(struct values *t, const struct avalue *x, enum fact_op op, u32 bits,
			    struct av b, bool truth)
{
	struct avalue r;
	u32 i;

	value_draft(&r, AV_SET);
	for (i = 0; i < x->n_consts; i++)
		if (may_hold(t, op, bits, av_const(t, x->consts[i]), b, truth))
			r.consts[r.n_consts++] = x->consts[i];
	for (i = 0; i < x->n_addrs; i++)
		if (may_hold(t, op, bits, av_addr(t, x->addrs[i].obj, x->addrs[i].off), b, truth))
			r.addrs[r.n_addrs++] = x->addrs[i];
	return av_make(t, &r);
}

/* a when "a op b" is false; 'swapped' is the operator for "b swapped a". */
static struct av refine_not_less(struct values *t, struct av a, enum fact_op op, enum fact_op swapped,
				 u32 bits, struct av b)
{
	const struct avalue *x = av_get(t, a);
	struct avalue r = *x;
	u64 m = low_mask(bits), sign = (m >> 1) + 1;
	s64 c;

	if (!may_hold(t, swapped, bits, b, a, true))
		return AV_BOTTOM;
	if (x->kind == AV_SET)
		return filter_set(t, x, op, bits, b, false);
	if (!av_is_const(t, b, &c) || ((u64)c & m))
		return a;
	if (op == FACT_LT || op == FACT_LE) {	/* a >= 0, a > 0 */
		if (x->val & sign)
			return AV_BOTTOM;
		r.mask |= sign;
		r.val &= ~sign;
	}
	if (op != FACT_LT && op != FACT_ULT)	/* a > 0 */
		r.nonzero = r.nonzero || ((x->mask & ~x->val) | m) == ~0ull;
	return av_make(t, &r);
}

struct av av_refine(struct values *t, struct av a, enum fact_op op, u32 bits, struct av b, bool truth)
{
	enum fact_op original = op;

	const struct avalue *x = av_get(t, a), *y = av_get(t, b);
	struct avalue r;
	bool swap;
	s64 c;
	u64 m = low_mask(bits);

	if (!truth) {
		op = negate(op, &swap);
		if (swap)	/* !(a < b) is b <= a */
			return refine_not_less(t, a, original, op, bits, b);
	}
	if (!may_hold(t, op, bits, a, b, true))
		return AV_BOTTOM;
	if (x->kind == AV_SET)
		return filter_set(t, x, op, bits, b, true);
	if (op == FACT_EQ && y->kind == AV_SET) {
		if (av_is_const(t, b, &c) && bits && bits < 64) {
			r = *x;
			r.mask |= m;
			r.val = (x->val & ~m) | ((u64)c & m);
			return av_make(t, &r);
		}
		return b;
	}
	r = *x;
	if (op == FACT_NE && av_is_const(t, b, &c) && !((u64)c & m) && ((x->mask & ~x->val) | m) == ~0ull) {
		r.nonzero = true;
		/* one unknown bit left: it is set */
		if (__builtin_popcountll(~x->mask & m) == 1 && !(x->val & m)) {
			r.val |= ~x->mask & m;
			r.mask |= m;
		}
		return av_make(t, &r);
	}
	if (op == FACT_NE && av_is_const(t, b, &c) && (!bits || bits >= 32)) {
		r.signals &= (u8)~value_signals(t, y);
		return av_make(t, &r);
	}
	if (op == FACT_LT && av_is_const(t, b, &c) && !((u64)c & m)) {	/* negative */
		r.mask |= (m >> 1) + 1;
		r.val |= (m >> 1) + 1;
		return av_make(t, &r);
	}
	return a;
}

struct av av_refine_mask(struct values *t, struct av a, u64 mask, bool nonzero)
{
	const struct avalue *x = av_get(t, a);
	struct avalue r = *x;
	u32 i;

	if (x->kind == AV_SET && !x->n_addrs) {
		r.n_consts = 0;
		for (i = 0; i < x->n_consts; i++)
			if (!!((u64)x->consts[i] & mask) == nonzero)
				r.consts[r.n_consts++] = x->consts[i];
		return av_make(t, &r);
	}
	if (x->kind != AV_BITS)
		return a;
	if (!nonzero) {
		if (x->val & mask)
			return AV_BOTTOM;
		r.mask |= mask;
		r.val &= ~mask;
	} else {
		u64 open = mask & ~x->mask;

		if (x->val & mask)
			return a;
		if (!open)
			return AV_BOTTOM;
		r.nonzero = true;
		if (!(open & (open - 1))) {
			r.mask |= open;
			r.val |= open;
		}
	}
	return av_make(t, &r);
}

/* ---- dumps -------------------------------------------------------------- */

static void print_addr(struct addr a, struct buf *out)
{
	static const char *const kinds[] = { "?", "fn", "var", "local", "in", "object", "fresh", "heap" };

	buf_addf(out, "&%s%u", kinds[obj_kind(a.obj)], obj_index(a.obj));
	if (a.off == OFF_ANY)
		buf_adds(out, "+?");
	else if (a.off)
		buf_addf(out, "%+d", a.off);
}

void av_print(const struct values *t, struct av a, struct buf *out)
{
	const struct avalue *x = av_get(t, a);
	u32 i;

	if (x->kind == AV_NOTHING) {
		buf_adds(out, "nothing");
	} else if (x->kind == AV_SET) {
		buf_addc(out, '{');
		for (i = 0; i < x->n_consts; i++)
			buf_addf(out, "%s%" PRId64, i ? ", " : "", x->consts[i]);
		for (i = 0; i < x->n_addrs; i++) {
			if (i || x->n_consts)
				buf_adds(out, ", ");
			print_addr(x->addrs[i], out);
		}
		buf_addc(out, '}');
	} else {
		if (!x->mask && !x->nonzero && !x->origin)
			buf_adds(out, "anything");
		if (x->mask)
			buf_addf(out, "bits %" PRIx64 "/%" PRIx64, x->val, x->mask);
		if (x->nonzero)
			buf_adds(out, " nonzero");
		if (x->signals)
			buf_addf(out, " or signals %x", x->signals);
		if (x->origin)
			buf_addf(out, " %s member %u", x->origin & 1 ? "address of" : "loaded from",
				 x->origin >> 1);
	}
}
