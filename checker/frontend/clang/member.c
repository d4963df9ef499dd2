// SPDX-License-Identifier: MIT
/*
 * From fields of records to members as facts name them: by the innermost struct
 * that has a name.
 *
 * An access says which fields it goes through, so nothing is guessed there; only what
 * clang writes without one (initialisers) is found by its place, kind and size.
 * Where a bit-field is read and written does not follow clang's own units but the
 * rule that every front-end keeps to: neighbouring ones together are one memory
 * location (C11 3.14p3), an aligned word if nothing else is in it.
 */
#include "frontend/clang/front.h"

#include "base/buf.h"
#include "base/hash.h"

struct str member_tag(struct front *f, u32 record)
{
	struct strtab *strings = f->tu->strings;
	const struct shim_record *r = shim_get_record(f->shim, record);

	if (r->tag)
		return str_intern(strings, r->tag);
	return str_internf(strings, "%s %s:%u", r->keyword,
			   str_text(strings, module_path(f, r->place.file)), r->place.line);
}

static u32 intern(struct front *f, struct str tag, struct str path, s64 off)
{
	struct fact_member m = { .tag = tag, .path = path, .off = (u32)off };
	u64 *id = map_put(&f->members, hash64(&m, sizeof(m)), NULL);

	if (!*id) {
		*id = f->tu->members.n;
		vec_push(&f->tu->members, m);
	}
	return (u32)*id;
}

/* The field that holds the unnamed record of fields[*at]: the next one on the way, else the first in the source. */
static u32 outer_field(struct front *f, const u32 *fields, u32 n, u32 *at, u32 record)
{
	while (*at + 1 < n) {
		u32 next = fields[++*at];
		if (shim_get_field(f->shim, next)->type.record == record)
			return next;
	}
	return shim_get_record(f->shim, record)->owner;
}

u32 member_of_bits(struct front *f, const u32 *fields, u32 n, const struct member_bits *bits)
{
	struct strtab *strings = f->tu->strings;
	const struct shim_field *field = shim_get_field(f->shim, fields[0]);
	struct str path = str_intern(strings, field->name);
	u32 record = field->record, at = 0;
	s64 off = (s64)(field->bit / 8) + bits->delta;

	while (!shim_get_record(f->shim, record)->tag) {
		u32 outer = outer_field(f, fields, n, &at, record);
		if (!outer)
			break;
		const struct shim_field *o = shim_get_field(f->shim, outer);
		if (*o->name)
			path = str_len(strings, path) ?
				str_internf(strings, "%s.%s", o->name, str_text(strings, path)) :
				str_intern(strings, o->name);
		off += (s64)(o->bit / 8);
		record = o->record;
	}
	if (!str_len(strings, path))
		return 0;
	return intern(f, member_tag(f, record), path, off);
}

u32 member_of(struct front *f, const u32 *fields, u32 n)
{
	static const struct member_bits none;

	return n ? member_of_bits(f, fields, n, &none) : 0;
}

/* ---- by place ---------------------------------------------------------------------- */

#define DEPTH_MAX 24

struct search {
	struct front *f;
	const struct member_query *query;
	u32 best[DEPTH_MAX], n_best;	/* innermost first */
	int best_score;
	u32 way[DEPTH_MAX], n_way;	/* outermost first */
};

static void offer(struct search *s, const struct shim_field *field, u64 rest)
{
	int points = rest ? 0 : 2;

	if (field->type.element_kind == s->query->kind)
		points += 4;
	if (field->type.element_size == s->query->size)
		points += 1;
	if (points < s->best_score || !*field->name)
		return;
	s->best_score = points;
	s->n_best = s->n_way;
	for (u32 i = 0; i < s->n_way; i++)
		s->best[i] = s->way[s->n_way - 1 - i];
}

static void descend(struct search *s, u32 record, u64 off);

static void try_field(struct search *s, u32 id, u64 off)
{
	const struct shim_field *field = shim_get_field(s->f->shim, id);
	u64 rest = off - field->bit / 8, size = field->type.size;
	bool open_ended = !size && field->type.kind == SHIM_ARRAY;

	if (off < field->bit / 8 || (field->is_bits && !field->width) || s->n_way == DEPTH_MAX ||
	    (rest >= size && !open_ended && !(rest == 0 && field->is_bits)))
		return;
	if (field->type.element_size)
		rest %= field->type.element_size;
	s->way[s->n_way++] = id;
	offer(s, field, rest);
	if (field->type.record && field->type.element_kind == SHIM_RECORD)
		descend(s, field->type.record, rest);
	s->n_way--;
}

