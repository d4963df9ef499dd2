/* SPDX-License-Identifier: MIT */
/* A growable byte buffer; always NUL-terminated behind len bytes. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "reclint.h"

#include <stdarg.h>
#include <stdio.h>

struct buf {
	char *s;	/* never NULL after the first add; use buf_text() */
	size_t len, cap;
	FILE *to;	/* NULL, or where it is written to whenever there is much: see buf_flush() */
};
#define BUF_INIT { NULL, 0, 0, NULL }

void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_addv(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);
/* Unsigned LEB128 and zig-zag signed LEB128. */
void buf_add_uleb(struct buf *b, u64 v);
void buf_add_sleb(struct buf *b, s64 v);
const char *buf_text(const struct buf *b);	/* "" when empty */
/* Writes what there is to b->to, and forgets it; errors stay in the FILE, for ferror(). */
void buf_flush(struct buf *b);
void buf_clear(struct buf *b);
void buf_free(struct buf *b);

#endif
