/* SPDX-License-Identifier: MIT */
/* What predicates cover: the roots that ask one, evaluated with the answer "safe". */
#ifndef ANALYSIS_PREDICATES_H
#define ANALYSIS_PREDICATES_H

#include "analysis/finding.h"

/*
 * e has evaluated the roots with every predicate false, and 'open' is what was found
 * then.  What there is in addition when one is true is reported: resumes as silenced
 * by it, everything else as it is (a predicate says nothing of locks).  Gaps of the
 * further evaluations become gaps of e.
 */
void predicates_run(struct engine *e, const struct roots *roots, struct marks *marks,
		    const struct findings *open, struct report *r);

#endif
