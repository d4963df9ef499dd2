// SPDX-License-Identifier: MIT
/*
 * __VA_OPT__ (C23 6.10.5.1), which libsparse does not know.
 *
 * A macro M(a, ...) that has it becomes three: M_some with what stands in __VA_OPT__,
 * M_none without, and M, which calls one of the two.  Whether its arguments expand to
 * nothing is found by a trick of Jens Gustedt: "trigger args ()" alone has a comma.
 * Ignores: arguments that end in the name of a macro with parameters; more than 64.
 */
#include "front.h"

#include <stdio.h>

#define PREFIX "__reclint_va_opt_"

#define EIGHT(x) x "0," x "1," x "2," x "3," x "4," x "5," x "6," x "7,"
#define ONES "1,1,1,1,1,1,1,1,"
const char *const vaopt_macros[] = {
	"-D" PREFIX "pick(first," EIGHT("a") EIGHT("b") EIGHT("c") EIGHT("d") EIGHT("e") EIGHT("f")
		EIGHT("g") EIGHT("h") "pick,...)=pick",
	"-D" PREFIX "comma(...)=" PREFIX "pick(__VA_ARGS__," ONES ONES ONES ONES ONES ONES ONES ONES "0,)",
	"-D" PREFIX "trigger(...)=,",
	"-D" PREFIX "paste(a,b,c,d)=" PREFIX "join(a,b,c,d)",
	"-D" PREFIX "join(a,b,c,d)=" PREFIX "is_##a##b##c##d",
	"-D" PREFIX "is_0001=,",
	"-D" PREFIX "second(...)=" PREFIX "second_of(__VA_ARGS__)",
	"-D" PREFIX "second_of(a,b,...)=b",
	"-D" PREFIX "select(some,none,...)=" PREFIX "second(" PREFIX "paste("
		PREFIX "comma(__VA_ARGS__)," PREFIX "comma(" PREFIX "trigger __VA_ARGS__),"
		PREFIX "comma(__VA_ARGS__ ())," PREFIX "comma(" PREFIX "trigger __VA_ARGS__ ())"
		") none,some,)",
	NULL,
};

typedef int handler_fn(struct stream *stream, struct token **line, struct token *token);
static handler_fn *define;

/* ---- tokens ---------------------------------------------------------------------- */

static bool is_special(const struct token *token, unsigned int special)
{
	return token_type(token) == TOKEN_SPECIAL && token->special == special;
}

static bool is_va_opt(const struct token *token)
{
	return token_type(token) == TOKEN_IDENT && is_special(token->next, '(') &&
	       token->ident == built_in_ident("__VA_OPT__");
}

static struct token *append(struct token *last, const struct token *from)
{
	struct token *token = __alloc_token(0);

	*token = *from;
	token->next = &eof_token_entry;
	last->next = token;
	return token;
}

static struct token *append_special(struct token *last, unsigned int special)
{
	struct token from = { .pos = last->pos };

	token_type(&from) = TOKEN_SPECIAL;
	from.pos.whitespace = from.pos.newline = 0;
	from.special = special;
	return append(last, &from);
}

static struct token *append_ident(struct token *last, struct ident *ident)
{
	struct token from = { .pos = last->pos };

	token_type(&from) = TOKEN_IDENT;
	from.pos.newline = 0;
	from.pos.whitespace = 1;
	from.ident = ident;
	return append(last, &from);
}

/* The ")" that belongs to the "(" at token, or the end of the line. */
static struct token *closing(struct token *token)
{
	u32 depth = 0;

	for (; !eof_token(token); token = token->next) {
		depth += is_special(token, '(');
		if (is_special(token, ')') && !--depth)
			break;
	}
	return token;
}

/* ---- a definition ------------------------------------------------------------------ */

struct definition {
	struct stream *stream;
	struct token **line;
	struct token *keyword, *name;
	struct token *open, *close;	/* of the parameters */
};

static struct ident *suffixed(const struct definition *d, const char *suffix)
{
	char text[256];

	snprintf(text, sizeof(text), PREFIX "%s_%.*s", suffix, d->name->ident->len, d->name->ident->name);
	return built_in_ident(text);
}

static struct token *append_head(const struct definition *d, struct token *last, struct ident *name)
{
	last = append(last, d->keyword);
	last = append(last, d->name);
	last->ident = name;
	for (const struct token *t = d->open; t != d->close->next; t = t->next)
		last = append(last, t);
	return last;
}

