// SPDX-License-Identifier: MIT
/*
 * Runs git in a folder and reads the paths it names.  Its standard output and its
 * complaints are kept apart, since a warning is no path.  Needs git 2.24 or later.
 */
#include "cli/git.h"

#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What was written to the file so far. */
static struct err *take(FILE *file, struct blob *ret)
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fileno(file));
	return file_read(name, ret);
}

static struct err *start(char *const *argv, FILE *out, FILE *complaints, int *status_ret)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int r;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fileno(complaints), STDERR_FILENO);
	r = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (r)
		return err_errno(r, "cannot run git");
	while (waitpid(pid, status_ret, 0) < 0)
		if (errno != EINTR)
			return err_errno(errno, "cannot wait for git");
	return NULL;
}

/* The first line, without "fatal: ". */
static struct err *complaint(FILE *complaints, int status)
{
	struct blob text = { NULL, 0 };
	struct err *err = take(complaints, &text);
	const char *from;

	if (err)
		return err;
	from = text.p + (strncmp(text.p, "fatal: ", 7) ? 0 : 7);
	err = text.n ? err_new("git: %.*s", (int)strcspn(from, "\n"), from) :
		       err_new("git ended with status %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	blob_free(&text);
	return err;
}

/* git -C dir ARGUMENT...; *ret is its standard output. */
static struct err *run(const char *dir, const char *const *arguments, struct blob *ret)
{
	VEC(char *) argv = VEC_INIT;
	FILE *out = tmpfile(), *complaints = tmpfile();
	struct err *err = NULL;
	int status = 0;

	vec_push(&argv, (char *)"git");
	vec_push(&argv, (char *)"-C");
	vec_push(&argv, (char *)dir);
	for (; *arguments; arguments++)
		vec_push(&argv, (char *)*arguments);
	vec_push(&argv, NULL);
	if (!out || !complaints)
		err = err_errno(errno, "cannot make a temporary file");
	if (!err)
		err = start(argv.a, out, complaints, &status);
	if (!err)
		err = status ? complaint(complaints, status) : take(out, ret);
	if (out)
		fclose(out);
	if (complaints)
		fclose(complaints);
	vec_free(&argv);
	return err;
}

/* Paths relative to top, each ended by a NUL. */
static void add_files(struct git_changes *g, const char *top, const struct blob *list)
{
	for (const char *s = list->p; s < list->p + list->n; s += strlen(s) + 1) {
		const char *path = file_join(&g->arena, top, s);
		bool is_new;

		map_put_bytes(&g->files, path, strlen(path), &is_new);
		g->n += is_new;
	}
}

struct err *git_changes(const char *dir, const char *rev, struct git_changes *ret)
{
	struct git_changes g = { .arena = ARENA_INIT };
	const char *named = arena_printf(&g.arena, "%s^{commit}", rev);
	const char *const ask_top[] = { "rev-parse", "--show-toplevel", NULL };
	const char *const ask_rev[] = { "rev-parse", "--verify", "--quiet", "--end-of-options", named, NULL };
	const char *const ask_diff[] = { "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", rev, "--", NULL };
	const char *const ask_new[] = { "ls-files", "--others", "--exclude-standard", "-z", NULL };
	struct blob text = { NULL, 0 };
	struct err *err = run(dir, ask_top, &text);
	const char *top = NULL;

	*ret = g;
	if (err)
		return err_wrap(err, "no git repository for '%s'", dir);
	text.p[strcspn(text.p, "\n")] = 0;
	top = arena_strdup(&ret->arena, text.p);
	blob_free(&text);
	err = run(top, ask_rev, &text);
	if (err) {
		err_free(err);
		return err_new("no revision '%s' in the git repository '%s'", rev, top);
	}
	blob_free(&text);
	err = run(top, ask_diff, &text);
	if (!err) {
		add_files(ret, top, &text);
		blob_free(&text);
		err = run(top, ask_new, &text);
	}
	if (!err)
		add_files(ret, top, &text);
	blob_free(&text);
	return err ? err_wrap(err, "cannot tell what changed since '%s'", rev) : NULL;
}

const char *git_head(struct arena *a, const char *dir)
{
	const char *const ask[] = { "rev-parse", "--verify", "--quiet", "HEAD", NULL };
	struct blob text = { NULL, 0 };
	struct err *err = run(dir, ask, &text);
	const char *ret = err ? "-" : arena_printf(a, "%.*s", (int)strcspn(text.p, "\n"), text.p);

	err_free(err);
	blob_free(&text);
	return ret;
}

void git_changes_free(struct git_changes *g)
{
	map_free(&g->files);
	arena_free(&g->arena);
}

bool git_is_changed(const struct git_changes *g, const char *path)
{
	return map_get_bytes(&g->files, path, strlen(path));
}
