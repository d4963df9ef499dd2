// SPDX-License-Identifier: MIT
/*
 * Files -> entries: every *.yaml of the rules folder and then the overlays, each
 * split into entries by section and name; overlays take entries away.
 * Provides: a ruleset whose entries are in order of files and lines.
 */
#include "rule/internal.h"

#include "base/file.h"

#include <ctype.h>

/* ---- names that were declared ------------------------------------------- */

static const char *declared_key(struct loader *l, enum section_kind kind, const char *name)
{
	return arena_printf(&l->arena, "%u\001%s", (unsigned)kind, name);
}

bool loader_is_declared(struct loader *l, enum section_kind kind, const char *name)
{
	const char *key = declared_key(l, kind, name);

	return map_get_bytes(&l->names, key, strlen(key)) != NULL;
}

void loader_declare(struct loader *l, enum section_kind kind, const char *name)
{
	const char *key = declared_key(l, kind, name);

	map_put_bytes(&l->names, key, strlen(key), NULL);
}

/* ---- names of entries --------------------------------------------------- */

static void add_entry(struct loader *l, const struct section *section,
		      const struct yaml_node *node, const char *name)
{
	struct entry e = { .section = section, .node = node, .name = name };

	vec_push(&l->entries, e);
}

static struct err *add_family(struct loader *l, const struct section *section,
			      const struct yaml_node *node, const struct yaml_node *glob)
{
	struct text_error error;
	const char **names;
	u32 n;

	if (glob->kind != YAML_SCALAR)
		return yaml_error(glob, "expected a name, not a %s", yaml_kind_text(glob->kind));
	if (!glob_expand(&l->arena, glob->text, &names, &n, &error))
		return yaml_error_in(glob, error.at, "%s", error.what);
	for (u32 i = 0; i < n; i++)
		add_entry(l, section, node, names[i]);
	return NULL;
}

/* "fn:" is one name or family, or a list of them. */
static struct err *add_fns(struct loader *l, const struct section *section,
			   const struct yaml_node *node, const struct yaml_node *fn)
{
	struct err *err = NULL;

	if (fn->kind != YAML_SEQ)
		return add_family(l, section, node, fn);
	if (!fn->n)
		return yaml_error(fn, "list is empty");
	for (const struct yaml_node *item = fn->first; !err && item; item = item->next)
		err = add_family(l, section, node, item);
	return err;
}

static const char *scalar_text(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *value = map_value(map, key);

	return value && value->kind == YAML_SCALAR ? value->text : "";
}

/* A constant is a C identifier, an owner a struct's name; a header or a path has no quotes and no line breaks. */
static struct err *add_word(struct loader *l, const struct section *section,
			    const struct yaml_node *node)
{
	bool is_constant = section->kind == SECTION_MACRO || section->kind == SECTION_ENUM;
	bool is_tag = section->kind == SECTION_OWNER;
	const char *p = node->text, *first;

	if (node->kind != YAML_SCALAR || !*node->text)
		return yaml_error(node, "expected a word, not a %s", node->kind == YAML_SCALAR ?
				  "missing value" : yaml_kind_text(node->kind));
	if (is_tag && !strncmp(p, "struct ", 7))
		p += 7;
	for (first = p; *p; p++) {
		bool is_ok = isalnum((unsigned char)*p) || *p == '_' ||
			     (!is_constant && !is_tag && strchr("./-+", *p));

		if (!is_ok || ((is_constant || is_tag) && p == first && isdigit((unsigned char)*p)))
			return yaml_error_in(node, (u32)(p - node->text), is_constant ?
					     "a constant is a C identifier" : is_tag ?
					     "an owner is the name of a struct: struct TAG" :
					     "a path is made of letters, digits and ./-+_");
	}
	add_entry(l, section, node, node->text);
	return NULL;
}

