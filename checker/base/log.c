// SPDX-License-Identifier: MIT
/* Chatter on stderr by level.  The level is the one global: it is set once, by main(). */
#include "base/log.h"

#include "base/progress.h"

#include <stdarg.h>
#include <stdio.h>

static enum log_level current_level = LOG_NORMAL;

void log_set_level(enum log_level level)
{
	current_level = level;
}

bool log_is(enum log_level level)
{
	return current_level >= level;
}

static void print(const char *prefix, const char *fmt, va_list ap)
{
	progress_hide();
	fputs(prefix, stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void log_note(const char *fmt, ...)
{
	va_list ap;

	if (!log_is(LOG_NORMAL))
		return;
	va_start(ap, fmt);
	print("reclint: ", fmt, ap);
	va_end(ap);
}

void log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print("reclint: warning: ", fmt, ap);
	va_end(ap);
}

void log_verbose(const char *fmt, ...)
{
	va_list ap;

	if (!log_is(LOG_VERBOSE))
		return;
	va_start(ap, fmt);
	print("reclint: ", fmt, ap);
	va_end(ap);
}
