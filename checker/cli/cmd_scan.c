// SPDX-License-Identifier: MIT
/*
 * reclint scan: the facts of every C file of a compile database, again only where
 * something changed.
 *
 * The summary is the same whatever -j is; times are told with -v only.
 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/file.h"
#include "base/job.h"
#include "base/log.h"
#include "cli/scan.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>

#define DATABASE "compile_commands.json"

enum { OPTION_FRONTEND = 256, OPTION_TIMEOUT, OPTION_FILE, OPTION_FORCE, OPTION_SHARD,
       OPTION_RULES_DIR };

static const struct argp_option options[] = {
	{ "build", 'p', "DIR", 0, "the build folder, or its " DATABASE " (default: .)", 0 },
	{ "output", 'o', "DIR", 0, "where facts go (default: .reclint in the build folder)", 0 },
	{ "jobs", 'j', "N", 0, "front-ends at once (default: one per processor)", 0 },
	{ "frontend", OPTION_FRONTEND, "NAME", 0, "sparse (default, if it is there) or clang, or a program's path", 0 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "for one file (default: 60)", 0 },
	{ "file", OPTION_FILE, "GLOB", 0, "only these sources or folders: 'mm/*.c', fs/xfs; repeatable", 0 },
	{ "shard", OPTION_SHARD, "K/N", 0, "only the K-th of N equal parts", 0 },
	{ "force", OPTION_FORCE, NULL, 0, "extract also what has not changed", 0 },
	{ "rules-dir", OPTION_RULES_DIR, "DIR", 0, "rules to use instead of reclint's own", 0 },
	{ "rules", 'r', "FILE", 0, "more rules, whose constants are needed; repeatable", 0 },
	{ "verbose", 'v', NULL, 0, "list problems, and tell what it cost", 0 },
	{ 0 },
};

/* A number from 1 on, or a usage error. */
static u32 number(struct argp_state *state, const char *what, const char *arg)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno || *end || end == arg || *arg == '-' || n < 1 || n > 1000000)
		argp_error(state, "%s must be a number from 1 on, not '%s'", what, arg);
	return (u32)n;
}

