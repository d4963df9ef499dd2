// SPDX-License-Identifier: MIT
/*
 * Takes a recording's objects away: every output of the wrapper (the real ones too:
 * they were made without objtool), and in the folders of these, and the folders above
 * up to where make ran, whatever holds a stub's mark and every thin archive, which
 * holds nothing but names.  Generated sources and headers stay: the recorded commands
 * read them, and they do not come from stubs.  Errors are not fatal: what could not be
 * removed is still stale to kbuild, as its command is not the one of a real build.
 */
#include "cli/record.h"

#include <dirent.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/map.h"

#define THIN_MAGIC "!<thin>\n"

struct sweep {
	struct arena arena;
	struct map seen;		/* folders */
	VEC(const char *) folders;
	u32 n_removed;
};

/* The folder that holds path, "/" included; NULL at the root. */
static char *parent_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash || !path[1])
		return NULL;
	return slash == path ? arena_strdup(a, "/") : arena_printf(a, "%.*s", (int)(slash - path), path);
}

static bool is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !strncmp(path, folder, n) && (path[n] == '/' || !path[n]);
}

/* The object and what kbuild keeps beside it. */
static void remove_object(struct sweep *s, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	int n = (int)(name - path);

	if (!unlink(path))
		s->n_removed++;
	unlink(arena_printf(&s->arena, "%.*s.%s.cmd", n, path, name));
}

static bool is_object_name(const char *name)
{
	static const char *const ends[] = { ".o", ".a", ".ko" };
	size_t n = strlen(name);

	for (u32 i = 0; i < ARRAY_LEN(ends); i++) {
		size_t m = strlen(ends[i]);

		if (n > m && !strcmp(name + n - m, ends[i]))
			return true;
	}
	return !strncmp(name, "vmlinux", 7) || !strncmp(name, ".tmp_vmlinux", 12);
}

static bool comes_from_stubs(const char *path)
{
	struct blob blob;
	struct err *err = file_read(path, &blob);

	if (err) {
		err_free(err);
		return false;
	}
	bool yes = memmem(blob.p, blob.n, RECORD_MARK, strlen(RECORD_MARK)) ||
		   (blob.n >= strlen(THIN_MAGIC) && !memcmp(blob.p, THIN_MAGIC, strlen(THIN_MAGIC)));

	blob_free(&blob);
	return yes;
}

static void sweep_folder(struct sweep *s, const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d))) {
		if ((e->d_type != DT_REG && e->d_type != DT_UNKNOWN) || !is_object_name(e->d_name))
			continue;
		const char *path = arena_printf(&s->arena, "%s/%s", folder, e->d_name);

		if (!file_is_dir(path) && comes_from_stubs(path))
			remove_object(s, path);
	}
	closedir(d);
}

/* The folder of an output, and those above it while they are below a root. */
static void add_folders(struct sweep *s, const char *folder, const char *const *roots, u32 n_roots)
{
	while (folder) {
		bool is_new, below = false;

		*map_put_bytes(&s->seen, folder, strlen(folder), &is_new) = 1;
		if (!is_new)
			return;
		vec_push(&s->folders, folder);
		folder = parent_of(&s->arena, folder);
		for (u32 i = 0; folder && i < n_roots; i++)
			below |= is_below(folder, roots[i]);
		if (!below)
			return;
	}
}

u32 record_clean(const struct record_plan *plan, const record_vec *records)
{
	struct sweep s = { .arena = ARENA_INIT, .seen = MAP_INIT, .folders = VEC_INIT };

	for (u32 i = 0; i < records->n; i++) {
		const struct record *r = &records->a[i];
		const char *const roots[] = { r->cwd, plan->build };
		const char *path = file_join(&s.arena, r->cwd, r->output);

		remove_object(&s, path);
		if (r->dep[0])
			unlink(file_join(&s.arena, r->cwd, r->dep));
		add_folders(&s, parent_of(&s.arena, path), roots, ARRAY_LEN(roots));
	}
	for (u32 i = 0; i < s.folders.n; i++)
		sweep_folder(&s, s.folders.a[i]);
	u32 n = s.n_removed;

	vec_free(&s.folders);
	map_free(&s.seen);
	arena_free(&s.arena);
	return n;
}
