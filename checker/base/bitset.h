/* SPDX-License-Identifier: MIT */
/* Dense sets of small integers; grow on set. */
#ifndef BASE_BITSET_H
#define BASE_BITSET_H

#include "reclint.h"

struct bitset {
	u64 *w;
	u32 n_words;
};
#define BITSET_INIT { NULL, 0 }

bool bitset_test(const struct bitset *s, u32 i);
bool bitset_set(struct bitset *s, u32 i);	/* true if it was not set before */
void bitset_unset(struct bitset *s, u32 i);
bool bitset_or(struct bitset *s, const struct bitset *o); /* true if s changed */
u32 bitset_count(const struct bitset *s);
void bitset_clear(struct bitset *s);
void bitset_free(struct bitset *s);

#endif
