// SPDX-License-Identifier: MIT
/* Error values: one piece of text on the heap; context is put before it. */
#include "base/err.h"

#include "base/buf.h"
#include "base/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct err {
	struct buf text;
};

static struct err *create(const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT;
	struct err *err = malloc(sizeof(*err));

	if (!err) {
		fputs("reclint: error: out of memory\n", stderr);
		_Exit(2);
	}
	buf_addv(&text, fmt, ap);
	err->text = text;
	return err;
}

struct err *err_new(const char *fmt, ...)
{
	struct err *err;
	va_list ap;

	va_start(ap, fmt);
	err = create(fmt, ap);
	va_end(ap);
	return err;
}

struct err *err_errno(int errnum, const char *fmt, ...)
{
	struct err *err;
	va_list ap;

	va_start(ap, fmt);
	err = create(fmt, ap);
	va_end(ap);
	buf_addf(&err->text, ": %s", strerror(errnum));
	return err;
}

struct err *err_wrap(struct err *err, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	BUG_ON(!err);
	va_start(ap, fmt);
	buf_addv(&text, fmt, ap);
	va_end(ap);
	buf_addf(&text, ": %s", buf_text(&err->text));
	buf_free(&err->text);
	err->text = text;
	return err;
}

const char *err_text(const struct err *err)
{
	return buf_text(&err->text);
}

void err_free(struct err *err)
{
	if (!err)
		return;
	buf_free(&err->text);
	free(err);
}

int err_report(struct err *err)
{
	progress_hide();
	fprintf(stderr, "reclint: error: %s\n", err_text(err));
	err_free(err);
	return 2;
}

void err_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "reclint: bug: %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nThis is a mistake in reclint, not in what it reads; please report it.\n", stderr);
	abort();
}
