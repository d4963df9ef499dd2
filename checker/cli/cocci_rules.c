// SPDX-License-Identifier: MIT
/*
 * What the header of a semantic patch says: the lines that coccicheck reads, and three of
 * our own.  "// Root: shrinker" says where its paths begin.  "// Needs: WORD.." saves a
 * process where nothing can match.  "// Define: NAME if FILE has "TEXT"" picks between forms
 * of one interface, by the tree at hand.
 */
#include "cli/cocci.h"

#include "base/err.h"
#include "base/file.h"
#include "cli/paths.h"

#include <stdlib.h>

struct err *paths_cocci(struct arena *a, const char *option, const char **ret)
{
	const char *dir = option ? option : file_join(a, file_self_dir(a), "../share/reclint/cocci");

	if (!file_is_dir(dir))
		return option ? err_new("no folder '%s', which --cocci-dir names", dir) :
				err_new("no semantic patches at '%s': say where with --cocci-dir", dir);
	*ret = dir;
	return NULL;
}

/* The rest of a line that begins so; else NULL. */
static const char *after(const char *line, const char *key)
{
	size_t n = strlen(key);

	return strncmp(line, key, n) ? NULL : line + n + strspn(line + n, " \t");
}

static bool file_has(struct arena *a, const char *tree, const char *file, const char *text)
{
	struct blob blob;
	struct err *err = tree ? file_read(file_join(a, tree, file), &blob) : NULL;
	bool ret;

	if (!tree || err) {
		err_free(err);
		return false;
	}
	ret = strstr(blob.p, text) != NULL;
	blob_free(&blob);
	return ret;
}

/* NAME if FILE has "TEXT" */
static struct err *read_define(struct arena *a, const char *value, const char *tree, struct cocci_rule *r)
{
	size_t name = strcspn(value, " ");
	const char *file = after(value + name, " if"), *quote = file ? strchr(file, '"') : NULL;
	const char *end = quote ? strrchr(quote + 1, '"') : NULL;
	size_t n = file ? strcspn(file, " ") : 0;

	if (!name || !end || strncmp(file + n, " has ", 5))
		return err_new("%s: expected 'Define: NAME if FILE has \"TEXT\"', not '%s'", r->path, value);
	if (!file_has(a, tree, arena_printf(a, "%.*s", (int)n, file),
		      arena_printf(a, "%.*s", (int)(end - quote - 1), quote + 1)))
		return NULL;
	vec_push(&r->options, arena_strdup(a, "-D"));
	vec_push(&r->options, arena_printf(a, "%.*s", (int)name, value));
	return NULL;
}

static struct err *read_line(struct arena *a, char *line, const char *tree, struct cocci_rule *r)
{
	const char *value;
	char *word, *save = NULL;

	value = after(line, "// Confidence:");
	if (value)
		r->confidence = arena_strdup(a, value);
	r->has_patch = r->has_patch || !strcmp(line, "virtual patch");
	value = after(line, "// Root:");
	if (value)
		r->root = arena_strdup(a, value);
	value = after(line, "// Options:");
	for (word = value ? strtok_r(arena_strdup(a, value), " ", &save) : NULL; word; word = strtok_r(NULL, " ", &save))
		vec_push(&r->options, word);
	value = after(line, "// Needs:");
	for (word = value ? strtok_r(arena_strdup(a, value), " ", &save) : NULL; word; word = strtok_r(NULL, " ", &save))
		vec_push(&r->needs, word);
	value = after(line, "// Define:");
	return value ? read_define(a, value, tree, r) : NULL;
}

static struct err *read_rule(struct arena *a, const char *path, const char *tree, struct cocci_rule *r)
{
	struct blob blob;
	struct err *err = file_read(path, &blob);
	char *line, *save = NULL;

	if (err)
		return err;
	memset(r, 0, sizeof(*r));
	r->root = "function";
	r->path = path;
	r->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	for (line = strtok_r(blob.p, "\n", &save); line && !err; line = strtok_r(NULL, "\n", &save))
		err = read_line(a, line, tree, r);
	if (!err && !r->confidence)
		err = err_new("%s: a semantic patch needs a line '// Confidence:'", path);
	blob_free(&blob);
	return err;
}

struct err *cocci_rules_read(struct arena *a, const char *dir, const char *tree, struct cocci_rules *ret)
{
	char **paths;
	u32 n = 0, i;
	struct err *err = file_find(a, dir, ".cocci", &paths, &n);

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < n && !err; i++)
		err = read_rule(a, file_join(a, file_cwd(a), paths[i]), tree, vec_add(&ret->a));
	if (!err && !n)
		err = err_new("no semantic patches (*.cocci) in '%s'", dir);
	return err;
}

void cocci_rules_free(struct cocci_rules *r)
{
	u32 i;

	for (i = 0; i < r->a.n; i++) {
		vec_free(&r->a.a[i].options);
		vec_free(&r->a.a[i].needs);
	}
	vec_free(&r->a);
}

bool cocci_rule_wants(const struct cocci_rule *r, const char *text)
{
	u32 i;

	for (i = 0; i < r->needs.n; i++)
		if (strstr(text, r->needs.a[i]))
			return true;
	return !r->needs.n;
}
