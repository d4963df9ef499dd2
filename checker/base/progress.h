/* SPDX-License-Identifier: MIT */
/* A progress line on stderr: only on a terminal, after a second, at most ten a second. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include "reclint.h"

struct progress;
struct progress *progress_start(const char *title, u64 total);
void progress_set(struct progress *p, u64 done, const char *what);	/* what may be NULL */
void progress_stop(struct progress *p);		/* clears the line; p may be NULL */
/* Clears the line, if one is shown, until it is drawn again: before other text on stderr. */
void progress_hide(void);

#endif
