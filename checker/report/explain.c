/* SPDX-License-Identifier: MIT */
/*
 * One finding with its source: for each hop the lines around the call and around
 * the conditions on the way, in the order of the file, with what the path needs of
 * each condition below its line.  Lines between are left out ("...").
 */
#include "report/print.h"

#include <stdlib.h>

#define GUTTER 7

struct explain {
	struct printer p;
	u32 ctx;
};

static int cmp_line(const void *a, const void *b)
{
	const u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return (x > y) - (x < y);
}

/* The lines to show for a hop: around the call, and each condition of the same file. */
struct lines { VEC(u32) v; };

static bool is_here(const struct diag_hop *hop, const struct diag_guard *g)
{
	return g->line && g->file && hop->at.file && !strcmp(g->file, hop->at.file);
}

static void collect_lines(const struct explain *e, const struct diag_hop *hop, struct lines *ret)
{
	u32 line = hop->at.line, first = line > e->ctx ? line - e->ctx : 1;

	for (u32 l = first; l <= line + e->ctx; l++)
		vec_push(&ret->v, l);
	for (u32 i = 0; i < hop->guards.n; i++)
		if (is_here(hop, &hop->guards.a[i]))
			vec_push(&ret->v, hop->guards.a[i].line);
	vec_sort(&ret->v, cmp_line);
}

/* A caret below the column; the tabs of the line keep it in place. */
static void print_caret(const struct explain *e, const char *text, u32 col)
{
	buf_addf(e->p.out, "%*s | ", GUTTER, "");
	for (u32 i = 0; i + 1 < col && text[i]; i++)
		if ((text[i] & 0xc0) != 0x80)
			buf_addc(e->p.out, text[i] == '\t' ? '\t' : ' ');
	print_styled(&e->p, STYLE_ERROR, "^");
	buf_addc(e->p.out, '\n');
}

static bool has_guard(const struct diag_hop *hop, u32 line)
{
	for (u32 i = 0; i < hop->guards.n; i++)
		if (is_here(hop, &hop->guards.a[i]) && hop->guards.a[i].line == line)
			return true;
	return false;
}

static void print_need(const struct explain *e, const struct diag_guard *g)
{
	struct guard_view v = guard_view(&e->p, g);

	buf_addf(e->p.out, "%*s |     ", GUTTER, "");
	print_style(&e->p, STYLE_GUARD);
	buf_addf(e->p.out, "^ %s ", v.word);
	print_utf8(e->p.out, v.shown);
	print_style(&e->p, STYLE_NONE);
	buf_addc(e->p.out, '\n');
}

static void print_line(const struct explain *e, const struct diag_hop *hop, u32 line)
{
	const char *text = source_line(e->p.source, hop->at.file, line);
	bool is_call = line == hop->at.line, is_guard = has_guard(hop, line);

	if (!text)
		return;
	buf_addf(e->p.out, "%*u %c%s", GUTTER, line, is_call ? '>' : '|', *text ? " " : "");
	print_style(&e->p, is_call ? STYLE_BOLD : is_guard ? STYLE_GUARD : STYLE_NONE);
	print_utf8(e->p.out, text);
	print_style(&e->p, STYLE_NONE);
	buf_addc(e->p.out, '\n');
	if (is_call && hop->at.col)
		print_caret(e, text, hop->at.col);
	for (u32 i = 0; i < hop->guards.n; i++)
		if (is_here(hop, &hop->guards.a[i]) && hop->guards.a[i].line == line)
			print_need(e, &hop->guards.a[i]);
}

static void print_source(const struct explain *e, const struct diag_hop *hop)
{
	struct lines lines = { VEC_INIT };
	u32 shown = 0;

	if (!source_line(e->p.source, hop->at.file, hop->at.line)) {
		buf_addf(e->p.out, "%*s (the source can't be read)\n", GUTTER, "");
		for (u32 i = 0; i < hop->guards.n; i++)
			print_need(e, &hop->guards.a[i]);
		return;
	}
	collect_lines(e, hop, &lines);
	for (u32 i = 0; i < lines.v.n; i++) {
		u32 line = lines.v.a[i];

		if (line == shown)
			continue;
		if (shown && line > shown + 1)
			buf_addf(e->p.out, "%*s\n", GUTTER, "...");
		print_line(e, hop, line);
		shown = line;
	}
	vec_free(&lines.v);
	for (u32 i = 0; i < hop->guards.n; i++)
		if (!is_here(hop, &hop->guards.a[i]))
			print_need(e, &hop->guards.a[i]);
}

static void print_hops(const struct explain *e, const struct diag_hop *hops, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		struct buf title = BUF_INIT;

		buf_addf(&title, "%s()", hops[i].at.function);
		print_called(&title, &hops[i]);
		buf_addf(e->p.out, "\n%3u. ", i + 1);
		print_styled(&e->p, STYLE_BOLD, buf_text(&title));
		buf_adds(e->p.out, "\n     ");
		print_place(e->p.out, hops[i].at.file, hops[i].at.line);
		if (hops[i].at.module && *hops[i].at.module)
			buf_addf(e->p.out, ", module %s", hops[i].at.module);
		buf_addc(e->p.out, '\n');
		print_via(&e->p, &hops[i], 5);
		print_source(e, &hops[i]);
		buf_free(&title);
	}
}

static void print_also(const struct explain *e, const struct diag_finding *f)
{
	if (!f->also.n)
		return;
	buf_adds(e->p.out, "\nThe same cause, by other ways:\n");
	for (u32 i = 0; i < f->also.n; i++) {
		buf_adds(e->p.out, "    ");
		print_place(e->p.out, f->also.a[i].file, f->also.a[i].line);
		if (f->also.a[i].function)
			buf_addf(e->p.out, "  %s", f->also.a[i].function);
		buf_addc(e->p.out, '\n');
	}
}

static void print_end(const struct explain *e, const struct diag_finding *f, const struct trace *t)
{
	const char *last = t->n ? t->hops[t->n - 1].calls : NULL;

	if (t->waits_for)
		buf_addf(e->p.out, "\n    => %s() waits for %s\n", last ? last : "the call", t->waits_for);
	if (t->waits_for || t->allocates)
		return;
	buf_addc(e->p.out, '\n');
	print_sink(&e->p, f, last ? last : f->sink.function);
}

static void print_traces(const struct explain *e, const struct diag_finding *f)
{
	struct trace traces[TRACES_MAX];
	u32 n = finding_traces(f, traces);

	for (u32 i = 0; i < n; i++) {
		if (finding_is_inversion(f))
			buf_addf(e->p.out, "\n%s%s:\n", traces[i].title, traces[i].takes ? "; taken in step 1" : "");
		print_hops(e, traces[i].hops, traces[i].n);
		print_end(e, f, &traces[i]);
	}
}

void report_explain(const struct report *r, const struct diag_finding *f,
		    const struct ruleset *rs, u32 ctx, bool color, struct buf *out)
{
	struct explain e = { .p = printer_open(r, rs, color, out), .ctx = ctx };

	print_claim(&e.p, f);
	buf_addc(out, '\n');
	print_facts(&e.p, f, true);
	print_rule(&e.p, f);
	print_traces(&e, f);
	print_also(&e, f);
	printer_close(&e.p);
}
