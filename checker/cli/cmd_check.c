// SPDX-License-Identifier: MIT
/*
 * reclint check and reclint explain: link the facts of a build, walk from every
 * root in every context, and print what was found.  Findings go to stdout, all
 * else to stderr.  reclint cocci: the same with what semantic patches find, or these alone.
 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/build_report.h"
#include "cli/cocci.h"
#include "cli/gate.h"
#include "cli/paths.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_LINES, FORMAT_SARIF, FORMAT_GITHUB, FORMAT_GITLAB, FORMAT_JUNIT,
	      FORMAT_HTML, FORMAT_COUNT };
static const char *const format_names[FORMAT_COUNT] = { "text", "json", "lines", "sarif", "github", "gitlab", "junit",
						      "html" };

enum { KEY_RULES_DIR = 256, KEY_FORMAT, KEY_GAPS, KEY_MARKED, KEY_ROOT, KEY_COLOR, KEY_DUMP,
       KEY_BASELINE, KEY_UPDATE, KEY_FAIL_ON, KEY_SINCE, KEY_COCCI_DIR, KEY_TREE };

struct check_arguments {
	VEC(const char *) builds;
	const char *rules_dir, *root, *output, *dump, *cocci_dir, *tree;
	VEC(const char *) overlays;
	VEC(const char *) operands;
	struct report_text_options text;
	struct gate_options gate;
	enum format format;
	u32 context_lines;
};

#define COMMON_OPTIONS \
	{ "build", 'p', "DIR", 0, "folder that was scanned, or any folder with facts files " \
	  "(default: this one); several are one program: shards, or a module and its kernel", 0 }, \
	{ "rules", 'r', "FILE", 0, "rules to add, or to take away; can be given again", 0 }, \
	{ "rules-dir", KEY_RULES_DIR, "DIR", 0, "rules instead of those that came with reclint", 0 }, \
	{ "root", KEY_ROOT, "GLOB", 0, "only roots of this name, and the marks that concern them", 0 }, \
	{ "color", KEY_COLOR, "always|never|auto", 0, "colours (default: auto, on a terminal)", 0 }, \
	{ "verbose", 'v', NULL, 0, "say more", 0 }

#define REPORT_OPTIONS \
	{ "format", KEY_FORMAT, "text|json|lines|sarif|github|gitlab|junit|html", 0, "lines: as sparse prints them; sarif " \
	  "to junit: for code scanning and CI; html: one page for a browser", 0 }, \
	{ "gaps", KEY_GAPS, NULL, 0, "list every place that could not be seen", 0 }, \
	{ "show-marked", KEY_MARKED, NULL, 0, "list what a reclaim-safe mark silences", 0 }, \
	{ "output", 'o', "FILE", 0, "write the report there instead of stdout", 0 }, \
	{ "baseline", KEY_BASELINE, "FILE", 0, "report what is new against FILE, and what is fixed", 0 }, \
	{ "update-baseline", KEY_UPDATE, NULL, 0, "write FILE anew: what is found now is accepted", 0 }, \
	{ "since", KEY_SINCE, "REV", 0, "only findings whose paths touch a file that changed since this " \
	  "git revision", 0 }, \
	{ "fail-on", KEY_FAIL_ON, "error|warning|note|none", 0, "status 1 only from this severity on (default: note)", 0 }

static const struct argp_option check_options[] = {
	COMMON_OPTIONS,
	REPORT_OPTIONS,
	{ "dump", KEY_DUMP, "GLOB", 0, "say on stderr how functions of this name were evaluated", 0 },
	{ 0 },
};

static const struct argp_option cocci_options[] = {
	COMMON_OPTIONS,
	REPORT_OPTIONS,
	{ "cocci-dir", KEY_COCCI_DIR, "DIR", 0, "semantic patches instead of those that came with reclint", 0 },
	{ "tree", KEY_TREE, "DIR", 0, "the kernel's source (default: what the build says, or this folder)", 0 },
	{ 0 },
};

static const struct argp_option explain_options[] = {
	COMMON_OPTIONS,
	{ "context", 'C', "LINES", 0, "source lines before and after each hop (default: 2)", 0 },
	{ 0 },
};

static void set_format(struct check_arguments *o, const char *name, struct argp_state *state)
{
	for (u32 i = 0; i < FORMAT_COUNT; i++)
		if (!strcmp(name, format_names[i])) {
			o->format = (enum format)i;
			return;
		}
	argp_error(state, "no format '%s': text, json, lines, sarif, github, gitlab, junit or html", name);
}

static void set_fail_on(struct check_arguments *o, const char *name, struct argp_state *state)
{
	for (u32 i = 0; i < FAIL_ON_COUNT; i++)
		if (!strcmp(name, fail_on_names[i])) {
			o->gate.fail_on = (enum fail_on)i;
			return;
		}
	argp_error(state, "--fail-on takes error, warning, note or none");
}

static void set_color(struct check_arguments *o, const char *when, struct argp_state *state)
{
	if (!strcmp(when, "always"))
		o->text.color = true;
	else if (!strcmp(when, "never"))
		o->text.color = false;
	else if (strcmp(when, "auto"))
		argp_error(state, "--color takes always, never or auto");
}

static void set_context_lines(struct check_arguments *o, const char *text, struct argp_state *state)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || end == text || n > 1000)
		argp_error(state, "--context takes a number of lines");
	o->context_lines = (u32)n;
}

static error_t parse_gate(int key, char *arg, struct argp_state *state)
{
	struct check_arguments *o = state->input;

	switch (key) {
	case KEY_BASELINE: o->gate.baseline = arg; break;
	case KEY_UPDATE: o->gate.update = true; break;
	case KEY_SINCE: o->gate.since = arg; break;
	case KEY_FAIL_ON: set_fail_on(o, arg, state); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	o->gate.is_asked = true;
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct check_arguments *o = state->input;

	switch (key) {
	case 'p': vec_push(&o->builds, arg); break;
	case 'r': vec_push(&o->overlays, arg); break;
	case 'v': o->text.verbose = true; log_set_level(LOG_VERBOSE); break;
	case 'o': o->output = arg; break;
	case 'C': set_context_lines(o, arg, state); break;
	case KEY_RULES_DIR: o->rules_dir = arg; break;
	case KEY_ROOT: o->root = arg; break;
	case KEY_DUMP: o->dump = arg; break;
	case KEY_COCCI_DIR: o->cocci_dir = arg; break;
	case KEY_TREE: o->tree = arg; break;
	case KEY_COLOR: set_color(o, arg, state); break;
	case KEY_FORMAT: set_format(o, arg, state); break;
	case KEY_GAPS: o->text.show_gaps = true; break;
	case KEY_MARKED: o->text.show_marked = true; break;
	case ARGP_KEY_ARG: vec_push(&o->operands, arg); break;
	default: return parse_gate(key, arg, state);
	}
	return 0;
}

static const struct argp check_parser = {
	.options = check_options,
	.parser = parse_option,
	.doc = "Link the facts of a build, walk from every root in every context, and report the paths "
	       "that reach what must not be reached in memory reclaim.\v"
	       "Exit status: 0 nothing found, 1 findings (new ones, with --baseline; of the severity of --fail-on "
	       "or above), 2 an error or files that gave no facts (with --baseline, --since or --fail-on only "
	       "files that may hold a root).",
};

static const struct argp cocci_parser = {
	.options = cocci_options,
	.parser = parse_option,
	.args_doc = "[PATH...]",
	.doc = "Run the semantic patches on files, or on every .c file below folders; with -p, check that build as well, "
	       "and report both as one: what both found is one finding. Without a PATH: on the files of the build's roots.\v"
	       "Needs Coccinelle's spatch. Exit status as of 'reclint check'; what spatch could not see is a gap.",
};

static const struct argp explain_parser = {
	.options = explain_options,
	.parser = parse_option,
	.args_doc = "ID...",
	.doc = "Show findings with the source around every hop.  IDs are those that 'reclint check' "
	       "prints; their beginning is enough.",
};

static void arguments_init(struct check_arguments *o)
{
	memset(o, 0, sizeof(*o));
	o->context_lines = 2;
	o->text.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
}

static void arguments_free(struct check_arguments *o)
{
	vec_free(&o->builds);
	vec_free(&o->overlays);
	vec_free(&o->operands);
}

/* Everything up to the report. */
static struct err *run(const struct check_arguments *o, struct arena *a, struct ruleset **rules_ret,
		       struct report **report_ret)
{
	struct build_options b = { .builds = o->builds.a, .n_builds = o->builds.n, .rules_dir = o->rules_dir,
				   .root = o->root, .dump = o->dump, .overlays = o->overlays.a,
				   .n_overlays = o->overlays.n };

