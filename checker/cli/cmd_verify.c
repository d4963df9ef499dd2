// SPDX-License-Identifier: MIT
/*
 * `reclint verify`: runs annotated test cases through the real pipeline and says
 * where findings and annotations differ (docs/testing.md).  A case is one C file,
 * or a folder below one named "link": its files are one program.
 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/file.h"
#include "base/job.h"
#include "cli/frontend.h"
#include "cli/paths.h"
#include "cli/verify.h"
#include "report/diag.h"
#include "rule/rule.h"

#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct verify_args {
	const char *frontend, *rules_dir, *include;
	char *const *paths;
	int n_paths;
};

enum { OPTION_FRONTEND = 256, OPTION_RULES_DIR, OPTION_INCLUDE };

static const struct argp_option options[] = {
	{ "frontend", OPTION_FRONTEND, "NAME", 0, "extract with reclint-NAME (default: sparse, if it is there)", 0 },
	{ "rules-dir", OPTION_RULES_DIR, "FOLDER", 0, "rules to check with (default: the installed ones)", 0 },
	{ "include", OPTION_INCLUDE, "FOLDER", 0,
	  "stub kernel headers (default: 'include' in a folder above the first case)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct verify_args *args = state->input;

	switch (key) {
	case OPTION_FRONTEND:
		args->frontend = arg;
		break;
	case OPTION_RULES_DIR:
		args->rules_dir = arg;
		break;
	case OPTION_INCLUDE:
		args->include = arg;
		break;
	case ARGP_KEY_ARGS:
		args->paths = state->argv + state->next;
		args->n_paths = state->argc - state->next;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no case");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE...|FOLDER...",
	.doc = "Run annotated test cases and compare the findings with the annotations.",
};

/* ---- which cases ---------------------------------------------------------- */

/* Length of PATH/link/CASE in the absolute path, when it is a file of a linked case; else 0. */
static size_t linked_folder(const char *full)
{
	const char *slash = strrchr(full, '/');
	const char *dir = slash;

	while (dir && dir > full && dir[-1] != '/')
		dir--;
	if (!dir || dir - full < 6 || strncmp(dir - 6, "/link/", 6) != 0)
		return 0;
	return (size_t)(slash - full);
}

/* The last part of a path and its folder: "reclaim-rpm-resume/direct.c". */
static const char *short_name(const char *path)
{
	const char *s = path + strlen(path);
	int n_slashes = 0;

	while (s > path && (n_slashes += s[-1] == '/') < 2)
		s--;
	return s;
}

static struct verify_case *find_case(verify_case_vec *cases, const char *name)
{
	for (u32 i = 0; i < cases->n; i++)
		if (strcmp(cases->a[i].name, name) == 0)
			return &cases->a[i];
	return NULL;
}

static void add_file(struct arena *a, const char *path, const char *cwd, verify_case_vec *cases)
{
	const char *full = file_join(a, cwd, path);
	size_t n = linked_folder(full);
	const char *name = n ? short_name(arena_printf(a, "%.*s", (int)n, full)) : short_name(full);
	struct verify_case *c = find_case(cases, name);
	struct case_file file = { .path = arena_strdup(a, path), .full = full };

	if (!c) {
		c = vec_add(cases);
		c->name = name;
	}
	for (u32 i = 0; i < c->files.n; i++)
		if (strcmp(c->files.a[i].full, full) == 0)
			return;
	vec_push(&c->files, file);
}

/* In a folder, a file is a case if it says so; in a linked case, every file is part of it. */
static struct err *is_case(struct arena *a, const char *path, const char *cwd, bool *ret)
{
	struct blob blob;
	struct err *err;

	*ret = linked_folder(file_join(a, cwd, path)) > 0;
	if (*ret)
		return NULL;
	err = file_read(path, &blob);
	if (err)
		return err;
	*ret = strstr(blob.p, "* check-name:") != NULL;
	blob_free(&blob);
	return NULL;
}

static struct err *add_folder(struct arena *a, const char *dir, const char *cwd,
			      verify_case_vec *cases)
{
	char **paths;
	u32 n;
	struct err *err = file_find(a, dir, ".c", &paths, &n);

	for (u32 i = 0; !err && i < n; i++) {
		bool is;

		err = is_case(a, paths[i], cwd, &is);
		if (!err && is)
			add_file(a, paths[i], cwd, cases);
	}
	return err;
}

