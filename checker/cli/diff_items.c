// SPDX-License-Identifier: MIT
/*
 * From a TU to comparable lines.
 *
 * An indirect call is told by the member its callee was loaded from, or by the
 * argument it is; numbers are compared in the width that the callee's signature gives
 * them.  Ignores columns, and how a value is computed.
 */
#include "cli/diff.h"

#include "base/err.h"

#include <stdlib.h>

struct collector {
	struct arena *a;
	struct fact_tu *tu;
	struct diff_items *items;
	const struct fact_fn *fn;
	const struct fact_body *body;
	const char *function;
};

const char *diff_kind_text(enum diff_kind kind)
{
	static const char *const texts[] = {
#define DIFF_KIND(name, text) text,
#include "cli/diff.def"
#undef DIFF_KIND
	};

	return texts[kind];
}

static void add(struct collector *c, enum diff_kind kind, const char *text)
{
	struct diff_item item = { .function = c->function, .text = text };

	vec_push(&c->items->kinds[kind], item);
}

static const char *text_of(struct collector *c, struct str s)
{
	return str_text(c->tu->strings, s);
}

/* A reserved name that ends in a number got that from __COUNTER__, which differs between front-ends. */
static const char *sym_name(struct collector *c, u32 sym)
{
	const char *name = sym ? text_of(c, c->tu->syms.a[sym].name) : "?";
	size_t n = strlen(name), digits = 0;

	while (digits < n && name[n - 1 - digits] >= '0' && name[n - 1 - digits] <= '9')
		digits++;
	if (strncmp(name, "__", 2) || !digits || digits == n || name[n - 1 - digits] != '_')
		return name;
	return arena_printf(c->a, "%.*s#", (int)(n - digits), name);
}

static const char *member_name(struct collector *c, u32 member)
{
	const struct fact_member *m = &c->tu->members.a[member];

	return arena_printf(c->a, "%s.%s", text_of(c, m->tag), text_of(c, m->path));
}

/* ---- of a body ---------------------------------------------------------------------- */

#define DEPTH_MAX 6

/* Where a called address comes from. */
static const char *source_of(struct collector *c, struct val v, int depth)
{
	const struct fact_insn *i;

	if (val_kind(v) == VAL_ARG)
		return arena_printf(c->a, "argument %u", val_index(v));
	if (val_kind(v) == VAL_SYM)
		return arena_printf(c->a, "&%s", sym_name(c, c->fn->refs[val_index(v)]));
	if (val_kind(v) != VAL_INSN || depth > DEPTH_MAX)
		return "unknown";
	i = &c->body->insns[val_index(v)];
	switch (i->op) {
	case FACT_LOAD:
		if (i->extra)
			return member_name(c, c->fn->members[i->extra]);
		return val_kind(c->body->vals[i->first]) == VAL_SYM ?
			arena_printf(c->a, "variable %s", source_of(c, c->body->vals[i->first], depth + 1)) : "memory";
	case FACT_CALL:
		return "a result";
	case FACT_PHI:
		for (u32 k = 1; k < i->n; k += 2)
			if (val_kind(c->body->vals[i->first + k]) == VAL_INSN)
				return source_of(c, c->body->vals[i->first + k], depth + 1);
		return "a choice";
	default:
		return "a computation";
	}
}

/* The bits of parameter n in a signature, 0: not known. */
static u32 parameter_bits(const char *signature, u32 n)
{
	const char *s = strchr(signature, '(');

	for (; s && n; n--)
		s = strchr(s + 1, ',');
	if (!s || (s[1] != 's' && s[1] != 'u'))
		return s && s[1] == 'b' ? 1 : 0;
	return (u32)strtoul(s + 2, NULL, 10);
}

static const char *number(struct collector *c, s64 value, u32 bits)
{
	u64 v = (u64)value;

	if (bits && bits < 64)
		v &= ((u64)1 << bits) - 1;
	return arena_printf(c->a, "%#llx", (unsigned long long)v);
}

static void add_call(struct collector *c, const struct fact_insn *i)
{
	const struct val *vals = &c->body->vals[i->first];
	const char *signature = i->extra ? text_of(c, c->fn->strs[i->extra]) : "";
	const char *callee;

	if (val_kind(vals[0]) == VAL_SYM) {
		callee = sym_name(c, c->fn->refs[val_index(vals[0])]);
		bool is_cleanup = i->flags & FACT_CLEANUP;
		add(c, is_cleanup ? DIFF_CLEANUP : DIFF_CALL,
		    arena_printf(c->a, "%s -> %s %s", c->function, callee, signature));
		if (!is_cleanup)
			add(c, DIFF_CALL_PLACE, arena_printf(c->a, "%s:%u -> %s", c->function, i->line, callee));
	} else {
		callee = source_of(c, vals[0], 0);
		add(c, DIFF_INDIRECT, arena_printf(c->a, "%s -> *%s %s", c->function, callee, signature));
	}
	for (u32 k = 1; k < i->n; k++)
		if (val_kind(vals[k]) == VAL_CONST)
			add(c, DIFF_CONSTANT, arena_printf(c->a, "%s -> %s argument %u = %s", c->function,
				callee, k - 1, number(c, c->body->consts[val_index(vals[k])],
						      parameter_bits(signature, k - 1))));
}

static void add_access(struct collector *c, const struct fact_insn *i)
{
	bool is_store = i->op == FACT_STORE;

	if (!i->extra)
		return;
	const char *member = member_name(c, c->fn->members[i->extra]);
	struct val v = is_store ? c->body->vals[i->first + 1] : c->body->vals[i->first];
	if (is_store && val_kind(v) == VAL_CONST)
		add(c, DIFF_STORE, arena_printf(c->a, "%s %s = %s", c->function, member,
			number(c, c->body->consts[val_index(v)], i->bits)));
	else
		add(c, is_store ? DIFF_STORE : DIFF_LOAD,
		    arena_printf(c->a, "%s %s", c->function, member));
}

