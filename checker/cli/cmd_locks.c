// SPDX-License-Identifier: MIT
/*
 * reclint locks and reclint priming: the lock classes that memory reclaim takes, what they
 * are held across, and what the kernel's developers state of them.
 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/log.h"
#include "cli/build_report.h"

#include <argp.h>
#include <stdio.h>

enum { KEY_RULES_DIR = 256, KEY_ROOT };

struct arguments {
	struct build_options build;
	VEC(const char *) builds;
	VEC(const char *) overlays;
	const char *glob;
};

static const struct argp_option options[] = {
	{ "build", 'p', "DIR", 0, "folder that was scanned (default: this one); several are one program", 0 },
	{ "rules", 'r', "FILE", 0, "rules to add, or to take away; can be given again", 0 },
	{ "rules-dir", KEY_RULES_DIR, "DIR", 0, "rules instead of those that came with reclint", 0 },
	{ "root", KEY_ROOT, "GLOB", 0, "only roots of this name", 0 },
	{ "verbose", 'v', NULL, 0, "say more", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *o = state->input;

	switch (key) {
	case 'p': vec_push(&o->builds, arg); break;
	case 'r': vec_push(&o->overlays, arg); break;
	case 'v': log_set_level(LOG_VERBOSE); break;
	case KEY_RULES_DIR: o->build.rules_dir = arg; break;
	case KEY_ROOT: o->build.root = arg; break;
	case ARGP_KEY_ARG:
		if (o->glob)
			return ARGP_ERR_UNKNOWN;
		o->glob = arg;
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static int run(int argc, char **argv, const char *doc,
	       u32 (*print)(const struct report *r, const char *glob, struct buf *out))
{
	const struct argp parser = { .options = options, .parser = parse_option, .args_doc = "[GLOB]", .doc = doc };
	struct arguments o = { .glob = NULL };
	struct arena a = ARENA_INIT;
	struct ruleset *rules = NULL;
	struct report *report = NULL;
	struct buf out = BUF_INIT;
	struct err *err;
	int status;

	cli_parse(&parser, argc, argv, 0, &o);
	o.build.builds = o.builds.a;
	o.build.n_builds = o.builds.n;
	o.build.overlays = o.overlays.a;
	o.build.n_overlays = o.overlays.n;
	err = build_report(&o.build, &a, &rules, &report);
	if (err) {
		status = err_report(err);
	} else {
		status = print(report, o.glob, &out) ? 0 : 1;
		fwrite(buf_text(&out), 1, out.len, stdout);
	}
	report_free(report);
	ruleset_free(rules);
	buf_free(&out);
	vec_free(&o.builds);
	vec_free(&o.overlays);
	arena_free(&a);
	return status;
}

int cmd_locks(int argc, char **argv)
{
	return run(argc, argv, "List the lock classes that memory reclaim takes: where, what each is held across, "
		   "and whether it is a leaf, that is never held across an allocation that may enter reclaim.\v"
		   "GLOB: only classes whose name matches.\n"
		   "Exit status: 0 there are some, 1 there are none, 2 an error.", report_locks);
}

int cmd_priming(int argc, char **argv)
{
	return run(argc, argv, "Compare the lock classes that the kernel's developers state to be taken in reclaim "
		   "with those that the walk finds, and print what would state the others.\v"
		   "GLOB: only classes whose name matches.\n"
		   "Exit status: 0 there are some, 1 there are none, 2 an error.", report_priming);
}
