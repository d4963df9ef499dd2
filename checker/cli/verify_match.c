// SPDX-License-Identifier: MIT
/*
 * Compares what was found with what a case expects.  A finding matches an
 * expectation if the line is one of its sites (a hop of its path, its sink, a hop of
 * its witness, a folded site), the rule is the same, and the regex matches its
 * message, its lock class or its sink.  Every finding must be expected, every
 * expectation must be met, and no expected path leads through a function whose
 * name says that it is fine.
 */
#include "cli/verify.h"

#include "report/diag.h"
#include "rule/rule.h"

#include <stdlib.h>

struct difference { const char *file, *text; u32 line, order; };

struct match {
	struct arena a;
	struct verify_case *c;
	const struct report *r;
	const struct ruleset *rules;
	struct source_cache *source;
	VEC(struct difference) differences;
};

static void differ(struct match *m, const char *file, u32 line, const char *text)
{
	struct difference d = { file, text, line, m->differences.n };

	vec_push(&m->differences, d);
}

static bool is_at(const struct case_file *f, u32 line, const char *file, u32 at)
{
	return line == at && file && strcmp(file, f->fact_name) == 0;
}

static const struct case_file *file_of(const struct match *m, const char *fact_name)
{
	for (u32 i = 0; fact_name && i < m->c->n_sources; i++)
		if (strcmp(m->c->files.a[i].fact_name, fact_name) == 0)
			return &m->c->files.a[i];
	return NULL;
}

/* The path as the user reads it. */
static const char *shown(const struct match *m, const char *fact_name)
{
	const struct case_file *f = file_of(m, fact_name);

	return f ? f->path : fact_name ? fact_name : "?";
}

static bool matches(const struct expectation *e, const char *text)
{
	return text && regexec(&e->regex, text, 0, NULL, 0) == 0;
}

static bool is_site(const struct diag_finding *f, const struct case_file *file, u32 line)
{
	bool is = is_at(file, line, f->sink.file, f->sink.line);

	for (u32 i = 0; !is && i < f->chain.n; i++)
		is = is_at(file, line, f->chain.a[i].at.file, f->chain.a[i].at.line);
	for (u32 i = 0; !is && i < f->witness.n; i++)
		is = is_at(file, line, f->witness.a[i].at.file, f->witness.a[i].at.line);
	for (u32 i = 0; !is && i < f->also.n; i++)
		is = is_at(file, line, f->also.a[i].file, f->also.a[i].line);
	return is;
}

static bool is_match(const struct expectation *e, const struct case_file *file,
		     const struct diag_finding *f)
{
	if (strcmp(e->word, f->rule) != 0 || !is_site(f, file, e->line))
		return false;
	if (e->root && (!f->root.function || strcmp(e->root, f->root.function) != 0))
		return false;
	return !e->text || matches(e, f->message) || matches(e, f->lock.class_name) ||
	       matches(e, f->sink.function);
}

/* ---- contexts ------------------------------------------------------------ */

static bool list_has(const struct name_list *l, const char *name)
{
	for (u32 i = 0; i < l->n; i++)
		if (strcmp(l->a[i], name) == 0)
			return true;
	return false;
}

static struct name_list contexts_of_root(const struct match *m, const struct diag_finding *f)
{
	for (u32 i = 0; f->root_kind && i < m->rules->roots.n; i++) {
		const struct rule_root *root = &m->rules->roots.a[i];

		if (strcmp(root->kind, f->root_kind) == 0)
			return (struct name_list){ root->contexts, root->n_contexts };
	}
	return (struct name_list){ NULL, 0 };
}

static const char *join(struct match *m, const struct name_list *l)
{
	struct buf b = BUF_INIT;
	const char *text;

	for (u32 i = 0; i < l->n; i++)
		buf_addf(&b, "%s%s", i ? "," : "", l->a[i]);
	text = arena_strdup(&m->a, buf_text(&b));
	buf_free(&b);
	return text;
}

static const char *describe(struct match *m, const struct diag_finding *f)
{
	struct name_list contexts = { f->contexts.a, f->contexts.n };
	struct buf b = BUF_INIT;
	const char *text;

	buf_addf(&b, "%s: %s (%s;", f->rule, f->message, join(m, &contexts));
	for (u32 i = 0; i < f->chain.n; i++)
		buf_addf(&b, " %s:%u", f->chain.a[i].at.function, f->chain.a[i].at.line);
	buf_adds(&b, ")");
	text = arena_strdup(&m->a, buf_text(&b));
	buf_free(&b);
	return text;
}

