// SPDX-License-Identifier: MIT
/* base/job.c: statuses, output, limits, and that no child outlives its pool. */
#include "base/job.h"

#include "base/arena.h"
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_JOBS 64

/* Shell commands to run, and what became of them. */
struct run {
	struct arena arena;
	const char *commands[MAX_JOBS];
	u32 n, next, n_done, n_ticks;
	u32 timeout_s;
	const char *cwd;
	const char *program;		/* instead of sh */
	struct job_result results[MAX_JOBS];
	char *outputs[MAX_JOBS];
	u32 running, max_running;
};

static bool next(void *ctx, struct job *job)
{
	struct run *r = ctx;
	char **argv;

	if (r->next == r->n)
		return false;
	argv = arena_array(&r->arena, char *, 4);
	argv[0] = arena_strdup(&r->arena, r->program ? r->program : "sh");
	argv[1] = arena_strdup(&r->arena, "-c");
	argv[2] = arena_strdup(&r->arena, r->commands[r->next]);
	*job = (struct job){ .argv = argv, .cwd = r->cwd, .timeout_s = r->timeout_s,
			     .data = &r->results[r->next] };
	r->next++;
	r->running++;
	if (r->running > r->max_running)
		r->max_running = r->running;
	return true;
}

static void done(void *ctx, const struct job *job, const struct job_result *result)
{
	struct run *r = ctx;
	size_t i = (size_t)((struct job_result *)job->data - r->results);

	assert_int_equal(strlen(result->output), result->output_len);
	r->results[i] = *result;
	r->outputs[i] = arena_strdup(&r->arena, result->output);
	r->n_done++;
	r->running--;
}

static void tick(void *ctx)
{
	((struct run *)ctx)->n_ticks++;
}

static const struct job_ops ops = { next, done, tick };

static void add(struct run *r, const char *command)
{
	r->commands[r->n++] = command;
}

static void run_all(struct run *r, u32 n_parallel)
{
	assert_null(job_run(&ops, r, n_parallel));
	assert_int_equal(r->n_done, r->n);
}

static u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000 + (u64)t.tv_nsec / 1000000;
}

/* Not so when it is dead and its new parent has not asked yet. */
static bool is_alive(pid_t pid)
{
	char text[512];
	size_t n;
	FILE *f;

	snprintf(text, sizeof(text), "/proc/%ld/stat", (long)pid);
	f = fopen(text, "r");
	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = 0;
	return !strstr(text, ") Z ") && !strstr(text, ") X ");
}

static void test_statuses(void **state)
{
	struct run r = { 0 };

	add(&r, "exit 0");
	add(&r, "exit 3");
	add(&r, "kill -TERM $$");
	add(&r, "echo out; echo err >&2");
	run_all(&r, 2);
	assert_int_equal(r.results[0].exit_status, 0);
	assert_int_equal(r.results[1].exit_status, 3);
	assert_int_equal(r.results[2].exit_status, -1);
	assert_int_equal(r.results[2].signal, SIGTERM);
	assert_string_equal(r.outputs[3], "out\nerr\n");
	assert_true(r.results[3].max_rss_kib > 0);
	assert_false(r.results[3].timed_out || r.results[3].not_started);
	arena_free(&r.arena);
}

static void test_none(void **state)
{
	struct run r = { 0 };

	run_all(&r, 2);
}

static void test_not_started(void **state)
{
	struct run r = { .program = "no-such-program-anywhere" };

	add(&r, "true");
	run_all(&r, 1);
	assert_true(r.results[0].not_started);
	assert_int_equal(r.results[0].exit_status, -1);
	assert_string_equal(r.outputs[0],
		"cannot run 'no-such-program-anywhere': No such file or directory");
	arena_free(&r.arena);
	r = (struct run){ .cwd = "/no/such/folder" };
	add(&r, "true");
	run_all(&r, 1);
	assert_true(r.results[0].not_started);
	assert_string_equal(r.outputs[0],
		"cannot enter folder '/no/such/folder': No such file or directory");
	arena_free(&r.arena);
}

static void test_folder_and_stdin(void **state)
{
	struct run r = { .cwd = "/usr" };

	add(&r, "pwd; cat");
	run_all(&r, 1);
	assert_string_equal(r.outputs[0], "/usr\n");
	arena_free(&r.arena);
}

