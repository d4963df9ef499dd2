/* SPDX-License-Identifier: MIT */
/* XXH3 through libxxhash, whose values are frozen since 0.8.0: safe in files. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "reclint.h"

struct hash128 { u64 lo, hi; };

u64 hash64(const void *p, size_t n);
struct hash128 hash128(const void *p, size_t n);
/* Order matters. */
struct hash128 hash128_mix(struct hash128 a, struct hash128 b);
static inline bool hash128_eq(struct hash128 a, struct hash128 b)
{
	return a.lo == b.lo && a.hi == b.hi;
}
/* 32 hex digits and a NUL. */
void hash128_hex(struct hash128 h, char out[33]);

#endif