	return build_report(&b, a, rules_ret, report_ret);
}

/* Without a build there are rules, and nothing that was walked. */
static struct err *run_cocci(const struct check_arguments *o, struct arena *a, struct ruleset **rules_ret,
			     struct report **report_ret)
{
	const char *rules_dir;
	struct err *err;

	if (!o->builds.n && !o->operands.n)
		return err_new("which files? 'reclint cocci PATH...', or -p with a build that was scanned");
	if (o->builds.n) {
		err = run(o, a, rules_ret, report_ret);
	} else {
		err = paths_rules(a, o->rules_dir, &rules_dir);
		if (!err)
			err = ruleset_load(rules_dir, o->overlays.a, o->overlays.n, rules_ret);
		if (!err)
			*report_ret = report_create();
	}
	return err ? err : cocci_report(&(struct cocci_options){ o->cocci_dir, o->tree, o->operands.a, o->operands.n,
							    o->root }, *rules_ret,
				       a, *report_ret);
}

static void print_report(const struct check_arguments *o, const struct report *r, const struct ruleset *rules,
			 const char *page, struct buf *out)
{
	switch (o->format) {
	case FORMAT_JSON: report_json(r, out); break;
	case FORMAT_LINES: report_lines(r, out); break;
	case FORMAT_SARIF: report_sarif(r, rules, out); break;
	case FORMAT_GITHUB: report_github(r, out); break;
	case FORMAT_GITLAB: report_gitlab(r, out); break;
	case FORMAT_JUNIT: report_junit(r, out); break;
	case FORMAT_HTML: report_html(r, rules, page, out); break;
	default: report_text(r, rules, &o->text, out); break;
	}
}

