// SPDX-License-Identifier: MIT
/*
 * Runs the front-end for every unit that needs it, one process each, and tells the
 * cache what came out.
 *
 * The manifest is written now and then and at the end: also after SIGINT, when the
 * units not reached stay as they were.
 */
#include "cli/scan.h"

#include "base/err.h"
#include "base/file.h"
#include "base/job.h"
#include "base/log.h"
#include "base/map.h"
#include "base/progress.h"
#include "cli/scan_gate.h"
#include "fact/fact.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define SAVE_EVERY_NS ((u64)30 * 1000000000u)

struct run {
	struct scan *scan;
	struct progress *progress;
	u32 next;		/* index into units */
	u64 n_todo, n_done;
	u64 saved_ns;
};

static volatile sig_atomic_t stop_signal;

static void on_stop(int sig)
{
	stop_signal = sig;
}

/* ---- one unit ----------------------------------------------------------- */

static struct hash128 command_key(const struct scan *s, const struct scan_unit *u)
{
	return hash128_mix(s->identity, u->command);
}

static char **frontend_argv(struct scan *s, const struct scan_unit *u)
{
	char **argv = arena_array(&s->arena, char *, u->argc + 9);
	u32 n = 0;

	argv[n++] = (char *)s->frontend.path;
	argv[n++] = "--facts";
	argv[n++] = (char *)scan_facts_path(s, u);
	argv[n++] = "--cwd";
	argv[n++] = (char *)u->dir;
	if (u->srctree) {
		argv[n++] = "--srctree";
		argv[n++] = (char *)u->srctree;
	}
	argv[n++] = "--";
	memcpy(argv + n, u->argv, u->argc * sizeof(*argv));
	return argv;
}

/* The last line of a front-end's output that says anything. */
static const char *last_line(struct arena *a, const struct job_result *r)
{
	size_t end = r->output_len, start;

	while (end && strchr(" \t\r\n", r->output[end - 1]))
		end--;
	for (start = end; start && r->output[start - 1] != '\n'; start--)
		;
	return end ? arena_printf(a, "%.*s", (int)(end - start), r->output + start) : NULL;
}

static const char *why_failed(struct scan *s, const struct job_result *r)
{
	const char *said = last_line(&s->arena, r);

	if (r->timed_out)
		return arena_printf(&s->arena, "no facts after %u seconds", s->opt->timeout_s);
	if (r->signal)
		return arena_printf(&s->arena, "the front-end died of signal %d (%s)%s%s", r->signal,
				    strsignal(r->signal), said ? ": " : "", said ? said : "");
	if (said)
		return said;
	return arena_printf(&s->arena, "the front-end ended with status %d", r->exit_status);
}

static void unit_failed(struct scan *s, struct scan_unit *u, const char *reason)
{
	u->outcome = UNIT_FAILED;
	u->reason = reason;
	cache_drop(s->cache, u->name);
}

/* "file:line:col: text" of what the front-end could not read. */
static const char *first_problem(struct arena *a, const struct fact_tu *tu)
{
	const struct fact_problem *p;

	if (tu->problems.n < 2)
		return NULL;
	p = &tu->problems.a[1];
	return arena_printf(a, "%s:%u:%u: %s", str_text(tu->strings, p->file), p->line, p->col,
			    str_text(tu->strings, p->text));
}

/* Reads from the new facts which files they were made from, and what is missing. */
static struct err *remember(struct scan *s, struct scan_unit *u)
{
	struct arena a = ARENA_INIT;
	struct cache_extraction x = {
		.name = u->name,
		.command = command_key(s, u),
		.facts = scan_facts_path(s, u),
		.started_ns = u->started_ns,
		.has_problems = u->has_problems,
	};
	const char **inputs;
	struct fact_tu tu;
	struct err *err = fact_read(x.facts, &tu);

	if (err)
		return err;
	inputs = arena_array(&a, const char *, tu.inputs.n);
	for (u32 i = 1; i < tu.inputs.n; i++)
		inputs[x.n_inputs++] = file_join(&a, u->dir, str_text(tu.strings, tu.inputs.a[i]));
	x.inputs = inputs;
	cache_put(s->cache, &x);
	u->reason = first_problem(&s->arena, &tu);
	fact_tu_free(&tu);
	arena_free(&a);
	return NULL;
}