static void check_contexts(struct match *m, const struct case_file *file,
			   const struct expectation *e, const struct diag_finding *f)
{
	struct name_list all = contexts_of_root(m, f), want = e->contexts;
	struct name_list have = { f->contexts.a, f->contexts.n };
	bool is_same = true;

	if (e->is_all_but) {
		want = (struct name_list){ arena_array(&m->a, const char *, all.n + 1), 0 };
		for (u32 i = 0; i < all.n; i++)
			if (!list_has(&e->contexts, all.a[i]))
				want.a[want.n++] = all.a[i];
	}
	for (u32 i = 0; i < want.n; i++)
		is_same = is_same && list_has(&have, want.a[i]);
	if (!is_same || want.n != have.n)
		differ(m, file->path, e->at,
		       arena_printf(&m->a, "other contexts than %s: %s", join(m, &want),
				    describe(m, f)));
}

/* ---- findings ------------------------------------------------------------ */

/* "scan_ok" or "fp_scan_ok": the name's verdict is that nothing is wrong. */
static bool has_suffix(const char *name, const char *suffix)
{
	size_t n = name ? strlen(name) : 0, k = strlen(suffix);

	return n >= k && strcmp(name + n - k, suffix) == 0;
}

static void check_names(struct match *m, const struct diag_finding *f)
{
	for (u32 i = 0; i < f->chain.n; i++) {
		const struct diag_place *at = &f->chain.a[i].at;

		if (has_suffix(at->function, "_ok") && strncmp(at->function, "fp_", 3) != 0)
			differ(m, shown(m, at->file), at->line,
			       arena_printf(&m->a, "a path leads through '%s': %s", at->function,
					    f->message));
	}
}

/* Where a reader looks first: the last hop that is in the case, not in a header. */
static void place_of(const struct match *m, const struct diag_finding *f, const char **file_ret,
		     u32 *line_ret)
{
	*file_ret = shown(m, f->sink.file);
	*line_ret = f->sink.line;
	if (file_of(m, f->sink.file))
		return;
	for (u32 i = f->chain.n; i-- > 0;) {
		if (file_of(m, f->chain.a[i].at.file)) {
			*file_ret = shown(m, f->chain.a[i].at.file);
			*line_ret = f->chain.a[i].at.line;
			return;
		}
	}
}

static bool is_expected(struct match *m, const struct diag_finding *f, bool is_marked)
{
	bool found = false, is_false = false;

	for (u32 i = 0; i < m->c->n_sources; i++) {
		struct case_file *file = &m->c->files.a[i];

		for (u32 j = 0; j < file->expectations.n; j++) {
			struct expectation *e = &file->expectations.a[j];
			bool is_kind = is_marked ? e->kind == EXPECT_MARKED : e->kind <= EXPECT_FALSE;

			if (!is_kind || !is_match(e, file, f))
				continue;
			e->n_matched++;
			found = found || e->kind != EXPECT_MISSING;
			is_false = is_false || e->kind == EXPECT_FALSE;
			if (e->has_contexts && e->kind != EXPECT_MISSING)
				check_contexts(m, file, e, f);
		}
	}
	if (found && !is_false && !is_marked)
		check_names(m, f);
	return found;
}

/* Folded sites stand for findings of their own: each is expected by its line. */
static void check_folded(struct match *m, const struct diag_finding *f)
{
	for (u32 i = 0; i < f->also.n; i++) {
		const struct case_file *file = file_of(m, f->also.a[i].file);
		bool found = !file;

		for (u32 j = 0; !found && j < file->expectations.n; j++) {
			const struct expectation *e = &file->expectations.a[j];

			found = e->kind <= EXPECT_FALSE && e->line == f->also.a[i].line &&
				strcmp(e->word, f->rule) == 0;
		}
		if (!found)
			differ(m, file->path, f->also.a[i].line,
			       arena_printf(&m->a, "unexpected, folded: %s", describe(m, f)));
	}
}

