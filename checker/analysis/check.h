/* SPDX-License-Identifier: MIT */
/*
 * The whole of it: facts in, findings out.  link/ merges the facts into one
 * program, the engine walks from every root in every context, and what it found
 * comes back as a struct report.
 */
#ifndef ANALYSIS_CHECK_H
#define ANALYSIS_CHECK_H

#include "report/diag.h"
#include "rule/rule.h"

struct check_options {
	const char *const *facts;	/* facts files, in an order that does not matter */
	u32 n_facts;
	const char *const *names;	/* of the same files, wherever they lie: two folders' as one folder's; or NULL */
	const char *const *failed;	/* sources that gave no facts, with the reason: "file: reason" */
	u32 n_failed;
	const char *srctree, *objtree;	/* for source text in reports; each may be NULL */
	const char *root_glob;		/* only roots whose function matches; NULL: all */
	const char *const *near;	/* files: only roots of their drivers or folders; see roots_find_near() */
	u32 n_near;			/* 0: not asked for */
	const char *dump_glob;		/* evaluations of these functions are described in 'dump' */
	struct buf *dump;
	void (*wait)(void *ctx, const char *path);	/* as in struct link_options */
	void *wait_ctx;
};

/* A facts file that is broken is a gap and is counted as failed; the rest is
 * analysed.  The caller owns *ret (report_free()). */
MUST_CHECK struct err *check_run(const struct check_options *opt, struct ruleset *rules,
				 struct report **ret);

/* The same in two steps, for who has something to do meanwhile: opt and rules stay until check_wait(), which
 * has to follow. */
struct check;
MUST_CHECK struct err *check_start(const struct check_options *opt, struct ruleset *rules, struct check **ret);
MUST_CHECK struct err *check_wait(struct check *c, struct report **ret);

#endif
