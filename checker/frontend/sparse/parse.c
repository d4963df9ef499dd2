// SPDX-License-Identifier: MIT
/*
 * Parsing, with the keywords bent to our needs.
 *
 * "inline" must not make libsparse inline: the calls are what rules name.  The
 * attributes weak, section and annotate, which it ignores, are recorded on
 * the declared symbol as contexts with a string in them; real lock contexts
 * have none.  Provides what libsparse does not keep, from the token stream: the
 * closing brace of each function, and whether an inline one says "extern".
 */
#include "front.h"

#include <fcntl.h>
#include <unistd.h>

#define MARK_TEXT_WEAK "weak"
#define MARK_TEXT_INIT "init"

static const char *const inline_keywords[] = { "inline", "__inline", "__inline__" };
/* Bits that the library carries along and never looks at; "unused" gives up its own. */
#define MOD_IS_INLINE MOD_GNU_INLINE
#define MOD_HAS_GNU_INLINE MOD_UNUSED
static const struct { const char *name; unsigned long modifiers; } modifier_attributes[] = {
	{ "gnu_inline", MOD_HAS_GNU_INLINE }, { "__gnu_inline__", MOD_HAS_GNU_INLINE },
	{ "unused", 0 }, { "__unused__", 0 },
	/* may stand on one declaration of a function only, which the library takes for an error */
	{ "pure", 0 }, { "__pure__", 0 }, { "__const__", 0 },
};

static bool saw_annotations;

bool parse_saw_annotations(void)
{
	return saw_annotations;
}

/* Skips "( ... )"; returns the expression in it. */
static struct token *skip_argument(struct token *token, struct expression **ret)
{
	if (token_type(token) != TOKEN_SPECIAL || token->special != '(')
		return token;
	return parens_expression(token, ret, "in attribute");
}

static void add_mark(struct decl_state *ctx, struct expression *text)
{
	struct context *mark = alloc_context();

	mark->context = text;
	add_ptr_list(&ctx->ctype.contexts, mark);
}

static struct expression *mark_text(struct token *token, const char *text)
{
	struct expression *expr = alloc_expression(token->pos, EXPR_STRING);
	size_t size = strlen(text) + 1;

	expr->string = __alloc_string((int)size);
	expr->string->length = (unsigned int)size & 0x7fffffff;
	memcpy(expr->string->data, text, size);
	return expr;
}

static struct token *on_weak(struct token *token, struct symbol *attr, struct decl_state *ctx)
{
	(void)attr;
	add_mark(ctx, mark_text(token, MARK_TEXT_WEAK));
	return token;
}

static struct token *on_section(struct token *token, struct symbol *attr, struct decl_state *ctx)
{
	struct expression *expr = NULL;
	struct token *next = skip_argument(token, &expr);

	(void)attr;
	if (expr && expr->type == EXPR_STRING && strstr(expr->string->data, "init.text"))
		add_mark(ctx, mark_text(token, MARK_TEXT_INIT));
	return next;
}

static struct token *on_annotate(struct token *token, struct symbol *attr, struct decl_state *ctx)
{
	struct expression *expr = NULL;
	struct token *next = skip_argument(token, &expr);

	(void)attr;
	if (expr && expr->type == EXPR_STRING) {
		expr->op = 'a';		/* unlike the marks above */
		saw_annotations = true;
		add_mark(ctx, expr);
	}
	return next;
}

/* Address spaces and bitwise types are for sparse's own checks, and can cost an expression. */
static struct token *on_ignored(struct token *token, struct symbol *attr, struct decl_state *ctx)
{
	struct expression *expr = NULL;

	(void)attr;
	(void)ctx;
	return skip_argument(token, &expr);
}

static struct symbol_op ignored_op = { .attribute = on_ignored };
static struct symbol_op weak_op = { .attribute = on_weak };
static struct symbol_op section_op = { .attribute = on_section };
static struct symbol_op annotate_op = { .attribute = on_annotate };

static const struct { const char *name; struct symbol_op *op; bool is_for_warnings; } attributes[] = {
	{ "weak", &weak_op, false }, { "__weak__", &weak_op, false },
	{ "section", &section_op, false }, { "__section__", &section_op, false },
	{ "annotate", &annotate_op, false }, { "__annotate__", &annotate_op, false },
	{ "address_space", &ignored_op, true }, { "__address_space__", &ignored_op, true },
	{ "noderef", &ignored_op, true }, { "__noderef__", &ignored_op, true },
	{ "bitwise", &ignored_op, true }, { "__bitwise__", &ignored_op, true },
};

void parse_prepare(bool keep_warnings)
{
	fold_prepare();
	layout_prepare();
	for (size_t i = 0; i < ARRAY_LEN(inline_keywords); i++) {
		struct symbol *sym = lookup_symbol(built_in_ident(inline_keywords[i]), NS_TYPEDEF);
		if (sym)
			sym->ctype.modifiers = MOD_IS_INLINE;
	}
	for (size_t i = 0; i < ARRAY_LEN(modifier_attributes); i++) {
		struct ident *ident = built_in_ident(modifier_attributes[i].name);
		struct symbol *sym = lookup_symbol(ident, NS_KEYWORD);
		if (sym)
			sym->ctype.modifiers = modifier_attributes[i].modifiers;
	}
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		struct ident *ident = built_in_ident(attributes[i].name);
		if (keep_warnings && attributes[i].is_for_warnings)
			continue;
		struct symbol *sym = lookup_symbol(ident, NS_KEYWORD);
		if (!sym)
			sym = create_symbol(0, attributes[i].name, SYM_KEYWORD, NS_KEYWORD);
		ident->keyword = 1;
		sym->op = attributes[i].op;
	}
}

