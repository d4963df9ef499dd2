// SPDX-License-Identifier: MIT
/*
 * Finds a front-end's executable, asks what it is, and says what a cache may
 * rely on.  Requires that `reclint-NAME --version` prints its name and version on
 * its first line.
 */
#include "cli/frontend.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/job.h"
#include "fact/fact.h"

#include <stdlib.h>
#include <unistd.h>

#define VERSION_TIMEOUT_S 20

const char *const frontend_names[] = { "sparse", "clang", NULL };

static const char *find_in_path(struct arena *a, const char *program)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t n = strcspn(path, ":");
		const char *full = arena_printf(a, "%.*s/%s", (int)n, path, program);

		if (n && access(full, X_OK) == 0)
			return full;
		path += n + (path[n] == ':');
	}
	return NULL;
}

struct err *frontend_locate(struct arena *a, const char *name, struct frontend *ret)
{
	const char *program = arena_printf(a, "reclint-%s", name);
	const char *dir = file_self_dir(a);
	const char *path = file_join(a, dir, program);

	if (strchr(name, '/'))
		path = file_join(a, file_cwd(a), name);
	else if (access(path, X_OK) != 0)
		path = find_in_path(a, program);
	if (!path)
		return err_new("no front-end '%s' in '%s' or in PATH", program, dir);
	*ret = (struct frontend){ .path = path, .version = "" };
	return NULL;
}

const char *frontend_default(void)
{
	struct arena a = ARENA_INIT;
	const char *found = frontend_names[0];

	for (const char *const *name = frontend_names; *name; name++) {
		struct frontend frontend;
		struct err *err = frontend_locate(&a, *name, &frontend);

		if (!err) {
			found = *name;
			break;
		}
		err_free(err);
	}
	arena_free(&a);
	return found;
}

struct question {
	struct arena *a;
	char *const *argv;
	bool is_asked, is_answered;
	const char *answer;
};

static bool ask(void *ctx, struct job *job)
{
	struct question *q = ctx;

	if (q->is_asked)
		return false;
	q->is_asked = true;
	*job = (struct job){ .argv = q->argv, .timeout_s = VERSION_TIMEOUT_S };
	return true;
}

static void answered(void *ctx, const struct job *job UNUSED, const struct job_result *result)
{
	struct question *q = ctx;
	size_t n = strcspn(result->output, "\n");

	q->is_answered = result->exit_status == 0 && n > 0;
	q->answer = arena_printf(q->a, "%.*s", (int)n, result->output);
}

struct err *frontend_find(struct arena *a, const char *name, struct frontend *ret)
{
	static const struct job_ops ops = { .next = ask, .done = answered };
	struct question q = { .a = a };
	struct frontend f;
	struct err *err = frontend_locate(a, name, &f);

	if (err)
		return err;
	char *argv[] = { (char *)f.path, "--version", NULL };

	q.argv = argv;
	err = job_run(&ops, &q, 1);
	if (err)
		return err_wrap(err, "while asking '%s' for its version", f.path);
	f.version = q.is_answered ? q.answer : name;	/* one that does not say is identified by its bytes */
	*ret = f;
	return NULL;
}

struct err *frontend_identity(const struct frontend *frontend, struct hash128 *ret)
{
	u64 schema = fact_schema_hash();
	struct blob exe;
	struct err *err = file_read(frontend->path, &exe);
	struct hash128 h;

	if (err)
		return err;
	h = hash128(exe.p, exe.n);
	blob_free(&exe);
	h = hash128_mix(h, hash128(frontend->version, strlen(frontend->version)));
	*ret = hash128_mix(h, hash128(&schema, sizeof(schema)));
	return NULL;
}
