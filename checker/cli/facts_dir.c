// SPDX-License-Identifier: MIT
/*
 * Lists the facts files below a folder, and reads what a scan wrote beside them.
 * Reads no facts.
 */
#include "cli/facts_dir.h"

#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
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
	else if (strcmp(line, "commands") == 0)
		d->n_commands = (u32)strtoul(value, NULL, 10);
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
		d.n_prefix = (u32)(strrchr(full, '/') + 1 - full);
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
	d.n_prefix = (u32)strlen(full) + 1;
	*ret = d;
	return NULL;
}

/* ---- several ----------------------------------------------------------------------- */

struct named { const char *name; char *path; };	/* name: below its folder */

struct several {
	struct map seen;	/* names of facts and failures */
	VEC(struct named) facts;
	VEC(const char *) failed;
};

static bool is_first(struct map *seen, const char *name)
{
	bool is_new;

	(void)map_put_bytes(seen, name, strlen(name), &is_new);
	return is_new;
}

/* Adds what no folder before had; returns how many of its units one had, the probe being one. */
static u32 add_folder(struct several *s, const struct facts_dir *d)
{
	u32 n_known = 0;

	for (u32 i = 0; i < d->n_facts; i++) {
		struct named f = { d->facts[i] + d->n_prefix, d->facts[i] };

		if (is_first(&s->seen, f.name))
			vec_push(&s->facts, f);
		else
			n_known++;
	}
	for (u32 i = 0; i < d->n_failed; i++)
		if (is_first(&s->seen, d->failed[i]))
			vec_push(&s->failed, d->failed[i]);
		else
			n_known++;
	return n_known;
}

/* Shards of one database: what this one scanned is not missing any more. */
static bool same_database(const struct facts_dir *a, const struct facts_dir *b)
{
	return a->n_commands && a->n_commands == b->n_commands && a->objtree && b->objtree &&
	       !strcmp(a->objtree, b->objtree);
}

static int by_name(const void *pa, const void *pb)
{
	return strcmp(*(const char *const *)pa, *(const char *const *)pb);
}

/* In the order that one folder would have them in, whatever was scanned where. */
static void merge(struct arena *a, struct several *s, struct facts_dir *ret)
{
	vec_sort(&s->facts, by_name);
	vec_sort(&s->failed, by_name);
	ret->n_facts = s->facts.n;
	ret->facts = arena_array(a, char *, s->facts.n);
	ret->names = arena_array(a, const char *, s->facts.n);
	for (u32 i = 0; i < s->facts.n; i++) {
		ret->facts[i] = s->facts.a[i].path;
		ret->names[i] = s->facts.a[i].name;
	}
	ret->n_failed = s->failed.n;
	ret->failed = s->failed.n ? arena_dup(a, s->failed.a, s->failed.n * sizeof(*s->failed.a)) : NULL;
}

struct err *facts_dirs_open(struct arena *a, const char *const *paths, u32 n, struct facts_dir *ret)
{
	struct facts_dir *dirs = arena_array(a, struct facts_dir, n);
	struct several s = { MAP_INIT, VEC_INIT, VEC_INIT };
	struct err *err = NULL;

	for (u32 i = 0; i < n && !err; i++) {
		struct facts_dir *d = &dirs[i];
		u32 n_known, n_new, k;

		err = facts_dir_open(a, paths[i], d);
		if (err)
			break;
		n_known = add_folder(&s, d);
		n_new = d->n_commands - d->n_missing;
		n_new -= n_new < n_known ? n_new : n_known;
		for (k = 0; k < i && !same_database(&dirs[k], d); k++)
			;
		if (k < i) {
			dirs[k].n_missing -= n_new < dirs[k].n_missing ? n_new : dirs[k].n_missing;
			d->n_missing = 0;
		}
		dirs[0].srctree = dirs[0].srctree ? dirs[0].srctree : d->srctree;
		dirs[0].objtree = dirs[0].objtree ? dirs[0].objtree : d->objtree;
		dirs[0].has_probe |= d->has_probe;
	}
	for (u32 i = 1; i < n && !err; i++)
		dirs[0].n_missing += dirs[i].n_missing;
	if (!err && n > 1)
		merge(a, &s, &dirs[0]);
	if (!err)
		*ret = dirs[0];
	map_free(&s.seen);
	vec_free(&s.facts);
	vec_free(&s.failed);
	return err;
}
