// SPDX-License-Identifier: MIT
/*
 * Entries that say the same thing twice.  For functions: same section, function,
 * place, rule and condition, as they are written.
 */
#include "rule/internal.h"

/* The node as text, for comparison only. */
static void add_text(struct buf *out, const struct yaml_node *node)
{
	if (!node)
		return;
	if (node->kind == YAML_SCALAR)
		buf_addf(out, "%s", node->text);
	for (const struct yaml_node *child = node->first; child; child = child->next) {
		add_text(out, child);	/* depth is bounded by yaml.c */
		buf_addc(out, '\002');
	}
	buf_addc(out, '\001');
}

static void add_key(struct buf *out, const struct entry *e)
{
	buf_addf(out, "%s\001%s\001", e->section->key, e->name);
	if (e->section->kind == SECTION_FN) {
		add_text(out, map_value(e->node, "place"));
		add_text(out, map_value(e->node, "id"));
		add_text(out, map_value(e->node, "when"));
	}
	if (e->section->kind == SECTION_MARK)
		add_text(out, map_value(e->node, "module"));
	if (e->section->kind == SECTION_ASSUMPTION)
		add_text(out, map_value(e->node, "caller"));
	if (e->section->kind == SECTION_BUS)
		add_text(out, map_value(e->node, "driver"));
}

struct err *loader_find_duplicates(struct loader *l)
{
	struct map seen = MAP_INIT;
	struct buf key = BUF_INIT;
	struct err *err = NULL;

	for (u32 i = 0; !err && i < l->entries.n; i++) {
		const struct entry *e = &l->entries.a[i];
		bool is_new;

		if (e->is_removed)
			continue;
		buf_clear(&key);
		add_key(&key, e);
		u64 *first = map_put_bytes(&seen, arena_dup(&l->arena, key.s, key.len), key.len,
					   &is_new);

		if (!is_new) {
			const struct yaml_node *other = l->entries.a[*first].node;

			err = yaml_error(e->node, "duplicate entry '%s' of '%s:', first at %s:%u",
					 e->name, e->section->key, other->file->path, other->line);
		}
		*first = i;
	}
	map_free(&seen);
	buf_free(&key);
	return err;
}
