// SPDX-License-Identifier: MIT
/*
 * YAML values -> the types of rule.h.  Each decoder checks one value and the
 * names it uses; what was declared where is known by then (schema.c).
 */
#include "rule/internal.h"

#include <ctype.h>
#include <stdlib.h>

#define MAX_ARG 31	/* arg0..arg31 */

struct rule_pos node_pos(struct loader *l, const struct yaml_node *node)
{
	(void)l;
	return (struct rule_pos){ node->file->path, node->line };
}

static struct err *expect(const struct yaml_node *node, enum yaml_kind kind)
{
	if (node->kind == kind)
		return NULL;
	return yaml_error(node, "expected a %s, not a %s", yaml_kind_text(kind),
			  yaml_kind_text(node->kind));
}

/* Text that is not empty. */
static struct err *expect_text(const struct yaml_node *node)
{
	struct err *err = expect(node, YAML_SCALAR);

	if (!err && !*node->text)
		err = yaml_error(node, "value is missing");
	return err;
}

struct err *decode_text(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);

	if (err)
		return err;
	char *text = arena_strdup(&l->rs->arena, value->text);

	for (size_t n = strlen(text); n && text[n - 1] == '\n'; n--)
		text[n - 1] = 0;
	*(const char **)out = text;
	return NULL;
}

/* A name that other entries may refer to: letters, digits, '-' and '_'. */
struct err *decode_word(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);

	if (err)
		return err;
	for (const char *p = value->text; *p; p++) {
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
			return yaml_error_in(value, (u32)(p - value->text),
					     "a name is made of letters, digits, '-' and '_'");
	}
	return decode_text(l, value, out);
}

struct err *decode_bool(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);

	(void)l;
	if (err)
		return err;
	bool is_true = !strcmp(value->text, "true");

	if (!is_true && strcmp(value->text, "false"))
		return yaml_error(value, "expected true or false, not '%s'", value->text);
	*(bool *)out = is_true;
	return NULL;
}

/* ---- expressions -------------------------------------------------------- */

struct name_check { struct loader *l; const char *unknown; u32 at; };

static bool check_name(void *ctx, const char *name, u32 at)
{
	struct name_check *check = ctx;

	if (loader_is_declared(check->l, SECTION_MACRO, name))
		return true;
	check->unknown = name;
	check->at = at;
	return false;
}

struct err *decode_expr(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);
	struct text_error error;

	if (err)
		return err;
	struct rule_expr *e = expr_parse(&l->rs->arena, value->text, &error);

	if (!e)
		return yaml_error_in(value, error.at, "%s", error.what);
	struct name_check check = { .l = l };

	if (!expr_each_name(e, check_name, &check))
		return yaml_error_in(value, check.at,
				     "unknown constant '%s': no 'constants:' section lists it",
				     check.unknown);
	*(const struct rule_expr **)out = e;
	return NULL;
}

/* ---- places ------------------------------------------------------------- */

static bool parse_arg(const char *text, u32 *ret)
{
	if (strncmp(text, "arg", 3) || !isdigit((unsigned char)text[3]))
		return false;
	char *end;
	unsigned long n = strtoul(text + 3, &end, 10);

	if (*end || n > MAX_ARG)
		return false;
	*ret = (u32)n;
	return true;
}

static bool is_object(const struct loader *l, const char *name)
{
	for (u32 i = 0; i < l->objects.n; i++) {
		if (!strcmp(l->objects.a[i], name))
			return true;
	}
	return false;
}

struct err *decode_arg(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);

	(void)l;
	if (!err && !parse_arg(value->text, out))
		err = yaml_error(value, "expected an argument (arg0, arg1, ..), not '%s'",
				 value->text);
	return err;
}

