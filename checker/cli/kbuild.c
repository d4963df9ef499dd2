// SPDX-License-Identifier: MIT
/*
 * kbuild's checker: one C file's facts, beside its object, and what can be said of
 * that file alone.
 *
 * Requires that make runs in the folder it builds in, as kbuild does.  Provides
 * DIR/NAME.facts for DIR/NAME.o, or DIR/NAME.nofacts that says why not; and once per
 * build folder the values of the rules' constants.  Safe with make -j: each file is
 * put in place by a rename, and what two processes write twice is the same.
 *
 * A checker that fails ends the build, so neither findings nor a file that could
 * not be read do: only a front-end that cannot be started at all.
 */
#include "cli/kbuild.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/job.h"
#include "base/log.h"
#include "cli/frontend.h"
#include "cli/paths.h"
#include "cli/probe.h"
#include "fact/fact.h"

#include <stdio.h>
#include <unistd.h>

#define TIMEOUT_S 120

struct kbuild {
	struct arena arena;
	struct fact_command command;
	struct frontend frontend;
	const char *cwd;
	const char *state;	/* folder of the probe: where make builds; for a module outside
				 * of it, beside the object */
};

bool kbuild_is_call(int argc, char **argv)
{
	const char *last = argv[argc - 1];
	size_t n = strlen(last);

	return argv[1][0] == '-' || (n > 2 && strcmp(last + n - 2, ".c") == 0);
}

/* ---- running the front-end ---------------------------------------------- */

struct extraction {
	char **argv;
	bool is_started, is_refused;	/* refused: the program cannot be run */
	int status;			/* enum frontend_status */
	struct buf output;
	const char *reason;		/* when status is FRONTEND_FAILED */
};

static bool next_job(void *ctx, struct job *job)
{
	struct extraction *x = ctx;

	if (x->is_started)
		return false;
	x->is_started = true;
	*job = (struct job){ .argv = x->argv, .timeout_s = TIMEOUT_S };
	return true;
}

static void job_done(void *ctx, const struct job *job UNUSED, const struct job_result *r)
{
	struct extraction *x = ctx;

	x->is_refused = r->not_started;
	x->status = r->exit_status;
	if (x->status != FRONTEND_OK && x->status != FRONTEND_PROBLEMS)
		x->status = FRONTEND_FAILED;
	x->reason = r->timed_out ? "it takes too long"
		  : r->signal	 ? strsignal(r->signal)
				 : "the front-end gave up";
	buf_add(&x->output, r->output, r->output_len);
}

/* The front-end on these compiler arguments; what it said is in x->output. */
static struct err *extract(struct kbuild *k, u32 argc, char *const *args, const char *facts,
			   struct extraction *x)
{
	static const struct job_ops ops = { .next = next_job, .done = job_done };
	char **argv = arena_array(&k->arena, char *, argc + 9);
	u32 n = 0;
	struct err *err;

	argv[n++] = (char *)k->frontend.path;
	argv[n++] = "--facts";
	argv[n++] = (char *)facts;
	argv[n++] = "--cwd";
	argv[n++] = (char *)k->cwd;
	if (k->command.srctree) {
		argv[n++] = "--srctree";
		argv[n++] = file_join(&k->arena, k->cwd, k->command.srctree);
	}
	argv[n++] = "--";
	memcpy(argv + n, args, argc * sizeof(*argv));
	*x = (struct extraction){ .argv = argv, .status = FRONTEND_FAILED };
	unlink(facts);	/* what is there afterwards is new */
	err = job_run(&ops, x, 1);
	if (!err && x->is_refused)
		err = err_new("%s", buf_text(&x->output));
	if (x->status == FRONTEND_PROBLEMS && !file_exists(facts))
		x->status = FRONTEND_FAILED;
	return err;
}

/* ---- the probe ---------------------------------------------------------- */

/* Commands of helpers (boot code, vdso, host-like tools) have flags of their own. */
static bool is_ordinary(const struct fact_command *c)
{
	return c->srctree && c->modfile && strncmp(c->modfile, "arch/", 5) != 0 &&
	       strncmp(c->modfile, "scripts/", 8) != 0;
}

static bool is_older(const char *path, u64 mtime_ns)
{
	u64 other, size;

	return file_stamp(path, &other, &size) && other > mtime_ns;
}

/* Made before the configuration, or before the rules that name the constants? */
static bool is_stale(struct kbuild *k, const char *facts)
{
	const char *rules;
	char **files = NULL;
	u32 n = 0;
	u64 mtime_ns, size;
	struct err *err;
	bool is_old;

	if (!file_stamp(facts, &mtime_ns, &size))
		return true;
	is_old = is_older(file_join(&k->arena, k->cwd, "include/generated/autoconf.h"), mtime_ns);
	err = paths_rules(&k->arena, NULL, &rules);
	if (!err)
		err = file_find(&k->arena, rules, ".yaml", &files, &n);
	for (u32 i = 0; !err && i < n; i++)
		is_old = is_old || is_older(files[i], mtime_ns);
	err_free(err);
	return is_old;
}

/* Where the sources are, for the reports on this folder. */
static struct err *write_trees(struct kbuild *k)
{
	const char *path = file_join(&k->arena, k->state, KBUILD_TREES);
	const char *text = arena_printf(&k->arena, "srctree %s\nobjtree %s\n",
					file_join(&k->arena, k->cwd, k->command.srctree), k->cwd);

