// SPDX-License-Identifier: MIT
/*
 * Scans source text for comments, with strings and character constants told apart from code.
 *
 * Ignored: a call that stands on another line than the first of its statement, when the comment
 * is before the statement; comments that a macro's definition has.
 */
#include "analysis/allow.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"

#define WORD "reclint:"

/* ---- one comment ------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *s, const char *end)
{
	while (s < end && is_blank(*s))
		s++;
	return s;
}

/* White space and the stars that begin lines become one blank; NULL: nothing is left. */
static const char *clean_text(struct arena *a, const char *s, const char *end)
{
	struct buf text = BUF_INIT;
	const char *ret;

	while (end > s && (is_blank(end[-1]) || end[-1] == '*'))
		end--;
	for (s = skip_blanks(s, end); s < end; s++) {
		if (!is_blank(*s)) {
			buf_addc(&text, *s);
			continue;
		}
		s = skip_blanks(s, end);
		if (s < end && *s == '*' && s + 1 < end && is_blank(s[1]))
			s = skip_blanks(s + 1, end);
		buf_addc(&text, ' ');
		s--;
	}
	ret = text.len ? arena_strdup(a, buf_text(&text)) : NULL;
	buf_free(&text);
	return ret;
}

static void split_rules(struct arena *a, const char *s, const char *end, struct allow *ret)
{
	const char *comma;
	u32 max = 1;

	for (comma = s; comma < end; comma++)
		max += *comma == ',';
	ret->rules = arena_array(a, const char *, max);
	for (; s <= end; s = comma + 1) {
		const char *name;

		comma = memchr(s, ',', (size_t)(end - s));
		if (!comma)
			comma = end;
		name = clean_text(a, s, comma);
		if (name)
			ret->rules[ret->n_rules++] = name;
	}
}

/* The inside of a comment that begins on that line. */
static void read_comment(struct allows *all, const char *file, u32 line, const char *s, const char *end)
{
	const char *word = memmem(s, (size_t)(end - s), WORD, strlen(WORD)), *close;
	struct allow allow = { .file = file, .line = line };

	if (!word)
		return;
	for (; s < word; s++)
		allow.line += *s == '\n';
	s = skip_blanks(word + strlen(WORD), end);
	if ((size_t)(end - s) < 5 || strncmp(s, "allow", 5))
		return;
	s = skip_blanks(s + 5, end);
	close = s < end ? memchr(s, ')', (size_t)(end - s)) : NULL;
	if (s < end && *s == '(' && close) {
		split_rules(&all->arena, s + 1, close, &allow);
		allow.why = clean_text(&all->arena, close + 1, end);
	}
	vec_push(&all->a, allow);
}

/* ---- one file ---------------------------------------------------------------- */

struct scan {
	struct allows *all;
	const char *file;
	const char *s, *end;
	u32 line;
	u32 code_line;		/* the last with code on it */
	u32 open;		/* comments from here on have not met the code that they are about */
};

static void meet_code(struct scan *x)
{
	x->code_line = x->line;
	for (; x->open < x->all->a.n; x->open++)
		x->all->a.a[x->open].code = x->line;
}

/* To behind the closing quote, or the end of the line, which no string goes beyond. */
static void skip_quoted(struct scan *x)
{
	char quote = *x->s++;

	while (x->s < x->end && *x->s != quote && *x->s != '\n') {
		if (*x->s == '\\' && x->s + 1 < x->end)
			x->line += *++x->s == '\n';
		x->s++;
	}
	x->s += x->s < x->end && *x->s == quote;
}

static void skip_comment(struct scan *x)
{
	bool is_block = x->s[1] == '*';
	const char *from = x->s + 2, *to;
	u32 first = x->line, n = x->all->a.n;

	to = is_block ? memmem(from, (size_t)(x->end - from), "*/", 2) : memchr(from, '\n', (size_t)(x->end - from));
	if (!to)
		to = x->end;
	read_comment(x->all, x->file, first, from, to);
	/* behind code on its line, it is about that */
	for (; n < x->all->a.n && x->code_line == first; n++) {
		x->all->a.a[n].code = first;
		x->open = n + 1;
	}
	for (x->s = to; from < to; from++)
		x->line += *from == '\n';
	if (is_block && x->s < x->end)
		x->s += 2;
}

static void scan_text(struct allows *all, const char *file, const struct blob *text)
{
	struct scan x = { all, file, text->p, text->p + text->n, 1, 0, all->a.n };

	while (x.s < x.end) {
		if (*x.s == '\n') {
			x.line++;
			x.s++;
		} else if (is_blank(*x.s)) {
			x.s++;
		} else if (*x.s == '/' && x.s + 1 < x.end && (x.s[1] == '*' || x.s[1] == '/')) {
			skip_comment(&x);
		} else {
			meet_code(&x);
			if (*x.s == '"' || *x.s == '\'')
				skip_quoted(&x);
			else
				x.s++;
		}
	}
}

static void scan_file(struct allows *all, const char *file, const char *srctree, const char *objtree)
{
	const char *const dirs[] = { srctree, objtree };
	struct arena a = ARENA_INIT;
	bool is_read = false;
	struct blob text;

	for (u32 i = 0; i < ARRAY_LEN(dirs) && !is_read; i++) {
		struct err *err = dirs[i] ? file_read(file_join(&a, dirs[i], file), &text) : err_new("no folder");

		is_read = !err;
		err_free(err);
	}
	if (is_read && memmem(text.p, text.n, WORD, strlen(WORD)))
		scan_text(all, file, &text);
	if (is_read)
		blob_free(&text);
	arena_free(&a);
}

