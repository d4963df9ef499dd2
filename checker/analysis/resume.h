/* SPDX-License-Identifier: MIT */
/* Whether marks are right: what resuming a marked device does, judged. */
#ifndef ANALYSIS_RESUME_H
#define ANALYSIS_RESUME_H

#include "analysis/marks.h"
#include "report/diag.h"

/*
 * Requires that what each mark silences has been counted.  Adds every mark to r->marks
 * with its verdict, and what refutes a claim to r->findings.  What a walk could not see
 * becomes a gap of e.
 */
void marks_judge(struct engine *e, const struct marks *marks, struct report *r);

#endif