static void test_parallel(void **state)
{
	struct run r = { 0 };

	for (u32 i = 0; i < 40; i++)
		add(&r, "sleep 0.02");
	run_all(&r, 5);
	assert_int_equal(r.max_running, 5);
	arena_free(&r.arena);
}

static void test_time_limit(void **state)
{
	struct run r = { .timeout_s = 1 };
	u64 start = now_ms();

	add(&r, "sleep 60 & sleep 60; echo never");
	add(&r, "echo before; exec sleep 60");
	add(&r, "yes");
	run_all(&r, 3);
	assert_true(now_ms() - start < 10000);
	for (u32 i = 0; i < r.n; i++) {
		assert_true(r.results[i].timed_out);
		assert_int_equal(r.results[i].signal, SIGKILL);
	}
	assert_string_equal(r.outputs[1], "before\n");
	assert_int_equal(r.results[2].output_len, 1 << 20);
	assert_true(r.n_ticks >= 3);
	arena_free(&r.arena);
}

/* What a child leaves behind holds the pipe open, but does not hold us. */
static void test_left_behind(void **state)
{
	struct run r = { 0 };
	u64 start = now_ms();
	pid_t pid;

	add(&r, "sleep 60 & echo $!");
	add(&r, "exec >&- 2>&-; sleep 0.3; exit 4");
	run_all(&r, 2);
	assert_true(now_ms() - start < 10000);
	assert_int_equal(r.results[1].exit_status, 4);
	pid = (pid_t)atoi(r.outputs[0]);
	assert_true(pid > 0);
	assert_false(is_alive(pid));
	arena_free(&r.arena);
}

static void test_large_output(void **state)
{
	struct run r = { 0 };

	add(&r, "head -c 3000000 /dev/zero | tr '\\0' x");
	add(&r, "head -c 200000 /dev/zero | tr '\\0' y");
	run_all(&r, 2);
	assert_int_equal(r.results[0].output_len, 1 << 20);
	assert_int_equal(r.results[0].exit_status, 0);
	assert_int_equal(r.results[1].output_len, 200000);
	assert_int_equal(r.outputs[1][199999], 'y');
	arena_free(&r.arena);
}

/* A pool in a process of its own gets a signal: it dies by it, and so do its children. */
static void test_signal(void **state)
{
	char name[] = P_tmpdir "/reclint-job-XXXXXX", command[200];
	int fd = mkstemp(name), status, child = 0;
	pid_t pid;

	assert_true(fd >= 0);
	snprintf(command, sizeof(command), "echo $$ > %s; exec sleep 60", name);
	pid = fork();
	if (!pid) {
		struct run r = { 0 };

		signal(SIGTERM, SIG_DFL);
		add(&r, command);
		err_free(job_run(&ops, &r, 1));
		_exit(0);
	}
	for (u32 i = 0; i < 500 && child == 0; i++) {
		char text[32] = "";

		usleep(10000);
		if (pread(fd, text, sizeof(text) - 1, 0) > 0 && strchr(text, '\n'))
			child = atoi(text);
	}
	assert_true(child > 0);
	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	for (u32 i = 0; i < 500 && is_alive(child); i++)	/* was sent a signal, and is nobody's child now */
		usleep(10000);
	assert_false(is_alive(child));
	close(fd);
	unlink(name);
}

/* done() may make more work. */
static void done_adds(void *ctx, const struct job *job, const struct job_result *result)
{
	struct run *r = ctx;

	done(ctx, job, result);
	if (r->n < 5)
		add(r, "exit 0");
}

static void test_work_from_done(void **state)
{
	static const struct job_ops adding = { next, done_adds, NULL };
	struct run r = { 0 };

	add(&r, "exit 0");
	assert_null(job_run(&adding, &r, 4));
	assert_int_equal(r.n_done, 5);
	arena_free(&r.arena);
}

static void test_cpus(void **state)
{
	assert_true(job_cpus() >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_folder_and_stdin),
		cmocka_unit_test(test_parallel),
		cmocka_unit_test(test_time_limit),
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_large_output),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_work_from_done),
		cmocka_unit_test(test_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