/* ---- all of them --------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
	const struct allow *x = a, *y = b;
	int c = strcmp(x->file, y->file);

	return c ? c : x->line < y->line ? -1 : x->line > y->line;
}

/* A definition may begin on the line above its name: no statement is there, since its block would
 * have to end before the next function. */
static void set_functions(struct allows *all, const struct program *p)
{
	for (u32 fn = 1; fn < p->fns.n; fn++) {
		const struct pfn *f = &p->fns.a[fn];

		for (u32 i = 0; f->defined && i < all->a.n; i++) {
			struct allow *a = &all->a.a[i];

			if (!a->code || (f->line != a->code && f->line != a->code + 1) ||
			    (a->fn && p->fns.a[a->fn].line == a->code) || strcmp(program_str(p, f->file), a->file))
				continue;
			a->fn = fn;
			a->fn_name = pfn_name(p, fn);
		}
	}
}

void allows_find(const struct program *p, const char *srctree, const char *objtree, struct allows *ret)
{
	struct map seen = MAP_INIT;

	memset(ret, 0, sizeof(*ret));
	for (u32 fn = 1; fn < p->fns.n; fn++) {
		const char *file = program_str(p, p->fns.a[fn].file);
		bool is_new;

		if (!p->fns.a[fn].defined)
			continue;
		map_put_bytes(&seen, file, strlen(file), &is_new);
		if (is_new)
			scan_file(ret, file, srctree, objtree);
	}
	map_free(&seen);
	vec_sort(&ret->a, by_place);
	if (ret->a.n)
		set_functions(ret, p);
}

void allows_free(struct allows *a)
{
	vec_free(&a->a);
	arena_free(&a->arena);
}

static bool has_rule(const struct allow *a, const char *rule)
{
	for (u32 i = 0; i < a->n_rules; i++)
		if (!strcmp(a->rules[i], rule))
			return true;
	return false;
}

u32 allows_cover(const struct allows *all, const struct program *p, const char *rule, u32 fn, u32 line)
{
	const char *file = all->a.n ? program_str(p, p->fns.a[fn].file) : NULL;

	for (u32 i = 0; i < all->a.n; i++) {
		const struct allow *a = &all->a.a[i];

		if (a->why && has_rule(a, rule) &&
		    (a->fn ? a->fn == fn : a->code == line && !strcmp(a->file, file)))
			return i + 1;
	}
	return 0;
}

/* ---- the report ------------------------------------------------------------------ */

const char *allow_text(const struct allow *a, struct arena *arena)
{
	return arena_printf(arena, "comment %s:%u", a->file, a->line);
}

static bool is_at(const struct allow *a, const struct diag_place *at)
{
	if (!at->file || strcmp(at->file, a->file))
		return false;
	return a->fn ? !strcmp(at->function, a->fn_name) : at->line == a->code;
}

static struct allow *allow_of(struct allows *all, const char *rule, const struct diag_hop *hops, u32 n)
{
	for (u32 i = 0; i < all->a.n; i++) {
		struct allow *a = &all->a.a[i];

		for (u32 k = 0; a->why && has_rule(a, rule) && k < n; k++)
			if (is_at(a, &hops[k].at))
				return a;
	}
	return NULL;
}

void allows_silence(struct allows *all, struct report *r)
{
	u32 n = 0;

	for (u32 i = 0; i < r->findings.n; i++) {
		struct diag_finding *f = &r->findings.a[i];
		struct allow *a = allow_of(all, f->rule, f->chain.a, f->chain.n);

		if (!a)
			a = allow_of(all, f->rule, f->witness.a, f->witness.n);
		if (a) {
			a->n_silenced++;
			f->marked = allow_text(a, &r->arena);
			f->is_allowed = true;
			vec_push(&r->marked, *f);
		} else {
			r->findings.a[n++] = *f;
		}
	}
	r->findings.n = n;
}

static const char *what_is_wrong(const struct allow *a, const struct ruleset *rules, struct report *r)
{
	if (!a->n_rules)
		return "it names no rule: reclint: allow(RULE) REASON";
	for (u32 i = 0; i < a->n_rules; i++)
		if (!ruleset_desc(rules, a->rules[i]))
			return arena_printf(&r->arena, "there is no rule '%s'", a->rules[i]);
	if (!a->why)
		return "it gives no reason, so it allows nothing";
	return a->n_silenced ? NULL : "it silences nothing";
}

void allows_report(const struct allows *all, const struct ruleset *rules, struct report *r)
{
	for (u32 i = 0; i < all->a.n; i++) {
		const struct allow *a = &all->a.a[i];
		struct buf names = BUF_INIT;
		struct diag_allow d = { .file = arena_strdup(&r->arena, a->file), .line = a->line,
					.n_silenced = a->n_silenced, .warning = what_is_wrong(a, rules, r) };

		for (u32 k = 0; k < a->n_rules; k++)
			buf_addf(&names, "%s%s", k ? ", " : "", a->rules[k]);
		d.rules = arena_strdup(&r->arena, buf_text(&names));
		d.why = a->why ? arena_strdup(&r->arena, a->why) : NULL;
		vec_push(&r->allows, d);
		buf_free(&names);
	}
}
