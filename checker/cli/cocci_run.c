// SPDX-License-Identifier: MIT
/*
 * Runs spatch, and reads what it says: the lines of the patches' report mode, and what
 * it could not parse.  A file that it gave up on is a gap, and all others are still seen.
 */
#include "cli/cocci.h"

#include "base/err.h"
#include "base/file.h"
#include "base/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#define TIMEOUT_S 300
#define SAID_MAX 200	/* of what spatch says of its end */

struct task { const struct cocci_rule *rule; const char *file; char **argv; };
struct run {
	struct cocci_results *ret;
	const char *tree;
	VEC(struct task) tasks;
	u32 next;
	bool is_missing;	/* there is no spatch */
};

static void add_gap(struct cocci_results *r, const char *file, u32 line, const char *detail)
{
	vec_push(&r->gaps, ((struct cocci_gap){ file, detail, line }));
}

/* ---- lines of a report ----------------------------------------------------------------- */

/* "a() <- b():12 <- c():34: more": the functions, and where the next one calls the one before. */
static void read_calls(struct arena *a, const char *p, struct cocci_hit *h)
{
	u32 line = h->line;

	for (;;) {
		const char *end = strstr(p, "()");
		struct diag_place at = { .line = line };

		if (!end)
			return;
		at.function = arena_printf(a, "%.*s", (int)(end - p), p);
		p = end + 2;
		if (h->calls.n && *p == ':')
			at.line = (u32)strtoul(p + 1, (char **)&p, 10);
		vec_push(&h->calls, at);
		if (strncmp(p, " <- ", 4))
			break;
		p += 4;
	}
	if (*p == ':')
		h->more = arena_strdup(a, p + 1 + strspn(p + 1, " "));
}

/* FILE:LINE:COL-COL: WARNING: RULE: WHAT in FUNCTION() ...; columns are from 0. */
static bool read_hit(struct run *run, const struct task *t, const char *line)
{
	struct arena *a = &run->ret->arena;
	struct cocci_hit h = { .by = t->rule, .file = t->file };
	const char *at = strstr(line, ": WARNING: "), *rule = at ? at + strlen(": WARNING: ") : NULL;
	const char *what = rule ? strstr(rule, ": ") : NULL, *in = what ? strstr(what, " in ") : NULL;
	size_t n = strlen(t->file);

	if (!in || strncmp(line, t->file, n) || sscanf(line + n, ":%u:%u-", &h.line, &h.col) != 2)
		return false;
	h.col++;
	h.rule = arena_printf(a, "%.*s", (int)(what - rule), rule);
	h.what = arena_printf(a, "%.*s", (int)(in - what - 2), what + 2);
	read_calls(a, in + 4, &h);
	if (!h.calls.n)
		return false;
	vec_push(&run->ret->hits, h);
	return true;
}

/* What it could not parse: 'parse error', then ' = File "F", line N, ..'. */
static void read_parse_error(struct run *run, const struct task *t, const char *line)
{
	const char *at = strstr(line, "\", line ");
	u32 n = at ? (u32)strtoul(at + strlen("\", line "), NULL, 10) : 0;

	if (n)
		add_gap(run->ret, t->file, n, "Coccinelle could not parse this");
}

static void read_output(struct run *run, const struct task *t, const char *output)
{
	char *text = arena_strdup(&run->ret->arena, output), *save = NULL, *line;
	bool is_parse_error = false;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (is_parse_error)
			read_parse_error(run, t, line);
		is_parse_error = !strncmp(line, "parse error", 11);
		if (!strncmp(line, "EXN:", 4) || !strncmp(line, "Fatal error:", 12))
			add_gap(run->ret, t->file, 0, arena_printf(&run->ret->arena, "%s: %s", t->rule->name, line));
		else
			read_hit(run, t, line);
	}
}

/* ---- processes ------------------------------------------------------------------------------ */

static char **make_argv(struct arena *a, const struct cocci_rule *rule, const char *mode, const char *file)
{
	VEC(char *) argv = VEC_INIT;
	char **ret;
	u32 i;

	vec_push(&argv, arena_strdup(a, "spatch"));
	vec_push(&argv, arena_strdup(a, "--use-coccigrep"));
	vec_push(&argv, arena_strdup(a, strcmp(mode, "patch") ? "--no-show-diff" : "--very-quiet"));
	if (strcmp(mode, "patch"))
		vec_push(&argv, arena_strdup(a, "--verbose-parsing"));
	vec_push(&argv, arena_strdup(a, "-D"));
	vec_push(&argv, arena_strdup(a, mode));
	for (i = 0; i < rule->options.n; i++)
		vec_push(&argv, rule->options.a[i]);
	vec_push(&argv, arena_strdup(a, "--cocci-file"));
	vec_push(&argv, arena_strdup(a, rule->path));
	vec_push(&argv, arena_strdup(a, file));
	vec_push(&argv, NULL);
	ret = arena_dup(a, argv.a, argv.n * sizeof(*argv.a));
	vec_free(&argv);
	return ret;
}

static bool next_task(void *ctx, struct job *job)
{
	struct run *run = ctx;

	if (run->next == run->tasks.n)
		return false;
	*job = (struct job){ .argv = run->tasks.a[run->next].argv, .cwd = run->tree, .timeout_s = TIMEOUT_S,
			     .data = &run->tasks.a[run->next] };
	run->next++;
	return true;
}

