// SPDX-License-Identifier: MIT
/*
 * Reads the annotations of a test case: comments that start with "expect", and
 * the "check-NAME:" tags, on any line of a comment.  Strings and character constants are
 * skipped, so that an annotation inside one is none.  A comment that starts with
 * "expect" and can't be read is an error, never prose.
 */
#include "cli/verify.h"

#include "base/err.h"
#include "base/file.h"

#include <ctype.h>
#include <stdlib.h>

static const char *const kind_names[EXPECT_KIND_COUNT] = {
	[EXPECT_FINDING] = "expect",	     [EXPECT_MISSING] = "expect-missing",
	[EXPECT_FALSE] = "expect-false",     [EXPECT_MARKED] = "expect-marked",
	[EXPECT_NOTE] = "expect-note",	     [EXPECT_GUARD] = "expect-guard",
	[EXPECT_VIA] = "expect-via",	     [EXPECT_GAP] = "expect-gap",
	[EXPECT_ROOT] = "expect-root",
};

struct parser {
	struct arena *a;
	struct case_file *file;
	struct verify_case *c;
	u32 line;
	VEC(const char *) names;	/* scratch of parse_names() */
};

static const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

static size_t word_length(const char *s)
{
	return strcspn(s, " \t\"");
}

/* "a,b" or "a b" to a list. */
static struct name_list parse_names(struct parser *p, const char *s, const char *separators)
{
	struct name_list list = { NULL, 0 };

	p->names.n = 0;
	while (*(s += strspn(s, separators))) {
		size_t n = strcspn(s, separators);

		vec_push(&p->names, arena_printf(p->a, "%.*s", (int)n, s));
		s += n;
	}
	list.n = p->names.n;
	list.a = arena_array(p->a, const char *, list.n + 1);
	for (u32 i = 0; i < list.n; i++)
		list.a[i] = p->names.a[i];
	return list;
}

static struct err *parse_contexts(struct parser *p, const char *value, struct expectation *e)
{
	e->has_contexts = true;
	if (strcmp(value, "all") == 0) {
		e->is_all_but = true;
		return NULL;
	}
	e->is_all_but = *value == '!';
	e->contexts = parse_names(p, value + e->is_all_but, ",");
	return e->contexts.n ? NULL : err_new("no context in 'contexts=%s'", value);
}

/* KEY=VALUE. */
static struct err *parse_key(struct parser *p, const char *word, struct expectation *e)
{
	const char *value = strchr(word, '=') + 1;
	size_t n = (size_t)(value - word) - 1;

	if (strncmp(word, "contexts", n) == 0 && n == 8)
		return parse_contexts(p, value, e);
	if (strncmp(word, "root", n) == 0 && n == 4) {
		e->root = value;
		return NULL;
	}
	if (strncmp(word, "value", n) == 0 && n == 5) {
		if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
			return err_new("'%s' is neither value=true nor value=false", word);
		e->value = value;
		return NULL;
	}
	return err_new("unknown key in '%s'", word);
}

/* The text between quotes; \" is a quote, every other backslash belongs to the regex. */
static struct err *parse_quoted(struct parser *p, const char **s, struct expectation *e)
{
	struct buf b = BUF_INIT;
	const char *at = *s + 1;

	for (; *at && *at != '"'; at++) {
		if (at[0] == '\\' && at[1] == '"')
			at++;
		buf_addc(&b, *at);
	}
	if (*at)
		e->text = arena_strdup(p->a, buf_text(&b));
	buf_free(&b);
	if (!*at)
		return err_new("no closing quote");
	*s = at + 1;
	return NULL;
}

static struct err *compile(struct expectation *e)
{
	char text[200];
	int status;

	if (!e->text || e->kind == EXPECT_GUARD)
		return NULL;
	status = regcomp(&e->regex, e->text, REG_EXTENDED | REG_NOSUB);
	if (!status)
		return NULL;
	regerror(status, &e->regex, text, sizeof(text));
	e->text = NULL;
	return err_new("bad regular expression: %s", text);
}

/* What each kind can't do without. */
static struct err *check_complete(const struct expectation *e)
{
	switch (e->kind) {
	case EXPECT_GUARD:
		return e->text ? NULL : err_new("no \"text\" of the guard");
	case EXPECT_NOTE:
		return e->word && e->text ? NULL : err_new("a note needs a rule and a \"regex\"");
	default:
		return e->word ? NULL : err_new("%s: names nothing", kind_names[e->kind]);
	}
}

/* What stands behind the colon: [WORD] ["TEXT"] [KEY=VALUE]... in any order. */
static struct err *parse_items(struct parser *p, const char *s, struct expectation *e)
{
	struct err *err = NULL;

	while (!err && *(s = skip_blanks(s))) {
		if (*s == '"') {
			err = e->text ? err_new("two quoted texts") : parse_quoted(p, &s, e);
			continue;
		}
		size_t n = word_length(s);
		const char *word = arena_printf(p->a, "%.*s", (int)n, s);

		s += n;
		if (strchr(word, '='))
			err = parse_key(p, word, e);
		else if (e->word)
			err = err_new("'%s' behind '%s'", word, e->word);
		else
			e->word = word;
	}
	if (!err)
		err = check_complete(e);
	return err ? err : compile(e);
}

/* "expect-false@-1: ...": the kind and the line's offset. */
static struct err *parse_expectation(struct parser *p, const char *s)
{
	struct expectation e = { .kind = EXPECT_KIND_COUNT, .at = p->line, .line = p->line };
	size_t n = strcspn(s, "@: \t");
	struct err *err;