static void check_findings(struct match *m)
{
	const char *file;
	u32 line;

	for (u32 i = 0; i < m->r->findings.n; i++) {
		const struct diag_finding *f = &m->r->findings.a[i];

		if (is_expected(m, f, false)) {
			check_folded(m, f);
			continue;
		}
		place_of(m, f, &file, &line);
		differ(m, file, line, arena_printf(&m->a, "unexpected: %s", describe(m, f)));
	}
	for (u32 i = 0; i < m->r->marked.n; i++) {
		const struct diag_finding *f = &m->r->marked.a[i];

		if (is_expected(m, f, true))
			continue;
		place_of(m, f, &file, &line);
		differ(m, file, line, arena_printf(&m->a, "unexpectedly marked: %s", describe(m, f)));
	}
}

/* ---- notes, guards, resolutions, gaps, roots ------------------------------ */

static const char *guard_text(const struct match *m, const struct diag_guard *g)
{
	return g->text ? g->text : source_condition(m->source, g->file, g->line, g->col);
}

static bool guard_matches(const struct match *m, const struct case_file *file,
			  const struct expectation *e, const struct diag_guard *g)
{
	const char *text;

	if (!is_at(file, e->line, g->file, g->line))
		return false;
	if (e->value && g->value != (strcmp(e->value, "true") == 0))
		return false;
	text = guard_text(m, g);
	if (e->kind == EXPECT_NOTE)
		return matches(e, text);
	return text && strcmp(e->text, text) == 0;
}

static bool hop_matches(const struct match *m, const struct case_file *file,
			const struct expectation *e, const struct diag_hop *h)
{
	bool is_here = is_at(file, e->line, h->at.file, h->at.line);
	bool found = false;

	if (e->kind == EXPECT_VIA)
		return is_here && h->via && strcmp(e->word, h->via) == 0 &&
		       (!e->text || matches(e, h->calls) || matches(e, h->via_detail));
	if (e->kind == EXPECT_NOTE && is_here)
		found = matches(e, h->calls) || matches(e, h->via_detail);
	for (u32 i = 0; !found && i < h->guards.n; i++)
		found = guard_matches(m, file, e, &h->guards.a[i]);
	return found;
}

static bool finding_has(const struct match *m, const struct case_file *file,
			const struct expectation *e, const struct diag_finding *f)
{
	bool found = false;

	if (e->kind == EXPECT_NOTE && strcmp(e->word, f->rule) != 0)
		return false;
	if (e->root && (!f->root.function || strcmp(e->root, f->root.function) != 0))
		return false;
	for (u32 i = 0; !found && i < f->chain.n; i++)
		found = hop_matches(m, file, e, &f->chain.a[i]);
	for (u32 i = 0; !found && i < f->witness.n; i++)
		found = hop_matches(m, file, e, &f->witness.a[i]);
	return found;
}

static bool some_finding_has(const struct match *m, const struct case_file *file,
			     const struct expectation *e)
{
	bool found = false;

	for (u32 i = 0; !found && i < m->r->findings.n; i++)
		found = finding_has(m, file, e, &m->r->findings.a[i]);
	for (u32 i = 0; !found && i < m->r->marked.n; i++)
		found = finding_has(m, file, e, &m->r->marked.a[i]);
	return found;
}

static bool some_root_is(const struct match *m, const struct case_file *file,
			 const struct expectation *e)
{
	for (u32 i = 0; i < m->r->roots.n; i++) {
		const struct diag_root *r = &m->r->roots.a[i];

		if (is_at(file, e->line, r->at.file, r->at.line) && r->member &&
		    strcmp(r->member, e->word) == 0 && (!e->text || matches(e, r->at.function)))
			return true;
	}
	return false;
}

static bool gap_matches(const struct case_file *file, const struct expectation *e,
			const struct diag_gap *g)
{
	return is_at(file, e->line, g->file, g->line) && g->kind && strcmp(g->kind, e->word) == 0 &&
	       (!e->text || matches(e, g->detail));
}

/* Gaps in the case's own files are as exact as findings. */
static void check_gaps(struct match *m)
{
	for (u32 i = 0; i < m->r->gaps.n; i++) {
		const struct diag_gap *g = &m->r->gaps.a[i];
		struct case_file *file = (struct case_file *)file_of(m, g->file);
		bool found = !file;

		for (u32 j = 0; file && j < file->expectations.n; j++) {
			struct expectation *e = &file->expectations.a[j];

			if (e->kind == EXPECT_GAP && gap_matches(file, e, g)) {
				e->n_matched++;
				found = true;
			}
		}
		if (!found)
			differ(m, file->path, g->line,
			       arena_printf(&m->a, "unexpected gap: %s in '%s': %s", g->kind,
					    g->function ? g->function : "?",
					    g->detail ? g->detail : ""));
	}
}