static void descend(struct search *s, u32 record, u64 off)
{
	const struct shim_record *r = shim_get_record(s->f->shim, record);
	u32 arm = 0;

	if (r->is_union && s->query->variable)
		arm = shim_arm(s->f->shim, s->query->variable, s->query->off - off, record);
	if (arm) {
		try_field(s, arm, off);
		return;
	}
	for (u32 i = 0; i < r->n; i++)
		try_field(s, r->first + i, off);
}

u32 member_at(struct front *f, const struct member_query *q, u32 *field_ret)
{
	struct search s = { .f = f, .query = q, .best_score = -1 };
	u64 whole = q->record ? shim_get_record(f->shim, q->record)->size : 0;

	if (!q->record)
		return 0;
	descend(&s, q->record, whole && q->is_array ? q->off % whole : q->off);
	if (!s.n_best)
		return 0;
	if (field_ret)
		*field_ret = s.best[0];
	return member_of(f, s.best, s.n_best);
}

/* ---- bit-fields ----------------------------------------------------------------------- */

struct bit_run { u64 first, end; };	/* of a record */

static u64 end_bit(const struct shim_field *field)
{
	return field->bit + (field->is_bits ? field->width : field->type.size * 8);
}

/* The bit-fields around 'wanted' with no other member and no ":0" between. */
static struct bit_run run_around(struct front *f, const struct shim_record *r, u32 wanted)
{
	struct bit_run run = { 0, 0 };
	bool found = false;

	for (u32 i = 0; i < r->n; i++) {
		const struct shim_field *field = shim_get_field(f->shim, r->first + i);
		bool goes_on = !r->is_union && field->is_bits && field->width;
		bool is_it = r->first + i == wanted;
		if (found && !goes_on)
			return run;
		if (!goes_on || !run.end)
			run.first = field->bit;
		run.end = goes_on || is_it ? end_bit(field) : 0;
		found |= is_it;
	}
	return run;
}

static bool is_free(struct front *f, const struct shim_record *r, const struct bit_run *run,
		    u64 first, u64 end)
{
	if (end > r->size * 8)
		return false;
	for (u32 i = 0; i < r->n && !r->is_union; i++) {
		const struct shim_field *field = shim_get_field(f->shim, r->first + i);
		if (field->bit < end && end_bit(field) > first &&
		    (field->bit < run->first || end_bit(field) > run->end))
			return false;
	}
	return true;
}

/* Whole bytes, 8 at most; an aligned 1, 2, 4 or 8 of them if nothing else is in there. */
static struct bit_run unit_of(struct front *f, const struct shim_record *r, u32 wanted, u64 first_bit)
{
	struct bit_run run = run_around(f, r, wanted);
	u64 window = first_bit & ~(u64)63;
	struct bit_run unit = {
		.first = (run.first > window ? run.first : window) & ~(u64)7,
		.end = ((run.end < window + 64 ? run.end : window + 64) + 7) & ~(u64)7,
	};

	for (u64 size = 8; size <= 64; size *= 2) {
		u64 first = unit.first & ~(size - 1);
		if (first + size < unit.end)
			continue;
		if (is_free(f, r, &run, first, first + size))
			return (struct bit_run){ first, first + size };
		break;
	}
	return unit;
}

bool member_unit(struct front *f, u32 id, struct member_bits *ret)
{
	const struct shim_field *field = shim_get_field(f->shim, id);
	u64 first = field->bit, end = first + field->width;
	struct bit_run unit = unit_of(f, shim_get_record(f->shim, field->record), id, first);

	if (unit.end < end)	/* packed, across the windows of unit_of() */
		unit = (struct bit_run){ first & ~(u64)7, (end + 7) & ~(u64)7 };
	if (unit.end - unit.first > 64)
		return false;
	ret->delta = (s32)(unit.first / 8) - (s32)(first / 8);
	ret->unit = (u8)(unit.end - unit.first);
	ret->shift = (u8)(first - unit.first);
	return true;
}
