// SPDX-License-Identifier: MIT
/*
 * The key is a hash of the scan's manifest (which has the content of every source), the list
 * of what gave no facts, the rules, reclint itself, and the names of the given files.  The file
 * is the key and a line for each finding; whoever wrote it had the same key.
 */
#include "cli/hook_last.h"

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "cli/paths.h"
#include "cli/scan.h"

#include <string.h>

static const char *path_of(struct arena *a, const char *state)
{
	return file_join(a, state, "hook.last");
}

/* A file that is not there is not the same as an empty one. */
static struct err *mix_file(struct hash128 *h, const char *path)
{
	struct blob blob;
	struct err *err;

	*h = hash128_mix(*h, hash128(path, strlen(path)));
	if (!file_exists(path))
		return NULL;
	err = file_read(path, &blob);
	if (err)
		return err;
	*h = hash128_mix(*h, hash128(blob.p, blob.n));
	blob_free(&blob);
	return NULL;
}

static struct err *mix_rules(struct hash128 *h, const struct build_options *b, struct arena *a)
{
	const char *dir;
	char **rules = NULL;
	struct err *err = paths_rules(a, b->rules_dir, &dir);
	u32 i, n = 0;

	if (!err)
		err = file_find(a, dir, ".yaml", &rules, &n);
	for (i = 0; !err && i < n; i++)
		err = mix_file(h, rules[i]);
	for (i = 0; !err && i < b->n_overlays; i++)
		err = mix_file(h, b->overlays[i]);
	return err;
}

struct err *hook_last_key(const struct build_options *b, struct arena *a, char ret[HOOK_LAST_KEY])
{
	const char *state = file_join(a, b->builds[0], ".reclint"), *cwd = file_cwd(a);
	struct hash128 h = { 0, 0 };
	struct err *err = mix_file(&h, file_join(a, state, SCAN_MANIFEST));
	u32 i;

	if (!err)
		err = mix_file(&h, file_join(a, state, "failed"));
	if (!err)
		err = mix_file(&h, "/proc/self/exe");
	if (!err)
		err = mix_rules(&h, b, a);
	for (i = 0; i < b->n_near; i++) {
		const char *path = file_join(a, cwd, b->near[i]);

		h = hash128_mix(h, hash128(path, strlen(path)));
	}
	hash128_hex(h, ret);
	return err;
}

/* "ROOT TAB FINGERPRINT" */
static void add_finding(struct report *r, const char *line)
{
	const char *tab = strchr(line, '\t');
	struct diag_finding f = { .rule = NULL };

	if (!tab)
		return;
	f.root.function = arena_printf(&r->arena, "%.*s", (int)(tab - line), line);
	f.fingerprint = arena_strdup(&r->arena, tab + 1);
	vec_push(&r->findings, f);
}

struct err *hook_last_read(const char *state, const char *key, struct report **ret)
{
	struct arena a = ARENA_INIT;
	const char *path = path_of(&a, state);
	char *line, *save = NULL;
	struct blob blob = { NULL, 0 };
	struct err *err = file_exists(path) ? file_read(path, &blob) : NULL;

	*ret = NULL;
	if (!err && blob.p) {
		line = strtok_r(blob.p, "\n", &save);
		if (line && !strcmp(line, key))
			*ret = report_create();
		while (*ret && (line = strtok_r(NULL, "\n", &save)))
			add_finding(*ret, line);
		blob_free(&blob);
	}
	arena_free(&a);
	return err;
}

struct err *hook_last_write(const char *state, const char *key, const struct report *r)
{
	struct arena a = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct err *err;
	u32 i;

	buf_addf(&out, "%s\n", key);
	for (i = 0; i < r->findings.n; i++)
		buf_addf(&out, "%s\t%s\n", r->findings.a[i].root.function, r->findings.a[i].fingerprint);
	err = file_write(path_of(&a, state), buf_text(&out), out.len);
	buf_free(&out);
	arena_free(&a);
	return err;
}