/* What an expectation says, for messages. */
static const char *say(struct match *m, const struct expectation *e)
{
	return arena_printf(&m->a, "%s%s%s%s%s%s%s", e->word ? e->word : "",
			    e->word && e->text ? " " : "", e->text ? "\"" : "",
			    e->text ? e->text : "", e->text ? "\"" : "", e->root ? " from " : "",
			    e->root ? e->root : "");
}

/* What calls at the line of an EXPECT_VIA go to, for a message. */
static const char *resolved_here(struct match *m, const struct case_file *file, u32 line)
{
	struct buf b = BUF_INIT;
	const char *text;

	for (u32 i = 0; i < m->r->findings.n; i++) {
		const struct diag_finding *f = &m->r->findings.a[i];

		for (u32 j = 0; j < f->chain.n; j++) {
			const struct diag_hop *h = &f->chain.a[j];

			if (is_at(file, line, h->at.file, h->at.line))
				buf_addf(&b, "; found %s to '%s'", h->via ? h->via : "?",
					 h->calls ? h->calls : "?");
		}
	}
	text = arena_strdup(&m->a, buf_text(&b));
	buf_free(&b);
	return text;
}

static void check_met(struct match *m, const struct case_file *file, const struct expectation *e)
{
	const char *why = NULL;

	switch (e->kind) {
	case EXPECT_FINDING:
		why = e->n_matched ? NULL : "not found";
		break;
	case EXPECT_FALSE:
		why = e->n_matched ? NULL : "known false alarm is gone (rename the function)";
		break;
	case EXPECT_MISSING:
		why = e->n_matched ? "known miss is found now (rename the function)" : NULL;
		break;
	case EXPECT_MARKED:
		why = e->n_matched ? NULL : "not marked";
		break;
	case EXPECT_GAP:
		why = e->n_matched ? NULL : "no such gap";
		break;
	case EXPECT_ROOT:
		why = some_root_is(m, file, e) ? NULL : "not a root";
		break;
	case EXPECT_NOTE:
	case EXPECT_GUARD:
	case EXPECT_VIA:
		why = some_finding_has(m, file, e) ? NULL : "no finding has this on its path";
		break;
	default:
		break;
	}
	if (why)
		differ(m, file->path, e->at,
		       arena_printf(&m->a, "%s: %s%s", why, say(m, e),
				    e->kind == EXPECT_VIA ? resolved_here(m, file, e->line) : ""));
}

static int by_place(const void *va, const void *vb)
{
	const struct difference *a = va, *b = vb;
	int order = strcmp(a->file, b->file);

	if (order)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static u32 finish(struct match *m, struct buf *out)
{
	u32 n = m->differences.n;

	vec_sort(&m->differences, by_place);
	for (u32 i = 0; i < n; i++) {
		const struct difference *d = &m->differences.a[i];

		buf_addf(out, "%s:%u: %s\n", d->file, d->line, d->text);
	}
	vec_free(&m->differences);
	source_free(m->source);
	arena_free(&m->a);
	return n;
}

u32 verify_match(struct verify_case *c, const struct report *r, const struct ruleset *rules,
		 struct verify_counts *counts, struct buf *out)
{
	struct match m = { .c = c, .r = r, .rules = rules,
			   .source = source_create(r->srctree, r->objtree) };

	check_findings(&m);
	check_gaps(&m);
	for (u32 i = 0; i < c->n_sources; i++) {
		const struct case_file *file = &c->files.a[i];

		for (u32 j = 0; j < file->expectations.n; j++) {
			const struct expectation *e = &file->expectations.a[j];

			check_met(&m, file, e);
			counts->n_missing += e->kind == EXPECT_MISSING;
			counts->n_false += e->kind == EXPECT_FALSE;
		}
	}
	if (!r->roots.n)
		differ(&m, c->files.a[0].path, 1, "no root: nothing was walked");
	return finish(&m, out);
}
