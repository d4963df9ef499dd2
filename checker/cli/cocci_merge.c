// SPDX-License-Identifier: MIT
/*
 * Semantic patches' results as findings.  Both sources speak of the same rules, roots and
 * places, so that what both found is one finding.
 */
#include "cli/cocci.h"

#include "analysis/finding.h"
#include "base/err.h"
#include "base/file.h"

#include <fnmatch.h>
#include <stdlib.h>

static bool is_at(const struct diag_place *p, const struct cocci_hit *h)
{
	return p->line == h->line && p->file && !strcmp(p->file, h->file);
}

/* Does the finding's path, or one of its other ways or places, go through the very line? */
static bool goes_there(const struct diag_finding *f, const struct cocci_hit *h)
{
	u32 i, k;

	for (i = 0; i < f->chain.n; i++)
		if (is_at(&f->chain.a[i].at, h))
			return true;
	for (i = 0; i < f->also.n; i++)
		if (is_at(&f->also.a[i], h))
			return true;
	for (i = 0; i < f->ways.n; i++)
		for (k = 0; k < f->ways.a[i].calls.n; k++)
			if (is_at(&f->ways.a[i].calls.a[k], h))
				return true;
	return false;
}

static bool is_same(const struct diag_finding *f, const struct cocci_hit *h)
{
	return !strcmp(f->rule, h->rule) && !strcmp(f->root.function, h->calls.a[h->calls.n - 1].function) &&
	       goes_there(f, h);
}

static bool was_analysed(const struct report *r, const char *file)
{
	u32 i;

	for (i = 0; i < r->sources.n; i++)
		if (!strcmp(r->sources.a[i], file))
			return true;
	return false;
}

/* Does the walk look for this at all, from such a root? */
static bool is_walked(const struct report *r, const struct cocci_hit *h)
{
	u32 i;

	for (i = 0; i < r->roots.n; i++)
		if (!strcmp(r->roots.a[i].at.function, h->calls.a[h->calls.n - 1].function))
			return !strncmp(h->rule, "reclaim-", strlen("reclaim-")) && was_analysed(r, h->file);
	return false;
}

static void set_root(const struct report *r, const struct diag_place *root, const char *kind, struct diag_finding *d)
{
	u32 i;

	d->root = *root;
	d->root_kind = kind;
	for (i = 0; i < r->roots.n; i++)
		if (!strcmp(r->roots.a[i].at.function, root->function) && !strcmp(r->roots.a[i].at.file, root->file)) {
			d->root = r->roots.a[i].at;
			d->root_kind = r->roots.a[i].context;
			d->root_member = r->roots.a[i].member;
		}
}

/* "f" of "f()"; what is about no call is "". */
static const char *called(const char *what, struct arena *a)
{
	size_t n = strlen(what);

	return n > 2 && !strcmp(what + n - 2, "()") ? arena_printf(a, "%.*s", (int)n - 2, what) : "";
}

static void add_hit(const struct cocci_hit *h, const struct ruleset *rules, struct report *r)
{
	const struct rule_desc *desc = ruleset_desc(rules, h->rule);
	struct arena *a = &r->arena;
	const char *file = arena_strdup(a, h->file), *what = called(h->what, a);
	struct diag_finding d = { .rule = desc ? desc->id : arena_strdup(a, h->rule),
				  .severity = desc ? desc->severity : "warning", .by_cocci = true, .only_cocci = true,
				  .confidence = strcmp(h->by->confidence, "High") ? "possible" : "likely" };
	bool contradicts = is_walked(r, h);
	u32 i;

	for (i = h->calls.n; i > 0; i--) {
		struct diag_hop hop = { .via = "direct", .n_targets = 1 };

		hop.at = (struct diag_place){ .function = arena_strdup(a, h->calls.a[i - 1].function), .file = file,
					      .line = h->calls.a[i - 1].line };
		hop.calls = i > 1 ? arena_strdup(a, h->calls.a[i - 2].function) : what;
		vec_push(&d.chain, hop);
	}
	set_root(r, &d.chain.a[0].at, arena_strdup(a, h->by->root), &d);
	d.sink = (struct diag_place){ .function = what, .file = file, .line = h->line, .col = h->col };
	if (contradicts) {
		d.severity = "note";
		d.confidence = "possible";
	}
	d.message = arena_printf(a, "%s in %s()%s%s (%s%s)", h->what, h->calls.a[0].function, h->more ? ": " : "",
				 h->more ? h->more : "", h->by->name,
				 contradicts ? "; no path that reclint finds feasible leads there" : "");
	finding_fingerprint(&d, a);
	vec_push(&r->findings, d);
}