static struct err *add_item(struct loader *l, const struct section *section,
			    const struct yaml_node *node)
{
	if (!section->fields)
		return add_word(l, section, node);
	if (node->kind != YAML_MAP)
		return yaml_error(node, "expected a mapping, not a %s", yaml_kind_text(node->kind));
	if (section->kind == SECTION_MARK) {
		const char *device = scalar_text(node, "device");

		add_entry(l, section, node, *device ? device : scalar_text(node, "module"));
		return NULL;
	}
	const struct yaml_node *name = map_value(node, section->name);

	if (!name)
		return yaml_error(node, "key '%s' is missing", section->name);
	if (section->kind == SECTION_FN)
		return add_fns(l, section, node, name);
	add_entry(l, section, node, name->kind == YAML_SCALAR ? name->text : "");
	return NULL;
}

/* ---- "remove:" ---------------------------------------------------------- */

static bool is_removed_by(const struct entry *e, const struct section *section, const char *name)
{
	if (e->section != section || e->is_removed)
		return false;
	return section->kind == SECTION_FN ? glob_match(name, e->name) : !strcmp(name, e->name);
}

static struct err *remove_name(struct loader *l, const struct section *section, const char *name,
			       const struct yaml_node *at)
{
	u32 n = 0;

	for (u32 i = 0; i < l->entries.n; i++) {
		if (is_removed_by(&l->entries.a[i], section, name)) {
			l->entries.a[i].is_removed = true;
			n++;
		}
	}
	return n ? NULL : yaml_error(at, "nothing to remove: '%s:' has no entry '%s'",
				     section->key, name);
}

static struct err *remove_item(struct loader *l, const struct section *section,
			       const struct yaml_node *item)
{
	struct text_error error;
	const char *text = item->text, **names = &text;
	struct err *err = NULL;
	u32 n = 1;

	if (item->kind != YAML_SCALAR)
		return yaml_error(item, "expected a name, not a %s", yaml_kind_text(item->kind));
	if (section->kind == SECTION_FN && !glob_expand(&l->arena, item->text, &names, &n, &error))
		return yaml_error_in(item, error.at, "%s", error.what);
	for (u32 i = 0; !err && i < n; i++)
		err = remove_name(l, section, names[i], item);
	return err;
}

static struct err *unknown_section(const struct yaml_node *key)
{
	struct buf all = BUF_INIT;

	for (u32 i = 0; i < rule_n_sections; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", rule_sections[i].key);
	struct err *err = yaml_error(key, "unknown section '%s'; known: %s", key->text,
				     buf_text(&all));

	buf_free(&all);
	return err;
}

/* remove: {locks: [mutex_lock], opaque: [...]} */
static struct err *remove_entries(struct loader *l, const struct yaml_node *map)
{
	struct err *err = NULL;

	if (map->kind != YAML_MAP)
		return yaml_error(map, "expected a mapping of sections to names");
	for (const struct yaml_node *key = map->first; key; key = key->next->next) {
		const struct section *section = section_find(key->text);

		if (!section)
			return unknown_section(key);
		if (key->next->kind != YAML_SEQ)
			return yaml_error(key->next, "expected a list of names");
		for (const struct yaml_node *item = key->next->first; item; item = item->next) {
			err = remove_item(l, section, item);
			if (err)
				return err;
		}
	}
	return NULL;
}

/* ---- files -------------------------------------------------------------- */

static struct err *add_section(struct loader *l, const struct yaml_node *key)
{
	const struct section *section = section_find(key->text);
	const struct yaml_node *list = key->next;
	struct err *err = NULL;

	if (!section)
		return unknown_section(key);
	if (list->kind == YAML_SCALAR && !list->is_quoted && !*list->text)
		return NULL;	/* "marks:" with nothing below it */
	if (list->kind != YAML_SEQ)
		return yaml_error(list, "expected a list, not a %s", yaml_kind_text(list->kind));
	for (const struct yaml_node *item = list->first; !err && item; item = item->next)
		err = add_item(l, section, item);
	return err;
}

/* What an overlay removes is removed before what it adds is added. */
static struct err *add_document(struct loader *l, const struct yaml_node *root, bool is_overlay)
{
	struct err *err;

