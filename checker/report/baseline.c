/* SPDX-License-Identifier: MIT */
/*
 * Baselines: reading with errors that name the line, comparing by fingerprint, writing.
 * One finding or root a line, sorted by what people call it and without line numbers, so
 * that a diff of two baselines shows what was found or mended and nothing else.
 */
#include "report/baseline.h"

#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "report/value.h"

#include <fnmatch.h>
#include <stdlib.h>

#define BASELINE_VERSION 1

/* ---- reading ------------------------------------------------------------- */

/* The character behind the string that begins at s. */
static const char *skip_string(const char *s)
{
	for (s++; *s && *s != '"'; s++)
		s += *s == '\\' && s[1];
	return *s ? s + 1 : s;
}

/*
 * The line of the index-th element of the top-level array of that name, or of the top-level
 * member itself (index -1): the text is known to be JSON.
 */
static u32 line_of(const char *text, const char *name, int index)
{
	bool is_here = false, is_next = false;	/* in the member; an element comes next */
	size_t len = strlen(name);
	u32 line = 1;
	int depth = 0, n = 0;

	for (const char *s = text; *s; ) {
		if (is_here && is_next && depth == 2 && !strchr(" \t\r\n]", *s)) {
			if (n++ == index)
				return line;
			is_next = false;
		}
		if (*s == '"') {
			const char *end = skip_string(s);

			if (depth == 1) {
				is_here = (size_t)(end - s) == len + 2 && !strncmp(s + 1, name, len);
				if (is_here && index < 0)
					return line;
			}
			s = end;
			continue;
		}
		is_next |= (depth == 1 && *s == '[') || (depth == 2 && *s == ',');
		depth += (*s == '[' || *s == '{') - (*s == ']' || *s == '}');
		line += *s++ == '\n';
	}
	return line;
}

struct baseline_reader {
	struct baseline *b;
	const char *text;
	const char *array;	/* that is being read */
	int index;		/* in it */
};

static struct err *MUST_CHECK bad(const struct baseline_reader *rd, struct err *why)
{
	return err_wrap(why, "%s:%u", rd->b->path, line_of(rd->text, rd->array, rd->index));
}

struct text_member { const char *name; const char **ret; bool is_needed; };

