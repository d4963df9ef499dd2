// SPDX-License-Identifier: MIT
/*
 * Dense sets of small integers as words of 64 bits that grow on set.  A set that
 * is too short is the same as one with zeros behind it.
 */
#include "base/bitset.h"

#include "base/arena.h"
#include "base/vec.h"

#include <stdlib.h>

static void grow(struct bitset *s, u32 n_words)
{
	u32 cap;

	if (n_words <= s->n_words)
		return;
	cap = vec_next_cap(s->n_words ? s->n_words : 1, n_words);
	s->w = mem_realloc(s->w, cap, sizeof(*s->w));
	memset(s->w + s->n_words, 0, (size_t)(cap - s->n_words) * sizeof(*s->w));
	s->n_words = cap;
}

bool bitset_test(const struct bitset *s, u32 i)
{
	return i / 64 < s->n_words && (s->w[i / 64] >> (i % 64) & 1);
}

bool bitset_set(struct bitset *s, u32 i)
{
	u64 bit = (u64)1 << (i % 64);
	bool is_new;

	grow(s, i / 64 + 1);
	is_new = !(s->w[i / 64] & bit);
	s->w[i / 64] |= bit;
	return is_new;
}

void bitset_unset(struct bitset *s, u32 i)
{
	if (i / 64 < s->n_words)
		s->w[i / 64] &= ~((u64)1 << (i % 64));
}

bool bitset_or(struct bitset *s, const struct bitset *o)
{
	u32 n = o->n_words;
	bool changed = false;

	while (n && !o->w[n - 1])
		n--;
	grow(s, n);
	for (u32 i = 0; i < n; i++) {
		u64 w = s->w[i] | o->w[i];

		changed |= w != s->w[i];
		s->w[i] = w;
	}
	return changed;
}

u32 bitset_count(const struct bitset *s)
{
	u32 n = 0;

	for (u32 i = 0; i < s->n_words; i++)
		n += (u32)__builtin_popcountll(s->w[i]);
	return n;
}

void bitset_clear(struct bitset *s)
{
	if (s->n_words)
		memset(s->w, 0, s->n_words * sizeof(*s->w));
}

void bitset_free(struct bitset *s)
{
	free(s->w);
	*s = (struct bitset)BITSET_INIT;
}
