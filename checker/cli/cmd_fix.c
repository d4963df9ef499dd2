// SPDX-License-Identifier: MIT
/*
 * reclint fix: the diff with which a semantic patch mends a finding.  Of what the patch
 * changes in the file only the hunks that touch the finding are shown.
 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/file.h"
#include "cli/build_report.h"
#include "cli/cocci.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_RULES_DIR = 256, KEY_ROOT, KEY_COCCI_DIR, KEY_TREE };

struct fix_arguments {
	VEC(const char *) builds;
	VEC(const char *) overlays;
	VEC(const char *) ids;
	const char *rules_dir, *root;
	struct cocci_options cocci;
};

static const struct argp_option options[] = {
	{ "build", 'p', "DIR", 0, "folder that was scanned (default: this one); can be given again", 0 },
	{ "rules", 'r', "FILE", 0, "rules to add, or to take away; can be given again", 0 },
	{ "rules-dir", KEY_RULES_DIR, "DIR", 0, "rules instead of those that came with reclint", 0 },
	{ "root", KEY_ROOT, "GLOB", 0, "only roots of this name: faster", 0 },
	{ "cocci-dir", KEY_COCCI_DIR, "DIR", 0, "semantic patches instead of those that came with reclint", 0 },
	{ "tree", KEY_TREE, "DIR", 0, "the kernel's source (default: what the build says)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct fix_arguments *o = state->input;

	switch (key) {
	case 'p': vec_push(&o->builds, arg); break;
	case 'r': vec_push(&o->overlays, arg); break;
	case KEY_RULES_DIR: o->rules_dir = arg; break;
	case KEY_ROOT: o->root = arg; break;
	case KEY_COCCI_DIR: o->cocci.dir = arg; break;
	case KEY_TREE: o->cocci.tree = arg; break;
	case ARGP_KEY_ARG: vec_push(&o->ids, arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.args_doc = "ID...",
	.doc = "Print the diff that mends a finding of 'reclint check' or 'reclint cocci', for 'patch -p1' in the kernel's "
	       "folder. A semantic patch makes it: read it before you apply it.\v"
	       "Exit status: 0 printed, 1 there is no patch for one of them, 2 an error.",
};

/* ---- hunks ----------------------------------------------------------------------------- */

/* shown: the file as this folder sees it, where it is below it */
struct wanted { const char *file, *shown; VEC(u32) lines; };

static void want(struct wanted *w, const struct diag_place *at)
{
	if (at->file && !strcmp(at->file, w->file))
		vec_push(&w->lines, at->line);
}

/* Where the finding's file would have to change: its path, and the other places of the same cause. */
static void wanted_of(const struct diag_finding *f, struct wanted *ret)
{
	u32 i;

	*ret = (struct wanted){ .file = vec_last(&f->chain)->at.file };
	for (i = 0; i < f->chain.n; i++)
		want(ret, &f->chain.a[i].at);
	for (i = 0; i < f->also.n; i++)
		want(ret, &f->also.a[i]);
}

/* Does a line that goes stand at one of the places?  hunk begins with "@@ -LINE,". */
static bool touches(const char *hunk, const char *end, const struct wanted *w)
{
	u32 line = (u32)strtoul(hunk + strlen("@@ -"), NULL, 10), i;
	const char *p = strchr(hunk, '\n');

	for (p = p ? p + 1 : end; p < end; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : end) {
		for (i = 0; *p == '-' && i < w->lines.n; i++)
			if (w->lines.a[i] == line)
				return true;
		line += *p != '+';
	}
	return false;
}