static void parse_shard(struct argp_state *state, char *arg, struct scan_options *o)
{
	char *slash = strchr(arg, '/');

	if (!slash)
		argp_error(state, "--shard is K/N, not '%s'", arg);
	*slash = 0;
	o->shard = number(state, "--shard's K", arg);
	o->n_shards = number(state, "--shard's N", slash + 1);
	if (o->shard > o->n_shards)
		argp_error(state, "--shard %u/%u: there is no such part", o->shard, o->n_shards);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct scan_options *o = state->input;

	switch (key) {
	case 'p':
		o->build = arg;
		break;
	case 'o':
		o->output = arg;
		break;
	case 'j':
		o->n_parallel = number(state, "--jobs", arg);
		break;
	case 'v':
		log_set_level(LOG_VERBOSE);
		break;
	case OPTION_FRONTEND:
		o->frontend = arg;
		break;
	case OPTION_TIMEOUT:
		o->timeout_s = number(state, "--timeout", arg);
		break;
	case OPTION_FILE:
		vec_push(&o->globs, arg);
		break;
	case OPTION_SHARD:
		parse_shard(state, arg, o);
		break;
	case OPTION_FORCE:
		o->force = true;
		break;
	case OPTION_RULES_DIR:
		o->rules_dir = arg;
		break;
	case 'r':
		vec_push(&o->overlays, arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.doc = "Extract the facts of every C file of a compile database.\v"
	       "Files that gave no facts are listed; the exit status is 2 then.",
};

/* ---- steps -------------------------------------------------------------- */

static struct err *open_state(struct scan *s)
{
	const char *cwd = file_cwd(&s->arena);
	const char *build = file_join(&s->arena, cwd, s->opt->build);
	const char *folder = build;

	if (file_is_dir(build)) {
		s->database = file_join(&s->arena, build, DATABASE);
		if (!file_exists(s->database))
			return err_new("no " DATABASE " in '%s': 'reclint record' makes one",
				       s->opt->build);
	} else {
		s->database = build;
		folder = file_join(&s->arena, build, "..");
	}
	s->state = s->opt->output ? file_join(&s->arena, cwd, s->opt->output)
				  : file_join(&s->arena, folder, ".reclint");
	return file_mkdirs(scan_path(s, "facts"));
}

/* Two scans into one folder would remove each other's facts.  Open until exit. */
static struct err *lock_state(struct scan *s)
{
	const char *path = scan_path(s, "lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_errno(errno, "cannot open '%s'", path);
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return err_new("another scan into '%s' is running", s->state);
	return NULL;
}

static void open_cache(struct scan *s)
{
	struct err *err = cache_read(scan_path(s, SCAN_MANIFEST), &s->cache);

	if (!err)
		return;
	log_warn("%s: extracting everything", err_text(err));
	err_free(err);
	s->cache = cache_create();
}

static struct err *prepare(struct scan *s)
{
	struct err *err = open_state(s);

	if (!err)
		err = lock_state(s);
	if (!err)
		err = frontend_find(&s->arena, s->opt->frontend, &s->frontend);
	if (!err)
		err = frontend_identity(&s->frontend, &s->identity);
	if (!err)
		err = scan_units_read(s);
	if (err)
		return err;
	scan_units_select(s);
	return scan_probe_add(s);
}

/* ---- summary ------------------------------------------------------------ */

struct counts {
	u32 n[UNIT_FAILED + 1];
	u32 n_problems;
};

static struct counts count(const struct scan *s)
{
	struct counts c = { 0 };

	for (u32 i = 0; i < s->units.n; i++) {
		c.n[s->units.a[i].outcome]++;
		c.n_problems += s->units.a[i].has_problems;
	}
	return c;
}

static void list_units(const struct scan *s)
{
	for (u32 i = 0; i < s->units.n; i++) {
		const struct scan_unit *u = &s->units.a[i];

		if (u->outcome == UNIT_FAILED)
			log_warn("no facts: %s: %s", u->source, u->reason);
		else if (u->has_problems && u->reason)
			log_verbose("problems: %s: %s", u->source, u->reason);
	}
}

static void tell_cost(const struct scan *s, u64 started_ns)
{
	log_verbose("%.1f s; front-ends: %.1f s user, %.1f s system, %llu MiB at most",
		    (double)(cache_now_ns() - started_ns) / 1e9, (double)s->user_us / 1e6,
		    (double)s->sys_us / 1e6, (unsigned long long)s->max_rss_kib / 1024);
}

static int finish(struct scan *s, u64 started_ns)
{
	struct counts c = count(s);

	list_units(s);
	tell_cost(s, started_ns);
	if (s->interrupted)
		log_warn("interrupted: %u files were not reached", c.n[UNIT_WAITING]);
	log_note("%u files extracted, %u unchanged, %u with problems, %u failed",
		 c.n[UNIT_EXTRACTED], c.n[UNIT_FRESH], c.n_problems, c.n[UNIT_FAILED]);
	if (s->interrupted)
		return 2;
	return c.n[UNIT_FAILED] ? 2 : 0;
}

static void release(struct scan *s)
{
	cache_free(s->cache);
	vec_free(&s->units);
	blob_free(&s->known);
	arena_free(&s->arena);
}

struct scan_options scan_defaults(void)
{
	return (struct scan_options){ .build = ".", .frontend = frontend_default(), .timeout_s = 60,
				      .n_parallel = job_cpus() };
}

struct err *scan_build(const struct scan_options *opt, int *status_ret)
{
	struct scan s = { .opt = opt };
	u64 started_ns = cache_now_ns();
	struct err *err = prepare(&s);

	if (!err) {
		open_cache(&s);
		err = scan_run(&s);
	}
	if (!err)
		err = scan_state_write(&s);
	if (!err)
		*status_ret = finish(&s, started_ns);
	release(&s);
	return err;
}

int cmd_scan(int argc, char **argv)
{
	struct scan_options opt = scan_defaults();
	struct err *err;
	int status = 0;

	cli_parse(&parser, argc, argv, 0, &opt);
	err = scan_build(&opt, &status);
	if (err)
		status = err_report(err);
	vec_free(&opt.globs);
	vec_free(&opt.overlays);
	return status;
}
