// SPDX-License-Identifier: MIT
/*
 * Interning: text in an arena, an array from id to text, and an index from text
 * to id (open addressing, at most two thirds full) whose slots carry the hash, so
 * that a miss seldom touches the text.
 *
 * The index is built at the first look-up: a table that a reader fills with
 * strtab_append() and that is only read from never pays for it.
 * Ignored: removal, and tables of more than 2^31 strings.
 */
#include "base/str.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct str_entry {
	const char *s;
	u32 len;
};
struct str_slot {
	u32 id;		/* 0: free */
	u32 hash;
};
struct strtab {
	struct arena text;
	VEC(struct str_entry) entries;	/* [0] is no string */
	struct str_slot *slots;
	u32 cap;			/* of slots: 0 or a power of two */
	u32 n_indexed;			/* entries [1 .. n_indexed] are in slots */
};

struct strtab *strtab_create(void)
{
	struct strtab *t = mem_realloc(NULL, 1, sizeof(*t));
	struct str_entry none = { "", 0 };

	*t = (struct strtab){ .text = ARENA_INIT };
	vec_reserve(&t->entries, 64);
	vec_push(&t->entries, none);
	return t;
}

void strtab_destroy(struct strtab *t)
{
	if (!t)
		return;
	arena_free(&t->text);
	vec_free(&t->entries);
	free(t->slots);
	free(t);
}

static void put(struct strtab *t, struct str_slot slot)
{
	u32 at = slot.hash & (t->cap - 1);

	while (t->slots[at].id)
		at = (at + 1) & (t->cap - 1);
	t->slots[at] = slot;
}

static void resize(struct strtab *t, u32 cap)
{
	struct str_slot *old = t->slots;
	u32 old_cap = t->cap;

	t->cap = cap;
	t->slots = mem_realloc(NULL, cap, sizeof(*t->slots));
	memset(t->slots, 0, cap * sizeof(*t->slots));
	for (u32 i = 0; i < old_cap; i++)
		if (old[i].id)
			put(t, old[i]);
	free(old);
}

/* Room for one more string, and everything appended so far in the index. */
static void index_all(struct strtab *t)
{
	u32 cap = t->cap ? t->cap : 64;

	while (t->entries.n > cap / 3 * 2) {
		if (cap > UINT32_MAX / 2)
			BUG("too many strings (%u)", t->entries.n);
		cap *= 2;
	}
	if (cap != t->cap)
		resize(t, cap);
	while (t->n_indexed + 1 < t->entries.n) {
		u32 id = ++t->n_indexed;
		const struct str_entry *e = &t->entries.a[id];

		put(t, (struct str_slot){ id, (u32)hash64(e->s, e->len) });
	}
}

static u32 look_up(const struct strtab *t, const char *s, size_t len, u32 hash)
{
	u32 at = hash & (t->cap - 1);

	for (; t->slots[at].id; at = (at + 1) & (t->cap - 1)) {
		const struct str_entry *e = &t->entries.a[t->slots[at].id];

		if (t->slots[at].hash == hash && e->len == len && memcmp(e->s, s, len) == 0)
			return t->slots[at].id;
	}
	return 0;
}

struct str str_intern_n(struct strtab *t, const char *s, size_t len)
{
	struct str_entry e;
	u32 hash, id;
	char *copy;

	if (len >= UINT32_MAX)
		BUG("a string of %zu bytes", len);
	if (!t->cap || t->n_indexed + 1 < t->entries.n || t->entries.n > t->cap / 3 * 2)
		index_all(t);
	hash = (u32)hash64(s, len);
	id = look_up(t, s, len, hash);
	if (id)
		return (struct str){ id };
	copy = arena_alloc(&t->text, len + 1);
	memcpy(copy, s, len);
	e = (struct str_entry){ copy, (u32)len };
	vec_push(&t->entries, e);
	id = ++t->n_indexed;
	put(t, (struct str_slot){ id, hash });
	return (struct str){ id };
}

struct str str_intern(struct strtab *t, const char *s)
{
	if (!s)
		return (struct str){ 0 };
	return str_intern_n(t, s, strlen(s));
}

struct str str_internf(struct strtab *t, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	struct str id;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	id = str_intern_n(t, buf_text(&b), b.len);
	buf_free(&b);
	return id;
}

struct str strtab_append(struct strtab *t, const char *s, u32 len)
{
	struct str_entry e = { s, len };

	vec_push(&t->entries, e);
	return (struct str){ t->entries.n - 1 };
}

struct str str_find(const struct strtab *t, const char *s)
{
	size_t len = strlen(s);

	if (t->n_indexed + 1 < t->entries.n)
		index_all((struct strtab *)t);	/* a cache: the table does not change */
	if (!t->cap)
		return (struct str){ 0 };
	return (struct str){ look_up(t, s, len, (u32)hash64(s, len)) };
}

const char *str_text(const struct strtab *t, struct str s)
{
	BUG_ON(s.n >= t->entries.n);
	return t->entries.a[s.n].s;
}

size_t str_len(const struct strtab *t, struct str s)
{
	BUG_ON(s.n >= t->entries.n);
	return t->entries.a[s.n].len;
}

u32 strtab_count(const struct strtab *t)
{
	return t->entries.n - 1;
}
