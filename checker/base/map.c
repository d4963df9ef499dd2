// SPDX-License-Identifier: MIT
/*
 * Open addressing with linear probing, at most three quarters full.
 *
 * A slot holds a number, or the address and length of bytes; one map never holds
 * both kinds.  Numbers go through a mixer, since ids and pairs of ids are dense.
 * Ignored: removal and iteration (see map.h).
 */
#include "base/map.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

#include <stdlib.h>

struct map_slot {
	union {
		u64 key;
		const void *p;
	};
	u64 value;
	u32 len;
	u32 tag;	/* 0: free; else the hash's upper half with the lowest bit set */
};

/* The finaliser of splitmix64: every bit of the key reaches every bit of the hash. */
static u64 mix(u64 x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static u32 tag_of(u64 hash)
{
	return (u32)(hash >> 32) | 1;
}

/*
 * The home slot comes from the same 32 bits as the tag, so that growing needs
 * no key; the lowest bit, which the tag loses, is put back by the multiplication.
 */
static u32 home(const struct map *m, u32 tag)
{
	return (u32)((tag * 0x9e3779b97f4a7c15ull) >> 32) & (m->cap - 1);
}

static void grow(struct map *m)
{
	struct map_slot *old = m->slots;
	u32 old_cap = m->cap;

	if (m->cap > UINT32_MAX / 2)
		BUG("a map of more than %u slots", m->cap);
	m->cap = m->cap ? m->cap * 2 : 16;
	m->slots = mem_realloc(NULL, m->cap, sizeof(*m->slots));
	memset(m->slots, 0, m->cap * sizeof(*m->slots));
	for (u32 i = 0; i < old_cap; i++) {
		u32 at;

		if (!old[i].tag)
			continue;
		at = home(m, old[i].tag);
		while (m->slots[at].tag)
			at = (at + 1) & (m->cap - 1);
		m->slots[at] = old[i];
	}
	free(old);
}

static bool needs_growth(const struct map *m)
{
	return m->n >= m->cap - m->cap / 4;
}

/* The slot of the key, or the free one where it belongs; cap is not 0. */
static struct map_slot *slot_of(const struct map *m, u64 key, u32 tag)
{
	u32 at = home(m, tag);

	while (m->slots[at].tag && (m->slots[at].tag != tag || m->slots[at].key != key))
		at = (at + 1) & (m->cap - 1);
	return &m->slots[at];
}

static bool same_bytes(const struct map_slot *s, u32 tag, const void *p, size_t len)
{
	return s->tag == tag && s->len == len && (!len || memcmp(s->p, p, len) == 0);
}

static struct map_slot *slot_of_bytes(const struct map *m, const void *p, size_t len, u32 tag)
{
	u32 at = home(m, tag);

	while (m->slots[at].tag && !same_bytes(&m->slots[at], tag, p, len))
		at = (at + 1) & (m->cap - 1);
	return &m->slots[at];
}

u64 *map_get(const struct map *m, u64 key)
{
	struct map_slot *s;

	if (!m->n)
		return NULL;
	s = slot_of(m, key, tag_of(mix(key)));
	return s->tag ? &s->value : NULL;
}

u64 *map_put(struct map *m, u64 key, bool *is_new_ret)
{
	u32 tag = tag_of(mix(key));
	struct map_slot *s;
	bool is_new;

	if (needs_growth(m))
		grow(m);
	s = slot_of(m, key, tag);
	is_new = !s->tag;
	if (is_new) {
		*s = (struct map_slot){ .key = key, .tag = tag };
		m->n++;
	}
	if (is_new_ret)
		*is_new_ret = is_new;
	return &s->value;
}

u64 *map_get_bytes(const struct map *m, const void *key, size_t len)
{
	struct map_slot *s;

	if (!m->n)
		return NULL;
	s = slot_of_bytes(m, key, len, tag_of(hash64(key, len)));
	return s->tag ? &s->value : NULL;
}

u64 *map_put_bytes(struct map *m, const void *key, size_t len, bool *is_new_ret)
{
	u32 tag = tag_of(hash64(key, len));
	struct map_slot *s;
	bool is_new;

	if (len > UINT32_MAX)
		BUG("a key of %zu bytes", len);
	if (needs_growth(m))
		grow(m);
	s = slot_of_bytes(m, key, len, tag);
	is_new = !s->tag;
	if (is_new) {
		*s = (struct map_slot){ .p = key, .len = (u32)len, .tag = tag };
		m->n++;
	}
	if (is_new_ret)
		*is_new_ret = is_new;
	return &s->value;
}

void map_clear(struct map *m)
{
	if (m->n)
		memset(m->slots, 0, m->cap * sizeof(*m->slots));
	m->n = 0;
}

void map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map)MAP_INIT;
}
