/* SPDX-License-Identifier: MIT */
/*
 * Bump allocation for data that dies together.  One arena per lifetime; no
 * object is freed by itself.  Memory is zeroed.  Out of memory ends the process.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "reclint.h"

struct arena_chunk;
struct arena {
	struct arena_chunk *chunk;	/* the newest; a list through ->next */
	char *at, *end;			/* the free part of it */
	size_t total;			/* bytes handed out, for statistics */
};
struct arena_mark {
	struct arena_chunk *chunk;
	char *at;
	size_t total;
};

#define ARENA_INIT { NULL, NULL, NULL, 0 }

/* size bytes, zeroed, aligned to 8; never NULL. */
void *arena_alloc(struct arena *a, size_t size) MALLOCED;
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_calloc((a), (n), sizeof(type)))
void *arena_calloc(struct arena *a, size_t n, size_t size) MALLOCED; /* BUG on overflow */
void *arena_dup(struct arena *a, const void *p, size_t size) MALLOCED;
char *arena_strdup(struct arena *a, const char *s) MALLOCED;
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3) MALLOCED;
/* Everything allocated after the mark is given back by arena_release(). */
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);
/* Gives all memory back; the arena is empty and usable again. */
void arena_free(struct arena *a);

/* Plain heap for base/ itself and for growable arrays; never NULL. */
void *mem_realloc(void *p, size_t n, size_t size) MALLOCED;

#endif
