// SPDX-License-Identifier: MIT
/*
 * Which sections a rules file may have, which keys their entries take, and what
 * an entry becomes.  Requires: every file read (load.c), so that an entry may use
 * names that another file declares.
 */
#include "rule/internal.h"

#include <ctype.h>
#include <stdlib.h>

#define INDEX_DIGITS_MAX 3

/* ---- keys of functions -------------------------------------------------- */

#define FN(name, decoder, member)	{ name, decoder, offsetof(struct rule_fn, member), false }
#define FN_MUST(name, decoder, member)	{ name, decoder, offsetof(struct rule_fn, member), true }
#define FN_COMMON							\
	{ "fn", decode_name, 0, true },					\
	FN("when", decode_conds, when),					\
	FN("from", decode_text, from)
#define FN_WHY		FN("why", decode_text, why)
#define FN_PLACE	FN("place", decode_place, place)
#define FN_MUST_PLACE	FN_MUST("place", decode_place, place)
#define END		{ NULL, NULL, 0, false }

/* A list of what 'item' decodes, into 'member' and n_'member' of a struct. */
#define LIST_DECODER(name, tag, member, item)								\
static struct err *name(struct loader *l, const struct yaml_node *value, void *out)			\
{													\
	struct tag *x = out;										\
	struct list_out list = { NULL, 0 };								\
	struct err *err = decode_list(l, value, item, sizeof(*x->member), &list);			\
													\
	x->member = list.a;										\
	x->n_##member = list.n;										\
	return err;											\
}

LIST_DECODER(decode_harmless, rule_fn, harmless, decode_desc_id)

static const struct field sink_fields[] = {
	FN_COMMON, FN_WHY, FN_PLACE, FN_MUST("id", decode_desc_id, id),
	FN("allocates", decode_expr, allocates), END
};
static const struct field lock_fields[] = {
	FN_COMMON, FN_WHY, FN_PLACE, FN_MUST("kind", decode_lock_kind, lock_kind),
	FN("class", decode_text, lock_class), FN("mode", decode_mode, mode),
	FN("try", decode_bool, is_try), FN("enters", decode_bool, enters),
	FN("success", decode_success, success), END
};
static const struct field unlock_fields[] = {
	FN_COMMON, FN_WHY, FN_PLACE, FN_MUST("kind", decode_lock_kind, lock_kind),
	FN("class", decode_text, lock_class), FN("mode", decode_mode, mode),
	FN("enters", decode_bool, enters), END
};
static const struct field wait_fields[] = {
	FN_COMMON, FN_WHY, FN_PLACE, FN_MUST("kind", decode_lock_kind, lock_kind),
	FN("class", decode_text, lock_class), END
};
static const struct field place_fields[] = { FN_COMMON, FN_WHY, FN_MUST_PLACE, END };
static const struct field defer_fields[] = { FN_COMMON, FN_WHY, FN_MUST_PLACE, FN("queue", decode_by, queue), END };
static const struct field alloc_fields[] = {
	FN_COMMON, FN_WHY, FN_MUST_PLACE, FN("gives", decode_gives, gives), FN("zero", decode_expr, zero), END
};
static const struct field prime_fields[] = {
	FN_COMMON, FN_WHY, FN_MUST_PLACE, FN_MUST("snippet", decode_text, snippet), END
};
static const struct field opaque_fields[] = {
	FN_COMMON, FN_MUST("why", decode_text, why), END
};
static const struct field memory_fields[] = { FN_COMMON, FN_WHY, END };
static const struct field object_fields[] = {
	FN_COMMON, FN_WHY, FN_MUST("object", decode_object, object), END
};
static const struct field bit_fields[] = {
	FN_COMMON, FN_WHY, FN_MUST_PLACE, FN_MUST("bit", decode_arg, bit), END
};
static const struct field count_fields[] = {
	FN_COMMON, FN_WHY, FN_MUST_PLACE, FN_MUST("op", decode_op, is_sub), FN("by", decode_by, by),
	FN("result", decode_result, result), END
};
static const struct field hold_fields[] = {
	FN_COMMON, FN_WHY, FN_MUST_PLACE, FN_MUST("success", decode_success, success),
	{ "harmless", decode_harmless, 0, true }, END
};
static const struct field scope_fields[] = {
	FN_COMMON, FN_WHY, FN_MUST("object", decode_object, object),
	FN_MUST("member", decode_member, member), FN_MUST("value", decode_expr, value),
	FN("forbids", decode_expr, forbids), END
};
static const struct field return_fields[] = {
	FN_COMMON, FN_WHY, FN_PLACE, FN("member", decode_member, member), FN("value", decode_expr, value), END
};

