// SPDX-License-Identifier: MIT
/*
 * Parsing, with the keywords bent to our needs.
 *
 * "inline" must not make libsparse inline: the calls are what rules name.  The
 * attributes weak, section and annotate, which it ignores, are recorded on
 * the declared symbol as contexts with a string in them; real lock contexts
 * have none.  Provides the closing brace of each function, which libsparse
 * does not keep, from the token stream.
 */
#include "front.h"

#include <fcntl.h>
#include <unistd.h>

#define MARK_TEXT_WEAK "weak"
#define MARK_TEXT_INIT "init"

static const char *const inline_keywords[] = { "inline", "__inline", "__inline__" };
static const char *const inline_attributes[] = { "gnu_inline", "__gnu_inline__" };

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
	for (size_t i = 0; i < ARRAY_LEN(inline_keywords); i++) {
		struct symbol *sym = lookup_symbol(built_in_ident(inline_keywords[i]), NS_TYPEDEF);
		if (sym)	/* a bit that the library carries along and never looks at */
			sym->ctype.modifiers = MOD_GNU_INLINE;
	}
	for (size_t i = 0; i < ARRAY_LEN(inline_attributes); i++) {
		struct symbol *sym = lookup_symbol(built_in_ident(inline_attributes[i]), NS_KEYWORD);
		if (sym)
			sym->ctype.modifiers = 0;
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

struct statement *parse_body(struct front *f, struct symbol *fn)
{
	u64 *body = map_get(&f->bodies, (u64)(uintptr_t)type_function(fn));

	return body ? (struct statement *)(uintptr_t)*body : NULL;
}

static void keep_function(struct front *f, struct symbol *fn, struct position end)
{
	struct symbol *type = fn->ctype.base_type;

	fn->endpos = end;
	*map_put(&f->bodies, (u64)(uintptr_t)type, NULL) = (u64)(uintptr_t)type->stmt;
	type->stmt = NULL;
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
			keep_function(f, last, last_before(start, token));
	}
	return list;
}

static const struct string *mark_string(const struct context *c)
{
	return c->context && c->context->type == EXPR_STRING ? c->context->string : NULL;
}

u32 parse_marks(struct symbol *sym)
{
	struct context *c;
	u32 marks = 0;

	FOR_EACH_PTR(sym->ctype.contexts, c) {
		const struct string *s = mark_string(c);
		if (!s || c->context->op == 'a')
			continue;
		if (!strcmp(s->data, MARK_TEXT_WEAK))
			marks |= MARK_WEAK;
		if (!strcmp(s->data, MARK_TEXT_INIT))
			marks |= MARK_INIT;
	} END_FOR_EACH_PTR(c);
	return marks;
}

void parse_annotations(struct symbol *sym, void (*fn)(void *data, const char *text),
		       void *data)
{
	struct context *c;

	FOR_EACH_PTR(sym->ctype.contexts, c) {
		const struct string *s = mark_string(c);
		if (s && c->context->op == 'a')
			fn(data, s->data);
	} END_FOR_EACH_PTR(c);
}