static void add_taken(struct collector *c, const struct fact_insn *i)
{
	for (u32 k = i->op == FACT_CALL; k < i->n; k++) {
		struct val v = c->body->vals[i->first + k];
		if (val_kind(v) != VAL_SYM)
			continue;
		u32 sym = c->fn->refs[val_index(v)];
		if (c->tu->syms.a[sym].is_fn)
			add(c, DIFF_TAKEN, arena_printf(c->a, "%s &%s", c->function, sym_name(c, sym)));
	}
}

static void add_return(struct collector *c, const struct fact_insn *i)
{
	const char *type = text_of(c, c->tu->syms.a[c->fn->sym].type);
	struct val v = i->n ? c->body->vals[i->first] : (struct val){ 0 };

	if (val_kind(v) == VAL_CONST)
		add(c, DIFF_RETURN, arena_printf(c->a, "%s %s", c->function,
			number(c, c->body->consts[val_index(v)],
			       *type == 's' || *type == 'u' ? (u32)strtoul(type + 1, NULL, 10) : 0)));
}

static void add_insn(struct collector *c, const struct fact_insn *i)
{
	add_taken(c, i);
	switch (i->op) {
	case FACT_CALL:
		add_call(c, i);
		break;
	case FACT_LOAD:
	case FACT_STORE:
		add_access(c, i);
		break;
	case FACT_CBR:
	case FACT_SWITCH:
		add(c, DIFF_BRANCH, arena_printf(c->a, "%s:%u", c->function, i->line));
		break;
	case FACT_RET:
		add_return(c, i);
		break;
	default:
		break;
	}
}

static struct err *add_function(struct collector *c, const struct fact_fn *fn, const char *path)
{
	static const char *const linkages[] = { "static", "global", "weak", "extern", "local-static" };
	const struct fact_sym *sym = &c->tu->syms.a[fn->sym];
	struct fact_body body;
	struct err *err = fact_fn_body(c->tu, fn, path, c->a, &body);

	if (err)
		return err;
	c->fn = fn;
	c->body = &body;
	c->function = arena_printf(c->a, "%s %s", text_of(c, fn->file), text_of(c, sym->name));
	add(c, DIFF_FUNCTION, arena_printf(c->a, "%s:%u %s %s%s", c->function, fn->line, text_of(c, sym->type),
		linkages[sym->linkage], fn->flags & FACT_FN_INLINE ? " inline" : ""));
	for (u32 i = 1; i < body.n_insns; i++)
		add_insn(c, &body.insns[i]);
	c->function = NULL;
	return NULL;
}

/* ---- of the TU ------------------------------------------------------------------------- */

static void add_init(struct collector *c, const struct fact_init *i)
{
	const char *place = arena_printf(c->a, "%s +%u%s%s", sym_name(c, i->var), i->off, i->member ? " " : "",
					 i->member ? member_name(c, i->member) : "");

	if (i->sym)
		add(c, c->tu->syms.a[i->sym].is_fn ? DIFF_TABLE : DIFF_INIT,
		    arena_printf(c->a, "%s = &%s%+lld", place, sym_name(c, i->sym), (long long)i->value));
	else
		add(c, DIFF_INIT, arena_printf(c->a, "%s = %lld", place, (long long)i->value));
}

static void add_annotation(struct collector *c, const struct fact_annotation *n)
{
	add(c, DIFF_ANNOTATION, arena_printf(c->a, "%s:%u %s %s.%s %s", text_of(c, n->file), n->line,
		text_of(c, n->text), text_of(c, n->tag), text_of(c, n->path), n->sym ? sym_name(c, n->sym) : ""));
}

static void add_problem(struct collector *c, const struct fact_problem *p)
{
	add(c, DIFF_PROBLEM, arena_printf(c->a, "%s:%u %s: %s", text_of(c, p->file), p->line,
					  text_of(c, p->function), text_of(c, p->text)));
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct diff_item *)a)->text, ((const struct diff_item *)b)->text);
}

static void sort_items(diff_item_vec *v)
{
	u32 n = 0;

	vec_sort(v, compare);
	for (u32 i = 0; i < v->n; i++)
		if (!n || strcmp(v->a[n - 1].text, v->a[i].text))
			v->a[n++] = v->a[i];
	v->n = n;
}

struct err *diff_collect(struct arena *a, struct fact_tu *tu, const char *path, struct diff_items *ret)
{
	struct collector c = { .a = a, .tu = tu, .items = ret };
	struct err *err = NULL;

	*ret = (struct diff_items){ 0 };
	for (u32 i = 1; i < tu->fns.n && !err; i++)
		err = add_function(&c, &tu->fns.a[i], path);
	for (u32 i = 1; i < tu->inits.n; i++)
		add_init(&c, &tu->inits.a[i]);
	for (u32 i = 1; i < tu->annotations.n; i++)
		add_annotation(&c, &tu->annotations.a[i]);
	for (u32 i = 1; i < tu->problems.n; i++)
		add_problem(&c, &tu->problems.a[i]);
	for (u32 k = 0; k < DIFF_KIND_COUNT; k++)
		sort_items(&ret->kinds[k]);
	return err;
}

void diff_items_free(struct diff_items *items)
{
	for (u32 k = 0; k < DIFF_KIND_COUNT; k++)
		vec_free(&items->kinds[k]);
}