/* ---- keys of the rest --------------------------------------------------- */

#define KNOWN(name, decoder, member, must)	\
	{ name, decoder, offsetof(struct rule_known, member), must }
LIST_DECODER(decode_inside, rule_known, inside, decode_member)

/* "struct ttm_device.man_drv[1]": a pointer of an array. */
static struct err *decode_step(struct loader *l, const struct yaml_node *value, void *out)
{
	struct yaml_node member = *value;
	const char *text = value->kind == YAML_SCALAR ? value->text : "", *index = strchr(text, '[');

	if (!index)
		return decode_member(l, value, out);
	if (!isdigit((unsigned char)index[1]) || strcmp(index + 1 + strspn(index + 1, "0123456789"), "]") ||
	    strlen(index) > INDEX_DIGITS_MAX + 2)
		return yaml_error_in(value, (u32)(index - text), "expected the number of an element, such as [1]");
	member.text = arena_printf(&l->arena, "%.*s", (int)(index - text), text);
	((struct rule_member *)out)->index = (u32)atoi(index + 1);
	return decode_member(l, &member, out);
}

LIST_DECODER(decode_through, rule_known, through, decode_step)

static struct err *decode_bytes(struct loader *l, const struct yaml_node *value, void *out)
{
	const char *text = value->kind == YAML_SCALAR ? value->text : "";

	(void)l;
	if (!*text || text[1] || !strchr("1248", *text))
		return yaml_error(value, "expected 1, 2, 4 or 8");
	*(u32 *)out = (u32)(*text - '0');
	return NULL;
}

static const struct field known_fields[] = {
	KNOWN("place", decode_place, place, true), KNOWN("member", decode_member, member, true),
	KNOWN("around", decode_member, around, false),
	{ "through", decode_through, 0, false }, { "inside", decode_inside, 0, false },
	KNOWN("bytes", decode_bytes, bytes, false),
	KNOWN("nonzero", decode_bool, nonzero, false), KNOWN("variable", decode_word, variable, false),
	KNOWN("never", decode_word, never, false),
	KNOWN("value", decode_expr, value, false), KNOWN("set", decode_expr, set, false),
	KNOWN("clear", decode_expr, clear, false), END
};

static struct err *decode_known(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_known *known = out;
	struct err *err = decode_map(l, known_fields, value, known);

	if (err)
		return err;
	if (known->place.kind == PLACE_RETURN)
		return yaml_error(value, "what is known at the entry is known of an argument or an object");
	if (!!known->value + !!(known->set || known->clear) + known->nonzero + !!known->variable + !!known->never != 1)
		return yaml_error(value, "expected 'value', or 'set' and 'clear', or 'nonzero', or 'variable', or 'never'");
	return NULL;
}

static struct err *decode_knowns(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_context *context = out;
	struct list_out list = { NULL, 0 };
	struct err *err = decode_list(l, value, decode_known, sizeof(struct rule_known), &list);

	context->known = list.a;
	context->n_known = list.n;
	for (u32 i = 0; !err && i < list.n; i++)
		if (context->known[i].n_through || context->known[i].never)
			err = yaml_error(value, "'%s' is for assumptions only",
					 context->known[i].never ? "never" : "through");
	return err;
}

