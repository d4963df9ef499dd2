// SPDX-License-Identifier: MIT
/*
 * `reclint record -- make ...`: a compile database of a build without compiling it.
 * Plans the call, runs it with the wrapper as its compiler, writes the database, takes
 * the stubs away, and says what make could not do.  See record.h and docs/record.md.
 */
#include "cli/cli.h"

#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/record.h"

#define MAX_SHOWN 20	/* failed targets, or last lines of make's output */

enum { OPTION_IN_PLACE = 256, OPTION_MAKE_LOG };

static const struct argp_option options[] = {
	{ "database", 'o', "FILE", 0,
	  "write FILE (default: compile_commands.json in the build folder)", 0 },
	{ "output", 'O', "FOLDER", 0,
	  "build a kernel in FOLDER, with the .config of the folder it names", 0 },
	{ "append", 'a', NULL, 0, "keep what the database has", 0 },
	{ "in-place", OPTION_IN_PLACE, NULL, 0, "record where a finished build is; its objects go", 0 },
	{ "make-log", OPTION_MAKE_LOG, "FILE", 0, "keep make's output in FILE", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct record_options *o = state->input;

	switch (key) {
	case 'o':
		o->database = arg;
		break;
	case 'O':
		o->output = arg;
		break;
	case 'a':
		o->append = true;
		break;
	case OPTION_IN_PLACE:
		o->in_place = true;
		break;
	case OPTION_MAKE_LOG:
		o->make_log = arg;
		break;
	case ARGP_KEY_ARGS:
		o->make = state->argv + state->next;
		o->n_make = (u32)(state->argc - state->next);
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no make command");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.args_doc = "-- make [ARGUMENT...]",
	.doc = "Write the compile database of a kernel build without compiling it.\v"
	       "The build's objects are removed afterwards, so that the next make makes them.",
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The folder STATE of record.h, with a link to ourselves and the stub's source. */
static struct err *make_state(struct arena *a, char **ret)
{
	const char *temporary = getenv("TMPDIR");
	char *state = arena_printf(a, "%s/reclint-record.XXXXXX",
				   temporary && temporary[0] ? temporary : "/tmp");
	char *source = arena_printf(a, "static const char reclint_stub[] __attribute__((used, "
				    "section(\"%s\"))) = \"%s\";\n", RECORD_SECTION, RECORD_MARK);
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		return err_errno(errno, "cannot find the running program");
	self[n] = 0;
	if (!mkdtemp(state))
		return err_errno(errno, "cannot make a temporary folder '%s'", state);
	*ret = state;
	if (symlink(self, file_join(a, state, RECORD_SELF)))
		return err_errno(errno, "cannot make a link in '%s'", state);
	return file_write(file_join(a, state, RECORD_STUB_SOURCE), source, strlen(source));
}

static void remove_state(struct arena *a, const char *state)
{
	DIR *d = opendir(state);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			unlink(arena_printf(a, "%s/%s", state, e->d_name));
	if (d)
		closedir(d);
	rmdir(state);
}

/* Touched only if it differs: a new time stamp makes kbuild configure again. */
static struct err *copy_config(struct arena *a, const struct record_plan *plan)
{
	struct err *err;
	struct blob new, old;
	const char *path = file_join(a, plan->build, ".config");
	bool is_same = false;

	if (!plan->config || !strcmp(plan->config, path))
		return NULL;
	if ((err = file_read(plan->config, &new)))
		return err;
	if (file_exists(path)) {
		if ((err = file_read(path, &old)))
			goto out;
		is_same = old.n == new.n && !memcmp(old.p, new.p, new.n);
		blob_free(&old);
	}
	if (!is_same)
		err = file_write(path, new.p, new.n);
out:
	blob_free(&new);
	return err;
}

/* The last lines of make's output, for a recording that has nothing else to show. */
static void show_make_log(struct arena *a, const struct record_plan *plan)
{
	struct blob blob;
	struct err *err = file_read(arena_printf(a, "%s/" RECORD_MAKE_LOG, plan->state), &blob);
	size_t at, lines = 0;

	if (err) {
		err_free(err);
		return;
	}
	for (at = blob.n; at > 0 && lines <= MAX_SHOWN; at--)
		lines += blob.p[at - 1] == '\n';
	if (lines > MAX_SHOWN)
		at++;
	for (char *rest = blob.p + at, *line; (line = strsep(&rest, "\n"));)
		if (line[0])
			log_note("make: %s", line);
	blob_free(&blob);
}

static struct err *keep_make_log(struct arena *a, const struct record_plan *plan, const char *path)
{
	struct err *err;
	struct blob blob;

	if (!path)
		return NULL;
	if ((err = file_read(arena_printf(a, "%s/" RECORD_MAKE_LOG, plan->state), &blob)))
		return err;
	err = file_write(path, blob.p, blob.n);
	blob_free(&blob);
	return err;
}

static void show_outcome(const struct record_outcome *o)
{
	if (o->n_links)
		log_note("%u targets were not linked, for want of real objects: this is by design",
			 o->n_links);
	for (u32 i = 0; i < o->failures.n && i < MAX_SHOWN; i++)
		log_warn("make failed: %s", o->failures.a[i]);
	if (o->failures.n > MAX_SHOWN)
		log_warn("make failed: %u more", o->failures.n - MAX_SHOWN);
	if (o->failures.n)
		log_warn("commands may be missing: %u targets failed before the link (--make-log)",
			 o->failures.n);
}

/* After make has run: whatever happens, the stubs go. */
static struct err *conclude(struct arena *a, const struct record_options *o,
			    const struct record_plan *plan, double start)
{
	struct err *err;
	struct record_outcome outcome = { 0 };
	record_vec records = VEC_INIT;
	const char *database = o->database ? o->database :
					     file_join(a, plan->build, "compile_commands.json");
	u32 n = 0;
	struct err *run_err = record_make_run(a, plan, &outcome);

	err = record_log_read(a, arena_printf(a, "%s/" RECORD_LOG, plan->state), &records);
	u32 n_removed = record_clean(plan, &records);

	if (run_err) {
		err_free(err);
		err = run_err;
	}
	if (!err)
		err = keep_make_log(a, plan, o->make_log);
	if (!err)
		err = record_make_judge(a, plan, &records, &outcome);
	if (!err && outcome.interrupted)
		err = err_new("interrupted; the stub objects are removed");
	if (!err && !records.n) {
		show_make_log(a, plan);
		err = err_new("make ran no compile command (exit status %d)", outcome.status);
	}
	if (!err)
		err = record_db_write(database, o->append, &records, &n);
	if (!err) {
		show_outcome(&outcome);
		log_verbose("removed %u objects", n_removed);
		log_note("%u commands in '%s', %.1f s", n, database, seconds() - start);
	}
	vec_free(&outcome.failures);
	vec_free(&records);
	return err;
}

int cmd_record(int argc, char **argv)
{
	struct err *err;
	struct arena a = ARENA_INIT;
	struct record_options o = { 0 };
	struct record_plan plan;
	char *state = NULL;
	double start = seconds();

	if (cli_parse(&parser, argc, argv, ARGP_IN_ORDER, &o))
		return 2;
	err = make_state(&a, &state);
	if (!err)
		err = record_plan_make(&a, &o, state, &plan);
	if (!err)
		err = copy_config(&a, &plan);
	if (!err)
		err = conclude(&a, &o, &plan, start);
	if (state)
		remove_state(&a, state);
	arena_free(&a);
	return err ? err_report(err) : 0;
}
