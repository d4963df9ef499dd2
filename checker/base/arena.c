// SPDX-License-Identifier: MIT
/*
 * Bump allocation in a list of growing chunks, newest first.
 *
 * A released chunk goes back to the heap, but for one: releasing to a mark of an
 * empty arena keeps the newest chunk, so that a scratch arena in a loop does not
 * call the heap each time round.  Under AddressSanitizer the free part of every
 * chunk is poisoned, which finds uses after arena_release().
 *
 * Ignored: alignment above 8, and threads.
 */
#include "base/arena.h"

#include "base/buf.h"
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define poison(p, n) __asan_poison_memory_region((p), (n))
#define unpoison(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define poison(p, n) ((void)(p), (void)(n))
#define unpoison(p, n) ((void)(p), (void)(n))
#endif

#define CHUNK_FIRST ((size_t)4096)
#define CHUNK_LAST ((size_t)1 << 20)	/* they double up to this size */

struct arena_chunk {
	struct arena_chunk *next;	/* the one that was filled before */
	size_t size;			/* of data */
	char data[] __attribute__((aligned(16)));
};

NORETURN static void out_of_memory(size_t size)
{
	fprintf(stderr, "reclint: error: out of memory (%zu bytes)\n", size);
	_exit(2);
}

void *mem_realloc(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		BUG("an array of %zu times %zu bytes", n, size);
	p = realloc(p, bytes ? bytes : 1);
	if (!p)
		out_of_memory(bytes);
	return p;
}

static struct arena_chunk *chunk_new(struct arena *a, size_t need)
{
	size_t size = a->chunk ? a->chunk->size * 2 : CHUNK_FIRST - sizeof(struct arena_chunk);
	struct arena_chunk *c;

	if (size > CHUNK_LAST)
		size = CHUNK_LAST;
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(*c))
		out_of_memory(need);
	c = calloc(1, sizeof(*c) + size);
	if (!c)
		out_of_memory(size);
	c->size = size;
	c->next = a->chunk;
	poison(c->data, size);
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t rounded = size ? (size + 7) & ~(size_t)7 : 8;
	char *p;

	if (rounded < size)
		out_of_memory(size);
	if (!a->chunk || (size_t)(a->end - a->at) < rounded) {
		a->chunk = chunk_new(a, rounded);
		a->at = a->chunk->data;
		a->end = a->at + a->chunk->size;
	}
	p = a->at;
	a->at += rounded;
	a->total += rounded;
	unpoison(p, size ? size : 1);
	return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		BUG("an array of %zu times %zu bytes", n, size);
	return arena_alloc(a, bytes);
}

void *arena_dup(struct arena *a, const void *p, size_t size)
{
	void *copy = arena_alloc(a, size);

	if (size)
		memcpy(copy, p, size);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_dup(a, s, strlen(s) + 1);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;
	char *s;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	s = arena_dup(a, buf_text(&b), b.len + 1);
	buf_free(&b);
	return s;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->chunk, a->at, a->total };
}

/* Zeroes and poisons what is used of the newest chunk from 'from' on. */
static void rewind_to(struct arena *a, char *from)
{
	unpoison(from, (size_t)(a->at - from));
	memset(from, 0, (size_t)(a->at - from));
	poison(from, (size_t)(a->end - from));
	a->at = from;
}

static void drop_newest(struct arena *a)
{
	struct arena_chunk *c = a->chunk;

	a->chunk = c->next;
	unpoison(c->data, c->size);
	free(c);
}

/* Back to empty, but with one chunk in hand. */
static void empty_but_one(struct arena *a)
{
	struct arena_chunk *kept = a->chunk;

	while (kept->next) {
		struct arena_chunk *c = kept->next;

		kept->next = c->next;
		unpoison(c->data, c->size);
		free(c);
	}
	rewind_to(a, kept->data);
}

void arena_release(struct arena *a, struct arena_mark mark)
{
	a->total = mark.total;
	if (!a->chunk)
		return;
	if (!mark.chunk) {
		if (a->chunk->size > CHUNK_LAST)
			arena_free(a);
		else
			empty_but_one(a);
		return;
	}
	if (a->chunk == mark.chunk) {
		rewind_to(a, mark.at);
		return;
	}
	while (a->chunk != mark.chunk) {
		drop_newest(a);
		if (!a->chunk)
			BUG("a mark of another arena, or one that was released before");
	}
	/* How much of this chunk was used is not known any more: all of it. */
	a->end = a->chunk->data + a->chunk->size;
	a->at = a->end;
	rewind_to(a, mark.at);
}

void arena_free(struct arena *a)
{
	while (a->chunk)
		drop_newest(a);
	a->at = a->end = NULL;
	a->total = 0;
}