#define CONTEXT(name, decoder, member)	{ name, decoder, offsetof(struct rule_context, member), true }
static const struct field context_fields[] = {
	CONTEXT("name", decode_word, name), CONTEXT("title", decode_text, title),
	{ "needs", decode_expr, offsetof(struct rule_context, needs), false },
	{ "excused", decode_expr, offsetof(struct rule_context, excused), false },
	{ "known", decode_knowns, 0, false }, { "from", decode_name, 0, false },
	{ "why", decode_name, 0, false }, END
};

LIST_DECODER(decode_unless, rule_entry, unless, decode_expr)

static const struct field entry_fields[] = {
	{ "member", decode_word, offsetof(struct rule_entry, member), true },
	{ "after", decode_word, offsetof(struct rule_entry, after), false },
	{ "unless", decode_unless, 0, false }, END
};

static struct err *decode_entry(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_entry *entry = out;
	struct err *err = decode_map(l, entry_fields, value, entry);

	if (!err && entry->n_unless && !entry->after)
		err = yaml_error(value, "'unless' needs 'after'");
	return err;
}

LIST_DECODER(decode_entries, rule_root, entries, decode_entry)

static struct err *decode_context(struct loader *l, const struct yaml_node *value, void *out)
{
	if (value->kind == YAML_SCALAR && !loader_is_declared(l, SECTION_CONTEXT, value->text))
		return yaml_error(value, "unknown context '%s': no 'contexts:' section defines it",
				  value->text);
	return decode_text(l, value, out);
}

LIST_DECODER(decode_contexts, rule_root, contexts, decode_context)

/* "struct shrinker" */
static struct err *decode_tag(struct loader *l, const struct yaml_node *value, void *out)
{
	if (value->kind == YAML_SCALAR && (strncmp(value->text, "struct ", 7) || !value->text[7]))
		return yaml_error(value, "expected 'struct TAG', not '%s'", value->text);
	return decode_text(l, value, out);
}

#define ROOT(name, decoder, member, must)	\
	{ name, decoder, offsetof(struct rule_root, member), must }
static const struct field root_fields[] = {
	ROOT("kind", decode_word, kind, true), ROOT("tag", decode_tag, tag, true),
	{ "entries", decode_entries, 0, true }, { "contexts", decode_contexts, 0, true },
	ROOT("registered_by", decode_glob, registered_by, false),
	ROOT("registered_arg", decode_arg, registered_arg, false),
	ROOT("why", decode_text, why, false), { "from", decode_name, 0, false }, END
};

#define DESC(name, decoder, member)	{ name, decoder, offsetof(struct rule_desc, member), true }
static const struct field desc_fields[] = {
	DESC("id", decode_word, id), DESC("severity", decode_severity, severity),
	DESC("title", decode_text, title), DESC("why", decode_text, why),
	DESC("mend", decode_text, mend), END
};

LIST_DECODER(decode_ended_by, lock_kind, ended_by, decode_member)

#define LOCK_KIND(name, decoder, member, must)	\
	{ name, decoder, offsetof(struct lock_kind, member), must }
static const struct field lock_kind_fields[] = {
	LOCK_KIND("kind", decode_word, kind, true), LOCK_KIND("id", decode_desc_id, id, false),
	LOCK_KIND("unpaired", decode_bool, unpaired, false), LOCK_KIND("runs", decode_member, runs, false),
	{ "ended_by", decode_ended_by, 0, false }, LOCK_KIND("under", decode_text, under, false),
	LOCK_KIND("why", decode_text, why, false), END
};

static const struct field indirect_fields[] = {
	{ "member", decode_member, offsetof(struct rule_indirect, member), true },
	{ "opaque", decode_bool, offsetof(struct rule_indirect, is_opaque), true },
	{ "why", decode_text, offsetof(struct rule_indirect, why), true }, END
};

#define TRAMPOLINE(name, decoder, member)	\
	{ name, decoder, offsetof(struct rule_trampoline, member), true }
static const struct field trampoline_fields[] = {
	TRAMPOLINE("function", decode_prefix, function), TRAMPOLINE("variable", decode_prefix, variable),
	TRAMPOLINE("member", decode_member, member), TRAMPOLINE("why", decode_text, why),
	{ "from", decode_name, 0, false }, END
};

