// SPDX-License-Identifier: MIT
/*
 * __attribute__((annotate("..."))) on structs, members, functions and
 * variables: what the source says to reclint.
 *
 * libsparse lets a declaration inherit what its type carries, so structs come
 * first and each annotation is taken once.  Costs nothing in a TU without any.
 */
#include "front.h"

#define DEPTH_MAX 16

struct annotate_state {
	struct front *f;
	struct map taken;		/* texts, by address */
	struct fact_annotation at;	/* all but the text */
	VEC(struct ident *) path;
};

static void add(void *data, const char *text)
{
	struct annotate_state *s = data;
	bool is_new;

	map_put(&s->taken, (u64)(uintptr_t)text, &is_new);
	if (!is_new)
		return;
	struct fact_annotation a = s->at;
	a.text = str_intern(s->f->tu->strings, text);
	vec_push(&s->f->tu->annotations, a);
}

static struct str path_text(struct annotate_state *s)
{
	struct strtab *strings = s->f->tu->strings;
	struct str path = { 0 };

	for (u32 i = 0; i < s->path.n; i++) {
		const char *name = show_ident(s->path.a[i]);
		path = i ? str_internf(strings, "%s.%s", str_text(strings, path), name)
			 : str_intern(strings, name);
	}
	return path;
}

static void take(struct annotate_state *s, struct symbol *sym, struct position pos)
{
	s->at.file = loc_file(s->f, pos);
	s->at.line = pos.line;
	parse_annotations(sym, add, s);
}

static void take_members(struct annotate_state *s, struct symbol *compound, u32 depth)
{
	struct symbol *member;

	if (depth > DEPTH_MAX)
		return;
	FOR_EACH_PTR(compound->symbol_list, member) {
		struct symbol *type = member->ctype.base_type;
		if (member->ident)
			vec_push(&s->path, member->ident);
		s->at.path = path_text(s);
		take(s, member, member->pos);
		if (type && (type->type == SYM_STRUCT || type->type == SYM_UNION) &&
		    !type_has_name(type))
			take_members(s, type, depth + 1);
		if (member->ident)
			(void)vec_pop(&s->path);
	} END_FOR_EACH_PTR(member);
}

static void take_struct(struct annotate_state *s, struct symbol *sym)
{
	if (sym->type != SYM_STRUCT && sym->type != SYM_UNION)
		return;
	s->at = (struct fact_annotation){ .tag = type_tag(s->f, sym) };
	take(s, sym, sym->pos);
	take_members(s, sym, 0);
}

static void take_symbol(struct annotate_state *s, struct symbol *sym)
{
	bool any = false;
	struct context *c;

	FOR_EACH_PTR(sym->ctype.contexts, c) {
		any |= c->context != NULL;
	} END_FOR_EACH_PTR(c);
	if (!any)
		return;
	s->at = (struct fact_annotation){ .sym = 0 };
	u32 before = s->f->tu->annotations.n;
	take(s, sym, sym->pos);
	for (u32 i = before; i < s->f->tu->annotations.n; i++)
		s->f->tu->annotations.a[i].sym = decl_symbol(s->f, sym);
}

static void walk_scope(struct annotate_state *s, struct scope *scope, enum namespace namespace)
{
	struct symbol *sym;

	FOR_EACH_PTR(scope->symbols, sym) {
		if (sym->namespace != namespace)
			continue;
		if (namespace == NS_STRUCT)
			take_struct(s, sym);
		else if (!sym->enum_member)
			take_symbol(s, sym);
	} END_FOR_EACH_PTR(sym);
}

void annotate_collect(struct front *f)
{
	struct annotate_state s = { .f = f };
	struct scope *const scopes[] = { global_scope, file_scope };
	const enum namespace spaces[] = { NS_STRUCT, NS_SYMBOL };

	if (!parse_saw_annotations())
		return;
	for (size_t k = 0; k < ARRAY_LEN(spaces); k++)
		for (size_t i = 0; i < ARRAY_LEN(scopes); i++)
			if (i == 0 || scopes[i] != scopes[0])
				walk_scope(&s, scopes[i], spaces[k]);
	map_free(&s.taken);
	vec_free(&s.path);
}
