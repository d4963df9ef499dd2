// SPDX-License-Identifier: MIT
/*
 * Functions and variables: the TU's symbol table, and the queue of definitions
 * that are still to be written.
 *
 * Starts from the functions that the TU defines for others or in its own file
 * and from the variables it initialises; what those refer to follows, so that of
 * the thousands of inline functions in headers only those in use are typed and
 * lowered.  File-scope names are one symbol however often they are declared.
 */
#include "front.h"


static bool names_function(struct symbol *sym)
{
	return type_function(sym) && type_function(sym) == type_strip(sym);
}

static bool is_local_static(const struct symbol *sym)
{
	return !(sym->ctype.modifiers & MOD_TOPLEVEL) && sym->ctype.modifiers & MOD_STATIC &&
		!names_function((struct symbol *)sym);
}

static struct symbol *definition_of(struct front *f, struct symbol *sym)
{
	if (!sym->ident || is_local_static(sym))
		return sym;
	u64 *found = map_get(&f->definitions, (u64)(uintptr_t)sym->ident);
	return found ? (struct symbol *)(uintptr_t)*found : sym;
}

static bool has_content(struct front *f, struct symbol *sym)
{
	return names_function(sym) ? parse_body(f, sym) != NULL : sym->initializer != NULL;
}

static bool is_const(struct symbol *sym)
{
	struct symbol *type = sym;

	while (type && (type->type == SYM_NODE || type->type == SYM_ARRAY)) {
		if (type->ctype.modifiers & MOD_CONST)
			return true;
		type = type->ctype.base_type;
	}
	return type && type->type != SYM_PTR && type->ctype.modifiers & MOD_CONST;
}

void decl_collect(struct front *f, struct symbol_list *list)
{
	struct symbol *sym;

	FOR_EACH_PTR(list, sym) {
		if (!sym->ident || (!names_function(sym) && is_local_static(sym)))
			continue;
		/* the library takes one that it has not seen assigned yet for a constant */
		if (!names_function(sym) && !is_const(sym))
			sym->ctype.modifiers |= MOD_ASSIGNED;
		u64 *known = map_put(&f->definitions, (u64)(uintptr_t)sym->ident, NULL);
		if (!*known || !has_content(f, (struct symbol *)(uintptr_t)*known))
			*known = (u64)(uintptr_t)sym;
	} END_FOR_EACH_PTR(sym);
}

/* Attributes may stand on any declaration of a name. */
static u32 marks_of(struct symbol *sym)
{
	u32 marks = 0;

	for (; sym; sym = sym->same_symbol)
		marks |= parse_marks(sym);
	return marks;
}

/* A later declaration need not repeat "static" (C11 6.2.2p4, p5). */
static bool says_static(const struct symbol *sym)
{
	for (; sym; sym = sym->same_symbol)
		if (sym->ctype.modifiers & MOD_STATIC)
			return true;
	return false;
}

static u8 linkage_of(struct front *f, struct symbol *sym, bool is_defined)
{
	if (is_local_static(sym) || !sym->ident)
		return sym->ctype.modifiers & MOD_TOPLEVEL ? LINK_STATIC : LINK_LOCAL_STATIC;
	if (!is_defined)
		return LINK_EXTERN;
	if (says_static(sym) ||
	    (names_function(sym) && parse_is_inline(sym) && !parse_inline_is_external(f, sym)))
		return LINK_STATIC;
	return marks_of(sym) & MARK_WEAK ? LINK_WEAK : LINK_GLOBAL;
}

static struct str name_of(struct front *f, const struct symbol *sym)
{
	struct strtab *strings = f->tu->strings;
	const char *name = sym->ident ? show_ident(sym->ident) : NULL;

	if (name && !strncmp(name, "__builtin_", 10))	/* a call of the plain function */
		return str_intern(strings, name + 10);
	if (!name)
		return str_internf(strings, "%s.literal%u", f->variable ? f->variable : "", ++f->n_literals);
	if (is_local_static(sym) && f->function) {
		struct str s = str_internf(strings, "%s.%.*s", show_ident(f->function->ident),
					   sym->ident->len, sym->ident->name);
		u64 *n = map_put(&f->static_names, s.n, NULL);
		if (!(*n)++)	/* two of one name in different scopes */
			return s;
		return str_internf(strings, "%s.%u", str_text(strings, s), (u32)*n);
	}
	return str_intern(strings, name);
}