LIST_DECODER(decode_holders, rule_lock_class, holders, decode_text)

LIST_DECODER(decode_idle_in, rule_lock_class, idle_in, decode_member)

/* As decode_member(), but the struct may be one that only a typedef names. */
static struct err *decode_lock(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_member *m = out;
	const char *dot = value->kind == YAML_SCALAR ? strchr(value->text, '.') : NULL;

	if (!dot || strchr(value->text, ' '))
		return decode_member(l, value, out);
	m->tag = arena_printf(&l->rs->arena, "%.*s", (int)(dot - value->text), value->text);
	m->path = arena_strdup(&l->rs->arena, dot + 1);
	return NULL;
}

static const struct field lock_class_fields[] = {
	{ "lock", decode_lock, offsetof(struct rule_lock_class, lock), true },
	{ "variable", decode_word, offsetof(struct rule_lock_class, variable), false },
	{ "holders", decode_holders, 0, false },
	{ "novalidate", decode_bool, offsetof(struct rule_lock_class, novalidate), false },
	{ "stays_free", decode_bool, offsetof(struct rule_lock_class, stays_free), false },
	{ "idle_in", decode_idle_in, 0, false },
	{ "class", decode_text, offsetof(struct rule_lock_class, name), true },
	{ "why", decode_text, offsetof(struct rule_lock_class, why), false },
	{ "from", decode_name, 0, false }, END
};

static const struct field primed_fields[] = {
	{ "class", decode_text, offsetof(struct rule_primed, name), true },
	{ "function", decode_word, offsetof(struct rule_primed, function), true },
	{ "why", decode_text, offsetof(struct rule_primed, why), false },
	{ "from", decode_text, offsetof(struct rule_primed, from), true }, END
};

static const struct field mark_fields[] = {
	{ "module", decode_word, offsetof(struct rule_mark, module), false },
	{ "device", decode_member, offsetof(struct rule_mark, device), false },
	{ "why", decode_text, offsetof(struct rule_mark, why), true }, END
};

LIST_DECODER(decode_note_in, rule_reclaiming, note_in, decode_context)

static struct err *decode_idle(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_reclaiming *r = out;
	struct list_out list = { NULL, 0 };
	struct err *err = decode_list(l, value, decode_known, sizeof(struct rule_known), &list);

	r->idle = list.a;
	r->n_idle = list.n;
	for (u32 i = 0; !err && i < list.n; i++)
		if (r->idle[i].place.kind != PLACE_OBJECT)
			err = yaml_error(value, "what is known of a task is known of a named object");
	return err;
}

#define WITHIN(name, decoder, member)	{ name, decoder, offsetof(struct rule_within, member), true }
static const struct field within_fields[] = {
	WITHIN("argument", decode_tag, argument), WITHIN("value", decode_expr, value), END
};

static struct err *decode_within_one(struct loader *l, const struct yaml_node *value, void *out)
{
	return decode_map(l, within_fields, value, out);
}

LIST_DECODER(decode_within, rule_reclaiming, within, decode_within_one)

#define RECLAIMING(name, decoder, member, must)	\
	{ name, decoder, offsetof(struct rule_reclaiming, member), must }
static const struct field reclaiming_fields[] = {
	RECLAIMING("id", decode_desc_id, id, true), RECLAIMING("mask", decode_expr, mask, true),
	RECLAIMING("object", decode_object, object, true),
	RECLAIMING("member", decode_member, member, true),
	RECLAIMING("unless", decode_expr, unless, true), { "note_in", decode_note_in, 0, false },
	{ "idle", decode_idle, 0, false }, { "within", decode_within, 0, false }, RECLAIMING("why", decode_text, why, false),
	{ "from", decode_name, 0, false }, END
};

static const struct field resume_fields[] = {
	ROOT("kind", decode_word, kind, true), ROOT("tag", decode_tag, tag, true),
	{ "entries", decode_entries, 0, true }, { "contexts", decode_contexts, 0, true },
	ROOT("id", decode_desc_id, id, true), ROOT("why", decode_text, why, false),
	{ "from", decode_name, 0, false }, END
};