static bool find_same(struct diag_finding *f, u32 n, const struct cocci_hit *h)
{
	bool any = false;
	u32 i;

	for (i = 0; i < n; i++)
		if (!f[i].only_cocci && is_same(&f[i], h))
			any = f[i].by_cocci = true;
	return any;
}

static bool begins_at(const struct cocci_hit *h, const char *glob)
{
	return !glob || !fnmatch(glob, h->calls.a[h->calls.n - 1].function, 0);
}

void cocci_merge(const struct cocci_results *results, const char *root_glob, const struct ruleset *rules,
		 struct report *r)
{
	u32 i;

	for (i = 0; i < results->hits.n; i++)
		if (begins_at(&results->hits.a[i], root_glob) &&
		    !find_same(r->findings.a, r->findings.n, &results->hits.a[i]) &&
		    !find_same(r->marked.a, r->marked.n, &results->hits.a[i]))
			add_hit(&results->hits.a[i], rules, r);
	for (i = 0; i < results->gaps.n; i++) {
		const struct cocci_gap *g = &results->gaps.a[i];
		struct diag_gap gap = { "cocci", NULL, arena_strdup(&r->arena, g->file), arena_strdup(&r->arena, g->detail),
					g->line };

		vec_push(&r->gaps, gap);
	}
	r->has_cocci = true;
	findings_finish(r);
}

/* ---- files ---------------------------------------------------------------------------------- */

struct files { VEC(char *) a; };

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct err *add_path(struct arena *a, const char *path, const char *tree, struct files *ret)
{
	const char *full = tree ? file_join(a, tree, path) : path;
	char **found;
	u32 n = 0, i;
	struct err *err;

	if (!file_is_dir(full)) {
		if (!file_exists(full))
			return err_new("no file or folder '%s'", full);
		vec_push(&ret->a, arena_strdup(a, path));
		return NULL;
	}
	err = file_find(a, full, ".c", &found, &n);
	for (i = 0; i < n && !err; i++)
		vec_push(&ret->a, arena_strdup(a, tree ? file_relative(a, found[i], file_normalise(a, tree)) : found[i]));
	return err;
}

struct err *cocci_report(const struct cocci_options *opt, const struct ruleset *rules, struct arena *a, struct report *r)
{
	const char *tree = opt->tree ? opt->tree : r->srctree, *dir;
	struct files files = { VEC_INIT };
	struct cocci_rules patches = { VEC_INIT };
	struct cocci_results results = { .n_files = 0 };
	struct err *err = paths_cocci(a, opt->dir, &dir);
	u32 i, n = 0;

	if (!err)
		err = cocci_rules_read(a, dir, tree ? tree : ".", &patches);
	for (i = 0; i < opt->n_paths && !err; i++)
		err = add_path(a, opt->paths[i], tree, &files);
	for (i = 0; i < r->roots.n && !opt->n_paths; i++)
		vec_push(&files.a, arena_strdup(a, r->roots.a[i].at.file));
	vec_sort(&files.a, by_name);
	for (i = 0; i < files.a.n; i++)
		if (!n || strcmp(files.a.a[n - 1], files.a.a[i]))
			files.a.a[n++] = files.a.a[i];
	if (!err)
		err = cocci_run(&patches, tree, files.a.a, n, &results);
	if (!err)
		cocci_merge(&results, opt->root, rules, r);
	cocci_results_free(&results);
	cocci_rules_free(&patches);
	vec_free(&files.a);
	return err;
}
