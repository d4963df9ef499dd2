/* SPDX-License-Identifier: MIT */
/*
 * What is to be known of the whole program, whatever the roots reach: the call graph by type
 * alone, the allocation scopes, where locks are taken, distances, and what comments allow.
 * It is found in a thread of its own while the roots are evaluated; what is found does not
 * depend on that.
 */
#ifndef ANALYSIS_AHEAD_H
#define ANALYSIS_AHEAD_H

#include <pthread.h>

#include "analysis/allow.h"
#include "analysis/distance.h"
#include "analysis/locksites.h"
#include "analysis/scopes.h"

struct ahead {
	struct engine e;	/* the thread's own: rules and bodies that were looked up */
	struct callgraph *graph;
	struct scopes scopes;
	struct distances distances;
	struct lock_sites sites;
	const char *srctree, *objtree;
	struct allows allows;
	pthread_t thread;
	bool is_running;
};

/* With the program and the rules of e, which may go on being used; e->ahead is a.  The trees are as in report.h. */
void ahead_start(struct ahead *a, struct engine *e, const char *srctree, const char *objtree);
/* Before what it found is read. */
void ahead_wait(struct ahead *a);
void ahead_free(struct ahead *a);

#endif