static struct err *decode_assumed(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_assumption *a = out;
	struct list_out list = { NULL, 0 };
	struct err *err = decode_list(l, value, decode_known, sizeof(struct rule_known), &list);

	a->known = list.a;
	a->n_known = list.n;
	for (u32 i = 0; !err && i < list.n; i++)
		if (a->known[i].place.kind != PLACE_ARG)
			err = yaml_error(value, "what is assumed of a call is known of its arguments");
	return err;
}

static const struct field assumption_fields[] = {
	{ "fn", decode_word, offsetof(struct rule_assumption, fn), true },
	{ "caller", decode_glob, offsetof(struct rule_assumption, caller), true },
	{ "known", decode_assumed, 0, true }, { "from", decode_name, 0, false },
	{ "why", decode_text, offsetof(struct rule_assumption, why), true }, END
};

static struct err *decode_gives_table(struct loader *l, const struct yaml_node *value, void *out)
{
	struct rule_maker *maker = out;
	struct list_out list = { NULL, 0 };
	struct err *err = decode_list(l, value, decode_member, sizeof(struct rule_member), &list);

	maker->gives = list.a;
	maker->n_gives = list.n;
	if (!err && !list.n)
		return yaml_error(value, "expected the members that lead to the table");
	return err;
}

static const struct field maker_fields[] = {
	{ "entry", decode_member, offsetof(struct rule_maker, entry), true },
	{ "gives", decode_gives_table, 0, true }, { "from", decode_name, 0, false },
	{ "why", decode_text, offsetof(struct rule_maker, why), true }, END
};

#define BUS(name, decoder, member)	{ name, decoder, offsetof(struct rule_bus, member), true }
static const struct field bus_fields[] = {
	BUS("driver", decode_tag, driver), BUS("table", decode_word, table),
	{ "from", decode_name, 0, false }, END
};

static const struct field signal_fields[] = {
	{ "value", decode_expr, offsetof(struct rule_signal, value), true }, { "from", decode_name, 0, false },
	{ "why", decode_text, offsetof(struct rule_signal, why), true }, END
};

