/* SPDX-License-Identifier: MIT */
/* From a build folder that was scanned to a report: what check, explain, locks and priming share. */
#ifndef CLI_BUILD_REPORT_H
#define CLI_BUILD_REPORT_H

#include "report/diag.h"
#include "rule/rule.h"

struct build_options {
	const char *const *builds;	u32 n_builds;	/* 0: this folder */
	const char *rules_dir;		/* NULL: those that came with reclint */
	const char *root, *dump;	/* globs; NULL: all roots, no dump */
	const char *const *overlays;	u32 n_overlays;
	const char *const *near;	u32 n_near;	/* files, as cwd names them: only roots of their drivers */
};

/* Warns of what the folder lacks; a dump goes to stderr.  The caller frees both results, also
 * after an error (then they may be NULL). */
MUST_CHECK struct err *build_report(const struct build_options *o, struct arena *a,
				    struct ruleset **rules_ret, struct report **report_ret);

#endif
