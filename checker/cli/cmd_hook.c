// SPDX-License-Identifier: MIT
/*
 * reclint hook: what a change brings, in seconds.  Extracts what has changed since the last
 * scan, and checks the roots of the drivers or folders that the given files belong to: before
 * the change, unless a baseline says what was there, and after it.  The rest of the kernel is
 * not walked again; that is for 'reclint check', as a gate.
 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/file.h"
#include "cli/build_report.h"
#include "cli/gate.h"
#include "cli/hook_known.h"
#include "cli/hook_last.h"
#include "cli/scan.h"
#include "cli/scan_gate.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEY_RULES_DIR = 256, KEY_BASELINE, KEY_FAIL_ON, KEY_REQUIRE };

struct hook_arguments {
	const char *build, *rules_dir;
	VEC(const char *) overlays;
	VEC(const char *) files;
	struct gate_options gate;
	bool require_facts;
};

static const struct argp_option options[] = {
	{ "build", 'p', "DIR", 0, "folder that was scanned (default: $RECLINT_BUILD, or this folder)", 0 },
	{ "rules", 'r', "FILE", 0, "rules to add, or to take away; can be given again", 0 },
	{ "rules-dir", KEY_RULES_DIR, "DIR", 0, "rules instead of those that came with reclint", 0 },
	{ "baseline", KEY_BASELINE, "FILE", 0, "what is known (default: what is found before the change)", 0 },
	{ "fail-on", KEY_FAIL_ON, "error|warning|note|none", 0, "status 1 only from this severity on (default: "
	  "warning)", 0 },
	{ "require-facts", KEY_REQUIRE, NULL, 0, "fail where nothing was scanned yet", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct hook_arguments *o = state->input;

	switch (key) {
	case 'p': o->build = arg; break;
	case 'r': vec_push(&o->overlays, arg); break;
	case KEY_RULES_DIR: o->rules_dir = arg; break;
	case KEY_BASELINE: o->gate.baseline = arg; break;
	case KEY_REQUIRE: o->require_facts = true; break;
	case KEY_FAIL_ON:
		for (o->gate.fail_on = 0; o->gate.fail_on < FAIL_ON_COUNT; o->gate.fail_on++)
			if (!strcmp(arg, fail_on_names[o->gate.fail_on]))
				return 0;
		argp_error(state, "--fail-on takes error, warning, note or none");
		break;
	case ARGP_KEY_ARG: vec_push(&o->files, arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE...",
	.doc = "Extract what has changed since the last scan, and report what is new in the shrinkers of the drivers that "
	       "FILEs belong to. For pre-commit (.pre-commit-hooks.yaml), and for editors.\v"
	       "Exit status: 0 nothing new, or nothing was scanned yet; 1 new findings; 2 an error, or a FILE that gave no "
	       "facts.",
};

static struct build_options looked_at(const struct hook_arguments *o)
{
	return (struct build_options){
		.builds = &o->build, .n_builds = 1, .rules_dir = o->rules_dir,
		.overlays = o->overlays.a, .n_overlays = o->overlays.n,
		.near = o->files.a, .n_near = o->files.n,
	};
}

/* The last hook's findings where they are still those of the facts. */
static struct err *look_before(const struct hook_arguments *o, struct arena *a, struct report **ret)
{
	const struct build_options b = looked_at(o);
	struct ruleset *rules = NULL;
	char key[HOOK_LAST_KEY];
	struct err *err = hook_last_key(&b, a, key);

	if (!err)
		err = hook_last_read(file_join(a, o->build, ".reclint"), key, ret);
	if (!err && !*ret)
		err = build_report(&b, a, &rules, ret);
	ruleset_free(rules);
	return err;
}

/* Files that gave no facts are told; of the given ones, see lost_any(). */
static struct err *scan(const struct hook_arguments *o, struct scan_gate *gate)
{
	struct scan_options opt = scan_defaults();
	struct err *err;
	int status;
	u32 i;

	opt.build = o->build;
	opt.rules_dir = o->rules_dir;
	opt.gate = gate;
	for (i = 0; i < o->overlays.n; i++)
		vec_push(&opt.overlays, o->overlays.a[i]);
	err = scan_build(&opt, &status);
	vec_free(&opt.overlays);
	return err;
}

/* What has not changed is read and linked while the rest is extracted.  *ret NULL: look again. */
static struct err *scan_and_look(const struct hook_arguments *o, const struct build_options *b, struct arena *a,
				 struct ruleset **rules_ret, struct report **ret)
{
	struct build_run *run;
	struct scan_gate gate;
	struct err *err, *lost;