#define FN_SECTION(key, kind, fields)	{ key, SECTION_FN, kind, "fn", fields }
#define OTHER(key, kind, name, fields)	{ key, kind, RULE_FN_KIND_COUNT, name, fields }
const struct section rule_sections[] = {
	FN_SECTION("sinks", RULE_SINK, sink_fields),
	FN_SECTION("locks", RULE_LOCK, lock_fields),
	FN_SECTION("unlocks", RULE_UNLOCK, unlock_fields),
	FN_SECTION("waits", RULE_WAIT, wait_fields),
	FN_SECTION("allocs", RULE_ALLOC, alloc_fields),
	FN_SECTION("opaque", RULE_OPAQUE, opaque_fields),
	FN_SECTION("defers", RULE_DEFER, defer_fields),
	FN_SECTION("predicates", RULE_PREDICATE, place_fields),
	FN_SECTION("objects", RULE_OBJECT, object_fields),
	FN_SECTION("holds", RULE_HOLD, hold_fields),
	FN_SECTION("unholds", RULE_UNHOLD, place_fields),
	FN_SECTION("outdates", RULE_OUTDATE, place_fields),
	FN_SECTION("ref_gets", RULE_REF_GET, place_fields),
	FN_SECTION("ref_puts", RULE_REF_PUT, place_fields),
	FN_SECTION("bit_tests", RULE_BIT_TEST, bit_fields),
	FN_SECTION("counts", RULE_COUNT, count_fields),
	FN_SECTION("bit_changes", RULE_BIT_CHANGE, place_fields),
	FN_SECTION("scopes", RULE_SCOPE, scope_fields),
	FN_SECTION("unscopes", RULE_UNSCOPE, scope_fields),
	FN_SECTION("returns", RULE_RETURNS, return_fields),
	FN_SECTION("fresh", RULE_FRESH, opaque_fields),
	FN_SECTION("mark_functions", RULE_MARK, place_fields),
	FN_SECTION("primes", RULE_PRIME, prime_fields),
	FN_SECTION("unprimes", RULE_UNPRIME, place_fields),
	FN_SECTION("fills", RULE_FILL, memory_fields),
	FN_SECTION("copies", RULE_COPY, memory_fields),
	OTHER("contexts", SECTION_CONTEXT, "name", context_fields),
	OTHER("roots", SECTION_ROOT, "kind", root_fields),
	OTHER("rules", SECTION_DESC, "id", desc_fields),
	OTHER("lock_kinds", SECTION_LOCK_KIND, "kind", lock_kind_fields),
	OTHER("indirect", SECTION_INDIRECT, "member", indirect_fields),
	OTHER("trampolines", SECTION_TRAMPOLINE, "function", trampoline_fields),
	OTHER("lock_classes", SECTION_LOCK_CLASS, "class", lock_class_fields),
	OTHER("primed", SECTION_PRIMED, "class", primed_fields),
	OTHER("marks", SECTION_MARK, NULL, mark_fields),
	OTHER("reclaiming", SECTION_RECLAIMING, "id", reclaiming_fields),
	OTHER("resumes", SECTION_RESUME, "kind", resume_fields),
	OTHER("bus_tables", SECTION_BUS, "table", bus_fields),
	OTHER("signals", SECTION_SIGNAL, "value", signal_fields),
	OTHER("assumptions", SECTION_ASSUMPTION, "fn", assumption_fields),
	OTHER("makers", SECTION_MAKER, "entry", maker_fields),
	OTHER("constants", SECTION_MACRO, NULL, NULL),
	OTHER("enum_constants", SECTION_ENUM, NULL, NULL),
	OTHER("includes", SECTION_INCLUDE, NULL, NULL),
	OTHER("core_paths", SECTION_CORE_PATH, NULL, NULL),
	OTHER("owners", SECTION_OWNER, NULL, NULL),
};
const u32 rule_n_sections = ARRAY_LEN(rule_sections);

const struct section *section_find(const char *key)
{
	for (u32 i = 0; i < rule_n_sections; i++) {
		if (!strcmp(rule_sections[i].key, key))
			return &rule_sections[i];
	}
	return NULL;
}

/* ---- what entries become ------------------------------------------------ */

static const struct lock_kind *lock_kind_find(const struct loader *l, const char *kind)
{
	for (u32 i = 0; i < l->lock_kinds.n; i++) {
		if (!strcmp(l->lock_kinds.a[i].kind, kind))
			return &l->lock_kinds.a[i];
	}
	return NULL;
}

static struct err *finish_fn(struct loader *l, const struct entry *e, struct rule_fn *fn)
{
	const struct lock_kind *kind = fn->lock_kind ? lock_kind_find(l, fn->lock_kind) : NULL;

	if (fn->is_try && fn->success == SUCCESS_ALWAYS)
		return yaml_error(e->node, "a trylock needs 'success': which result means that it is held");
	if ((fn->kind == RULE_LOCK || fn->kind == RULE_UNLOCK) && fn->place.kind != PLACE_ARG && !fn->lock_class)
		return yaml_error(e->node, "a lock needs a 'place' or a 'class'");
	if (fn->enters && !fn->lock_class)
		return yaml_error(e->node, "what is taken beside a body needs a 'class'");
	if (kind && fn->kind != RULE_UNLOCK) {
		fn->id = kind->id;
		fn->may_block = kind->blocks && !fn->is_try;
		fn->unpaired = kind->unpaired;
		fn->runs = kind->runs;
		fn->under = kind->under;
		fn->ended_by = kind->ended_by;
		fn->n_ended_by = kind->n_ended_by;
	}
	if (fn->kind == RULE_WAIT && !fn->may_block)
		return yaml_error(e->node, "a wait on a kind of lock that does not block");
	if (fn->kind == RULE_RETURNS && !fn->value == (fn->place.kind != PLACE_ARG))
		return yaml_error(e->node, "what is returned is either a 'value' or an argument: 'place'");
	if (fn->kind == RULE_RETURNS && fn->value && fn->member.tag)
		return yaml_error(e->node, "a 'member' is one of the object that an argument points to: 'place'");
	return NULL;
}

