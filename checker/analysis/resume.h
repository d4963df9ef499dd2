/* SPDX-License-Identifier: MIT */
/* Whether marks are right: what resuming a marked device does, judged. */
#ifndef ANALYSIS_RESUME_H
#define ANALYSIS_RESUME_H

#include "analysis/marks.h"
#include "analysis/roots.h"
#include "report/diag.h"

/*
 * Requires that what each mark silences has been counted.  Adds every mark to r->marks
 * with its verdict, and what refutes a claim to r->findings.  What a walk could not see
 * becomes a gap of e.  only: not NULL when somebody asked for some roots; then marks that
 * have nothing to do with these are left out, neither judged nor added.  Where files that
 * have changed are what was asked for, a part that is refuted a few calls deep is looked
 * at no further.
 */
void marks_judge(struct engine *e, const struct marks *marks, const struct roots *only, struct report *r);

#endif
