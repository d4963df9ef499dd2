/* SPDX-License-Identifier: MIT */
/* Which sinks each root can reach, as findings. */
#ifndef ANALYSIS_RECLAIM_H
#define ANALYSIS_RECLAIM_H

#include "analysis/roots.h"
#include "report/diag.h"

/* Adds the findings of every run to r. */
void reclaim_findings(struct engine *e, const struct roots *roots, struct report *r);

/* The branches that every execution of the function takes the same way before the
 * instruction: copied into hop->guards. */
void guards_find(struct engine *e, u32 node, u32 insn, struct diag_hop *hop);

#endif
