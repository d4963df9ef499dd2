/* SPDX-License-Identifier: MIT */
/* Chatter for people, on stderr only.  Findings never go through here. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "reclint.h"

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE, LOG_TRACE };
void log_set_level(enum log_level level);
bool log_is(enum log_level level);
void log_note(const char *fmt, ...) PRINTF(1, 2);	/* "reclint: ..." unless quiet */
void log_warn(const char *fmt, ...) PRINTF(1, 2);	/* "reclint: warning: ..." always */
void log_verbose(const char *fmt, ...) PRINTF(1, 2);

#endif
