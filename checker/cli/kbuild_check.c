// SPDX-License-Identifier: MIT
/*
 * What can be said of one file while the kernel is still being built: findings
 * whose whole path lies in that file, as sparse prints its warnings.
 *
 * Ignores everything beyond that file: paths that leave it are found by `reclint
 * check` on the whole build.  Never fails: a checker that does ends the build.
 */
#include "cli/kbuild.h"

#include <stdio.h>

#include "analysis/check.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/paths.h"

static struct err *check(struct arena *a, const char *facts, const char *probe, struct buf *out)
{
	const char *files[] = { facts, probe };
	struct check_options opt = { .facts = files, .n_facts = file_exists(probe) ? 2 : 1 };
	struct ruleset *rules = NULL;
	struct report *report = NULL;
	const char *dir;
	struct err *err;

	err = paths_rules(a, NULL, &dir);
	if (!err)
		err = ruleset_load(dir, NULL, 0, &rules);
	if (!err)
		err = check_run(&opt, rules, &report);
	if (!err)
		report_lines(report, out);
	report_free(report);
	ruleset_free(rules);
	return err;
}

void kbuild_check_tu(const char *facts, const char *probe)
{
	struct arena a = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct err *err = check(&a, facts, probe, &out);

	if (err) {
		log_note("%s", err_text(err));
		err_free(err);
	}
	fwrite(buf_text(&out), 1, out.len, stderr);
	buf_free(&out);
	arena_free(&a);
}
