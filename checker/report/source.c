/* SPDX-License-Identifier: MIT */
/*
 * Source text for reports: whole files below the source tree, else the build's
 * folder, read once and indexed by line; tokens on demand.  A file that can't be
 * read has no text, which is no error: reports then show the place alone.
 */
#include "report/diag.h"
#include "report/source.h"

#include "base/err.h"
#include "base/file.h"
#include "base/map.h"

struct source_file {
	struct blob blob;
	bool is_readable, has_tokens;
	VEC(u32) starts;	/* of the lines; the last element is the end */
	struct tokens tokens;
};

struct source_cache {
	struct arena arena;
	const char *srctree, *objtree;
	bool is_clang;
	struct map by_path;		/* path: index of files + 1 */
	VEC(struct source_file) files;
};

struct source_cache *source_create(const char *srctree, const char *objtree)
{
	struct arena arena = ARENA_INIT;
	struct source_cache *sc = arena_new(&arena, struct source_cache);

	sc->srctree = srctree ? arena_strdup(&arena, srctree) : NULL;
	sc->objtree = objtree ? arena_strdup(&arena, objtree) : NULL;
	sc->arena = arena;
	return sc;
}

void source_free(struct source_cache *sc)
{
	struct arena arena;

	if (!sc)
		return;
	for (u32 i = 0; i < sc->files.n; i++) {
		blob_free(&sc->files.a[i].blob);
		vec_free(&sc->files.a[i].starts);
		tokens_free(&sc->files.a[i].tokens);
	}
	vec_free(&sc->files);
	map_free(&sc->by_path);
	arena = sc->arena;
	arena_free(&arena);
}

void source_set_clang(struct source_cache *sc, bool is_clang)
{
	sc->is_clang = is_clang;
}

static bool read_below(struct source_cache *sc, const char *dir, const char *path,
		       struct blob *ret)
{
	struct arena_mark mark = arena_mark(&sc->arena);
	const char *full;
	struct err *err;

	if (!dir && path[0] != '/')
		return false;
	full = dir ? file_join(&sc->arena, dir, path) : path;
	if (file_is_dir(full)) {
		arena_release(&sc->arena, mark);
		return false;
	}
	err = file_read(full, ret);
	arena_release(&sc->arena, mark);
	if (!err)
		return true;
	err_free(err);
	return false;
}

static void index_lines(struct source_file *f)
{
	vec_push(&f->starts, 0);
	for (u32 i = 0; i < f->blob.n; i++)
		if (f->blob.p[i] == '\n')
			vec_push(&f->starts, i + 1);
	if (f->starts.a[f->starts.n - 1] < f->blob.n)
		vec_push(&f->starts, (u32)f->blob.n);
}

/* NULL when it can't be read. */
static struct source_file *get_file(struct source_cache *sc, const char *path)
{
	struct source_file *f;
	bool is_new;
	u64 *slot;

	if (!path || !*path)
		return NULL;
	slot = map_get_bytes(&sc->by_path, path, strlen(path));
	if (!slot) {
		const char *key = arena_strdup(&sc->arena, path);

		slot = map_put_bytes(&sc->by_path, key, strlen(key), &is_new);
		f = vec_add(&sc->files);
		*slot = sc->files.n;
		f->is_readable = (read_below(sc, sc->srctree, path, &f->blob) ||
				  read_below(sc, sc->objtree, path, &f->blob)) &&
				 f->blob.n < UINT32_MAX;
		if (f->is_readable)
			index_lines(f);
	}
	f = &sc->files.a[*slot - 1];
	return f->is_readable ? f : NULL;
}

const char *source_line(struct source_cache *sc, const char *file, u32 line)
{
	const struct source_file *f = get_file(sc, file);
	u32 from, to;
	char *text;

	if (!f || line == 0 || line >= f->starts.n)
		return NULL;
	from = f->starts.a[line - 1];
	to = f->starts.a[line];
	while (to > from && (f->blob.p[to - 1] == '\n' || f->blob.p[to - 1] == '\r'))
		to--;
	text = arena_alloc(&sc->arena, to - from + 1);
	memcpy(text, f->blob.p + from, to - from);
	return text;
}

const char *source_guard(struct source_cache *sc, const struct diag_guard *g, bool *is_macro_ret)
{
	struct condition_place place = { g->line, g->col, sc->is_clang };
	struct source_file *f = get_file(sc, g->file);
	struct buf text = BUF_INIT;
	const char *ret = NULL;

	*is_macro_ret = false;
	if (!f || g->line == 0)
		return NULL;
	if (!f->has_tokens) {
		tokens_read(&f->tokens, f->blob.p, f->blob.n);
		f->has_tokens = true;
	}
	if (condition_at(&f->tokens, &place, is_macro_ret, &text))
		ret = arena_strdup(&sc->arena, buf_text(&text));
	buf_free(&text);
	return ret;
}

const char *source_condition(struct source_cache *sc, const char *file, u32 line, u32 col)
{
	bool is_macro;

	return source_guard(sc, &(struct diag_guard){ .file = file, .line = line, .col = col },
			    &is_macro);
}