	scan_gate_init(&gate);
	err = build_start(b, a, &gate, rules_ret, &run);
	if (err) {
		err_free(err);	/* the look after the scan says it again, if the scan did not mend it */
		err = scan(o, NULL);
	} else {
		err = scan(o, &gate);
		scan_gate_open(&gate);
		lost = build_wait(run, a, ret);
		if (err)
			err_free(lost);
		else
			err = lost;
	}
	scan_gate_free(&gate);
	return err;
}

static struct err *look_after(const struct hook_arguments *o, struct arena *a, struct ruleset **rules_ret,
			      struct report **ret)
{
	const struct build_options b = looked_at(o);
	char key[HOOK_LAST_KEY];
	struct err *err = scan_and_look(o, &b, a, rules_ret, ret);

	if (!err && !*ret) {
		ruleset_free(*rules_ret);
		*rules_ret = NULL;
		err = build_report(&b, a, rules_ret, ret);
	}
	if (!err)
		err = hook_last_key(&b, a, key);
	if (!err)
		err = hook_last_write(file_join(a, o->build, ".reclint"), key, *ret);
	return err;
}

static void print(const struct report *r, const struct ruleset *rules)
{
	const struct report_text_options text = { .color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") };
	struct buf out = BUF_INIT;

	if (r->findings.n)
		report_text(r, rules, &text, &out);
	fwrite(buf_text(&out), 1, out.len, stdout);
	buf_free(&out);
	if (!r->roots.n)
		printf("reclint: no shrinker belongs to what changed; 'reclint check' looks at what others reach there\n");
	else
		printf("reclint: %u callback%s of what changed: %u new finding%s, %u known before\n", r->roots.n,
		       r->roots.n == 1 ? "" : "s", r->findings.n, r->findings.n == 1 ? "" : "s", r->unchanged.n);
}

/* Is there what a scan leaves? */
static bool was_scanned(const struct hook_arguments *o, struct arena *a)
{
	return file_is_dir(o->build) && file_exists(file_join(a, o->build, ".reclint/scan.manifest"));
}

/* A given file that gave no facts says nothing; others are the next full check's. */
static bool lost_any(const struct hook_arguments *o, const struct report *r, struct arena *a)
{
	bool any = false;
	u32 i, k;

	for (i = 0; i < r->gaps.n; i++)
		for (k = 0; k < o->files.n && !strcmp(r->gaps.a[i].kind, "failed-tu"); k++) {
			const char *file = r->gaps.a[i].file, *given = o->files.a[k];
			const char *path = file_join(a, file_cwd(a), given);
			size_t n = file ? strlen(file) : 0, len = strlen(path);

			if (!n || len < n || strcmp(path + len - n, file))
				continue;
			printf("reclint: %s gave no facts: %s\n", given, r->gaps.a[i].detail ? r->gaps.a[i].detail : "?");
			any = true;
		}
	return any;
}

static int run(struct hook_arguments *o, struct arena *a)
{
	struct ruleset *rules = NULL;
	struct report *before = NULL, *after = NULL;
	struct hook_known known = { .path = NULL };
	struct err *err = hook_known_read(file_join(a, o->build, ".reclint"), &known);
	int status;

	if (!err && !o->gate.baseline)
		err = look_before(o, a, &before);
	if (!err)
		err = look_after(o, a, &rules, &after);
	if (!err && before) {
		hook_known_take(&known, before, after);
		err = hook_known_write(&known, before, after);
	} else if (!err) {
		err = gate_apply(&o->gate, rules, after);
	}
	if (err) {
		status = err_report(err);
	} else {
		print(after, rules);
		status = lost_any(o, after, a) ? 2 : gate_status(&o->gate, after);
	}
	hook_known_free(&known);
	report_free(before);
	report_free(after);
	ruleset_free(rules);
	return status;
}

int cmd_hook(int argc, char **argv)
{
	struct hook_arguments o = { .gate = { .fail_on = FAIL_ON_WARNING, .is_asked = true } };
	struct arena a = ARENA_INIT;
	int status;

	cli_parse(&parser, argc, argv, 0, &o);
	if (!o.build)
		o.build = getenv("RECLINT_BUILD") ? getenv("RECLINT_BUILD") : ".";
	if (!o.files.n) {
		status = err_report(err_new("which files? 'reclint hook FILE...'"));
	} else if (!was_scanned(&o, &a)) {
		printf("reclint: nothing was checked: there are no facts in '%s' yet; 'reclint record' and 'reclint scan' "
		       "make them\n", o.build);
		status = o.require_facts ? 2 : 0;
	} else {
		status = run(&o, &a);
	}
	vec_free(&o.overlays);
	vec_free(&o.files);
	arena_free(&a);
	return status;
}