static struct err *decode_fn_entry(struct loader *l, const struct entry *e)
{
	struct rule_fn fn = { .kind = e->section->fn_kind, .pos = node_pos(l, e->node) };
	struct err *err = decode_map(l, e->section->fields, e->node, &fn);

	if (!err)
		err = finish_fn(l, e, &fn);
	if (err)
		return err;
	fn.fn = arena_strdup(&l->rs->arena, e->name);
	vec_push(&l->rs->fns, fn);
	return NULL;
}

static struct err *decode_root_entry(struct loader *l, const struct entry *e, struct rule_root *root)
{
	struct err *err = decode_map(l, root_fields, e->node, root);

	for (u32 i = 0; !err && i < root->n_entries; i++) {
		const char *after = root->entries[i].after;
		bool is_known = !after;

		for (u32 k = 0; k < i; k++)
			is_known |= after && !strcmp(after, root->entries[k].member);
		if (!is_known)
			err = yaml_error(e->node, "entry '%s' comes after '%s', which is no entry before it",
					 root->entries[i].member, after);
	}
	if (!err && !map_value(e->node, "registered_by") != !map_value(e->node, "registered_arg"))
		err = yaml_error(e->node, "'registered_by' and 'registered_arg' go together");
	return err;
}

static struct err *decode_lock_class_entry(struct loader *l, const struct entry *e,
					   struct rule_lock_class *c)
{
	struct err *err = decode_map(l, lock_class_fields, e->node, c);

	if (!err && !!c->variable + !!c->n_holders + !!c->n_idle_in + c->novalidate + c->stays_free != 1)
		err = yaml_error(e->node, "a lock class needs one of 'variable', 'holders', 'novalidate', 'stays_free' and "
				 "'idle_in'");
	return err;
}

static struct err *decode_mark_entry(struct loader *l, const struct entry *e, struct rule_mark *mark)
{
	struct err *err = decode_map(l, mark_fields, e->node, mark);

	if (!err && !mark->module && !mark->device.tag)
		err = yaml_error(e->node, "a mark needs 'module' or 'device'");
	return err;
}

/* Decodes e into a new element of vector v of l->rs. */
#define DECODE_INTO(v, type, decode_call) do {			\
	struct type x = { .pos = node_pos(l, e->node) };	\
	struct err *err = decode_call;				\
	if (!err)						\
		vec_push(&l->rs->v, x);				\
	return err;						\
} while (0)

