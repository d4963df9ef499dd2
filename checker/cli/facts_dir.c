// SPDX-License-Identifier: MIT
/*
 * Lists the facts files below a folder, and reads what a scan wrote beside them.
 * Reads no facts.
 */
#include "cli/facts_dir.h"

#include "base/err.h"
#include "base/file.h"
#include "base/vec.h"
#include "cli/kbuild.h"
#include "cli/probe.h"
#include "cli/scan.h"

#include <stdlib.h>

/* Calls f for each line of a file, which may be missing. */
static struct err *each_line(struct arena *a, const char *path,
			     void (*f)(void *ctx, char *line), void *ctx)
{
	struct blob text;
	struct err *err;
	char *copy;

	if (!file_exists(path))
		return NULL;
	err = file_read(path, &text);
	if (err)
		return err;
	copy = arena_dup(a, text.p, text.n + 1);
	blob_free(&text);
	for (char *line = copy, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = 0;
		if (*line)
			f(ctx, line);
	}
	return NULL;
}

struct failed_list { VEC(const char *) v; };

static void add_failed(void *ctx, char *line)
{
	struct failed_list *list = ctx;

	vec_push(&list->v, line);
}

/* "key value" */
static void add_summary(void *ctx, char *line)
{
	struct facts_dir *d = ctx;
	char *value = strchr(line, ' ');

	if (!value)
		return;
	*value++ = 0;
	if (strcmp(line, "srctree") == 0)
		d->srctree = value;
	else if (strcmp(line, "objtree") == 0)
		d->objtree = value;
	else if (strcmp(line, "missing") == 0)
		d->n_missing = (u32)strtoul(value, NULL, 10);
}

/* What kbuild.c left: where the sources are, and which files gave no facts. */
static struct err *read_kbuild(struct arena *a, const char *dir, struct facts_dir *d)
{
	struct failed_list failed = { .v = VEC_INIT };
	char **paths;
	u32 n = 0;
	struct err *err = each_line(a, file_join(a, dir, KBUILD_TREES), add_summary, d);

	if (!err)
		err = file_find(a, dir, ".nofacts", &paths, &n);

	for (u32 i = 0; !err && i < n; i++)
		err = each_line(a, paths[i], add_failed, &failed);
	if (!err && failed.v.n) {
		d->n_failed = failed.v.n;
		d->failed = arena_dup(a, failed.v.a, failed.v.n * sizeof(*failed.v.a));
	}
	vec_free(&failed.v);
	return err;
}

struct err *facts_dir_read_state(struct arena *a, const char *state, struct facts_dir *d)
{
	struct failed_list failed = { .v = VEC_INIT };
	struct err *err = each_line(a, file_join(a, state, SCAN_SUMMARY), add_summary, d);

	if (!err)
		err = each_line(a, file_join(a, state, SCAN_FAILED), add_failed, &failed);
	d->n_failed = failed.v.n;
	if (failed.v.n)
		d->failed = arena_dup(a, failed.v.a, failed.v.n * sizeof(*failed.v.a));
	vec_free(&failed.v);
	return err;
}

static bool is_probe(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return strcmp(name, PROBE_NAME ".facts") == 0 || strcmp(name, KBUILD_PROBE ".facts") == 0;
}

struct err *facts_dir_open(struct arena *a, const char *path, struct facts_dir *ret)
{
	const char *full = file_join(a, file_cwd(a), path);
	const char *state = file_join(a, full, ".reclint");
	struct facts_dir d = { 0 };
	struct err *err = NULL;

	if (!file_is_dir(full)) {
		d.facts = arena_dup(a, &full, sizeof(full));
		d.n_facts = 1;
		if (!file_exists(full))
			return err_new("no file or folder '%s'", path);
		*ret = d;
		return NULL;
	}
	if (!file_is_dir(file_join(a, state, "facts")))
		state = full;
	if (strcmp(full + strlen(full) - 6, "/facts") == 0)	/* STATE/facts itself */
		state = file_join(a, full, "..");
	if (file_exists(file_join(a, state, SCAN_SUMMARY))) {
		err = facts_dir_read_state(a, state, &d);
		full = file_join(a, state, "facts");
	} else {
		err = read_kbuild(a, full, &d);
	}
	if (!err)
		err = file_find(a, full, ".facts", &d.facts, &d.n_facts);
	if (!err && !d.n_facts)
		err = err_new("no facts below '%s': run 'reclint scan' first", full);
	if (err)
		return err;
	for (u32 i = 0; i < d.n_facts; i++)
		d.has_probe = d.has_probe || is_probe(d.facts[i]);
	*ret = d;
	return NULL;
}