/* The body with or without what stands in __VA_OPT__. */
static void define_arm(const struct definition *d, struct ident *name, bool is_some)
{
	struct token begin = { .next = &eof_token_entry };
	struct token *last = append_head(d, &begin, name);

	for (struct token *t = d->close->next; !eof_token(t); t = t->next) {
		if (!is_va_opt(t)) {
			last = append(last, t);
			continue;
		}
		struct token *end = closing(t->next);
		for (t = t->next->next; is_some && t != end && !eof_token(t); t = t->next)
			last = append(last, t);
		t = end;
		if (eof_token(t))
			break;
	}
	define(d->stream, d->line, begin.next);
}

/* The tokens between the parentheses of M(a, args...) as arguments: "a, ##args". */
static struct token *append_arguments(const struct definition *d, struct token *last,
				      struct ident **rest_ret)
{
	*rest_ret = built_in_ident("__VA_ARGS__");
	for (const struct token *t = d->open->next; t != d->close; t = t->next) {
		if (is_special(t, SPECIAL_ELLIPSIS))
			break;
		if (token_type(t) != TOKEN_IDENT)
			continue;
		if (is_special(t->next, SPECIAL_ELLIPSIS)) {
			*rest_ret = t->ident;
			break;
		}
		last = append_ident(last, t->ident);
		last = append_special(last, ',');
	}
	if (is_special(last, ','))
		last = append_special(last, SPECIAL_HASHHASH);
	return append_ident(last, *rest_ret);
}

/* M(a, ...) SELECT(M_some, M_none, __VA_ARGS__)(a, ##__VA_ARGS__) */
static void define_choice(const struct definition *d, struct ident *some, struct ident *none)
{
	struct token begin = { .next = &eof_token_entry }, arguments = begin;
	struct token *last = append_head(d, &begin, d->name->ident), *end;
	struct ident *rest;

	end = append_arguments(d, append_special(&arguments, '('), &rest);
	append_special(end, ')');
	last = append_ident(last, built_in_ident(PREFIX "select"));
	last = append_special(last, '(');
	last = append_ident(last, some);
	last = append_special(last, ',');
	last = append_ident(last, none);
	last = append_special(last, ',');
	last = append_ident(last, rest);
	last = append_special(last, ')');
	last->next = arguments.next;
	define(d->stream, d->line, begin.next);
}

/* True if token, the line from "define" on, is a variadic macro with __VA_OPT__. */
static bool parse_definition(struct token *token, struct definition *d)
{
	bool is_variadic = false, has_va_opt = false;

	d->keyword = token;
	d->name = token->next;
	if (token_type(d->name) != TOKEN_IDENT)
		return false;
	d->open = d->name->next;
	if (!is_special(d->open, '(') || d->open->pos.whitespace)
		return false;
	d->close = closing(d->open);
	for (struct token *t = d->open; t != d->close && !eof_token(t); t = t->next)
		is_variadic |= is_special(t, SPECIAL_ELLIPSIS);
	for (struct token *t = d->close; !eof_token(t); t = t->next)
		has_va_opt |= is_va_opt(t);
	return is_variadic && has_va_opt;
}

static int on_define(struct stream *stream, struct token **line, struct token *token)
{
	struct definition d = { .stream = stream, .line = line };

	if (!parse_definition(token, &d))
		return define(stream, line, token);
	struct ident *some = suffixed(&d, "some"), *none = suffixed(&d, "none");
	define_arm(&d, some, true);
	define_arm(&d, none, false);
	define_choice(&d, some, none);
	return 1;	/* the line is done with */
}

/*
 * preprocess() sets its handlers anew before it reads the first token.  So that token
 * is a macro of ours, which puts on_define() in (and layout.c's) and leaves a lone ";".
 */
static void on_first_token(struct token *token)
{
	struct symbol *sym = lookup_symbol(built_in_ident("define"), NS_PREPROCESSOR);

	if (sym && sym->handler && sym->handler != on_define) {
		define = sym->handler;
		sym->handler = on_define;
	}
	layout_preprocess();
	token_type(token) = TOKEN_SPECIAL;
	token->special = ';';
}

void vaopt_prepare(struct token *begin)
{
	struct symbol *sym = create_symbol(0, PREFIX "begin", SYM_NODE, NS_MACRO);
	struct token *token = __alloc_token(0);

	sym->expand_simple = on_first_token;
	token->pos = begin->pos;
	token->pos.newline = 1;
	token_type(token) = TOKEN_IDENT;
	token->ident = sym->ident;
	token->next = begin->next;
	begin->next = token;
}