static struct err *decode_entry_of(struct loader *l, const struct entry *e)
{
	switch (e->section->kind) {
	case SECTION_FN:
		return decode_fn_entry(l, e);
	case SECTION_CONTEXT:
		DECODE_INTO(contexts, rule_context, decode_map(l, context_fields, e->node, &x));
	case SECTION_ROOT:
		DECODE_INTO(roots, rule_root, decode_root_entry(l, e, &x));
	case SECTION_DESC:
		DECODE_INTO(descs, rule_desc, decode_map(l, desc_fields, e->node, &x));
	case SECTION_INDIRECT:
		DECODE_INTO(indirects, rule_indirect, decode_map(l, indirect_fields, e->node, &x));
	case SECTION_TRAMPOLINE:
		DECODE_INTO(trampolines, rule_trampoline,
			    decode_map(l, trampoline_fields, e->node, &x));
	case SECTION_LOCK_CLASS:
		DECODE_INTO(lock_classes, rule_lock_class, decode_lock_class_entry(l, e, &x));
	case SECTION_PRIMED:
		DECODE_INTO(primed, rule_primed, decode_map(l, primed_fields, e->node, &x));
	case SECTION_MARK:
		DECODE_INTO(marks, rule_mark, decode_mark_entry(l, e, &x));
	case SECTION_RECLAIMING:
		if (l->rs->reclaimings.n)
			return yaml_error(e->node, "'reclaiming:' is said once: see %s:%u",
					  l->rs->reclaimings.a[0].pos.file, l->rs->reclaimings.a[0].pos.line);
		DECODE_INTO(reclaimings, rule_reclaiming,
			    decode_map(l, reclaiming_fields, e->node, &x));
	case SECTION_RESUME:
		DECODE_INTO(resumes, rule_root, decode_map(l, resume_fields, e->node, &x));
	case SECTION_BUS:
		DECODE_INTO(buses, rule_bus, decode_map(l, bus_fields, e->node, &x));
	case SECTION_SIGNAL:
		if (l->rs->signals.n == RULE_SIGNALS_MAX)
			return yaml_error(e->node, "there are %u signals already", RULE_SIGNALS_MAX);
		DECODE_INTO(signals, rule_signal, decode_map(l, signal_fields, e->node, &x));
	case SECTION_ASSUMPTION:
		DECODE_INTO(assumptions, rule_assumption,
			    decode_map(l, assumption_fields, e->node, &x));
	case SECTION_MAKER:
		DECODE_INTO(makers, rule_maker, decode_map(l, maker_fields, e->node, &x));
	case SECTION_INCLUDE:
		vec_push(&l->rs->includes, arena_strdup(&l->rs->arena, e->name));
		return NULL;
	case SECTION_CORE_PATH:
		vec_push(&l->rs->core_paths, arena_strdup(&l->rs->arena, e->name));
		return NULL;
	case SECTION_OWNER:
		vec_push(&l->rs->owners, arena_strdup(&l->rs->arena, e->name));
		return NULL;
	case SECTION_LOCK_KIND:	/* in declare() */
	case SECTION_MACRO:	/* in decode_constants() */
	case SECTION_ENUM:
		break;
	}
	return NULL;
}

/* ---- the whole ---------------------------------------------------------- */

static struct err *declare_lock_kind(struct loader *l, const struct entry *e)
{
	struct lock_kind kind = { .pos = node_pos(l, e->node) };
	struct err *err = decode_map(l, lock_kind_fields, e->node, &kind);

	if (err)
		return err;
	kind.blocks = kind.id != NULL;
	vec_push(&l->lock_kinds, kind);
	return NULL;
}

/* Names that other entries refer to. */
static void declare(struct loader *l, const struct entry *e)
{
	const struct yaml_node *object;

	switch (e->section->kind) {
	case SECTION_MACRO:
	case SECTION_ENUM:
		loader_declare(l, SECTION_MACRO, e->name);
		break;
	case SECTION_FN:
		object = e->section->fn_kind == RULE_OBJECT ? map_value(e->node, "object") : NULL;
		if (object && object->kind == YAML_SCALAR)
			vec_push(&l->objects, object->text);
		break;
	default:
		loader_declare(l, e->section->kind, e->name);
	}
}

/* Macros first: rs->n_macros of them. */
static void decode_constants(struct loader *l)
{
	for (u32 pass = 0; pass < 2; pass++) {
		enum section_kind kind = pass ? SECTION_ENUM : SECTION_MACRO;

		for (u32 i = 0; i < l->entries.n; i++) {
			const struct entry *e = &l->entries.a[i];

			if (e->section->kind == kind && !e->is_removed)
				vec_push(&l->rs->constants, arena_strdup(&l->rs->arena, e->name));
		}
		if (!pass)
			l->rs->n_macros = l->rs->constants.n;
	}
}

struct err *loader_decode(struct loader *l)
{
	struct err *err = NULL;

	for (u32 i = 0; i < l->entries.n; i++) {
		if (!l->entries.a[i].is_removed)
			declare(l, &l->entries.a[i]);
	}
	decode_constants(l);
	for (u32 i = 0; !err && i < l->entries.n; i++) {
		const struct entry *e = &l->entries.a[i];

		if (e->section->kind == SECTION_LOCK_KIND && !e->is_removed)
			err = declare_lock_kind(l, e);
	}
	for (u32 i = 0; !err && i < l->entries.n; i++) {
		if (!l->entries.a[i].is_removed)
			err = decode_entry_of(l, &l->entries.a[i]);
	}
	return err;
}