static struct err *read_page(const struct check_arguments *o, struct blob *ret)
{
	struct arena a = ARENA_INIT;
	const char *path;
	struct err *err = NULL;

	if (o->format == FORMAT_HTML) {
		err = paths_page(&a, &path);
		if (!err)
			err = file_read(path, ret);
	}
	arena_free(&a);
	return err;
}

/* Piece by piece: a report can be larger than all that it was made from. */
static int write_report(const struct check_arguments *o, const struct report *r, const struct ruleset *rules)
{
	bool is_stdout = !o->output || !strcmp(o->output, "-");
	struct buf out = BUF_INIT;
	struct blob page = { NULL, 0 };
	struct file_out file;
	struct err *err = read_page(o, &page);

	if (!err && !is_stdout)
		err = file_begin(o->output, &file);
	if (err)
		return err_report(err);
	out.to = is_stdout ? stdout : file.to;
	print_report(o, r, rules, page.p, &out);
	buf_flush(&out);
	buf_free(&out);
	blob_free(&page);
	err = is_stdout ? NULL : file_end(&file);
	return err ? err_report(err) : 0;
}

static int check(const struct argp *parser, int argc, char **argv)
{
	struct check_arguments o;
	struct arena a = ARENA_INIT;
	struct ruleset *rules = NULL;
	struct report *report = NULL;
	struct err *err;
	int status;

	arguments_init(&o);
	cli_parse(parser, argc, argv, 0, &o);
	o.gate.root_glob = o.root;
	if (o.operands.n && parser == &check_parser)
		err = err_new("unexpected argument '%s'", o.operands.a[0]);
	else
		err = gate_check_options(&o.gate);
	if (!err)
		err = (parser == &check_parser ? run : run_cocci)(&o, &a, &rules, &report);
	if (!err)
		err = gate_apply(&o.gate, rules, report);
	if (err) {
		status = err_report(err);
	} else {
		status = write_report(&o, report, rules);
		if (!status)
			status = gate_status(&o.gate, report);
	}
	report_free(report);
	ruleset_free(rules);
	arguments_free(&o);
	arena_free(&a);
	return status;
}

int cmd_check(int argc, char **argv)
{
	return check(&check_parser, argc, argv);
}

int cmd_cocci(int argc, char **argv)
{
	return check(&cocci_parser, argc, argv);
}

static bool explain(const struct check_arguments *o, const struct report *r, const struct ruleset *rules,
		    const char *id, struct buf *out)
{
	size_t len = strlen(id);
	bool found = false;

	for (u32 i = 0; i < r->findings.n + r->marked.n; i++) {
		const struct diag_finding *f = i < r->findings.n ? &r->findings.a[i] :
								   &r->marked.a[i - r->findings.n];

		if (strncmp(f->id, id, len) && strcmp(f->fingerprint, id))
			continue;
		report_explain(r, f, rules, o->context_lines, o->text.color, out);
		found = true;
	}
	return found;
}

int cmd_explain(int argc, char **argv)
{
	struct check_arguments o;
	struct arena a = ARENA_INIT;
	struct ruleset *rules = NULL;
	struct report *report = NULL;
	struct buf out = BUF_INIT;
	struct err *err = NULL;
	int status = 0;

	arguments_init(&o);
	cli_parse(&explain_parser, argc, argv, 0, &o);
	if (!o.operands.n)
		err = err_new("which finding? 'reclint explain ID', with an ID that 'reclint check' printed");
	if (!err)
		err = run(&o, &a, &rules, &report);
	for (u32 i = 0; !err && i < o.operands.n; i++)
		if (!explain(&o, report, rules, o.operands.a[i], &out))
			err = err_new("no finding '%s' in this build", o.operands.a[i]);
	fwrite(buf_text(&out), 1, out.len, stdout);
	if (err)
		status = err_report(err);
	report_free(report);
	ruleset_free(rules);
	buf_free(&out);
	arguments_free(&o);
	arena_free(&a);
	return status;
}