/* Sets the texts of an element; members that are neither texts of the list nor 'other' are errors. */
static struct err *read_texts(struct baseline_reader *rd, const json_t *element,
			      const struct text_member *members, const char *other)
{
	const char *key;
	json_t *value;

	if (!json_is_object(element))
		return err_new("this is not an object");
	json_object_foreach((json_t *)element, key, value) {
		const struct text_member *m = members;

		while (m->name && strcmp(m->name, key))
			m++;
		if (m->name && json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
			*m->ret = arena_strdup(&rd->b->arena, json_string_value(value));
		else if (m->name && (m->is_needed || !json_is_null(value)))
			return err_new("\"%s\" is not a text", key);
		else if (!m->name && (!other || strcmp(other, key)))
			return err_new("nothing is known of \"%s\"", key);
	}
	for (const struct text_member *m = members; m->name; m++)
		if (m->is_needed && !*m->ret)
			return err_new("\"%s\" is missing", m->name);
	return NULL;
}

static bool is_fingerprint(const char *s)
{
	return strlen(s) == 32 && strspn(s, "0123456789abcdef") == 32;
}

static struct err *read_contexts(struct baseline_reader *rd, const json_t *list, struct diag_known *k)
{
	if (!json_is_array(list))
		return err_new("\"contexts\" is not an array of texts");
	k->n_contexts = (u32)json_array_size(list);
	k->contexts = arena_array(&rd->b->arena, const char *, k->n_contexts + 1);
	for (u32 i = 0; i < k->n_contexts; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (!name)
			return err_new("\"contexts\" is not an array of texts");
		k->contexts[i] = arena_strdup(&rd->b->arena, name);
	}
	return NULL;
}

static int severity_of(const char *name)
{
	static const char *const names[] = { "note", "warning", "error" };

	for (int i = 0; i < (int)ARRAY_LEN(names); i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

static struct err *read_finding(struct baseline_reader *rd, const json_t *element, struct map *seen)
{
	struct diag_known k = { .fingerprint = NULL };
	const struct text_member members[] = {
		{ "rule", &k.rule, true }, { "root", &k.root, true }, { "sink", &k.sink, true },
		{ "lock", &k.lock, false }, { "severity", &k.severity, true }, { "file", &k.file, false },
		{ "why", &k.why, false }, { "fingerprint", &k.fingerprint, true }, { NULL, NULL, false },
	};
	struct err *err = read_texts(rd, element, members, "contexts");
	bool is_new;

	if (!err)
		err = read_contexts(rd, json_object_get(element, "contexts"), &k);
	if (!err && severity_of(k.severity) < 0)
		err = err_new("no severity '%s': error, warning or note", k.severity);
	if (!err && !is_fingerprint(k.fingerprint))
		err = err_new("the fingerprint '%s' is not 32 hex digits", k.fingerprint);
	if (err)
		return err;
	map_put_bytes(seen, k.fingerprint, strlen(k.fingerprint), &is_new);
	if (!is_new)
		return err_new("the fingerprint '%s' stands here twice", k.fingerprint);
	vec_push(&rd->b->findings, k);
	return NULL;
}

static struct err *read_root(struct baseline_reader *rd, const json_t *element, struct map *seen)
{
	struct diag_known_root k = { NULL, NULL, NULL };
	const struct text_member members[] = {
		{ "function", &k.function, true }, { "file", &k.file, true },
		{ "member", &k.member, true }, { NULL, NULL, false },
	};
	struct err *err = read_texts(rd, element, members, NULL);

	(void)seen;
	if (err)
		return err;
	vec_push(&rd->b->roots, k);
	return NULL;
}

static struct err *read_array(struct baseline_reader *rd, const json_t *top, const char *name,
			      struct err *(*read)(struct baseline_reader *, const json_t *, struct map *))
{
	const json_t *list = json_object_get(top, name);
	struct map seen = MAP_INIT;
	struct err *err = NULL;

	rd->array = name;
	rd->index = -1;
	if (!json_is_array(list))
		return bad(rd, err_new(list ? "\"%s\" is not an array" : "no \"%s\": this is no baseline", name));
	for (size_t i = 0; i < json_array_size(list) && !err; i++) {
		rd->index = (int)i;
		err = read(rd, json_array_get(list, i), &seen);
		if (err)
			err = bad(rd, err);
	}
	map_free(&seen);
	return err;
}

static struct err *read_top(struct baseline_reader *rd, const json_t *top)
{
	static const char *const names[] = { "version", "tool", "findings", "roots" };
	const json_t *version = json_object_get(top, "version");
	struct err *err;
	const char *key;
	json_t *value;

	rd->index = -1;
	rd->array = "version";
	if (!json_is_object(top) || !json_is_integer(version))
		return bad(rd, err_new("no \"version\": this is no baseline"));
	if (json_integer_value(version) != BASELINE_VERSION)
		return bad(rd, err_new("this is a baseline of version %lld, not %d",
				       (long long)json_integer_value(version), BASELINE_VERSION));
	if (json_is_object(json_object_get(top, "tool")))
		return bad(rd, err_new("this is a report, and no baseline: --update-baseline writes one"));
	json_object_foreach((json_t *)top, key, value) {
		u32 i = 0;

		while (i < ARRAY_LEN(names) && strcmp(names[i], key))
			i++;
		rd->array = key;
		if (i == ARRAY_LEN(names))
			return bad(rd, err_new("nothing is known of \"%s\"", key));
	}
	err = read_array(rd, top, "findings", read_finding);
	return err ? err : read_array(rd, top, "roots", read_root);
}

struct err *baseline_read(const char *path, struct baseline **ret)
{
	struct arena arena = ARENA_INIT;
	struct baseline_reader rd = { .index = -1 };
	json_error_t where;
	struct blob text;
	struct err *err = file_read(path, &text);
	json_t *top;

	if (err)
		return err_wrap(err, "cannot read the baseline");
	rd.b = arena_new(&arena, struct baseline);
	rd.b->arena = arena;
	rd.b->path = arena_strdup(&rd.b->arena, path);
	rd.text = text.p;
	top = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &where);
	err = top ? read_top(&rd, top) : err_new("%s:%d:%d: %s", path, where.line, where.column, where.text);
	json_decref(top);
	blob_free(&text);
	if (err)
		baseline_free(rd.b);
	else
		*ret = rd.b;
	return err;
}

void baseline_free(struct baseline *b)
{
	struct arena arena;

	if (!b)
		return;
	vec_free(&b->findings);
	vec_free(&b->roots);
	arena = b->arena;
	arena_free(&arena);
}

/* ---- comparing ----------------------------------------------------------- */

static bool is_of(const char *root_glob, const char *function)
{
	return !root_glob || !fnmatch(root_glob, function, 0);
}

static bool is_worse(const struct diag_known *k, const struct diag_finding *f)
{
	if (severity_of(f->severity) > severity_of(k->severity))
		return true;
	for (u32 i = 0; i < f->contexts.n; i++) {
		u32 c = 0;

		while (c < k->n_contexts && strcmp(k->contexts[c], f->contexts.a[i]))
			c++;
		if (c == k->n_contexts)
			return true;
	}
	return false;
}

static struct diag_known own_known(struct report *r, const struct diag_known *k)
{
	struct diag_known ret = *k;
	const char **texts[] = { &ret.fingerprint, &ret.rule, &ret.severity, &ret.root, &ret.sink, &ret.lock,
				 &ret.file, &ret.why };

	for (u32 i = 0; i < ARRAY_LEN(texts); i++)
		if (*texts[i])
			*texts[i] = arena_strdup(&r->arena, *texts[i]);
	ret.contexts = arena_array(&r->arena, const char *, k->n_contexts + 1);
	for (u32 i = 0; i < k->n_contexts; i++)
		ret.contexts[i] = arena_strdup(&r->arena, k->contexts[i]);
	return ret;
}

static bool is_root_of(const struct report *r, const struct diag_known_root *k)
{
	for (u32 i = 0; i < r->roots.n; i++)
		if (!strcmp(r->roots.a[i].at.function, k->function) &&
		    (!r->roots.a[i].member || !strcmp(r->roots.a[i].member, k->member)))
			return true;
	return false;
}

static void compare_roots(const struct baseline *b, const char *root_glob, struct report *r)
{
	for (u32 i = 0; i < b->roots.n; i++) {
		const struct diag_known_root *k = &b->roots.a[i];
		struct diag_known_root gone = { arena_strdup(&r->arena, k->function),
						arena_strdup(&r->arena, k->file),
						arena_strdup(&r->arena, k->member) };

		if (is_of(root_glob, k->function) && !is_root_of(r, k))
			vec_push(&r->gone, gone);
	}
}

void baseline_compare(const struct baseline *b, const char *root_glob, struct report *r)
{
	struct map known = MAP_INIT, now = MAP_INIT;
	u32 n = 0;

	for (u32 i = 0; i < b->findings.n; i++) {
		const char *key = b->findings.a[i].fingerprint;

		*map_put_bytes(&known, key, strlen(key), NULL) = i;
	}
	for (u32 i = 0; i < r->marked.n; i++)
		map_put_bytes(&now, r->marked.a[i].fingerprint, strlen(r->marked.a[i].fingerprint), NULL);
	for (u32 i = 0; i < r->findings.n; i++) {
		struct diag_finding f = r->findings.a[i];
		const u64 *slot = map_get_bytes(&known, f.fingerprint, strlen(f.fingerprint));

		map_put_bytes(&now, f.fingerprint, strlen(f.fingerprint), NULL);
		f.baseline = !slot ? "new" : is_worse(&b->findings.a[*slot], &f) ? "worse" : "unchanged";
		if (!strcmp(f.baseline, "unchanged"))
			vec_push(&r->unchanged, f);
		else
			r->findings.a[n++] = f;
	}
	r->findings.n = n;
	for (u32 i = 0; i < b->findings.n; i++) {
		const struct diag_known *k = &b->findings.a[i];

		if (is_of(root_glob, k->root) && !map_get_bytes(&now, k->fingerprint, strlen(k->fingerprint)))
			vec_push(&r->fixed, own_known(r, k));
	}
	compare_roots(b, root_glob, r);
	r->baseline = arena_strdup(&r->arena, b->path);
	map_free(&known);
	map_free(&now);
}

/* ---- writing ------------------------------------------------------------- */

static int cmp_texts(const char *const *a, const char *const *b, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		int d = strcmp(a[i] ? a[i] : "", b[i] ? b[i] : "");

		if (d)
			return d;
	}
	return 0;
}

static int cmp_known(const void *va, const void *vb)
{
	const struct diag_known *a = va, *b = vb;
	const char *of_a[] = { a->rule, a->root, a->sink, a->lock, a->fingerprint };
	const char *of_b[] = { b->rule, b->root, b->sink, b->lock, b->fingerprint };

	return cmp_texts(of_a, of_b, ARRAY_LEN(of_a));
}

static int cmp_known_root(const void *va, const void *vb)
{
	const struct diag_known_root *a = va, *b = vb;
	const char *of_a[] = { a->file, a->function, a->member };
	const char *of_b[] = { b->file, b->function, b->member };

	return cmp_texts(of_a, of_b, ARRAY_LEN(of_a));
}

struct known_list { VEC(struct diag_known) v; };

static void add_findings(struct known_list *list, const struct diag_finding *a, u32 n,
			 const struct baseline *before)
{
	for (u32 i = 0; i < n; i++) {
		const struct diag_finding *f = &a[i];
		struct diag_known k = { f->fingerprint, f->rule, f->severity, f->root.function,
					f->sink.function, f->lock.class_name, f->root.file, NULL,
					f->contexts.a, f->contexts.n };

		for (u32 j = 0; before && j < before->findings.n; j++)
			if (!strcmp(before->findings.a[j].fingerprint, k.fingerprint))
				k.why = before->findings.a[j].why;
		vec_push(&list->v, k);
	}
}

static json_t *known_value(const struct diag_known *k)
{
	json_t *ret = value_object();

	value_set_text(ret, "rule", k->rule);
	value_set_text(ret, "root", k->root);
	value_set_text(ret, "sink", k->sink);
	if (k->lock)
		value_set_text(ret, "lock", k->lock);
	value_set_text(ret, "severity", k->severity);
	value_set(ret, "contexts", value_texts(k->contexts, k->n_contexts));
	if (k->file)
		value_set_text(ret, "file", k->file);
	if (k->why)
		value_set_text(ret, "why", k->why);
	value_set_text(ret, "fingerprint", k->fingerprint);
	return ret;
}

static json_t *known_root_value(const struct diag_known_root *k)
{
	json_t *ret = value_object();

	value_set_text(ret, "function", k->function);
	value_set_text(ret, "file", k->file);
	value_set_text(ret, "member", k->member);
	return ret;
}

static void write_roots(const struct report *r, const struct baseline *before, const char *root_glob,
			struct buf *out)
{
	VEC(struct diag_known_root) roots = VEC_INIT;
	u32 n = 0;

	for (u32 i = 0; i < r->roots.n; i++) {
		const struct diag_root *root = &r->roots.a[i];
		struct diag_known_root k = { root->at.function, root->at.file ? root->at.file : "",
					     root->member ? root->member : "" };

		vec_push(&roots, k);
	}
	for (u32 i = 0; before && i < before->roots.n; i++)
		if (!is_of(root_glob, before->roots.a[i].function))
			vec_push(&roots, before->roots.a[i]);
	vec_sort(&roots, cmp_known_root);
	for (u32 i = 0; i < roots.n; i++) {
		if (i && !cmp_known_root(&roots.a[i - 1], &roots.a[i]))
			continue;
		buf_adds(out, n++ ? ",\n  " : "\n  ");
		value_dump(out, known_root_value(&roots.a[i]));
	}
	buf_adds(out, n ? "\n]" : "]");
	vec_free(&roots);
}

void baseline_text(const struct report *r, const struct baseline *before, const char *root_glob,
		   struct buf *out)
{
	struct known_list list = { .v = VEC_INIT };

	add_findings(&list, r->findings.a, r->findings.n, before);
	add_findings(&list, r->unchanged.a, r->unchanged.n, before);
	for (u32 i = 0; before && i < before->findings.n; i++)
		if (!is_of(root_glob, before->findings.a[i].root))
			vec_push(&list.v, before->findings.a[i]);
	vec_sort(&list.v, cmp_known);
	buf_addf(out, "{\n\"version\": %d,\n\"tool\": \"reclint\",\n\"findings\": [", BASELINE_VERSION);
	for (u32 i = 0; i < list.v.n; i++) {
		buf_adds(out, i ? ",\n  " : "\n  ");
		value_dump(out, known_value(&list.v.a[i]));
	}
	buf_adds(out, list.v.n ? "\n],\n\"roots\": [" : "],\n\"roots\": [");
	write_roots(r, before, root_glob, out);
	buf_adds(out, "\n}\n");
	vec_free(&list.v);
}
