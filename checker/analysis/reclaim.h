/* SPDX-License-Identifier: MIT */
/* Which sinks each root can reach, as findings. */
#ifndef ANALYSIS_RECLAIM_H
#define ANALYSIS_RECLAIM_H

#include "analysis/allow.h"
#include "analysis/finding.h"
#include "analysis/marks.h"

struct reclaim_options {
	const char *alloc_id;		/* the rule that allocations are findings of; NULL: of none */
	const char *only;		/* findings of this rule alone; NULL: of all */
	const struct marks *except;	/* what these cover is left out; NULL: nothing is */
	const struct allows *allows;	/* no path goes through what these allow for its rule; NULL: none */
};

/* Adds what every run of the roots reaches to ret. */
void reclaim_collect(struct engine *e, const struct roots *roots, const struct reclaim_options *opt,
		     struct findings *ret);

/* The branches that every execution of the function takes the same way before the
 * instruction: copied into hop->guards. */
void guards_find(struct engine *e, u32 node, u32 insn, struct diag_hop *hop);

#endif