	for (int k = 0; k < EXPECT_KIND_COUNT; k++)
		if (strlen(kind_names[k]) == n && strncmp(kind_names[k], s, n) == 0)
			e.kind = (enum expect_kind)k;
	if (e.kind == EXPECT_KIND_COUNT)
		return err_new("unknown annotation '%.*s'", (int)n, s);
	s += n;
	if (*s == '@') {
		char *end;
		long offset = strtol(s + 1, &end, 10);

		if (end == s + 1 || (long)p->line + offset < 1 || offset > 1000000)
			return err_new("bad line offset in an annotation");
		e.line = (u32)((long)p->line + offset);
		s = end;
	}
	if (*s != ':')
		return err_new("no ':' behind '%s'", kind_names[e.kind]);
	err = parse_items(p, s + 1, &e);
	if (!err)
		vec_push(&p->file->expectations, e);
	return err;
}

static struct err *parse_option(struct parser *p, const char *word, struct buf *rules,
				struct buf *defines)
{
	if (strncmp(word, "--rules=", 8) == 0 && word[8]) {
		buf_addf(rules, "%s\n", file_join(p->a, p->file->full, arena_printf(p->a, "../%s",
										    word + 8)));
		return NULL;
	}
	if (strncmp(word, "-D", 2) == 0 && word[2]) {
		buf_addf(defines, "%s\n", word);
		return NULL;
	}
	return err_new("unknown option '%s' in check-options", word);
}

static struct err *parse_options(struct parser *p, const char *value)
{
	struct buf rules = BUF_INIT, defines = BUF_INIT;
	struct name_list words = parse_names(p, value, " \t");
	struct err *err = NULL;

	for (u32 i = 0; !err && i < words.n; i++)
		err = parse_option(p, words.a[i], &rules, &defines);
	if (rules.len)
		p->c->overlays = parse_names(p, rules.s, "\n");
	if (defines.len)
		p->c->defines = parse_names(p, defines.s, "\n");
	buf_free(&rules);
	buf_free(&defines);
	return err;
}

/* "check-NAME: value". */
static struct err *parse_tag(struct parser *p, const char *s)
{
	size_t n = strcspn(s, ": \t");
	const char *tag = arena_printf(p->a, "%.*s", (int)n, s);
	const char *value = skip_blanks(s + n + 1);

	if (s[n] != ':')
		return err_new("no ':' behind '%s'", tag);
	if (!*value)
		return err_new("'%s' has no value", tag);
	value = arena_strdup(p->a, value);
	if (strcmp(tag, "check-name") == 0)
		p->c->title = value;
	else if (strcmp(tag, "check-known-to-fail") == 0)
		p->c->known_to_fail = value;
	else if (strcmp(tag, "check-module") == 0)
		p->file->module = value;
	else if (strcmp(tag, "check-frontend") == 0)
		p->c->frontends = parse_names(p, value, " \t,");
	else if (strcmp(tag, "check-options") == 0)
		return parse_options(p, value);
	else
		return err_new("unknown tag '%s'", tag);
	return NULL;
}

/* One line of a comment, [s, end). */
static struct err *parse_comment_line(struct parser *p, const char *s, const char *end)
{
	char *line;

	while (s < end && (*s == ' ' || *s == '\t' || *s == '*'))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	line = arena_printf(p->a, "%.*s", (int)(end - s), s);
	if (strncmp(line, "check-", 6) == 0)
		return parse_tag(p, line);
	if (strncmp(line, "expect", 6) == 0 && strchr("-@: ", line[6]) && line[6])
		return parse_expectation(p, line);
	return NULL;
}

/* s is behind the opening; returns where the comment ends in *ret. */
static struct err *parse_comment(struct parser *p, const char *s, bool is_block, const char **ret)
{
	const char *end = is_block ? strstr(s, "*/") : strchrnul(s, '\n');

	if (!end)
		return err_new("comment is not closed");
	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));
		const char *stop = eol ? eol : end;
		struct err *err = parse_comment_line(p, s, stop);

		if (err)
			return err;
		p->line += eol != NULL;
		s = stop + (eol != NULL);
	}
	*ret = is_block ? end + 2 : end;
	return NULL;
}

/* Behind a string or a character constant that starts at s. */
static const char *skip_literal(const char *s)
{
	char quote = *s++;

	while (*s && *s != quote && *s != '\n')
		s += s[0] == '\\' && s[1] && s[1] != '\n' ? 2 : 1;
	return *s == quote ? s + 1 : s;
}

static struct err *parse_text(struct parser *p, const char *s)
{
	struct err *err = NULL;

	while (!err && *s) {
		if (s[0] == '/' && (s[1] == '*' || s[1] == '/')) {
			err = parse_comment(p, s + 2, s[1] == '*', &s);
		} else if (*s == '"' || *s == '\'') {
			s = skip_literal(s);
		} else {
			p->line += *s == '\n';
			s++;
		}
	}
	return err;
}

struct err *verify_parse(struct arena *a, const char *text, struct case_file *file,
			 struct verify_case *c)
{
	struct parser p = { .a = a, .file = file, .c = c, .line = 1 };
	struct err *err = parse_text(&p, text);

	vec_free(&p.names);
	return err ? err_wrap(err, "%s:%u", file->path, p.line) : NULL;
}

void verify_case_free(struct verify_case *c)
{
	for (u32 i = 0; i < c->files.n; i++) {
		struct case_file *f = &c->files.a[i];

		for (u32 j = 0; j < f->expectations.n; j++)
			if (f->expectations.a[j].text && f->expectations.a[j].kind != EXPECT_GUARD)
				regfree(&f->expectations.a[j].regex);
		vec_free(&f->expectations);
	}
	vec_free(&c->files);
}
