// SPDX-License-Identifier: MIT
/*
 * What a scan leaves beside the facts: which commands gave none and why, and where
 * the sources are.  And what it takes away: facts of commands that are gone.
 */
#include "cli/scan.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "cli/facts_dir.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- stale files -------------------------------------------------------- */

static void remove_file(const char *path, const char *top)
{
	struct arena a = ARENA_INIT;
	char *dir = arena_strdup(&a, path), *slash;

	unlink(path);
	/* Folders that are empty now; rmdir() refuses the others. */
	while ((slash = strrchr(dir, '/')) != NULL) {
		*slash = 0;
		if (strcmp(dir, top) == 0 || rmdir(dir) != 0)
			break;
	}
	arena_free(&a);
}

static struct err *remove_stale(struct scan *s)
{
	const char *top = scan_path(s, "facts");
	struct map expected = MAP_INIT;
	struct err *err;
	char **paths;
	u32 n;

	if (!file_is_dir(top))
		return NULL;
	for (u32 i = 0; i < s->units.n; i++) {
		const char *path = scan_facts_path(s, &s->units.a[i]);

		if (s->units.a[i].outcome != UNIT_FAILED)
			*map_put_bytes(&expected, path, strlen(path), NULL) = 1;
		else
			remove_file(path, top);
	}
	err = file_find(&s->arena, top, ".facts", &paths, &n);
	for (u32 i = 0; !err && i < n; i++)
		if (!map_get_bytes(&expected, paths[i], strlen(paths[i])))
			remove_file(paths[i], top);
	map_free(&expected);
	if (err)
		return err;
	/* Front-ends that were killed while they wrote. */
	err = file_find(&s->arena, top, ".tmp", &paths, &n);
	for (u32 i = 0; !err && i < n; i++)
		remove_file(paths[i], top);
	return err;
}

/* ---- failed and summary ------------------------------------------------- */

struct line { const char *text; };
typedef VEC(struct line) line_vec;

static int by_text(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static bool is_of(const char *line, const char *source)
{
	size_t n = strlen(source);

	return strncmp(line, source, n) == 0 && line[n] == ':';
}

/* A command that failed earlier and was not selected now has failed still. */
static void keep_failures(struct scan *s, const struct facts_dir *before, line_vec *lines)
{
	for (u32 i = 0; i < s->units.n; i++) {
		const struct scan_unit *u = &s->units.a[i];

		if (u->outcome != UNIT_NOT_SELECTED && u->outcome != UNIT_WAITING)
			continue;
		for (u32 k = 0; k < before->n_failed; k++)
			if (is_of(before->failed[k], u->source))
				vec_push(lines, (struct line){ before->failed[k] });
	}
}

static struct err *write_failed(struct scan *s, const struct facts_dir *before)
{
	line_vec lines = VEC_INIT;
	struct buf out = BUF_INIT;
	struct err *err;

	for (u32 i = 0; i < s->units.n; i++) {
		const struct scan_unit *u = &s->units.a[i];

		if (u->outcome == UNIT_FAILED)
			vec_push(&lines, (struct line){ arena_printf(&s->arena, "%s: %s", u->source,
								     u->reason) });
	}
	keep_failures(s, before, &lines);
	vec_sort(&lines, by_text);
	for (u32 i = 0; i < lines.n; i++)
		buf_addf(&out, "%s\n", lines.a[i].text);
	err = file_write(scan_path(s, SCAN_FAILED), buf_text(&out), out.len);
	buf_free(&out);
	vec_free(&lines);
	return err;
}

static const char *find_srctree(const struct scan *s)
{
	for (u32 i = 0; i < s->units.n; i++)
		if (s->units.a[i].srctree)
			return s->units.a[i].srctree;
	return NULL;
}

static struct err *write_summary(struct scan *s)
{
	const char *srctree = find_srctree(s);
	struct buf out = BUF_INIT;
	u32 n_missing = 0;
	struct err *err;

	for (u32 i = 0; i < s->units.n; i++) {
		const struct scan_unit *u = &s->units.a[i];

		if (u->outcome == UNIT_NOT_SELECTED || u->outcome == UNIT_WAITING)
			n_missing += !file_exists(scan_facts_path(s, u));
	}
	if (srctree)
		buf_addf(&out, "srctree %s\n", srctree);
	buf_addf(&out, "objtree %s\n", file_join(&s->arena, s->database, ".."));
	buf_addf(&out, "frontend %s\n", s->frontend.version);
	buf_addf(&out, "commands %u\nmissing %u\n", s->units.n, n_missing);
	err = file_write(scan_path(s, SCAN_SUMMARY), buf_text(&out), out.len);
	buf_free(&out);
	return err;
}

struct err *scan_state_write(struct scan *s)
{
	struct facts_dir before = { 0 };
	struct err *err = facts_dir_read_state(&s->arena, s->state, &before);

	if (!err)
		err = write_failed(s, &before);
	if (!err)
		err = write_summary(s);
	return err ? err : remove_stale(s);
}