/* A file of a linked case brings the whole of it. */
static struct err *add_path(struct arena *a, const char *path, const char *cwd,
			    verify_case_vec *cases)
{
	size_t n = linked_folder(file_join(a, cwd, path));

	if (file_is_dir(path))
		return add_folder(a, path, cwd, cases);
	if (!file_exists(path))
		return err_new("no such case: '%s'", path);
	if (n)
		return add_folder(a, file_join(a, path, ".."), cwd, cases);
	add_file(a, path, cwd, cases);
	return NULL;
}

/* The nearest include/linux in path or in a folder above it. */
static const char *find_include(struct arena *a, const char *path, const char *cwd)
{
	char *dir = file_join(a, cwd, path);
	char *slash;

	for (;;) {
		if (file_is_dir(arena_printf(a, "%s/include/linux", dir)))
			return arena_printf(a, "%s/include", dir);
		slash = strrchr(dir, '/');
		if (!slash)
			return NULL;
		*slash = 0;
	}
}

static struct err *read_case(struct arena *a, const struct verify_options *o, struct verify_case *c)
{
	for (u32 i = 0; i < c->files.n; i++) {
		struct case_file *file = &c->files.a[i];
		struct blob blob;
		struct err *err = file_read(file->full, &blob);

		if (err)
			return err;
		file->fact_name = file_relative(a, file->full, o->srctree);
		err = verify_parse(a, blob.p, file, c);
		blob_free(&blob);
		if (err)
			return err;
	}
	return c->title ? NULL : err_new("%s:1: no 'check-name:'", c->files.a[0].path);
}

/* ---- what became of them --------------------------------------------------- */

struct tally { u32 n_passed, n_failed, n_known_to_fail, n_skipped; struct verify_counts counts; };

/* The front-end's part: true if the facts of all files are there. */
static bool report_extraction(const struct verify_case *c, struct buf *out)
{
	bool is_fine = true;

	for (u32 i = 0; i < c->files.n; i++) {
		const struct case_file *file = &c->files.a[i];

		/* The probe asks for what the stub headers need not have. */
		if (file->has_run && !file->is_failed && (!file->has_problems || i >= c->n_sources))
			continue;
		is_fine = is_fine && file->has_run && !file->is_failed;
		buf_addf(out, "%s:1: the front-end %s\n", file->path,
			 file->is_failed ? "failed" : "could not read all of it");
		if (file->output)
			buf_addf(out, "%s%s", file->output,
				 file->output[0] && file->output[strlen(file->output) - 1] == '\n' ?
					 "" : "\n");
	}
	return is_fine;
}

static struct err *judge(struct arena *a, const struct verify_options *o, struct verify_case *c,
			 struct verify_counts *counts, struct buf *out)
{
	struct ruleset *rules;
	struct report *report;
	struct err *err;

	if (!report_extraction(c, out))
		return NULL;
	err = verify_check(a, o, c, &rules, &report);
	if (err)
		return err;
	verify_match(c, report, rules, counts, out);
	report_free(report);
	ruleset_free(rules);
	return NULL;
}

static void print_verdict(const struct verify_case *c, const struct buf *differences,
			  struct tally *tally)
{
	bool is_clean = differences->len == 0;

	if (c->known_to_fail && !is_clean) {
		tally->n_known_to_fail++;
		printf("known to fail %s: %s\n", c->name, c->known_to_fail);
	} else if (c->known_to_fail) {
		tally->n_failed++;
		printf("FAIL %s: passes, but is marked as known to fail\n", c->name);
	} else if (is_clean) {
		tally->n_passed++;
		printf("ok %s\n", c->name);
	} else {
		tally->n_failed++;
		printf("FAIL %s: %s\n%s", c->name, c->title, buf_text(differences));
	}
}

static void print_tally(const struct tally *t)
{
	printf("%u passed, %u failed", t->n_passed, t->n_failed);
	if (t->n_known_to_fail)
		printf(", %u known to fail", t->n_known_to_fail);
	if (t->n_skipped)
		printf(", %u skipped", t->n_skipped);
	printf(" (%u known misses, %u known false alarms)\n", t->counts.n_missing,
	       t->counts.n_false);
}

