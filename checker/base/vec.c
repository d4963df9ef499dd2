// SPDX-License-Identifier: MIT
/*
 * The part of growable arrays that is not a macro: capacity doubles from 8.
 * Ignored: arrays of more than 2^32 - 1 elements (a BUG).
 */
#include "base/vec.h"

#include "base/err.h"

#include <stdlib.h>

u32 vec_next_cap(u32 cap, u32 need)
{
	u32 next = cap ? cap : 8;

	while (next < need) {
		if (next > UINT32_MAX / 2)
			return need;
		next *= 2;
	}
	return next;
}

void vec_grow1(void **a, u32 *n, u32 *cap, size_t size)
{
	if (*n == *cap) {
		if (*n == UINT32_MAX)
			BUG("an array of more than %u elements", *n);
		*cap = vec_next_cap(*cap, *n + 1);
		*a = mem_realloc(*a, *cap, size);
	}
	memset((char *)*a + *n * size, 0, size);
	++*n;
}

void vec_release(void **a, u32 *n, u32 *cap)
{
	free(*a);
	*a = NULL;
	*n = *cap = 0;
}
