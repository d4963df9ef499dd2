/* SPDX-License-Identifier: MIT */
/*
 * What the last hook found after its change: what the next one, of the same files and with nothing
 * scanned in between, would find before its own.  Kept beside the facts; of another scan, other rules
 * or another reclint it is no answer.
 */
#ifndef CLI_HOOK_LAST_H
#define CLI_HOOK_LAST_H

#include "cli/build_report.h"

enum { HOOK_LAST_KEY = 33 };	/* 32 hex digits and a NUL */

/* Names all that the findings of a look depend on; b has one build. */
MUST_CHECK struct err *hook_last_key(const struct build_options *b, struct arena *a, char ret[HOOK_LAST_KEY]);
/* The findings of that key, with no more of each than its root's function and fingerprint; NULL: not known.
 * The caller frees the report. */
MUST_CHECK struct err *hook_last_read(const char *state, const char *key, struct report **ret);
MUST_CHECK struct err *hook_last_write(const char *state, const char *key, const struct report *r);

#endif