	if (root->kind != YAML_MAP)
		return yaml_error(root, "expected a mapping of sections, not a %s",
				  yaml_kind_text(root->kind));
	for (const struct yaml_node *key = root->first; key; key = key->next->next) {
		if (map_value(root, key->text) != key->next)
			return yaml_error(key, "section '%s' is given twice", key->text);
		if (strcmp(key->text, "remove"))
			continue;
		if (!is_overlay)
			return yaml_error(key, "'remove' belongs in an overlay file");
		err = remove_entries(l, key->next);
		if (err)
			return err;
	}
	for (const struct yaml_node *key = root->first; key; key = key->next->next) {
		if (!strcmp(key->text, "remove"))
			continue;
		err = add_section(l, key);
		if (err)
			return err;
	}
	return NULL;
}

static struct err *add_file(struct loader *l, const char *path, bool is_overlay)
{
	struct yaml_file *file = arena_new(&l->arena, struct yaml_file);
	struct yaml_node *root;
	struct blob blob;
	struct err *err = file_read(path, &blob);

	if (err)
		return err;
	file->path = arena_strdup(&l->rs->arena, path);
	file->text = arena_dup(&l->arena, blob.p, blob.n + 1);
	file->n = blob.n;
	blob_free(&blob);
	err = yaml_parse(file, &l->arena, &root);
	if (!err && root)
		err = add_document(l, root, is_overlay);
	return err;
}

static struct err *add_folder(struct loader *l, const char *dir)
{
	char **paths;
	u32 n;
	struct err *err = file_find(&l->arena, dir, ".yaml", &paths, &n);

	if (!err && !n)
		err = err_new("no rules in '%s': it holds no *.yaml file", dir);
	for (u32 i = 0; !err && i < n; i++)
		err = add_file(l, paths[i], false);
	return err;
}

static struct err *load(struct loader *l, const char *dir, const char *const *overlays,
			u32 n_overlays)
{
	struct err *err = add_folder(l, dir);

	for (u32 i = 0; !err && i < n_overlays; i++)
		err = add_file(l, overlays[i], true);
	if (!err)
		err = loader_find_duplicates(l);
	if (!err)
		err = loader_decode(l);
	return err;
}

struct err *ruleset_load(const char *dir, const char *const *overlays, u32 n_overlays,
			 struct ruleset **ret)
{
	struct arena arena = ARENA_INIT;
	struct ruleset *rs = arena_new(&arena, struct ruleset);
	struct loader l = { .arena = ARENA_INIT, .rs = rs, .names = MAP_INIT };

	rs->arena = arena;
	struct err *err = load(&l, dir, overlays, n_overlays);

	vec_free(&l.entries);
	vec_free(&l.lock_kinds);
	vec_free(&l.objects);
	map_free(&l.names);
	arena_free(&l.arena);
	if (err)
		ruleset_free(rs);
	else
		*ret = rs;
	return err;
}

void ruleset_free(struct ruleset *rs)
{
	if (!rs)
		return;
	vec_free(&rs->descs);
	vec_free(&rs->contexts);
	vec_free(&rs->roots);
	vec_free(&rs->fns);
	vec_free(&rs->indirects);
	vec_free(&rs->trampolines);
	vec_free(&rs->lock_classes);
	vec_free(&rs->primed);
	vec_free(&rs->marks);
	vec_free(&rs->reclaimings);
	vec_free(&rs->resumes);
	vec_free(&rs->buses);
	vec_free(&rs->signals);
	vec_free(&rs->assumptions);
	vec_free(&rs->makers);
	vec_free(&rs->constants);
	vec_free(&rs->includes);
	vec_free(&rs->core_paths);
	vec_free(&rs->owners);
	struct arena arena = rs->arena;

	arena_free(&arena);
}

const struct rule_desc *ruleset_desc(const struct ruleset *rs, const char *id)
{
	for (u32 i = 0; i < rs->descs.n; i++) {
		if (!strcmp(rs->descs.a[i].id, id))
			return &rs->descs.a[i];
	}
	return NULL;
}
