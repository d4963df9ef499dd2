// SPDX-License-Identifier: MIT
/*
 * From "n bytes into this struct, of that type and name" to a member.
 *
 * A member is named by the innermost struct that has a name (fact.h), so the
 * search descends from the struct a pointer is known to point to, through named
 * and unnamed members and union arms, and takes what fits best: the number of
 * members that were named, the last one's name, its type, its place.  So
 * &a->base and &a->base.first, at one offset, stay apart, and so do
 * folio->private and folio->page.private.  Ignores which of two arms of a union the
 * source named when all of these are the same in both.
 *
 * Also where a bit-field is read and written: neighbouring ones together are one
 * memory location (C11 3.14p3), which no other member shares; the type they were
 * declared with may reach over other members and does not count.
 */
#include "front.h"

#include "base/buf.h"
#include "base/hash.h"

#define DEPTH_MAX 24

struct place {			/* a struct on the way down */
	struct symbol *tag;	/* the innermost one that has a name */
	u32 tag_off;		/* of the current struct in it */
	struct ident *path[DEPTH_MAX];
	u32 n_path;
	u32 steps;		/* named members since the top */
};

struct found { u32 id; struct member_bits bits; };

struct search {
	const struct member_query *query;
	struct place best;
	struct symbol *best_in, *best_member;
	int best_score;		/* -1: nothing yet */
	bool want_deepest;	/* among equals: a scalar is wanted */
};

static bool same_type(struct symbol *a, struct symbol *b)
{
	for (int depth = 0; depth < 4; depth++) {
		a = type_strip(a);
		b = type_strip(b);
		if (!a || !b)
			return false;
		if (a == b)
			return true;
		if (a->type == SYM_ENUM)
			a = type_strip(a->ctype.base_type);
		if (b->type == SYM_ENUM)
			b = type_strip(b->ctype.base_type);
		if (!a || !b || a == b)
			return a && a == b;
		if (a->type != b->type || (a->type != SYM_PTR && a->type != SYM_ARRAY))
			return false;
		a = a->ctype.base_type;
		b = b->ctype.base_type;
	}
	return false;
}

static int score(const struct member_query *q, const struct place *at, struct symbol *member,
		 u64 rest, bool in_element)
{
	int points = 0;

	if (rest)
		return 0;
	points = 1;
	if (q->steps && q->steps == at->steps + 1)
		points += 16;
	if (q->ident && q->ident == member->ident)
		points += 8;
	if (q->type && (same_type(q->type, member) ||
			(type_strip(member) && type_strip(member)->type == SYM_ARRAY &&
			 same_type(q->type, type_element(member)))))
		points += in_element ? 3 : 4;
	if (member->bit_offset == q->bit_offset)
		points += 1;
	return points;
}

static void offer(struct search *s, const struct place *at, struct symbol *compound,
		  struct symbol *member, int points)
{
	if (points < s->best_score || (points == s->best_score && !s->want_deepest))
		return;
	s->best = *at;
	s->best.path[s->best.n_path++] = member->ident;
	s->best_in = compound;
	s->best_member = member;
	s->best_score = points;
}

static void descend(struct search *s, const struct place *at, struct symbol *compound, u64 off);

static void try_member(struct search *s, const struct place *at, struct symbol *compound,
		       struct symbol *member, u64 off)
{
	u64 rest = off - member->offset, size = type_bytes(member);
	struct symbol *element = type_element(member);
	u32 element_size = type_bytes(element);
	bool open_ended = !size && type_strip(member) && type_strip(member)->type == SYM_ARRAY;

	if (rest >= size && !(open_ended || rest == 0))
		return;
	bool in_element = rest >= element_size;
	if (element_size)
		rest %= element_size;
	if (member->ident)
		offer(s, at, compound, member,
		      score(s->query, at, member, rest, in_element));
	if (!element || (element->type != SYM_STRUCT && element->type != SYM_UNION) ||
	    at->n_path + 2 >= DEPTH_MAX)
		return;
	struct place inner = *at;
	inner.steps += member->ident != NULL;
	if (type_has_name(element)) {
		inner.tag = element;
		inner.tag_off = 0;
		inner.n_path = 0;
	} else {
		inner.tag_off += (u32)member->offset;
		if (member->ident)
			inner.path[inner.n_path++] = member->ident;
	}
	descend(s, &inner, element, rest);
}

static void descend(struct search *s, const struct place *at, struct symbol *compound, u64 off)
{
	struct symbol *member;

	FOR_EACH_PTR(compound->symbol_list, member) {
		/* not in order: a bit-field's unit may start before the member in front of it */
		if (member->offset <= off)
			try_member(s, at, compound, member, off);
	} END_FOR_EACH_PTR(member);
}

/* ---- bit-fields ---------------------------------------------------------------- */

static bool is_bit_field(struct symbol *member)
{
	struct symbol *type = type_strip(member);

	return type && type->type == SYM_BITFIELD;
}

/* Bits of the struct that a member takes. */
static u64 first_bit(const struct symbol *member)
{
	return (u64)member->offset * 8 + member->bit_offset;
}

static u64 end_bit(struct symbol *member)
{
	return is_bit_field(member) ? first_bit(member) + type_bits(member)
				    : (u64)member->offset * 8 + (u64)type_bytes(member) * 8;
}

struct bit_run { u64 first, end; };	/* of a struct */

/* The bit-fields around 'wanted' with no other member and no ":0" between. */
static struct bit_run run_around(struct symbol *compound, const struct symbol *wanted)
{
	struct bit_run run = { 0, 0 };
	struct symbol *member;
	bool found = false;

