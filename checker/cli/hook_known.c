// SPDX-License-Identifier: MIT
/*
 * One line a finding, sorted as it comes: the file is small, and read by nobody else.
 */
#include "cli/hook_known.h"

#include "base/err.h"
#include "base/file.h"
#include "cli/git.h"

#include <stdlib.h>
#include <unistd.h>

static bool has(const struct map *m, const char *key)
{
	return map_get_bytes(m, key, strlen(key)) != NULL;
}

static void add_line(struct hook_known *k, const char *line)
{
	const char *text = arena_strdup(&k->arena, line), *tab = strchr(text, '\t');

	if (!tab)
		return;
	vec_push(&k->lines, text);
	map_put_bytes(&k->roots, text, (size_t)(tab - text), NULL);
	map_put_bytes(&k->findings, text, strlen(text), NULL);
}

struct err *hook_known_read(const char *state, struct hook_known *ret)
{
	struct blob blob;
	struct err *err;
	char *line, *save = NULL;

	memset(ret, 0, sizeof(*ret));
	ret->path = file_join(&ret->arena, state, "hook.known");
	ret->head = git_head(&ret->arena, ".");
	if (!file_exists(ret->path))
		return NULL;
	err = file_read(ret->path, &blob);
	if (err)
		return err;
	line = strtok_r(blob.p, "\n", &save);
	if (line && !strcmp(line, ret->head))
		while ((line = strtok_r(NULL, "\n", &save)))
			add_line(ret, line);
	blob_free(&blob);
	return NULL;
}

static const char *line_of(struct arena *a, const struct diag_finding *f)
{
	return arena_printf(a, "%s\t%s", f->root.function, f->fingerprint);
}

void hook_known_take(const struct hook_known *k, const struct report *before, struct report *after)
{
	struct arena a = ARENA_INIT;
	struct map old = MAP_INIT;
	u32 i, n = 0;

	for (i = 0; i < before->findings.n; i++) {
		const char *line = line_of(&a, &before->findings.a[i]);

		map_put_bytes(&old, line, strlen(line), NULL);
	}
	for (i = 0; i < after->findings.n; i++) {
		struct diag_finding f = after->findings.a[i];

		if (has(has(&k->roots, f.root.function) ? &k->findings : &old, line_of(&a, &f)))
			vec_push(&after->unchanged, f);
		else
			after->findings.a[n++] = f;
	}
	after->findings.n = n;
	map_free(&old);
	arena_free(&a);
}

static bool is_root(const struct report *r, const char *name, size_t len)
{
	u32 i;

	for (i = 0; i < r->roots.n; i++)
		if (strlen(r->roots.a[i].at.function) == len && !strncmp(r->roots.a[i].at.function, name, len))
			return true;
	return false;
}

struct err *hook_known_write(struct hook_known *k, const struct report *before, const struct report *after)
{
	bool is_refused = after->findings.n;
	struct buf out = BUF_INIT;
	struct err *err = NULL;
	u32 i, n_kept = 0;

	buf_addf(&out, "%s\n", k->head);
	for (i = 0; i < k->lines.n; i++) {
		if (!is_refused && is_root(after, k->lines.a[i], strcspn(k->lines.a[i], "\t")))
			continue;
		buf_addf(&out, "%s\n", k->lines.a[i]);
		n_kept++;
	}
	for (i = 0; is_refused && i < after->roots.n; i++)
		if (!has(&k->roots, after->roots.a[i].at.function))
			buf_addf(&out, "%s\t-\n", after->roots.a[i].at.function);
	for (i = 0; is_refused && i < before->findings.n; i++)
		if (!has(&k->roots, before->findings.a[i].root.function))
			buf_addf(&out, "%s\n", line_of(&k->arena, &before->findings.a[i]));
	if (is_refused || n_kept)
		err = file_write(k->path, buf_text(&out), out.len);
	else
		unlink(k->path);
	buf_free(&out);
	return err;
}

void hook_known_free(struct hook_known *k)
{
	vec_free(&k->lines);
	map_free(&k->roots);
	map_free(&k->findings);
	arena_free(&k->arena);
}
