/* SPDX-License-Identifier: MIT */
/*
 * A typed growable array:  VEC(int) v = VEC_INIT; vec_push(&v, 3); v.a[0]; v.n
 * Heap memory, given back by vec_free().
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type) struct { type *a; u32 n, cap; }
#define VEC_INIT { NULL, 0, 0 }

u32 vec_next_cap(u32 cap, u32 need);

#define vec_reserve(v, need) do {					\
	if ((v)->cap < (u32)(need)) {					\
		(v)->cap = vec_next_cap((v)->cap, (u32)(need));		\
		(v)->a = mem_realloc((v)->a, (v)->cap, sizeof((v)->a[0])); \
	}								\
} while (0)
#define vec_push(v, x) do {						\
	vec_reserve(v, (v)->n + 1);					\
	(v)->a[(v)->n++] = (x);						\
} while (0)
/* A new zeroed last element; the address is valid until the next growth. */
#define vec_add(v) (vec_grow1((void **)&(v)->a, &(v)->n, &(v)->cap, sizeof((v)->a[0])),	\
		    &(v)->a[(v)->n - 1])
#define vec_pop(v) ((v)->a[--(v)->n])
#define vec_last(v) (&(v)->a[(v)->n - 1])
#define vec_clear(v) ((v)->n = 0)
#define vec_free(v) vec_release((void **)&(v)->a, &(v)->n, &(v)->cap)
#define vec_sort(v, cmp) do { if ((v)->n > 1) qsort((v)->a, (v)->n, sizeof((v)->a[0]), cmp); } while (0)

void vec_grow1(void **a, u32 *n, u32 *cap, size_t size);
void vec_release(void **a, u32 *n, u32 *cap);

#endif