static struct position last_before(struct token *token, const struct token *end)
{
	struct position pos = token->pos;

	while (token != end && !eof_token(token)) {
		pos = token->pos;
		token = token->next;
	}
	return pos;
}

/* By symbol, not by type: "typeof(f) g;" declares g with the type of f, body and all. */
struct statement *parse_body(struct front *f, struct symbol *fn)
{
	u64 *body = map_get(&f->bodies, (u64)(uintptr_t)fn);

	return body ? (struct statement *)(uintptr_t)*body : NULL;
}

/*
 * From a definition's text: does it say "extern" before its name?  And the name's own
 * place, where the library has that of the first token behind the type ("struct s *\nf()").
 */
static bool says_extern(struct token *token, struct symbol *fn)
{
	const struct ident *extern_ident = built_in_ident("extern");
	bool is_extern = false;

	for (; !eof_token(token); token = token->next) {
		if (token_type(token) != TOKEN_IDENT)
			continue;
		if (token->ident == fn->ident && token_type(token->next) == TOKEN_SPECIAL &&
		    token->next->special == '(') {	/* not a tag of that name */
			fn->pos = token->pos;
			break;
		}
		is_extern |= token->ident == extern_ident;
	}
	return is_extern;
}

bool parse_is_inline(const struct symbol *fn)
{
	return fn->ctype.modifiers & (MOD_INLINE | MOD_IS_INLINE);
}

static void keep_function(struct front *f, struct symbol *fn, struct token *start,
			  struct position end)
{
	struct symbol *type = fn->ctype.base_type;

	fn->endpos = end;
	*map_put(&f->bodies, (u64)(uintptr_t)fn, NULL) = (u64)(uintptr_t)type->stmt;
	type->stmt = NULL;
	/* the library puts it on every definition that is not static */
	if (!says_extern(start, fn) && parse_is_inline(fn))
		fn->ctype.modifiers &= ~(unsigned long)MOD_EXTERN;
}

static bool has_gnu_inline(const struct symbol *fn)
{
	for (; fn; fn = fn->same_symbol)
		if (fn->ctype.modifiers & MOD_HAS_GNU_INLINE)
			return true;
	return false;
}

/* C11 6.7.4p7, and what gcc did before there was a standard (-fgnu89-inline). */
bool parse_inline_is_external(const struct front *f, const struct symbol *fn)
{
	if (f->gnu89_inline || has_gnu_inline(fn))
		return !(fn->ctype.modifiers & MOD_EXTERN);
	if (fn->ctype.modifiers & MOD_EXTERN)
		return true;
	for (fn = fn->same_symbol; fn; fn = fn->same_symbol)
		if (!parse_is_inline(fn))
			return true;
	return false;
}

struct symbol_list *parse_file(struct front *f, char *filename)
{
	struct symbol_list *list = translation_unit_used_list;
	struct symbol *seen = NULL, *last;

	new_file_scope();
	int fd = open(filename, O_RDONLY);
	if (fd < 0)
		die("cannot open '%s'", filename);
	base_filename = filename;
	struct token *token = tokenize(NULL, filename, fd, NULL, includepath);
	close(fd);
	vaopt_prepare(token);
	token = preprocess(token);
	while (!eof_token(token)) {
		struct token *start = token;
		token = external_declaration(start, &list, NULL);
		last = last_ptr_list((struct ptr_list *)list);
		if (last == seen)
			continue;
		seen = last;
		if (last && last->ctype.base_type && last->ctype.base_type->type == SYM_FN &&
		    last->ctype.base_type->stmt)
			keep_function(f, last, start, last_before(start, token));
	}
	return list;
}

static const struct string *mark_string(const struct context *c)
{
	return c->context && c->context->type == EXPR_STRING ? c->context->string : NULL;
}

/*
 * What else carries attributes of a declaration: libsparse moves those in front of a
 * '*' to the pointer, and those behind it to the function that returns one.
 */
static struct symbol *next_part(struct symbol *part)
{
	struct symbol *next = part->ctype.base_type;

	if (!next || (next->type != SYM_FN && next->type != SYM_PTR && next->type != SYM_ARRAY))
		return NULL;
	return next;
}

u32 parse_marks(struct symbol *sym)
{
	struct context *c;
	u32 marks = 0;

	for (struct symbol *part = sym; part; part = next_part(part)) {
		FOR_EACH_PTR(part->ctype.contexts, c) {
			const struct string *s = mark_string(c);
			if (!s || c->context->op == 'a')
				continue;
			if (!strcmp(s->data, MARK_TEXT_WEAK))
				marks |= MARK_WEAK;
			if (!strcmp(s->data, MARK_TEXT_INIT))
				marks |= MARK_INIT;
		} END_FOR_EACH_PTR(c);
	}
	return marks;
}

void parse_annotations(struct symbol *sym, void (*fn)(void *data, const char *text),
		       void *data)
{
	struct context *c;

	for (struct symbol *part = sym; part; part = next_part(part)) {
		FOR_EACH_PTR(part->ctype.contexts, c) {
			const struct string *s = mark_string(c);
			if (s && c->context->op == 'a')
				fn(data, s->data);
		} END_FOR_EACH_PTR(c);
	}
}
