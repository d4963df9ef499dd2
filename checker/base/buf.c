// SPDX-License-Identifier: MIT
/*
 * A growable byte buffer with a NUL behind its end, and the variable-length
 * integers that facts files are made of.  Reading those is fact/'s job.
 */
#include "base/buf.h"

#include "base/arena.h"
#include "base/err.h"

#include <stdlib.h>

#define FLUSH_BYTES (64u << 10)

/* Room for n more bytes and the NUL. */
static void reserve(struct buf *b, size_t n)
{
	size_t need, cap = b->cap ? b->cap : 64;

	if (__builtin_add_overflow(b->len, n, &need) || need > SIZE_MAX / 4)
		BUG("a buffer of %zu + %zu bytes", b->len, n);
	need++;
	if (need <= b->cap)
		return;
	while (cap < need)
		cap *= 2;
	b->s = mem_realloc(b->s, cap, 1);
	b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = 0;
	if (b->to && b->len >= FLUSH_BYTES)
		buf_flush(b);
}

void buf_flush(struct buf *b)
{
	fwrite(buf_text(b), 1, b->len, b->to);
	buf_clear(b);
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	BUG_ON(!fmt);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	BUG_ON(n < 0);
	reserve(b, (size_t)n);
	vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
	if (b->to && b->len >= FLUSH_BYTES)
		buf_flush(b);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

void buf_add_uleb(struct buf *b, u64 v)
{
	u8 bytes[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		bytes[n++] = (u8)(v | 0x80);
	bytes[n++] = (u8)v;
	buf_add(b, bytes, n);
}

void buf_add_sleb(struct buf *b, s64 v)
{
	/* zig-zag: 0 -1 1 -2 2 are 0 1 2 3 4 */
	buf_add_uleb(b, (u64)v << 1 ^ (v < 0 ? ~(u64)0 : 0));
}

const char *buf_text(const struct buf *b)
{
	return b->s ? b->s : "";
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->s)
		b->s[0] = 0;
}

void buf_free(struct buf *b)
{
	free(b->s);
	*b = (struct buf)BUF_INIT;
}
