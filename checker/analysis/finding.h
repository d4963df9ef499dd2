/* SPDX-License-Identifier: MIT */
/* Causes collected over contexts, and their conversion into the report's data. */
#ifndef ANALYSIS_FINDING_H
#define ANALYSIS_FINDING_H

#include "analysis/roots.h"
#include "report/diag.h"

struct path_step { u32 node, edge; };	/* take that edge out of that node */
/* From a root's node to a sink: 'last' has the event. */
struct path {
	VEC(struct path_step) steps;
	u32 last, event;
	u32 n_owned;		/* steps before the cause's own call */
};

struct findings {
	struct engine *e;
	const struct roots *roots;
	struct arena arena;
	VEC(struct found) a;
	struct map index;
};

/* One way to a cause, with the contexts in which it was the shortest. */
struct way_found { u64 hash; struct path path; struct bitset contexts; };

struct found {
	VEC(struct way_found) ways;
	u32 root;
	const char *rule;
	u32 site_fn, site_line, site_col;	/* the cause */
	struct bitset contexts;			/* of ruleset->contexts: of all ways */
	struct bitset path_contexts;		/* of the way that 'path' is; shared with it */
	struct path path;			/* of the way that most contexts have, the shortest of those */
};

void findings_init(struct findings *f, struct engine *e, const struct roots *roots);
/* The path is copied. */
void findings_add(struct findings *f, const struct root *root, const struct root_run *run,
		  const char *rule, const struct path *path);
void findings_report(struct findings *f, struct report *r);
void findings_free(struct findings *f);

#endif
