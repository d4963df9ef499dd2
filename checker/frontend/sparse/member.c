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

struct search {
	const struct member_query *query;
	struct place best;
	u32 best_off;
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

static void offer(struct search *s, const struct place *at, struct symbol *member, u32 off,
		  int points)
{
	if (points < s->best_score || (points == s->best_score && !s->want_deepest))
		return;
	s->best = *at;
	s->best.path[s->best.n_path++] = member->ident;
	s->best_off = off;
	s->best_score = points;
}

static void descend(struct search *s, const struct place *at, struct symbol *compound, u64 off);

static void try_member(struct search *s, const struct place *at, struct symbol *member, u64 off)
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
		offer(s, at, member, at->tag_off + (u32)member->offset,
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
		if (member->offset <= off)
			try_member(s, at, member, off);
		else if (compound->type == SYM_STRUCT && member->ident)
			break;
	} END_FOR_EACH_PTR(member);
}

static u32 intern(struct front *f, const struct search *s)
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
		.off = s->best_off,
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

static u32 find(struct front *f, const struct member_query *q)
{
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
		return 0;
	if (off < 0 || (size && off >= size && !in->has_flex_array)) {
		if (!size)
			return 0;
		off %= (s64)size;
		if (off < 0)
			off += size;
	}
	descend(&s, &top, in, (u64)off);
	return s.best_score < 0 ? 0 : intern(f, &s);
}

u32 member_find(struct front *f, const struct member_query *query)
{
	struct { struct symbol *in, *type; s64 off; struct ident *ident; u32 bit, steps; } key = {
		query->in, query->type, query->off, query->ident, query->bit_offset,
		query->steps,
	};

	if (!query->in)
		return 0;
	key.in = type_element(key.in);
	u64 h = hash64(&key, sizeof(key));
	u64 *known = map_put(&f->lookups, h, NULL);
	if (*known)
		return (u32)(*known - 1);
	u32 id = find(f, query);
	*map_put(&f->lookups, h, NULL) = (u64)id + 1;
	return id;
}
