/* SPDX-License-Identifier: MIT */
/*
 * What was known before a change that was refused.  A refused change has been scanned, so the
 * facts hold it; the next look must not take it for what was there before.  Kept beside the
 * facts until the change passes, or HEAD is another commit.
 */
#ifndef CLI_HOOK_KNOWN_H
#define CLI_HOOK_KNOWN_H

#include "base/arena.h"
#include "base/map.h"
#include "report/diag.h"

struct hook_known {
	struct arena arena;
	const char *path, *head;	/* head: the commit; "-" without git */
	VEC(const char *) lines;	/* "ROOT TAB FINGERPRINT", or "ROOT TAB -" for a root without findings */
	struct map roots, findings;	/* keys: names of roots; lines */
};

/* A file of another commit, or none, is as if it were empty. */
MUST_CHECK struct err *hook_known_read(const char *state, struct hook_known *ret);
/* Moves what was found before the change to after->unchanged: what the file says of a root, or else 'before' does. */
void hook_known_take(const struct hook_known *k, const struct report *before, struct report *after);
/* Remembers what is known of after's roots if anything new was found; else forgets them. */
MUST_CHECK struct err *hook_known_write(struct hook_known *k, const struct report *before, const struct report *after);
void hook_known_free(struct hook_known *k);

#endif
