// SPDX-License-Identifier: MIT
/*
 * Reads compile_commands.json in both of its forms, "arguments" and "command".
 *
 * jansson says where text is not JSON; where JSON is not a compile database, the
 * place of the entry is looked for in the text again.  Ignores: members it does
 * not know, response files (@FILE).
 */
#include "cli/compdb.h"

#include "base/err.h"
#include "base/file.h"

#include <jansson.h>

struct loader {
	struct arena *a;
	const char *path;
	const char *base;	/* the folder of the file: what "directory" is relative to */
	const char *text;
};

/* ---- where an entry stands ---------------------------------------------- */

struct place { u32 line, col; };

/* Of the index-th entry; the text is known to be an array of JSON values. */
static struct place place_of(const char *text, size_t index)
{
	struct place at = { 1, 0 };
	bool is_string = false, is_value = false;
	size_t n = 0;
	int depth = 0;

	for (const char *s = text; *s; s++) {
		at = *s == '\n' ? (struct place){ at.line + 1, 0 } : (struct place){ at.line, at.col + 1 };
		if (depth == 1 && !is_string && !is_value && !strchr(" \t\r\n,]", *s)) {
			if (n++ == index)
				return at;
			is_value = true;
		}
		if (is_string && *s == '\\' && s[1]) {
			s++;
			at.col++;
		} else if (*s == '"') {
			is_string = !is_string;
		} else if (!is_string) {
			depth += (*s == '[' || *s == '{') - (*s == ']' || *s == '}');
			if (depth == 1 && *s == ',')
				is_value = false;
		}
	}
	return at;
}

static MUST_CHECK struct err *bad_entry(const struct loader *l, size_t index, struct err *why)
{
	struct place at = place_of(l->text, index);

	return err_wrap(why, "%s:%u:%u", l->path, at.line, at.col);
}

/* ---- entries ------------------------------------------------------------ */

static struct err *get_string(const json_t *entry, const char *key, const char **ret)
{
	const json_t *value = json_object_get(entry, key);

	*ret = NULL;
	if (value && !json_is_string(value))
		return err_new("\"%s\" is not a string", key);
	*ret = json_string_value(value);
	return NULL;
}

static struct err *get_arguments(struct arena *a, const json_t *list, struct compdb_command *c)
{
	size_t n = json_array_size(list);

	if (!json_is_array(list))
		return err_new("\"arguments\" is not an array of strings");
	c->argv = arena_array(a, char *, n + 1);
	for (size_t i = 0; i < n; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (!s)
			return err_new("\"arguments\" is not an array of strings");
		c->argv[i] = arena_strdup(a, s);
	}
	c->argc = (u32)n;
	return NULL;
}

static struct err *get_command(struct arena *a, const json_t *entry, struct compdb_command *c)
{
	const json_t *arguments = json_object_get(entry, "arguments");
	const char *line;
	struct err *err;

	if (arguments) {
		err = get_arguments(a, arguments, c);
	} else {
		err = get_string(entry, "command", &line);
		if (!err && !line)
			return err_new("neither \"arguments\" nor \"command\"");
		if (!err)
			err = shell_split(a, line, &c->argv, &c->argc);
		if (err)
			return err_wrap(err, "\"command\"");
	}
	if (!err && !c->argc)
		err = err_new("the command is empty");
	return err;
}

static struct err *read_entry(const struct loader *l, const json_t *entry, struct compdb_command *c)
{
	const char *dir, *file, *output;
	struct err *err;

	if (!json_is_object(entry))
		return err_new("an entry is not an object");
	err = get_string(entry, "directory", &dir);
	if (!err)
		err = get_string(entry, "file", &file);
	if (!err)
		err = get_string(entry, "output", &output);
	if (err)
		return err;
	if (!dir || !file)
		return err_new("no \"%s\"", dir ? "file" : "directory");
	c->dir = file_join(l->a, l->base, dir);
	c->file = file_join(l->a, c->dir, file);
	c->output = output ? arena_strdup(l->a, output) : NULL;
	return get_command(l->a, entry, c);
}

static struct err *read_entries(const struct loader *l, const json_t *root, struct compdb *ret)
{
	struct compdb db = { .n_commands = (u32)json_array_size(root) };

	if (!json_is_array(root))
		return err_new("%s:1:1: not a compile database: not an array", l->path);
	db.commands = arena_array(l->a, struct compdb_command, db.n_commands);
	for (u32 i = 0; i < db.n_commands; i++) {
		struct err *err = read_entry(l, json_array_get(root, i), &db.commands[i]);

		if (err)
			return bad_entry(l, i, err);
	}
	*ret = db;
	return NULL;
}

struct err *compdb_read(struct arena *a, const char *path, struct compdb *ret)
{
	struct loader l = { .a = a, .path = path };
	json_error_t where;
	struct blob text;
	json_t *root;
	struct err *err = file_read(path, &text);

	if (err)
		return err;
	l.base = file_join(a, file_join(a, file_cwd(a), path), "..");
	l.text = text.p;
	root = json_loadb(text.p, text.n, JSON_DECODE_ANY, &where);
	if (root)
		err = read_entries(&l, root, ret);
	else
		err = err_new("%s:%d:%d: %s", path, where.line, where.column, where.text);
	json_decref(root);
	blob_free(&text);
	return err;
}
