/* SPDX-License-Identifier: MIT */
/* Causes collected over contexts, and their conversion into the report's data. */
#ifndef ANALYSIS_FINDING_H
#define ANALYSIS_FINDING_H

#include "analysis/marks.h"
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

/* One way to a cause, the shortest in one context at least, with the contexts in which it is feasible. */
struct way_found { u64 hash; struct path path; struct bitset contexts; };

struct found {
	VEC(struct way_found) ways;
	u32 root;
	const char *rule;
	struct bitset contexts;			/* of ruleset->contexts: of all ways */
	struct bitset path_contexts;		/* of the way that 'path' is; shared with it */
	struct path path;			/* of the way that most contexts have, the shortest of those */
	bool is_dropped;			/* findings_subtract() or findings_merge_ways() left nothing of it */
};

/* The class that a cause is about; 0: none. */
u32 found_token(const struct engine *e, const struct found *x);

void findings_init(struct findings *f, struct engine *e, const struct roots *roots);
struct inversions;
/* Where in a function: texts are the program's. */
/* "exclusive" also where the rule need not say so; NULL for a wait. */
static inline const char *finding_lock_mode(const struct rule_fn *r)
{
	return r->mode || r->kind != RULE_LOCK ? r->mode : "exclusive";
}
struct diag_place finding_place(const struct engine *e, u32 fn, u32 line, u32 col);
/* The hop of a direct call, and of any edge, with guards; texts are the program's, or from a. */
struct diag_hop finding_hop(struct engine *e, u32 node, u32 insn, const char *calls);
struct diag_hop finding_edge_hop(struct engine *e, struct path_step step, struct arena *a);
/* Certain, likely or possible. */
const char *finding_confidence(const struct diag_hop *hops, u32 n);
/* All but id: the finding of the cause itself. */
struct finding_options;
struct diag_finding finding_make(struct findings *f, const struct found *x, const struct finding_options *opt,
				 struct report *r);
void finding_fingerprint(struct diag_finding *d, struct arena *a);
/* The path, which is copied, is one more way to its cause. */
void findings_add(struct findings *f, const struct root *root, const struct root_run *run,
		  const char *rule, const struct path *path);
/* After the last findings_add(): each way's contexts are all those in which it is feasible. */
void findings_complete_ways(struct findings *f);
/*
 * After that: a way that is of two causes (where code acts for a driver in one context and for none in another,
 * or the class is known at one time only) is the class's, else the first one's.
 */
void findings_merge_ways(struct findings *f);
/* Takes away what 'other' has as well, context by context. Both are of one program. */
void findings_subtract(struct findings *f, const struct findings *other);

struct finding_options {
	const struct inversions *inversions;	/* pairs of the causes, reported with them; NULL: none */
	bool only_inversions;		/* ..and the causes themselves are not */
	struct allows *allows;		/* comments that silence them all, and count it; NULL: none */
	const struct findings *except;	/* causes that it has as well are left out; NULL: none */
	struct marks *marks;		/* what they cover is silenced, and counted there; NULL: none */
	const char *claim;		/* the mark that the roots are to prove; NULL: they are not about one */
	u32 predicate;			/* number in marks, from 1: it was assumed to be true, so resumes are
					 * silenced by it; 0: none */
};
/* Adds them to the report, silenced ones to r->marked. */
void findings_report(struct findings *f, const struct finding_options *opt, struct report *r);
/* After the last findings_report(): sorts, and gives each its id. */
void findings_finish(struct report *r);
void findings_free(struct findings *f);

#endif