/* The hunks of a diff of one file that the finding asks for. */
static bool print_hunks(const char *diff, const struct wanted *w, bool *header)
{
	const char *hunk = strstr(diff, "\n@@ -"), *end;
	bool any = false;

	for (hunk = hunk ? hunk + 1 : NULL; hunk; hunk = *end ? end + 1 : NULL) {
		end = strstr(hunk, "\n@@ -");
		end = end ? end : hunk + strlen(hunk);
		if (!touches(hunk, end, w))
			continue;
		if (!*header)
			printf("--- a/%s\n+++ b/%s\n", w->shown, w->shown);
		*header = any = true;
		printf("%.*s%s", (int)(end - hunk), hunk, end > hunk && end[-1] == '\n' ? "" : "\n");
	}
	return any;
}

/* ---- findings --------------------------------------------------------------------------- */

static const struct diag_finding *find(const struct report *r, const char *id)
{
	u32 i;

	for (i = 0; i < r->findings.n; i++)
		if (!strncmp(r->findings.a[i].fingerprint, id, strlen(id)))
			return &r->findings.a[i];
	return NULL;
}

static struct err *fix(const struct cocci_rules *patches, const char *tree, const struct diag_finding *f, struct arena *a,
		       bool *mended)
{
	struct wanted w;
	bool header = false;
	struct err *err = NULL;
	u32 i;

	wanted_of(f, &w);
	w.shown = *w.file == '/' ? file_relative(a, w.file, file_cwd(a)) : w.file;
	w.shown += *w.shown == '/';
	for (i = 0; i < patches->a.n && !err; i++) {
		const char *diff = "";

		if (patches->a.a[i].has_patch)
			err = cocci_patch(a, &patches->a.a[i], tree, w.file, &diff);
		if (!err)
			print_hunks(diff, &w, &header);
	}
	vec_free(&w.lines);
	*mended = header;
	if (!err && !header)
		fprintf(stderr, "reclint: %s: no semantic patch mends this; 'reclint help-rule %s' says how\n", f->id,
			f->rule);
	return err;
}

static struct err *fix_all(const struct fix_arguments *o, struct report *r, const struct ruleset *rules, struct arena *a,
			   int *status)
{
	struct cocci_rules patches = { VEC_INIT };
	const char *tree = o->cocci.tree ? o->cocci.tree : r->srctree, *dir;
	struct err *err = paths_cocci(a, o->cocci.dir, &dir);
	bool asked = false;
	u32 i;

	if (!err)
		err = cocci_rules_read(a, dir, tree ? tree : ".", &patches);
	for (i = 0; i < o->ids.n && !err; i++) {
		const struct diag_finding *f = find(r, o->ids.a[i]);
		bool mended;

		if (!f && !asked) {	/* what only a semantic patch found */
			asked = true;
			err = cocci_report(&o->cocci, rules, a, r);
			f = err ? NULL : find(r, o->ids.a[i]);
		}
		if (!err && !f)
			err = err_new("no finding '%s' in this build", o->ids.a[i]);
		if (err)
			break;
		err = fix(&patches, tree, f, a, &mended);
		*status = mended ? *status : 1;
	}
	cocci_rules_free(&patches);
	return err;
}

int cmd_fix(int argc, char **argv)
{
	struct fix_arguments o = { .cocci = { .n_paths = 0 } };
	struct arena a = ARENA_INIT;
	struct ruleset *rules = NULL;
	struct report *report = NULL;
	struct err *err = NULL;
	int status = 0;

	cli_parse(&parser, argc, argv, 0, &o);
	o.cocci.root = o.root;
	if (!o.ids.n)
		err = err_new("which finding? 'reclint fix ID', with an ID that 'reclint check' printed");
	if (!err)
		err = build_report(&(struct build_options){ .builds = o.builds.a, .n_builds = o.builds.n,
							    .rules_dir = o.rules_dir, .root = o.root,
							    .overlays = o.overlays.a, .n_overlays = o.overlays.n },
				   &a, &rules, &report);
	if (!err)
		err = fix_all(&o, report, rules, &a, &status);
	if (err)
		status = err_report(err);
	report_free(report);
	ruleset_free(rules);
	vec_free(&o.builds);
	vec_free(&o.overlays);
	vec_free(&o.ids);
	arena_free(&a);
	return status;
}