struct err *decode_place(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);
	struct rule_place place = { .kind = PLACE_NONE };

	if (err)
		return err;
	if (parse_arg(value->text, &place.arg)) {
		place.kind = PLACE_ARG;
	} else if (!strcmp(value->text, "return")) {
		place.kind = PLACE_RETURN;
	} else if (is_object(l, value->text)) {
		place.kind = PLACE_OBJECT;
		place.object = arena_strdup(&l->rs->arena, value->text);
	} else {
		return yaml_error(value, "unknown place '%s': neither an argument (arg0, arg1, ..) "
				  "nor 'return' nor an object of the 'objects:' section",
				  value->text);
	}
	*(struct rule_place *)out = place;
	return NULL;
}

struct err *decode_object(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);

	if (err)
		return err;
	if (!is_object(l, value->text))
		return yaml_error(value, "unknown object '%s': no 'objects:' section defines it",
				  value->text);
	return decode_text(l, value, out);
}

/* "struct tag.path" or "union tag.path". */
struct err *decode_member(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_member *member = out;
	struct err *err = expect_text(value);

	if (err)
		return err;
	const char *text = value->text, *dot = strchr(text, '.');
	bool has_tag = !strncmp(text, "struct ", 7) || !strncmp(text, "union ", 6);

	if (!has_tag || !dot || !dot[1] || dot[-1] == ' ')
		return yaml_error(value, "expected 'struct TAG.MEMBER', not '%s'", text);
	const char *bad = text + strcspn(text, " ") + 1;

	for (; *bad; bad++) {
		bool is_ok = isalnum((unsigned char)*bad) || strchr("_.", *bad) ||
			     (*bad == '*' && bad == dot + 1 && !bad[1]);
		if (!is_ok)
			return yaml_error_in(value, (u32)(bad - text),
					     "a member cannot hold this character");
	}
	member->tag = arena_printf(&l->rs->arena, "%.*s", (int)(dot - text), text);
	member->path = arena_strdup(&l->rs->arena, dot + 1);
	return NULL;
}

/* ---- fixed words -------------------------------------------------------- */

static struct err *decode_choice(const struct yaml_node *value, const char *const *words, u32 n,
				 u32 *ret)
{
	struct err *err = expect_text(value);
	struct buf all = BUF_INIT;

	if (err)
		return err;
	for (u32 i = 0; i < n; i++) {
		if (!strcmp(value->text, words[i])) {
			buf_free(&all);
			*ret = i;
			return NULL;
		}
		buf_addf(&all, "%s%s", i ? ", " : "", words[i]);
	}
	err = yaml_error(value, "expected one of %s, not '%s'", buf_text(&all), value->text);
	buf_free(&all);
	return err;
}

static struct err *decode_enum(const struct yaml_node *value, const char *const *words, u32 n, void *out)
{
	u32 i = 0;
	struct err *err = decode_choice(value, words, n, &i);

	if (!err)
		*(int *)out = (int)i;
	return err;
}

struct err *decode_success(struct loader *l, const struct yaml_node *value, void *out)
{
	static const char *const words[] = {
		[SUCCESS_ALWAYS] = "always", [SUCCESS_NONZERO] = "nonzero",
		[SUCCESS_ZERO] = "zero", [SUCCESS_NOT_ERR] = "not-err",
		[SUCCESS_POSITIVE] = "positive",
	};

	(void)l;
	return decode_enum(value, words, ARRAY_LEN(words), out);
}

struct err *decode_result(struct loader *l, const struct yaml_node *value, void *out)
{
	static const char *const words[] = {
		[RESULT_NOTHING] = "nothing", [RESULT_NEW] = "new", [RESULT_OLD] = "old", [RESULT_IS_ZERO] = "is-zero",
	};

	(void)l;
	return decode_enum(value, words, ARRAY_LEN(words), out);
}

struct err *decode_op(struct loader *l, const struct yaml_node *value, void *out)
{
	static const char *const words[] = { "add", "sub" };
	int op = 0;
	struct err *err = decode_enum(value, words, ARRAY_LEN(words), &op);

