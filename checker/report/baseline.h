/* SPDX-License-Identifier: MIT */
/*
 * What was found before and is accepted for now, in a file that people keep under version
 * control: docs/gate.md describes it.  Findings are known by their fingerprint, so that it
 * does not matter where lines went.
 */
#ifndef REPORT_BASELINE_H
#define REPORT_BASELINE_H

#include "report/diag.h"

struct baseline {
	struct arena arena;
	const char *path;
	VEC(struct diag_known) findings;
	VEC(struct diag_known_root) roots;
};

/* The error names file and line.  The caller frees *ret. */
MUST_CHECK struct err *baseline_read(const char *path, struct baseline **ret);
void baseline_free(struct baseline *b);

/*
 * Sorts the report's findings by it: what is known goes to r->unchanged, unless it is in more
 * contexts or more severe than it was ("worse"); what is known and not found any more to
 * r->fixed, roots to r->gone.  root_glob: only what belongs to such roots (NULL: all) was
 * looked for.  Texts are copied into the report.
 */
void baseline_compare(const struct baseline *b, const char *root_glob, struct report *r);

/*
 * The text of a baseline that accepts what the report has now (before anything but
 * baseline_compare() took from it).  before may be NULL; of it stay the reasons, and what
 * root_glob left out.
 */
void baseline_text(const struct report *r, const struct baseline *before, const char *root_glob,
		   struct buf *out);

#endif
