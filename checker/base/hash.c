// SPDX-License-Identifier: MIT
/*
 * XXH3 through libxxhash; the only file that includes it.  Not for secrets: anyone
 * can make two inputs with one hash.
 */
#include "base/hash.h"

#include <stdio.h>
#include <xxhash.h>

u64 hash64(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

struct hash128 hash128(const void *p, size_t n)
{
	XXH128_hash_t h = XXH3_128bits(p, n);

	return (struct hash128){ h.low64, h.high64 };
}

struct hash128 hash128_mix(struct hash128 a, struct hash128 b)
{
	u64 words[4] = { a.lo, a.hi, b.lo, b.hi };
	u8 bytes[sizeof(words)];

	for (size_t i = 0; i < sizeof(bytes); i++)	/* equal on every byte order */
		bytes[i] = (u8)(words[i / 8] >> (i % 8 * 8));
	return hash128(bytes, sizeof(bytes));
}

void hash128_hex(struct hash128 h, char out[33])
{
	snprintf(out, 33, "%016llx%016llx", (unsigned long long)h.hi, (unsigned long long)h.lo);
}
