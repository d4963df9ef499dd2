/* SPDX-License-Identifier: MIT */
/*
 * What the printers share: clean text, wrapped lines, guards, and the blocks of a
 * finding that stand in the list and in the single view alike.
 */
#include "report/print.h"
#include "report/source.h"

/* ---- opening ------------------------------------------------------------ */

struct printer printer_open(const struct report *r, const struct ruleset *rules, bool color,
			    struct buf *out)
{
	struct printer p = { .r = r, .rules = rules, .color = color, .out = out };
	bool clang = false, sparse = false;

	p.source = source_create(r->srctree, r->objtree);
	for (u32 i = 0; i < r->frontends.n; i++) {
		clang |= !strncmp(r->frontends.a[i], "clang", 5);
		sparse |= !strncmp(r->frontends.a[i], "sparse", 6);
	}
	source_set_clang(p.source, clang && !sparse);
	return p;
}

void printer_close(struct printer *p)
{
	source_free(p->source);
}

/* ---- text --------------------------------------------------------------- */

/* Bytes of the valid UTF-8 sequence at s, 0 if it is none. */
static size_t utf8_len(const unsigned char *s)
{
	u32 c = s[0], n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	for (u32 i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong, surrogate, above U+10FFFF */
	if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) ||
	    (c == 0xf0 && s[1] < 0x90) || (c == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void add_utf8(struct buf *out, const char *s, bool keep_controls)
{
	const unsigned char *p = (const unsigned char *)s;

	while (p && *p) {
		size_t n = utf8_len(p);

		if (n == 0) {
			buf_addc(out, (char)(0xc0 | *p >> 6));
			buf_addc(out, (char)(0x80 | (*p & 0x3f)));
			p++;
		} else if (!keep_controls && (*p == '\n' || *p == '\r')) {
			buf_addc(out, ' ');
			p++;
		} else if (!keep_controls && ((*p < ' ' && *p != '\t') || *p == 0x7f)) {
			buf_addc(out, '?');
			p++;
		} else {
			buf_add(out, p, n);
			p += n;
		}
	}
}

void print_utf8(struct buf *out, const char *s)
{
	add_utf8(out, s, false);
}

void print_utf8_raw(struct buf *out, const char *s)
{
	add_utf8(out, s, true);
}

void print_style(const struct printer *p, enum print_style style)
{
	static const char *const codes[] = { "0", "1", "1;31", "1;35", "1;36", "36", "2" };

	if (p->color)
		buf_addf(p->out, "\033[%sm", codes[style]);
}

void print_styled(const struct printer *p, enum print_style style, const char *text)
{
	print_style(p, style);
	print_utf8(p->out, text);
	print_style(p, STYLE_NONE);
}

/* Columns of UTF-8 text, each character taken as one wide. */
static u32 width(const char *s, size_t len)
{
	u32 n = 0;

	for (size_t i = 0; i < len; i++)
		n += (s[i] & 0xc0) != 0x80;
	return n;
}

void print_wrapped(const struct printer *p, u32 col, u32 indent, const char *text)
{
	static const char blanks[] = " \t\r\n";
	struct buf word = BUF_INIT, raw = BUF_INIT;
	bool is_first = true;

	while (*(text += strspn(text, blanks))) {
		size_t len = strcspn(text, blanks);
		u32 w;

		buf_clear(&raw);
		buf_add(&raw, text, len);
		buf_clear(&word);
		print_utf8(&word, buf_text(&raw));
		w = width(word.s, word.len);
		if (!is_first && col + 1 + w > PRINT_WIDTH) {
			buf_addf(p->out, "\n%*s", (int)indent, "");
			col = indent;
		} else if (!is_first) {
			buf_addc(p->out, ' ');
			col++;
		}
		buf_add(p->out, word.s, word.len);
		col += w;
		text += len;
		is_first = false;
	}
	buf_free(&word);
	buf_free(&raw);
}

void print_place(struct buf *out, const char *file, u32 line)
{
	if (!file || !*file) {
		buf_adds(out, "(place not known)");
		return;
	}
	print_utf8(out, file);
	if (line)
		buf_addf(out, ":%u", line);
}

/* ---- guards ------------------------------------------------------------- */

/* !x that is not the start of something larger, such as !a < b. */
static bool is_plain_not(const char *text)
{
	return text[0] == '!' && text[1] != '!' && source_tests_zero(text) &&
	       !source_tests_zero(text + 1);
}

struct guard_view guard_view(const struct printer *p, const struct diag_guard *g)
{
	struct guard_view v = { .text = g->text, .value = g->value };
	bool is_macro = false;

	if (!v.text) {
		v.text = source_guard(p->source, g, &is_macro);
		if (v.text && source_tests_zero(v.text) != g->is_zero_test)
			v.value = !v.value;
	}
	v.shown = v.text;
	v.word = v.value ? "when" : "unless";
	if (!v.text) {
		v.shown = "a condition whose source can't be read";
		v.word = "after";
	} else if (is_macro || source_is_compound(v.text) || !strncmp(v.text, "switch (", 8)) {
		v.word = "after";
	} else if (!v.value && is_plain_not(v.text)) {
		v.shown = v.text + 1;
		v.word = "when";
	}
	return v;
}

/* ---- a finding ---------------------------------------------------------- */

static enum print_style severity_style(const char *severity)
{
	if (!strcmp(severity, "error"))
		return STYLE_ERROR;
	return strcmp(severity, "warning") ? STYLE_NOTE : STYLE_WARNING;
}

void print_claim(const struct printer *p, const struct diag_finding *f)
{
	struct buf text = BUF_INIT;
	const struct diag_place *at = diag_headline(f);
	u32 col;

	print_place(&text, at->file, at->line);
	buf_addf(&text, ": ");
	print_styled(p, STYLE_BOLD, buf_text(&text));
	col = (u32)text.len;
	print_styled(p, severity_style(f->severity), f->severity);
	buf_adds(p->out, ": ");
	col += (u32)strlen(f->severity) + 2;
	buf_clear(&text);
	buf_addf(&text, "%s [%s]", f->message, f->rule);
	print_wrapped(p, col, 4, buf_text(&text));
	buf_addc(p->out, '\n');
	buf_free(&text);
}

/* The contexts that the root's kind has, in the rules' order; NULL: not known. */
static const struct rule_root *root_rule(const struct printer *p, const struct diag_finding *f)
{
	for (u32 i = 0; p->rules && f->root_kind && i < p->rules->roots.n; i++)
		if (!strcmp(p->rules->roots.a[i].kind, f->root_kind))
			return &p->rules->roots.a[i];
	return NULL;
}

static bool has_context(const struct diag_finding *f, const char *name)
{
	for (u32 i = 0; i < f->contexts.n; i++)
		if (!strcmp(f->contexts.a[i], name))
			return true;
	return false;
}

/* Contexts of one family have the same word before the first '-' ("direct", "direct-nofs"). */
static bool same_family(const char *a, const char *b)
{
	size_t n = strcspn(a, "-");

	return n == strcspn(b, "-") && !strncmp(a, b, n);
}

static void add_names(struct buf *out, const struct diag_finding *f)
{
	for (u32 i = 0; i < f->contexts.n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", f->contexts.a[i]);
}

/* "X only", "every context: ..", "every X context: ..", or the names. */
static void add_contexts(const struct printer *p, const struct diag_finding *f, struct buf *out)
{
	const struct rule_root *root = root_rule(p, f);
	const char *first = f->contexts.a[0];
	u32 n_missing = 0, n_missing_family = 0, n_family = 0;

	for (u32 i = 0; i < f->contexts.n; i++)
		n_family += same_family(first, f->contexts.a[i]);
	for (u32 i = 0; root && i < root->n_contexts; i++) {
		if (has_context(f, root->contexts[i]))
			continue;
		n_missing++;
		n_missing_family += same_family(first, root->contexts[i]);
	}
	if (root && n_missing == 0 && f->contexts.n > 1) {
		buf_adds(out, "every context: ");
	} else if (root && n_family > 1 && n_family == f->contexts.n && n_missing_family == 0) {
		buf_addf(out, "every %.*s context: ", (int)strcspn(first, "-"), first);
	} else if (f->contexts.n == 1 && root && n_missing) {
		buf_addf(out, "%s only", first);
		return;
	}
	add_names(out, f);
}

static void print_field(const struct printer *p, const char *name, const char *text)
{
	buf_addf(p->out, "  %-13s", name);
	print_wrapped(p, 15, 15, text);
	buf_addc(p->out, '\n');
}

static void print_root(const struct printer *p, const struct diag_finding *f)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s()", f->root.function);
	if (f->root_member && f->root_kind)
		buf_addf(&text, ", %s of a %s", f->root_member, f->root_kind);
	else if (f->root_kind)
		buf_addf(&text, ", a %s", f->root_kind);
	if (f->root.module && *f->root.module)
		buf_addf(&text, " in module %s", f->root.module);
	print_field(p, "root:", buf_text(&text));
	buf_clear(&text);
	print_place(&text, f->root.file, f->root.line);
	print_field(p, "", buf_text(&text));
	buf_free(&text);
}

static void add_lock(struct buf *out, const struct diag_lock *lock)
{
	buf_adds(out, lock->class_name);
	if (lock->kind && lock->mode && strcmp(lock->mode, "exclusive"))
		buf_addf(out, " (%s, %s)", lock->kind, lock->mode);
	else if (lock->kind)
		buf_addf(out, " (%s)", lock->kind);
}

void print_contexts(const struct printer *p, const struct diag_finding *f, u32 indent)
{
	for (u32 i = 0; p->rules && i < p->rules->contexts.n; i++) {
		const struct rule_context *c = &p->rules->contexts.a[i];

		if (!c->title || !has_context(f, c->name))
			continue;
		buf_addf(p->out, "%*s%s: ", (int)indent, "", c->name);
		print_wrapped(p, indent + (u32)strlen(c->name) + 2, indent + 4, c->title);
		buf_addc(p->out, '\n');
	}
}

/* The path that is shown is not the way in every context: say in which it is. */
static void print_path_contexts(const struct printer *p, const struct diag_finding *f, struct buf *text)
{
	if (!f->path_contexts.n || f->path_contexts.n == f->contexts.n)
		return;
	buf_clear(text);
	for (u32 i = 0; i < f->path_contexts.n; i++)
		buf_addf(text, "%s%s", i ? ", " : "", f->path_contexts.a[i]);
	buf_adds(text, " (elsewhere other calls lead to the same place)");
	print_field(p, "this path:", buf_text(text));
}

/* What is known of the finding, a line each; ends without an empty line. */
void print_facts(const struct printer *p, const struct diag_finding *f, bool with_titles)
{
	struct buf text = BUF_INIT;

	print_root(p, f);
	if (f->contexts.n) {
		add_contexts(p, f, &text);
		print_field(p, "runs in:", buf_text(&text));
		print_path_contexts(p, f, &text);
		if (with_titles)
			print_contexts(p, f, 17);
	}
	if (f->lock.class_name) {
		buf_clear(&text);
		add_lock(&text, &f->lock);
		print_field(p, "lock:", buf_text(&text));
	}
	if (f->confidence && strcmp(f->confidence, "certain"))
		print_field(p, "confidence:", f->confidence);
	if (f->by_cocci)
		print_field(p, "found by:", f->only_cocci ? "Coccinelle" : "reclint, Coccinelle");
	if (f->marked)
		print_field(p, "silenced by:", f->marked);
	buf_free(&text);
}

void print_rule(const struct printer *p, const struct diag_finding *f)
{
	const struct rule_desc *desc = p->rules ? ruleset_desc(p->rules, f->rule) : NULL;

	if (desc && desc->why)
		print_field(p, "why:", desc->why);
	if (desc && desc->mend)
		print_field(p, "mend:", desc->mend);
}

static const char *via_text(const char *via)
{
	static const struct { const char *via, *text; } words[] = {
		{ "ops", "calls through an ops table" },
		{ "argument", "calls a function that was passed in" },
		{ "store", "calls a function that was stored" },
		{ "signature", "calls through a pointer, matched by its type alone" },
	};

	for (u32 i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(via, words[i].via))
			return words[i].text;
	return via;
}

void print_via(const struct printer *p, const struct diag_hop *hop, u32 col)
{
	struct buf text = BUF_INIT;

	if (!hop->via || !strcmp(hop->via, "direct"))
		return;
	buf_adds(&text, via_text(hop->via));
	if (hop->via_detail)
		buf_addf(&text, ": %s", hop->via_detail);
	if (hop->n_targets == 1)
		buf_adds(&text, " (the only target)");
	else if (hop->n_targets > 1)
		buf_addf(&text, " (one of %u targets)", hop->n_targets);
	buf_addf(p->out, "%*s", (int)col, "");
	print_wrapped(p, col, col + 4, buf_text(&text));
	buf_addc(p->out, '\n');
	buf_free(&text);
}

void print_called(struct buf *out, const struct diag_hop *hop)
{
	if (!hop->calls || *hop->calls)
		buf_addf(out, " calls %s()", hop->calls ? hop->calls : "?");
}

void print_sink(const struct printer *p, const struct diag_finding *f, const char *sink)
{
	struct buf text = BUF_INIT;

	if (!*sink)
		return;
	buf_addf(&text, "=> %s()", sink);
	if (f->lock.class_name) {
		buf_adds(&text, f->is_stated ? " begins the statement for " : f->lock.mode ? " takes " : " waits for ");
		add_lock(&text, &f->lock);
	}
	buf_adds(p->out, "    ");
	print_wrapped(p, 4, 8, buf_text(&text));
	buf_addc(p->out, '\n');
	buf_free(&text);
}