static void unit_done(struct scan *s, struct scan_unit *u, const struct job_result *r)
{
	struct err *err;

	if (r->exit_status != FRONTEND_OK && r->exit_status != FRONTEND_PROBLEMS) {
		unit_failed(s, u, why_failed(s, r));
		return;
	}
	u->has_problems = r->exit_status == FRONTEND_PROBLEMS;
	u->outcome = UNIT_EXTRACTED;
	/* libsparse, too, ends a process with status 1, and then nothing is written. */
	if (!file_exists(scan_facts_path(s, u))) {
		unit_failed(s, u, why_failed(s, r));
		return;
	}
	err = remember(s, u);
	if (err) {
		unit_failed(s, u, arena_strdup(&s->arena, err_text(err)));
		err_free(err);
	}
}

/* ---- the pool's calls --------------------------------------------------- */

static bool next_job(void *ctx, struct job *job)
{
	struct run *run = ctx;
	struct scan *s = run->scan;

	for (; run->next < s->units.n; run->next++) {
		struct scan_unit *u = &s->units.a[run->next];

		if (u->outcome != UNIT_WAITING)
			continue;
		run->next++;
		u->started_ns = cache_now_ns();
		unlink(scan_facts_path(s, u));	/* what is there afterwards is new */
		*job = (struct job){
			.argv = frontend_argv(s, u),
			.cwd = u->dir,
			.timeout_s = s->opt->timeout_s,
			.data = u,
		};
		return true;
	}
	return false;
}

static void job_done(void *ctx, const struct job *job, const struct job_result *r)
{
	struct run *run = ctx;
	struct scan *s = run->scan;
	struct scan_unit *u = job->data;

	unit_done(s, u, r);
	s->user_us += r->user_us;
	s->sys_us += r->sys_us;
	if (r->max_rss_kib > s->max_rss_kib)
		s->max_rss_kib = r->max_rss_kib;
	progress_set(run->progress, ++run->n_done, u->source);
}

static void save(struct scan *s)
{
	struct err *err = cache_write(s->cache, scan_path(s, SCAN_MANIFEST));

	if (err)
		log_warn("%s", err_text(err));
	err_free(err);
}

static void on_tick(void *ctx)
{
	struct run *run = ctx;
	u64 now = cache_now_ns();

	if (now - run->saved_ns < SAVE_EVERY_NS)
		return;
	save(run->scan);
	run->saved_ns = cache_now_ns();
}

/* ---- all units ---------------------------------------------------------- */

static u64 skip_fresh(struct scan *s)
{
	u64 n = 0;

	for (u32 i = 0; i < s->units.n; i++) {
		struct scan_unit *u = &s->units.a[i];

		if (u->outcome != UNIT_WAITING)
			continue;
		if (!s->opt->force && cache_is_fresh(s->cache, u->name, command_key(s, u),
						     scan_facts_path(s, u), &u->has_problems))
			u->outcome = UNIT_FRESH;
		else
			n++;
	}
	return n;
}

static void tell_gate(const struct scan *s)
{
	for (u32 i = 0; i < s->units.n; i++)
		if (s->units.a[i].outcome == UNIT_WAITING)
			scan_gate_add(s->opt->gate, s->units.a[i].name);
	scan_gate_known(s->opt->gate);
}

/* While it is unchanged, SIGINT makes job_run() kill its children and return. */
static struct err *run_jobs(struct run *run)
{
	static const struct job_ops ops = { .next = next_job, .done = job_done, .tick = on_tick };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction ours = { .sa_handler = on_stop }, old[ARRAY_LEN(signals)];
	struct err *err;

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		sigaction(signals[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &ours, NULL);
	}
	err = job_run(&ops, run, run->scan->opt->n_parallel);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], &old[i], NULL);
	if (stop_signal) {
		run->scan->interrupted = true;
		err_free(err);
		err = NULL;
	}
	return err;
}

/* Entries of commands that the database no longer has would only cost time. */
static void forget_gone(struct scan *s)
{
	struct map names = MAP_INIT;

	for (u32 i = 0; i < s->units.n; i++) {
		const char *name = s->units.a[i].name;

		*map_put_bytes(&names, name, strlen(name), NULL) = 1;
	}
	cache_keep(s->cache, &names);
	map_free(&names);
}

struct err *scan_run(struct scan *s)
{
	struct run run = { .scan = s, .saved_ns = cache_now_ns() };
	struct err *err;

	forget_gone(s);
	run.n_todo = skip_fresh(s);
	if (s->opt->gate)
		tell_gate(s);
	run.progress = progress_start("extracting", run.n_todo);
	err = run_jobs(&run);
	progress_stop(run.progress);
	if (s->opt->gate)
		scan_gate_open(s->opt->gate);
	save(s);
	return err;
}
