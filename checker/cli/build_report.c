// SPDX-License-Identifier: MIT
/*
 * Rules, facts, link, walk: everything up to the report.
 */
#include "cli/build_report.h"

#include "analysis/check.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/facts_dir.h"
#include "cli/paths.h"

#include <stdio.h>

/* As facts may name them: as they are given, absolute, or from the source tree. */
static void near_files(const struct build_options *o, struct arena *a, const char *srctree, struct check_options *opt)
{
	const char **names = arena_alloc(a, 3 * (o->n_near + 1) * sizeof(*names));
	u32 i, n = 0;

	for (i = 0; i < o->n_near; i++) {
		const char *path = file_join(a, file_cwd(a), o->near[i]);

		names[n++] = o->near[i];
		names[n++] = path;
		if (srctree)
			names[n++] = file_relative(a, path, srctree);
	}
	opt->near = names;
	opt->n_near = n;
}

struct err *build_report(const struct build_options *o, struct arena *a, struct ruleset **rules_ret,
			 struct report **report_ret)
{
	const char *const here = ".";
	struct facts_dir dir;
	struct check_options opt = { .root_glob = o->root, .dump_glob = o->dump };
	struct buf dump = BUF_INIT;
	const char *rules_dir;
	struct err *err;

	err = paths_rules(a, o->rules_dir, &rules_dir);
	if (!err)
		err = ruleset_load(rules_dir, o->overlays, o->n_overlays, rules_ret);
	if (!err)
		err = facts_dirs_open(a, o->n_builds ? o->builds : &here, o->n_builds ? o->n_builds : 1, &dir);
	if (err)
		return err;
	if (!dir.has_probe)
		log_warn("the values of the kernel's constants are not known (no facts of the probe): "
			 "contexts cannot be told apart");
	if (dir.n_missing)
		log_warn("%u further commands of the build were not scanned: what they define is not seen",
			 dir.n_missing);
	opt.facts = (const char *const *)dir.facts;
	opt.n_facts = dir.n_facts;
	opt.names = dir.names;
	opt.failed = dir.failed;
	opt.n_failed = dir.n_failed;
	opt.srctree = dir.srctree;
	opt.objtree = dir.objtree;
	opt.dump = &dump;
	near_files(o, a, dir.srctree, &opt);
	err = check_run(&opt, *rules_ret, report_ret);
	fwrite(buf_text(&dump), 1, dump.len, stderr);
	buf_free(&dump);
	if (err)
		return err;
	(*report_ret)->version = RECLINT_VERSION;
	(*report_ret)->n_missing = dir.n_missing;
	return NULL;
}