/* How long the first line is; at most max. */
static int first_line(const char *text, size_t max)
{
	size_t n = strcspn(text, "\n");

	return (int)(n < max ? n : max);
}

static void task_done(void *ctx, const struct job *job, const struct job_result *result)
{
	struct run *run = ctx;
	const struct task *t = job->data;
	struct arena *a = &run->ret->arena;

	run->is_missing = run->is_missing || result->not_started;
	read_output(run, t, result->output);
	if (result->timed_out)
		add_gap(run->ret, t->file, 0, arena_printf(a, "%s: no answer after %u seconds", t->rule->name,
							   TIMEOUT_S));
	else if (result->signal)
		add_gap(run->ret, t->file, 0, arena_printf(a, "%s: spatch died of signal %d", t->rule->name,
							   result->signal));
	else if (result->exit_status)
		add_gap(run->ret, t->file, 0, arena_printf(a, "%s: spatch ended with status %d: %.*s", t->rule->name,
							   result->exit_status, first_line(result->output, SAID_MAX),
							   result->output));
}

static int by_place(const void *pa, const void *pb)
{
	const struct cocci_hit *a = pa, *b = pb;
	int c = strcmp(a->file, b->file);

	if (!c)
		c = a->line < b->line ? -1 : a->line > b->line;
	if (!c)
		c = a->col < b->col ? -1 : a->col > b->col;
	if (!c)
		c = strcmp(a->rule, b->rule);
	return c ? c : strcmp(a->what, b->what);
}

static int by_gap(const void *pa, const void *pb)
{
	const struct cocci_gap *a = pa, *b = pb;
	int c = strcmp(a->file, b->file);

	if (!c)
		c = a->line < b->line ? -1 : a->line > b->line;
	return c ? c : strcmp(a->detail, b->detail);
}

/* Each file is parsed once for each rule: the same gaps. */
static void sort_results(struct cocci_results *r)
{
	u32 i, n = 0;

	vec_sort(&r->hits, by_place);
	vec_sort(&r->gaps, by_gap);
	for (i = 0; i < r->gaps.n; i++)
		if (!n || by_gap(&r->gaps.a[n - 1], &r->gaps.a[i]))
			r->gaps.a[n++] = r->gaps.a[i];
	r->gaps.n = n;
}

static void plan(struct run *run, const struct cocci_rules *rules, const char *file)
{
	struct arena *a = &run->ret->arena;
	struct blob blob;
	struct err *err = file_read(run->tree ? file_join(a, run->tree, file) : file, &blob);
	u32 i;

	if (err) {
		add_gap(run->ret, file, 0, arena_strdup(a, err_text(err)));
		err_free(err);
		return;
	}
	run->ret->n_files++;
	for (i = 0; i < rules->a.n; i++)
		if (cocci_rule_wants(&rules->a.a[i], blob.p))
			vec_push(&run->tasks, ((struct task){ &rules->a.a[i], file,
							      make_argv(a, &rules->a.a[i], "report", file) }));
	blob_free(&blob);
}

struct err *cocci_run(const struct cocci_rules *rules, const char *tree, char *const *files, u32 n_files,
		      struct cocci_results *ret)
{
	static const struct job_ops ops = { .next = next_task, .done = task_done };
	struct run run = { .ret = ret, .tree = tree };
	struct err *err;
	u32 i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < n_files; i++)
		plan(&run, rules, files[i]);
	err = job_run(&ops, &run, job_cpus());
	if (!err && run.is_missing)
		err = err_new("there is no spatch: install Coccinelle");
	ret->n_runs = run.tasks.n;
	sort_results(ret);
	vec_free(&run.tasks);
	return err;
}

void cocci_results_free(struct cocci_results *r)
{
	u32 i;

	for (i = 0; i < r->hits.n; i++)
		vec_free(&r->hits.a[i].calls);
	vec_free(&r->hits);
	vec_free(&r->gaps);
	arena_free(&r->arena);
}

/* ---- patches ------------------------------------------------------------------------------------ */

struct patching { struct job job; struct arena *arena; const char *output; struct err *err; bool is_given; };

static bool next_patch(void *ctx, struct job *job)
{
	struct patching *p = ctx;

	if (p->is_given)
		return false;
	p->is_given = true;
	*job = p->job;
	return true;
}

static void patch_done(void *ctx, const struct job *job, const struct job_result *r)
{
	struct patching *p = ctx;
	const char *diff = strstr(r->output, "--- ");

	(void)job;
	if (r->not_started)
		p->err = err_new("there is no spatch: install Coccinelle");
	else if (r->timed_out || r->signal || r->exit_status)
		p->err = err_new("spatch failed: %.*s", first_line(r->output, SAID_MAX), r->output);
	p->output = arena_strdup(p->arena, diff ? diff : "");
}

struct err *cocci_patch(struct arena *a, const struct cocci_rule *rule, const char *tree, const char *file,
			const char **ret)
{
	static const struct job_ops ops = { .next = next_patch, .done = patch_done };
	struct patching p = { .job = { .argv = make_argv(a, rule, "patch", file), .cwd = tree, .timeout_s = TIMEOUT_S },
			      .arena = a };
	struct err *err = job_run(&ops, &p, 1);

	*ret = p.output;
	return err ? err : p.err;
}
