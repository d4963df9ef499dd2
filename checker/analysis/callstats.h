/* SPDX-License-Identifier: MIT */
/* How the calls by pointer that the walk came to were resolved. */
#ifndef ANALYSIS_CALLSTATS_H
#define ANALYSIS_CALLSTATS_H

#include "analysis/engine.h"
#include "report/diag.h"

/* Fills r->walked. */
void callstats(const struct engine *e, struct report *r);

#endif