	(void)l;
	*(bool *)out = op;
	return err;
}

/* An argument, counted from 1. */
struct err *decode_by(struct loader *l, const struct yaml_node *value, void *out)
{
	u32 arg = 0;
	struct err *err = decode_arg(l, value, &arg);

	*(u32 *)out = arg + 1;
	return err;
}

struct err *decode_gives(struct loader *l, const struct yaml_node *value, void *out)
{
	static const char *const words[] = {
		[GIVES_NOTHING] = "nothing", [GIVES_MEMORY] = "memory", [GIVES_ZEROED] = "zeroed",
	};

	(void)l;
	return decode_enum(value, words, ARRAY_LEN(words), out);
}

static struct err *decode_fixed(struct loader *l, const struct yaml_node *value,
				const char *const *words, u32 n, void *out)
{
	u32 i;
	struct err *err = decode_choice(value, words, n, &i);

	return err ? err : decode_text(l, value, out);
}

struct err *decode_mode(struct loader *l, const struct yaml_node *value, void *out)
{
	static const char *const words[] = { "exclusive", "shared" };

	return decode_fixed(l, value, words, ARRAY_LEN(words), out);
}

struct err *decode_severity(struct loader *l, const struct yaml_node *value, void *out)
{
	static const char *const words[] = { "error", "warning", "note" };

	return decode_fixed(l, value, words, ARRAY_LEN(words), out);
}

/* ---- names declared elsewhere ------------------------------------------- */

static struct err *decode_declared(struct loader *l, const struct yaml_node *value, void *out,
				   enum section_kind kind, const char *what, const char *section)
{
	struct err *err = expect_text(value);

	if (err)
		return err;
	if (!loader_is_declared(l, kind, value->text))
		return yaml_error(value, "unknown %s '%s': no '%s:' section defines it", what,
				  value->text, section);
	return decode_text(l, value, out);
}

struct err *decode_desc_id(struct loader *l, const struct yaml_node *value, void *out)
{
	return decode_declared(l, value, out, SECTION_DESC, "rule", "rules");
}

struct err *decode_lock_kind(struct loader *l, const struct yaml_node *value, void *out)
{
	return decode_declared(l, value, out, SECTION_LOCK_KIND, "lock kind", "lock_kinds");
}

/* The name of the entry itself: load.c has read it, and expanded its braces. */
struct err *decode_name(struct loader *l, const struct yaml_node *value, void *out)
{
	(void)l, (void)value, (void)out;
	return NULL;
}

/* One pattern, which may not expand to several. */
struct err *decode_glob(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect_text(value);
	struct text_error error;
	const char **names;
	u32 n;

	if (err)
		return err;
	if (!glob_expand(&l->rs->arena, value->text, &names, &n, &error))
		return yaml_error_in(value, error.at, "%s", error.what);
	if (n != 1)
		return yaml_error(value, "expected one pattern, not a brace family");
	*(const char **)out = names[0];
	return NULL;
}

/* "NAME*", of which the NAME is kept. */
struct err *decode_prefix(struct loader *l, const struct yaml_node *value, void *out)
{
	const char *glob = NULL;
	struct err *err = decode_glob(l, value, &glob);

	if (err)
		return err;
	size_t n = strcspn(glob, "*?");
	if (!n || strcmp(glob + n, "*"))
		return yaml_error(value, "expected a prefix and '*', not '%s'", glob);
	*(const char **)out = arena_printf(&l->rs->arena, "%.*s", (int)n, glob);
	return NULL;
}

/* ---- composites --------------------------------------------------------- */

struct err *decode_list(struct loader *l, const struct yaml_node *value,
			decode_fn *decode, size_t size, struct list_out *ret)
{
	struct err *err = expect(value, YAML_SEQ);

	if (err)
		return err;
	char *items = arena_calloc(&l->rs->arena, value->n, size);
	const struct yaml_node *item = value->first;

	for (u32 i = 0; i < value->n; i++, item = item->next) {
		err = decode(l, item, items + i * size);
		if (err)
			return err;
	}
	ret->a = items;
	ret->n = value->n;
	return NULL;
}

