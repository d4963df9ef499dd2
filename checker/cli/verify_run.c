// SPDX-License-Identifier: MIT
/*
 * A test case through the real pipeline: front-end on each of its files and on the
 * probe for constants, both with the stub headers only, then link and walk with
 * the real rules.
 */
#include "cli/verify.h"

#include "analysis/check.h"
#include "base/err.h"
#include "base/file.h"
#include "base/job.h"
#include "cli/probe.h"
#include "rule/rule.h"

#define FRONTEND_TIMEOUT_S 60

struct extraction {
	struct arena *a;
	const struct verify_options *o;
	verify_case_vec *cases;
	u32 next_case, next_file;
};

/* A name that a module could have, from a path: "reclaim-rpm-resume/direct.c" gives "direct". */
static const char *module_name(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = arena_strdup(a, slash ? slash + 1 : path);

	name[strcspn(name, ".")] = 0;
	for (char *s = name; *s; s++)
		if (*s == '-')
			*s = '_';
	return name;
}

static char *const *command(struct extraction *x, const struct verify_case *c,
			    const struct case_file *file)
{
	const struct verify_options *o = x->o;
	const char *module = file->module ? file->module : module_name(x->a, file->full);
	VEC(const char *) v = VEC_INIT;
	char **argv;

	const char *fixed[] = {
		o->frontend, "--facts", file->facts, "--srctree", o->srctree, "--cwd", o->srctree,
		"--", "cc", "-nostdinc", "-std=gnu11", "-D__KERNEL__", "-I", o->include,
		arena_printf(x->a, "-DKBUILD_MODNAME=\"%s\"", module),
		arena_printf(x->a, "-DKBUILD_MODFILE=\"%s\"", module),
	};
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		vec_push(&v, fixed[i]);
	if (file->module)
		vec_push(&v, "-DMODULE");
	for (u32 i = 0; i < c->defines.n; i++)
		vec_push(&v, c->defines.a[i]);
	vec_push(&v, file->full);
	argv = arena_array(x->a, char *, v.n + 1);
	for (u32 i = 0; i < v.n; i++)
		argv[i] = (char *)v.a[i];
	vec_free(&v);
	return argv;
}

static bool next_job(void *ctx, struct job *job)
{
	struct extraction *x = ctx;

	while (x->next_case < x->cases->n) {
		struct verify_case *c = &x->cases->a[x->next_case];

		if (x->next_file < c->files.n) {
			struct case_file *file = &c->files.a[x->next_file++];

			*job = (struct job){ .argv = command(x, c, file), .cwd = x->o->srctree,
					     .timeout_s = FRONTEND_TIMEOUT_S, .data = file };
			return true;
		}
		x->next_case++;
		x->next_file = 0;
	}
	return false;
}

static void job_done(void *ctx, const struct job *job, const struct job_result *result)
{
	struct extraction *x = ctx;
	struct case_file *file = job->data;

	file->has_run = true;
	file->has_problems = result->exit_status == 1;
	file->is_failed = result->exit_status != 0 && result->exit_status != 1;
	if (result->timed_out)
		file->output = "the front-end took too long";
	else if (result->signal)
		file->output = arena_printf(x->a, "the front-end was ended by signal %d",
					    result->signal);
	else if (result->exit_status)
		file->output = arena_strdup(x->a, result->output);
}

/* The probe is a file of the case without expectations. */
static struct err *add_probe(struct arena *a, const struct verify_options *o,
			     struct verify_case *c, const char *path)
{
	char *const include[] = { "cc", "-I", (char *)o->include, NULL };
	struct probe probe = { .argv = include, .dir = o->srctree, .rules_dir = o->rules_dir,
			       .overlays = c->overlays.a, .n_overlays = c->overlays.n };
	struct case_file file = { .path = path, .full = path };
	bool is_needed;
	struct err *err = probe_write(&probe, path, &is_needed);

	if (err)
		return err;
	c->n_sources = c->files.n;
	if (is_needed)
		vec_push(&c->files, file);
	return NULL;
}

struct err *verify_extract(struct arena *a, const struct verify_options *o, verify_case_vec *cases)
{
	static const struct job_ops ops = { .next = next_job, .done = job_done };
	struct extraction x = { .a = a, .o = o, .cases = cases };

	for (u32 i = 0; i < cases->n; i++) {
		struct verify_case *c = &cases->a[i];
		struct err *err = add_probe(a, o, c, arena_printf(a, "%s/probe%u.c", o->temporary, i));

		if (err)
			return err_wrap(err, "%s", c->name);
		for (u32 j = 0; j < c->files.n; j++)
			c->files.a[j].facts = arena_printf(a, "%s/%u.%u.facts", o->temporary, i, j);
	}
	return job_run(&ops, &x, o->n_parallel);
}

struct err *verify_check(struct arena *a, const struct verify_options *o, struct verify_case *c,
			 struct ruleset **rules_ret, struct report **report_ret)
{
	const char **facts = arena_array(a, const char *, c->files.n);
	struct check_options options = { .facts = facts, .srctree = o->srctree };
	struct ruleset *rules;
	struct err *err = ruleset_load(o->rules_dir, c->overlays.a, c->overlays.n, &rules);

	if (err)
		return err;
	for (u32 i = 0; i < c->files.n; i++)
		if (!c->files.a[i].is_failed)
			facts[options.n_facts++] = c->files.a[i].facts;
	err = check_run(&options, rules, report_ret);
	if (err)
		ruleset_free(rules);
	else
		*rules_ret = rules;
	return err;
}
