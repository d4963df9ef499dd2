// SPDX-License-Identifier: MIT
/*
 * Writes compile_commands.json from recorded commands: sorted by file, folder and
 * output, one entry for each of these, so that two recordings of one build are equal
 * byte for byte.  On appending, an old entry with the same key gives way to the new one.
 * Other entries are kept as they are.
 */
#include "cli/record.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"

struct entry {
	const char *file, *directory, *output;
	u32 age;	/* 0 is the newest */
	json_t *json;
};
typedef VEC(struct entry) entry_vec;

static int compare_keys(const struct entry *x, const struct entry *y)
{
	int c = strcmp(x->file, y->file);

	if (!c)
		c = strcmp(x->directory, y->directory);
	return c ? c : strcmp(x->output, y->output);
}

static int compare(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = compare_keys(a, b);

	return c ? c : (a->age > b->age) - (a->age < b->age);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

static void add_entry(entry_vec *entries, json_t *json, u32 age)
{
	struct entry e = {
		.file = text_of(json, "file"),
		.directory = text_of(json, "directory"),
		.output = text_of(json, "output"),
		.age = age,
		.json = json,
	};

	vec_push(entries, e);
}

static struct err *add_record(entry_vec *entries, const struct record *r, u32 age)
{
	json_t *args = json_array(), *json;

	for (u32 i = 0; i < r->n_args; i++)
		json_array_append_new(args, json_string(r->args[i]));
	json = json_pack("{s:s, s:s, s:s, s:o}", "directory", r->cwd, "file", r->file, "output",
			 r->output, "arguments", args);
	if (!json)
		return err_new("cannot put the command for '%s' into JSON: not UTF-8", r->file);
	if (json_array_size(args) != r->n_args) {
		json_decref(json);
		return err_new("cannot put the command for '%s' into JSON: not UTF-8", r->file);
	}
	add_entry(entries, json, age);
	return NULL;
}

static struct err *add_old(entry_vec *entries, const char *path, u32 age)
{
	json_error_t why;
	json_t *old = json_load_file(path, 0, &why), *json;
	size_t i;

	if (!old)
		return err_new("cannot read '%s': line %d: %s", path, why.line, why.text);
	if (!json_is_array(old)) {
		json_decref(old);
		return err_new("'%s' is no compile database: not an array", path);
	}
	json_array_foreach(old, i, json)
		add_entry(entries, json_incref(json), age + (u32)(json_array_size(old) - i));
	json_decref(old);
	return NULL;
}

/* Whether the next entry, behind e in the order, makes e superfluous: other tools'
 * databases name no output, so e may stand for any of its file's. */
static bool is_superseded(const struct entry *e, const struct entry *next)
{
	return !e->output[0] && !strcmp(e->file, next->file) &&
	       !strcmp(e->directory, next->directory);
}

/* Sorts; entries with equal keys are left to the newest.  Consumes the entries. */
static json_t *sorted_array(entry_vec *entries)
{
	json_t *array = json_array();

	vec_sort(entries, compare);
	for (u32 i = 0; i < entries->n; i++) {
		struct entry *e = &entries->a[i];

		if ((i && !compare_keys(e - 1, e)) ||
		    (i + 1 < entries->n && is_superseded(e, e + 1)))
			continue;
		json_array_append(array, e->json);
	}
	for (u32 i = 0; i < entries->n; i++)
		json_decref(entries->a[i].json);
	vec_free(entries);
	return array;
}

struct err *record_db_write(const char *path, bool append, const record_vec *records, u32 *n_ret)
{
	struct err *err = NULL;
	entry_vec entries = VEC_INIT;

	if (append && file_exists(path))
		err = add_old(&entries, path, records->n);
	for (u32 i = 0; !err && i < records->n; i++)
		if (records->a[i].kind != RECORD_ASM)
			err = add_record(&entries, &records->a[i], records->n - 1 - i);
	json_t *array = sorted_array(&entries);
	u32 n = (u32)json_array_size(array);
	char *text = err ? NULL : json_dumps(array, JSON_INDENT(1));

	json_decref(array);
	if (!err)
		err = file_write(path, text, strlen(text));
	free(text);
	if (!err)
		*n_ret = n;
	return err;
}