static u32 count_conds(const struct yaml_node *map)
{
	u32 n = 0;

	for (const struct yaml_node *key = map->first; key; key = key->next->next)
		n += key->next->kind == YAML_MAP ? key->next->n / 2 : 0;
	return n;
}

/* {has: A, lacks: B} for one argument. */
static struct err *decode_arg_conds(struct loader *l, u32 arg, const struct yaml_node *map,
				    struct rule_cond *a, u32 *n)
{
	static const char *const words[] = {
		[COND_HAS] = "has", [COND_LACKS] = "lacks", [COND_IS] = "is", [COND_IS_NOT] = "is-not",
		[COND_BELOW] = "below", [COND_FROM] = "from",
	};
	struct err *err = expect(map, YAML_MAP);

	for (const struct yaml_node *key = map->first; !err && key; key = key->next->next) {
		struct rule_cond *cond = &a[*n];
		u32 op = 0;

		err = decode_choice(key, words, ARRAY_LEN(words), &op);
		if (err)
			return err;
		cond->arg = arg;
		cond->op = (enum rule_cond_op)op;
		err = decode_expr(l, key->next, &cond->value);
		(*n)++;
	}
	return err;
}

/* {arg1: {lacks: RPM_ASYNC}, arg2: {is: 0}} */
struct err *decode_conds(struct loader *l, const struct yaml_node *value, void *out)
{
	struct err *err = expect(value, YAML_MAP);

	if (err)
		return err;
	u32 n = 0, max = count_conds(value);
	struct rule_cond *a = arena_array(&l->rs->arena, struct rule_cond, max);

	for (const struct yaml_node *key = value->first; key; key = key->next->next) {
		u32 arg = 0;

		err = decode_arg(l, key, &arg);
		if (!err)
			err = decode_arg_conds(l, arg, key->next, a, &n);
		if (err)
			return err;
	}
	if (!n)
		return yaml_error(value, "condition is empty");
	*(struct rule_conds *)out = (struct rule_conds){ a, n };
	return NULL;
}

/* ---- mappings ----------------------------------------------------------- */

const struct yaml_node *map_value(const struct yaml_node *map, const char *key)
{
	for (const struct yaml_node *k = map->first; k; k = k->next->next) {
		if (!strcmp(k->text, key))
			return k->next;
	}
	return NULL;
}

static const struct field *field_find(const struct field *fields, const char *key)
{
	for (; fields->key; fields++) {
		if (!strcmp(fields->key, key))
			return fields;
	}
	return NULL;
}

static struct err *unknown_key(const struct field *fields, const struct yaml_node *key)
{
	struct buf all = BUF_INIT;

	for (const struct field *f = fields; f->key; f++)
		buf_addf(&all, "%s%s", f == fields ? "" : ", ", f->key);
	struct err *err = yaml_error(key, "unknown key '%s'; known here: %s", key->text,
				     buf_text(&all));

	buf_free(&all);
	return err;
}

struct err *decode_map(struct loader *l, const struct field *fields,
		       const struct yaml_node *map, void *obj)
{
	struct err *err = expect(map, YAML_MAP);

	if (err)
		return err;
	for (const struct yaml_node *key = map->first; key; key = key->next->next) {
		const struct field *f = field_find(fields, key->text);

		if (!f)
			return unknown_key(fields, key);
		if (map_value(map, key->text) != key->next)
			return yaml_error(key, "key '%s' is given twice", key->text);
		err = f->decode(l, key->next, (char *)obj + f->at);
		if (err)
			return err;
	}
	for (const struct field *f = fields; f->key; f++) {
		if (f->is_required && !map_value(map, f->key))
			return yaml_error(map, "key '%s' is missing", f->key);
	}
	return NULL;
}