	return file_write(path, text, strlen(text));
}

/* Once per build folder, and again when the configuration or the rules are newer. */
static void make_probe(struct kbuild *k, char *const *argv)
{
	const char *facts = file_join(&k->arena, k->state, KBUILD_PROBE ".facts");
	const char *source = file_join(&k->arena, k->state, KBUILD_PROBE ".c");
	struct probe probe = { .argv = argv, .dir = k->cwd };
	struct extraction x = { 0 };
	bool is_needed = false;
	struct err *err;
	char **args;
	u32 argc;

	if (!is_ordinary(&k->command) || !is_stale(k, facts))
		return;
	err = write_trees(k);
	if (!err)
		err = probe_write(&probe, source, &is_needed);
	if (!err && is_needed) {
		args = probe_command(&k->arena, argv, source, &argc);
		err = extract(k, argc, args, facts, &x);
		buf_free(&x.output);
	}
	if (err)
		log_warn("cannot tell the rules' constants: %s", err_text(err));
	err_free(err);
}

/* ---- one file ----------------------------------------------------------- */

static char *with_suffix(struct arena *a, const char *path, const char *old, const char *suffix)
{
	size_t n = strlen(path), m = strlen(old);

	if (n > m && strcmp(path + n - m, old) == 0)
		n -= m;
	return arena_printf(a, "%.*s%s", (int)n, path, suffix);
}

/* As the compiler and sparse name it: from where make runs. */
static const char *shown_path(struct kbuild *k, const char *file)
{
	const char *tree = k->command.srctree;
	const char *path = tree ? file_join(&k->arena, tree, file) : file;

	return file_exists(path) ? path : file;
}

/* What could not be read, one line each, as sparse says it. */
static struct err *print_problems(struct kbuild *k, const char *facts)
{
	struct buf out = BUF_INIT;
	struct fact_tu tu;
	struct err *err = fact_read(facts, &tu);

	if (err)
		return err;
	for (u32 i = 1; i < tu.problems.n; i++) {
		const struct fact_problem *p = &tu.problems.a[i];

		if (p->kind == PROBLEM_PARSE)
			buf_addf(&out, "%s:%u:%u: error: %s\n",
				 shown_path(k, str_text(tu.strings, p->file)), p->line, p->col,
				 str_text(tu.strings, p->text));
	}
	fwrite(buf_text(&out), 1, out.len, stderr);	/* at once: other files are checked too */
	buf_free(&out);
	fact_tu_free(&tu);
	return NULL;
}

static struct err *note_failure(struct kbuild *k, const char *nofacts, const char *facts,
				const struct extraction *x)
{
	const char *source = fact_path(&k->arena, k->command.source, k->cwd, k->command.srctree);
	struct buf text = BUF_INIT;
	struct err *err;

	fwrite(buf_text(&x->output), 1, x->output.len, stderr);
	buf_addf(&text, "%s: %s\n", source, x->reason);
	log_warn("no facts: %s: %s", source, x->reason);
	err = file_write(nofacts, buf_text(&text), text.len);
	buf_free(&text);
	return err;
}

static struct err *say(struct kbuild *k, const char *nofacts, const char *facts,
		       const struct extraction *x)
{
	struct err *err = x->status == FRONTEND_PROBLEMS ? print_problems(k, facts) : NULL;

	unlink(nofacts);
	if (!err)
		kbuild_check_tu(facts, file_join(&k->arena, k->state, KBUILD_PROBE ".facts"));
	return err;
}

static struct err *run(struct kbuild *k, int argc, char **argv)
{
	const char *object = k->command.object ? k->command.object : k->command.source;
	const char *old = k->command.object ? ".o" : ".c";
	const char *facts = with_suffix(&k->arena, object, old, ".facts");
	const char *nofacts = with_suffix(&k->arena, object, old, ".nofacts");
	struct extraction x = { 0 };
	struct err *err = frontend_locate(&k->arena, frontend_default(), &k->frontend);

	if (err)
		return err;
	facts = file_join(&k->arena, k->cwd, facts);
	nofacts = file_join(&k->arena, k->cwd, nofacts);
	make_probe(k, argv);
	err = extract(k, (u32)argc - 1, argv + 1, facts, &x);
	if (!err && x.status == FRONTEND_FAILED)
		err = note_failure(k, nofacts, facts, &x);
	else if (!err)
		err = say(k, nofacts, facts, &x);
	buf_free(&x.output);
	return err;
}

/* The kernel that a module is built against may belong to somebody else. */
static const char *state_folder(struct kbuild *k)
{
	const char *object = k->command.object ? k->command.object : k->command.source;
	size_t n = strlen(k->cwd);
	const char *slash;

	if (!object || *object != '/' || (!strncmp(object, k->cwd, n) && object[n] == '/'))
		return k->cwd;
	slash = strrchr(object, '/');
	return arena_printf(&k->arena, "%.*s", (int)(slash - object), object);
}

int kbuild_main(int argc, char **argv)
{
	struct kbuild k = { .arena = ARENA_INIT };
	struct err *err = NULL;

	fact_command_parse(argc, argv, &k.arena, &k.command);
	k.cwd = file_cwd(&k.arena);
	k.state = state_folder(&k);
	if (!k.command.source)
		err = err_new("no C file among the arguments, and no command: see 'reclint --help'");
	if (!err)
		err = run(&k, argc, argv);
	arena_free(&k.arena);
	return err ? err_report(err) : 0;
}