	FOR_EACH_PTR(compound->symbol_list, member) {
		bool goes_on = compound->type == SYM_STRUCT && is_bit_field(member) &&
			       type_bits(member);
		if (found && !goes_on)
			return run;
		if (!goes_on || !run.end)
			run.first = first_bit(member);
		run.end = goes_on || member == wanted ? end_bit(member) : 0;
		found |= member == wanted;
	} END_FOR_EACH_PTR(member);
	return run;
}

static bool is_free(struct symbol *compound, const struct bit_run *run, u64 first, u64 end)
{
	struct symbol *member;

	if (end > type_bits(compound))
		return false;
	FOR_EACH_PTR(compound->symbol_list, member) {
		if (compound->type == SYM_STRUCT && first_bit(member) < end && end_bit(member) > first &&
		    (first_bit(member) < run->first || end_bit(member) > run->end))
			return false;
	} END_FOR_EACH_PTR(member);
	return true;
}

/* Whole bytes, 8 at most; an aligned 1, 2, 4 or 8 of them if nothing else is in there. */
static struct bit_run unit_of(struct symbol *compound, const struct symbol *member)
{
	struct bit_run run = run_around(compound, member);
	u64 window = first_bit(member) & ~(u64)63;
	struct bit_run unit = {
		.first = (run.first > window ? run.first : window) & ~(u64)7,
		.end = ((run.end < window + 64 ? run.end : window + 64) + 7) & ~(u64)7,
	};

	for (u64 size = 8; size <= 64; size *= 2) {
		u64 first = unit.first & ~(size - 1);
		if (first + size < unit.end)
			continue;
		if (is_free(compound, &run, first, first + size))
			return (struct bit_run){ first, first + size };
		break;
	}
	return unit;
}

static void find_bits(struct symbol *compound, struct symbol *member, struct member_bits *ret)
{
	u64 first = first_bit(member), end = end_bit(member);
	struct bit_run unit = unit_of(compound, member);

	if (unit.end < end)	/* packed, across the windows of unit_of() */
		unit = (struct bit_run){ first & ~(u64)7, (end + 7) & ~(u64)7 };
	if (unit.end - unit.first > 64)
		return;
	ret->delta = (s32)(unit.first / 8) - (s32)member->offset;
	ret->unit = (u8)(unit.end - unit.first);
	ret->shift = (u8)(first - unit.first);
}

/* ---- the search ---------------------------------------------------------------- */

static u32 intern(struct front *f, const struct search *s, const struct member_bits *bits)
{
	struct strtab *strings = f->tu->strings;
	struct buf b = BUF_INIT;

	for (u32 i = 0; i < s->best.n_path; i++) {
		if (i)
			buf_addc(&b, '.');
		buf_add(&b, s->best.path[i]->name, s->best.path[i]->len);
	}
	struct fact_member m = {
		.tag = type_tag(f, s->best.tag),
		.path = str_intern(strings, buf_text(&b)),
		.off = (u32)((s64)s->best.tag_off + (s64)s->best_member->offset + bits->delta),
	};
	buf_free(&b);
	/* tag and path decide the offset, unless two structs share a name */
	u64 key = hash64(&m, sizeof(m));
	u64 *id = map_put(&f->members, key, NULL);
	if (!*id) {
		*id = f->tu->members.n;
		vec_push(&f->tu->members, m);
	}
	return (u32)*id;
}

static struct found find(struct front *f, const struct member_query *q)
{
	struct found ret = { 0 };
	struct symbol *in = type_element(q->in);
	u32 size = type_bytes(in);
	struct symbol *wanted = type_strip(q->type);
	struct search s = {
		.query = q, .best_score = -1,
		.want_deepest = wanted && wanted != &void_ctype && !type_is_aggregate(wanted),
	};
	struct place top = { .tag = in };
	s64 off = q->off;

	if (!in || (in->type != SYM_STRUCT && in->type != SYM_UNION))
		return ret;
	if (off < 0 || (size && off >= size && !in->has_flex_array)) {
		if (!size)
			return ret;
		off %= (s64)size;
		if (off < 0)
			off += size;
	}
	descend(&s, &top, in, (u64)off);
	if (s.best_score < 0)
		return ret;
	if (is_bit_field(s.best_member))
		find_bits(s.best_in, s.best_member, &ret.bits);
	ret.id = intern(f, &s, &ret.bits);
	return ret;
}

static struct found lookup(struct front *f, const struct member_query *query)
{
	struct { struct symbol *in, *type; s64 off; struct ident *ident; u32 bit, steps; } key = {
		query->in, query->type, query->off, query->ident, query->bit_offset,
		query->steps,
	};
	struct found *found;

	if (!query->in)
		return (struct found){ 0 };
	key.in = type_element(key.in);
	u64 h = hash64(&key, sizeof(key));
	u64 *known = map_put(&f->lookups, h, NULL);
	if (*known)
		return *(struct found *)(uintptr_t)*known;
	found = arena_new(f->arena, struct found);
	*found = find(f, query);
	*map_put(&f->lookups, h, NULL) = (u64)(uintptr_t)found;
	return *found;
}

u32 member_find(struct front *f, const struct member_query *query)
{
	return lookup(f, query).id;
}

u32 member_find_bits(struct front *f, const struct member_query *query, struct member_bits *ret)
{
	struct found found = lookup(f, query);

	if (found.bits.unit)
		*ret = found.bits;
	return found.id;
}