static bool is_defined_here(struct front *f, struct symbol *sym)
{
	if (names_function(sym))
		return parse_body(f, sym) != NULL;
	if (sym->initializer || is_local_static(sym) || !sym->ident)
		return true;
	return map_get(&f->definitions, (u64)(uintptr_t)sym->ident) != NULL;
}

static u64 key_of(const struct symbol *sym)
{
	return sym->ident && !is_local_static(sym) ? (u64)(uintptr_t)sym->ident
						   : (u64)(uintptr_t)sym;
}

u32 decl_symbol(struct front *f, struct symbol *sym)
{
	bool is_new;
	u64 *id = map_put(&f->syms, key_of(sym), &is_new);

	if (!is_new)
		return (u32)*id;
	u32 n = f->tu->syms.n;
	*id = n;
	sym = definition_of(f, sym);
	struct fact_sym s = {
		.name = name_of(f, sym), .file = loc_file(f, sym->pos), .line = sym->pos.line,
		.linkage = linkage_of(f, sym, is_defined_here(f, sym)),
		.is_fn = names_function(sym),
	};
	if (!str_len(f->tu->strings, s.file)) {
		s.file = (struct str){ 0 };
		s.line = 0;
	}
	s.type = s.is_fn ? type_signature(f, sym) : type_tag(f, sym);
	s.is_const = !s.is_fn && is_const(sym);
	vec_push(&f->tu->syms, s);
	if (has_content(f, sym))
		vec_push(&f->queue, sym);
	return n;
}

/* ---- definitions ------------------------------------------------------------------ */

static void type_it(struct symbol *sym)
{
	struct symbol_list *one = NULL;

	add_symbol(&one, sym);
	evaluate_symbol_list(one);
	free_ptr_list(&one);
}

static void name_arguments(struct front *f, struct symbol *type, struct fact_fn *fn)
{
	struct symbol *arg;

	FOR_EACH_PTR(type->arguments, arg) {
		fn->n_args++;
	} END_FOR_EACH_PTR(arg);
	fn->arg_names = arena_array(f->arena, struct str, fn->n_args + 1);
	u32 n = 0;
	FOR_EACH_PTR(type->arguments, arg) {
		if (arg->ident)
			fn->arg_names[n] = str_intern(f->tu->strings, show_ident(arg->ident));
		n++;
	} END_FOR_EACH_PTR(arg);
}

static void write_function(struct front *f, void *data)
{
	struct symbol *sym = data, *type = type_function(sym);
	struct fact_fn fn = {
		.sym = decl_symbol(f, sym), .file = loc_file(f, sym->pos),
		.line = sym->pos.line, .end_line = sym->endpos.line,
	};

	f->function = sym;
	type->stmt = parse_body(f, sym);
	type_it(sym);
	struct statement *body = type->stmt;
	type->stmt = NULL;
	name_arguments(f, type, &fn);
	if (parse_is_inline(sym))
		fn.flags |= FACT_FN_INLINE;
	if (type->variadic)
		fn.flags |= FACT_FN_VARIADIC;
	for (struct symbol *s = sym; s; s = s->same_symbol)
		if (s->ctype.modifiers & MOD_NORETURN)
			fn.flags |= FACT_FN_NORETURN;
	if (marks_of(sym) & MARK_INIT)
		fn.flags |= FACT_FN_INIT;
	function_lower(f, sym, body, &fn);
	vec_push(&f->tu->fns, fn);
}

static void write_variable(struct front *f, void *data)
{
	struct symbol *sym = data;

	type_it(sym);
	expand_symbol(sym);
	init_variable(f, decl_symbol(f, sym), sym);
}

static bool is_root(struct front *f, struct symbol *sym)
{
	if (!names_function(sym))
		return sym->initializer != NULL;
	return parse_body(f, sym) &&
		(!parse_is_inline(sym) || str_eq(loc_file(f, sym->pos), f->tu->source) ||
		 linkage_of(f, sym, true) != LINK_STATIC);
}

void decl_write_all(struct front *f, struct symbol_list *list)
{
	struct symbol *sym;

	FOR_EACH_PTR(list, sym) {
		if (sym->ident && is_root(f, sym))
			decl_symbol(f, sym);
	} END_FOR_EACH_PTR(sym);
	for (u32 i = 0; i < f->queue.n; i++) {
		sym = f->queue.a[i];
		diag_guard(f, names_function(sym) ? write_function : write_variable, sym);
		f->function = NULL;
		f->variable = NULL;
	}
}
