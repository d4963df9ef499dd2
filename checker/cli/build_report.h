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

/*
 * The same in two steps, beside a scan of that one build which opens the gate (cli/scan_gate.h).  Where
 * build_start() has no error, build_wait() has to follow, after the scan and before the arena is freed.  *report_ret is
 * NULL if the scan made other files than there were: then build_report() is to be called.
 */
struct scan_gate;
struct build_run;
MUST_CHECK struct err *build_start(const struct build_options *o, struct arena *a, struct scan_gate *gate,
				   struct ruleset **rules_ret, struct build_run **ret);
MUST_CHECK struct err *build_wait(struct build_run *b, struct arena *a, struct report **report_ret);

#endif
