/* SPDX-License-Identifier: MIT */
/*
 * Open addressing from a 64-bit key, or from a byte string, to a u64.  No
 * removal.  Iteration order is of no meaning and is not offered: keep a vec
 * beside the map where order matters.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "reclint.h"

struct map_slot;
struct map {
	struct map_slot *slots;
	u32 n, cap;		/* cap is 0 or a power of two */
};
#define MAP_INIT { NULL, 0, 0 }

/* The value's address, or NULL. Valid until the next insertion. */
u64 *map_get(const struct map *m, u64 key);
/* The value's address, inserted as 0 if new; *is_new_ret (may be NULL) says which. */
u64 *map_put(struct map *m, u64 key, bool *is_new_ret);
/* Keys of bytes: the bytes are not copied and must outlive the map. */
u64 *map_get_bytes(const struct map *m, const void *key, size_t len);
u64 *map_put_bytes(struct map *m, const void *key, size_t len, bool *is_new_ret);
void map_clear(struct map *m);	/* keeps the memory */
void map_free(struct map *m);
/* Packs two ids into a key. */
static inline u64 map_key2(u32 a, u32 b) { return ((u64)a << 32) | b; }

#endif
