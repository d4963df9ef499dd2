/* SPDX-License-Identifier: MIT */
/*
 * Where locks are taken and released, by the code alone: a call of a lock function names its
 * class by the member or variable whose address it passes.  A function that passes on its
 * own argument (a guard's constructor) makes its callers the ones that do.
 */
#ifndef ANALYSIS_LOCKSITES_H
#define ANALYSIS_LOCKSITES_H

#include "analysis/lockset.h"

struct lock_site {
	u32 fn, insn, token;
	const struct rule_fn *rule;	/* of the lock function; NULL: it is called by way of a passer */
	bool takes;
};

struct lock_sites {
	VEC(struct lock_site) a;
	VEC(u32) passers;		/* functions whose argument is the lock: of whatever class; lock functions, too */
};

void lock_sites_find(struct engine *e, const struct callgraph *g, struct lock_sites *ret);
void lock_sites_free(struct lock_sites *s);

/* What the address of a lock was made from, by the code alone: *ret is the argument, or the class. */
enum lock_origin { ORIGIN_UNKNOWN, ORIGIN_ARG, ORIGIN_TOKEN };
enum lock_origin lock_origin(const struct pfn *f, const struct fact_body *b, struct val v, u32 *ret);

#endif
