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
#include "cli/scan_gate.h"

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

struct build_run {
	const struct build_options *o;
	struct facts_dir dir;
	struct check_options opt;
	struct buf dump;
	struct check *check;
};

static struct err *list_facts(const struct build_options *o, struct arena *a, struct facts_dir *ret)
{
	const char *const here = ".";

	return facts_dirs_open(a, o->n_builds ? o->builds : &here, o->n_builds ? o->n_builds : 1, ret);
}

static struct err *prepare(const struct build_options *o, struct arena *a, struct ruleset **rules_ret,
			   struct build_run *b)
{
	const struct facts_dir *dir = &b->dir;
	const char *rules_dir;
	struct err *err;

	*b = (struct build_run){ .o = o, .opt = { .root_glob = o->root, .dump_glob = o->dump }, .dump = BUF_INIT };
	err = paths_rules(a, o->rules_dir, &rules_dir);
	if (!err)
		err = ruleset_load(rules_dir, o->overlays, o->n_overlays, rules_ret);
	if (!err)
		err = list_facts(o, a, &b->dir);
	if (err)
		return err;
	b->opt.facts = (const char *const *)dir->facts;
	b->opt.n_facts = dir->n_facts;
	b->opt.names = dir->names;
	b->opt.failed = dir->failed;
	b->opt.n_failed = dir->n_failed;
	b->opt.srctree = dir->srctree;
	b->opt.objtree = dir->objtree;
	b->opt.dump = &b->dump;
	near_files(o, a, dir->srctree, &b->opt);
	return NULL;
}

static void warn(const struct facts_dir *dir)
{
	if (!dir->has_probe)
		log_warn("the values of the kernel's constants are not known (no facts of the probe): "
			 "contexts cannot be told apart");
	if (dir->n_missing)
		log_warn("%u further commands of the build were not scanned: what they define is not seen",
			 dir->n_missing);
}

static struct err *finish(struct build_run *b, struct err *err, struct report *r)
{
	fwrite(buf_text(&b->dump), 1, b->dump.len, stderr);
	buf_free(&b->dump);
	if (err)
		return err;
	r->version = RECLINT_VERSION;
	r->n_missing = b->dir.n_missing;
	return NULL;
}

struct err *build_report(const struct build_options *o, struct arena *a, struct ruleset **rules_ret,
			 struct report **report_ret)
{
	struct build_run b;
	struct err *err = prepare(o, a, rules_ret, &b);

	if (err)
		return err;
	warn(&b.dir);
	err = check_run(&b.opt, *rules_ret, report_ret);
	return finish(&b, err, *report_ret);
}

/* ---- beside a scan ------------------------------------------------------ */

struct err *build_start(const struct build_options *o, struct arena *a, struct scan_gate *gate,
			struct ruleset **rules_ret, struct build_run **ret)
{
	struct build_run *b = arena_new(a, struct build_run);
	struct err *err = prepare(o, a, rules_ret, b);

	if (err)
		return err;
	b->opt.wait = scan_gate_wait;
	b->opt.wait_ctx = gate;
	*ret = b;
	return check_start(&b->opt, *rules_ret, &b->check);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_files(const struct facts_dir *a, const struct facts_dir *b)
{
	bool same = a->n_facts == b->n_facts && a->n_failed == b->n_failed && a->n_missing == b->n_missing &&
		    same_text(a->srctree, b->srctree) && same_text(a->objtree, b->objtree);

	for (u32 i = 0; same && i < a->n_facts; i++)
		same = !strcmp(a->facts[i], b->facts[i]);
	for (u32 i = 0; same && i < a->n_failed; i++)
		same = !strcmp(a->failed[i], b->failed[i]);
	return same;
}

struct err *build_wait(struct build_run *b, struct arena *a, struct report **report_ret)
{
	struct facts_dir now;
	struct err *err = check_wait(b->check, report_ret), *lost;

	err = finish(b, err, err ? NULL : *report_ret);
	lost = err ? NULL : list_facts(b->o, a, &now);
	if (!err && (lost || !same_files(&b->dir, &now))) {
		report_free(*report_ret);
		*report_ret = NULL;
	} else if (!err) {
		warn(&b->dir);
	}
	err_free(lost);
	return err;
}
