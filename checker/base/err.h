/* SPDX-License-Identifier: MIT */
/*
 * Failure, in three kinds.  Bad input or environment: a function returns a
 * struct err * (NULL is success) and leaves its outputs untouched.  A bug of
 * ours: BUG().  Out of memory: base/ ends the process with status 2.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "reclint.h"

struct err; /* a message, owned by whoever holds the pointer */

/* A new error.  The text says the problem first, quotes its subject, and has
 * neither a capital at the start nor a full stop. */
struct err *err_new(const char *fmt, ...) PRINTF(1, 2) MUST_CHECK;
/* As err_new(), with ": <strerror(errnum)>" behind the text. */
struct err *err_errno(int errnum, const char *fmt, ...) PRINTF(2, 3) MUST_CHECK;
/* Puts "<context>: " before the text of 'err', which it consumes and returns. */
struct err *err_wrap(struct err *err, const char *fmt, ...) PRINTF(2, 3) MUST_CHECK;
/* The text; valid until err_free(). */
const char *err_text(const struct err *err);
/* err may be NULL. */
void err_free(struct err *err);
/* Prints "reclint: error: <text>" on stderr and frees err; returns 2, the
 * exit status of a tool error.  Only cli/ and the front-ends' main.c call it. */
int err_report(struct err *err);

/* Prints file, line and text, and aborts; stays on in release builds. */
#define BUG(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)
#define BUG_ON(cond) do { if (cond) BUG("%s", #cond); } while (0)
NORETURN void err_bug(const char *file, int line, const char *fmt, ...) PRINTF(3, 4);

#endif