static bool is_for_frontend(const struct verify_case *c, const char *name)
{
	bool is = c->frontends.n == 0;

	for (u32 i = 0; i < c->frontends.n; i++)
		is = is || strcmp(c->frontends.a[i], name) == 0;
	return is;
}

static void drop_other_frontends(verify_case_vec *cases, const char *name, struct tally *tally)
{
	u32 n = 0;

	for (u32 i = 0; i < cases->n; i++) {
		if (is_for_frontend(&cases->a[i], name)) {
			cases->a[n++] = cases->a[i];
			continue;
		}
		printf("skipped %s: not for this front-end\n", cases->a[i].name);
		verify_case_free(&cases->a[i]);
		tally->n_skipped++;
	}
	cases->n = n;
}

static struct err *run_cases(struct arena *a, const struct verify_options *o,
			     verify_case_vec *cases, struct tally *tally)
{
	struct err *err = verify_extract(a, o, cases);

	for (u32 i = 0; !err && i < cases->n; i++) {
		struct buf differences = BUF_INIT;

		err = judge(a, o, &cases->a[i], &tally->counts, &differences);
		if (err)
			err = err_wrap(err, "%s", cases->a[i].name);
		else
			print_verdict(&cases->a[i], &differences, tally);
		buf_free(&differences);
	}
	return err;
}

static struct err *make_temporary(struct arena *a, const char **ret)
{
	const char *parent = getenv("TMPDIR");
	char *dir = arena_printf(a, "%s/reclint-verify.XXXXXX", parent && *parent ? parent : "/tmp");

	if (!mkdtemp(dir))
		return err_errno(errno, "cannot make a temporary folder '%s'", dir);
	*ret = dir;
	return NULL;
}

static void remove_temporary(struct arena *a, const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlink(file_join(a, path, e->d_name));
	if (d)
		closedir(d);
	rmdir(path);
}

static struct err *prepare(struct arena *a, const struct verify_args *args,
			   struct verify_options *o, verify_case_vec *cases)
{
	const char *cwd = file_cwd(a);
	struct frontend frontend;
	struct err *err = frontend_locate(a, args->frontend, &frontend);

	if (!err)
		err = paths_rules(a, args->rules_dir, &o->rules_dir);
	if (err)
		return err;
	o->frontend = frontend.path;
	o->include = args->include ? file_join(a, cwd, args->include) :
				     find_include(a, args->paths[0], cwd);
	if (!o->include)
		return err_new("no folder of stub headers above '%s' (--include)", args->paths[0]);
	o->srctree = file_join(a, o->include, "..");
	o->n_parallel = job_cpus();
	for (int i = 0; !err && i < args->n_paths; i++)
		err = add_path(a, args->paths[i], cwd, cases);
	if (!err && !cases->n)
		err = err_new("no case in '%s'", args->paths[0]);
	for (u32 i = 0; !err && i < cases->n; i++)
		err = read_case(a, o, &cases->a[i]);
	return err;
}

static struct err *verify(struct arena *a, const struct verify_args *args, verify_case_vec *cases,
			  struct tally *tally)
{
	struct verify_options o = { 0 };
	struct err *err = prepare(a, args, &o, cases);

	if (err)
		return err;
	drop_other_frontends(cases, args->frontend, tally);
	err = make_temporary(a, &o.temporary);
	if (err)
		return err;
	err = run_cases(a, &o, cases, tally);
	remove_temporary(a, o.temporary);
	return err;
}

int cmd_verify(int argc, char **argv)
{
	struct verify_args args = { .frontend = frontend_default() };
	struct arena a = ARENA_INIT;
	verify_case_vec cases = VEC_INIT;
	struct tally tally = { 0 };
	struct err *err;
	int status;

	argp_err_exit_status = 2;
	cli_parse(&parser, argc, argv, 0, &args);
	err = verify(&a, &args, &cases, &tally);
	if (err) {
		fflush(stdout);
		status = err_report(err);
	} else {
		print_tally(&tally);
		status = tally.n_failed > 0;
	}
	for (u32 i = 0; i < cases.n; i++)
		verify_case_free(&cases.a[i]);
	vec_free(&cases);
	arena_free(&a);
	return status;
}
