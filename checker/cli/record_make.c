// SPDX-License-Identifier: MIT
/*
 * Runs the recorded make, and reads its output for the targets that it could not make.
 * Stubs have no symbols, so whatever is linked from them fails by design (or is
 * removed); any other failed target means that commands may be missing.  A failure of
 * a sub-make is not counted: the one inside is.
 */
#include "cli/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "base/progress.h"

/* make must not think that it is a part of the make that runs us, if one does. */
static void leave_outer_make(void)
{
	if (!getenv("MAKELEVEL"))
		return;
	unsetenv("MAKELEVEL");
	unsetenv("MAKEFLAGS");
	unsetenv("MFLAGS");
}

NORETURN static void become_make(const struct record_plan *plan, int log, const sigset_t *mask)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	sigprocmask(SIG_SETMASK, mask, NULL);
	leave_outer_make();
	setenv("LC_ALL", "C", 1);	/* its messages are read below */
	execvp(plan->make[0], (char **)plan->make);
	dprintf(STDERR_FILENO, "%s: *** cannot run: %s.  Stop.\n", plan->make[0], strerror(errno));
	_exit(127);
}

/* Hands a request to stop on to make, so that it ends by itself. */
static void wait_for(pid_t pid, const sigset_t *signals, struct record_outcome *outcome)
{
	static const struct timespec tick = { .tv_nsec = 200 * 1000 * 1000 };
	struct progress *progress = progress_start("recording", 0);
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		int sig = sigtimedwait(signals, NULL, &tick);

		if (sig == SIGINT || sig == SIGTERM) {
			outcome->interrupted = true;
			kill(pid, sig);
		}
		progress_set(progress, 0, NULL);
	}
	progress_stop(progress);
	outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct err *record_make_run(struct arena *a, const struct record_plan *plan,
			    struct record_outcome *ret)
{
	const char *path = arena_printf(a, "%s/" RECORD_MAKE_LOG, plan->state);
	int log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	sigset_t signals, old;

	if (log < 0)
		return err_errno(errno, "cannot open '%s'", path);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &old);
	pid_t pid = fork();
	int errnum = errno;

	if (pid == 0)
		become_make(plan, log, &old);
	if (pid > 0)
		wait_for(pid, &signals, ret);
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(log);
	return pid < 0 ? err_errno(errnum, "cannot start '%s'", plan->make[0]) : NULL;
}

/* The objects that the wrapper was asked for, as the targets name them. */
static struct map recorded_outputs(const record_vec *records)
{
	struct map outputs = MAP_INIT;

	for (u32 i = 0; i < records->n; i++) {
		const char *output = records->a[i].output;

		*map_put_bytes(&outputs, output, strlen(output), NULL) = 1;
	}
	return outputs;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* What the shell says of a command that it can't start, or that a signal ended: no linker that dislikes stubs. */
static bool was_not_run(const char *rest)
{
	unsigned long status = strtoul(rest + strlen("] Error "), NULL, 10);

	return status == 126 || status == 127 || status > 128;
}

/* Linked from stubs, or made from what is. */
static bool is_link(const char *target, const char *rest, const struct map *outputs)
{
	const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;

	if (strstr(name, "vmlinux") || strstr(name, "symvers") || strstr(name, "modpost") ||
	    ends_with(name, ".ko") || ends_with(name, ".a"))
		return true;
	return ends_with(name, ".o") && !was_not_run(rest) && strncmp(target, "scripts/", 8) && !strstr(target, "tools/") &&
	       !map_get_bytes(outputs, target, strlen(target));
}

/* A folder or a phony target whose recipe is a make. */
static bool is_submake(const char *target, const char *rest)
{
	const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;

	return !strncmp(rest, "] Error 2", 9) && (name[0] == '.' || !strchr(name, '.'));
}

/* A line of the kind "make[2]: *** [Makefile:12: TARGET] Error 1": the target. */
static const char *failed_target(struct arena *a, const char *text, const char **rest_ret)
{
	const char *end = strstr(text, "] Error "), *start = text + 1;

	if (text[0] != '[' || !end)
		return NULL;
	for (const char *at = start; at + 1 < end; at++)
		if (at[0] == ':' && at[1] == ' ')
			start = at + 2;
	*rest_ret = end;
	return arena_printf(a, "%.*s", (int)(end - start), start);
}

/* A line that has "*** " in it; text is what follows. */
static void judge_line(struct arena *a, const char *text, const struct map *outputs,
		       struct record_outcome *outcome)
{
	const char *rest, *target = failed_target(a, text, &rest);

	if (!target) {
		if (strstr(text, "Stop.") || strstr(text, "No rule to make target"))
			vec_push(&outcome->failures, text);
	} else if (is_link(target, rest, outputs)) {
		outcome->n_links++;
	} else if (!is_submake(target, rest)) {
		vec_push(&outcome->failures, target);
	}
}

struct err *record_make_judge(struct arena *a, const struct record_plan *plan,
			      const record_vec *records, struct record_outcome *ret)
{
	struct err *err;
	struct blob blob;

	if ((err = file_read(arena_printf(a, "%s/" RECORD_MAKE_LOG, plan->state), &blob)))
		return err;
	struct map outputs = recorded_outputs(records);
	char *text = arena_dup(a, blob.p, blob.n + 1), *line;

	blob_free(&blob);
	while ((line = strsep(&text, "\n"))) {
		const char *stars = strstr(line, ": *** ");

		if (stars)
			judge_line(a, stars + 6, &outputs, ret);
	}
	map_free(&outputs);
	return NULL;
}
