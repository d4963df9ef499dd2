// SPDX-License-Identifier: MIT
/*
 * Function-name patterns: braces are expanded at load ("{_,__}lock{,_irq}"),
 * '*' and '?' are matched later.
 */
#include "rule/internal.h"

#include <ctype.h>

#define MAX_NAME 128

struct expander {
	struct arena *arena;
	const char *text;
	VEC(const char *) names;
	char name[MAX_NAME];
	struct text_error error;
};

static bool fail(struct expander *x, const char *what, const char *at)
{
	x->error = (struct text_error){ what, (u32)(at - x->text) };
	return false;
}

static bool is_literal(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* Braces balance, and nothing but names, wildcards and braces is there. */
static bool check(struct expander *x)
{
	const char *open[4];
	u32 depth = 0, n_literals = 0;

	for (const char *p = x->text; *p; p++) {
		if (*p == '{') {
			if (depth == ARRAY_LEN(open))
				return fail(x, "braces are nested too deeply", p);
			open[depth++] = p;
		} else if (*p == '}') {
			if (!depth)
				return fail(x, "'}' without '{'", p);
			depth--;
		} else if (*p == ',' && !depth) {
			return fail(x, "',' outside braces", p);
		} else if (is_literal(*p)) {
			n_literals++;
		} else if (!strchr("*?,", *p)) {
			return fail(x, "a function's name cannot hold this character", p);
		}
	}
	if (depth)
		return fail(x, "'{' without '}'", open[depth - 1]);
	if (!n_literals)
		return fail(x, *x->text ? "matches every function" : "empty name", x->text);
	return true;
}

/* The brace that closes the one at p. */
static const char *closing(const char *p)
{
	u32 depth = 0;

	for (;; p++) {
		depth += *p == '{';
		if (*p == '}' && !--depth)
			return p;
	}
}

/* Where the alternative that starts at p ends: at its ',' or '}'. */
static const char *alternative_end(const char *p)
{
	for (u32 depth = 0;; p++) {
		if (!depth && (*p == ',' || *p == '}'))
			return p;
		depth += *p == '{';
		depth -= *p == '}';
	}
}

static bool expand(struct expander *x, char *name, const char *p);

/* x->name up to 'name' is done; the rest is an alternative, then what follows the braces. */
static bool expand_braces(struct expander *x, char *name, const char *p)
{
	const char *end = closing(p);

	do {
		const char *start = p + 1;
		char rest[8 * MAX_NAME];

		p = alternative_end(start);
		size_t n = (size_t)(p - start), n_tail = strlen(end + 1);

		if (n + n_tail >= sizeof(rest))
			return fail(x, "pattern is too long", x->text);
		memcpy(rest, start, n);
		memcpy(rest + n, end + 1, n_tail + 1);
		if (!expand(x, name, rest))
			return false;
	} while (p != end);
	return true;
}

static bool expand(struct expander *x, char *name, const char *p)
{
	for (; *p && *p != '{'; p++) {
		if (name == x->name + MAX_NAME - 1)
			return fail(x, "name is too long", x->text);
		*name++ = *p;
	}
	if (*p)
		return expand_braces(x, name, p);
	*name = 0;
	if (name == x->name)
		return fail(x, "an alternative is an empty name", x->text);
	if (x->names.n == GLOB_MAX_NAMES)
		return fail(x, "pattern expands to too many names", x->text);
	vec_push(&x->names, arena_strdup(x->arena, x->name));
	return true;
}

bool glob_expand(struct arena *a, const char *text, const char ***names_ret, u32 *n_ret,
		 struct text_error *error_ret)
{
	struct expander x = { .arena = a, .text = text };

	if (!check(&x) || !expand(&x, x.name, text)) {
		vec_free(&x.names);
		*error_ret = x.error;
		return false;
	}
	*names_ret = arena_dup(a, x.names.a, x.names.n * sizeof(x.names.a[0]));
	*n_ret = x.names.n;
	vec_free(&x.names);
	return true;
}

bool glob_is_exact(const char *glob)
{
	return !strpbrk(glob, "*?");
}

bool glob_match(const char *glob, const char *name)
{
	const char *star = NULL, *retry = NULL;

	while (*name) {
		if (*glob == '*') {
			star = ++glob;
			retry = name;
		} else if (*glob == '?' || *glob == *name) {
			glob++;
			name++;
		} else if (star) {
			glob = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return !*glob;
}
