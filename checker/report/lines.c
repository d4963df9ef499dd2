/* SPDX-License-Identifier: MIT */
/*
 * Findings in the format of sparse and gcc, file:line:col: severity: text, for
 * editors and for bots that read a compiler's output: the claim at its place, then
 * a note for each step of the path.  A column that is not known is 1.
 */
#include "report/print.h"

static void begin_line(const struct printer *p, const char *file, u32 line, u32 col,
		       const char *severity)
{
	print_utf8(p->out, file && *file ? file : "<unknown>");
	buf_addf(p->out, ":%u:%u: %s: ", line, col ? col : 1, severity);
}

static void add_guards(const struct printer *p, const struct diag_hop *hop)
{
	for (u32 i = 0; i < hop->guards.n; i++) {
		struct guard_view v = guard_view(p, &hop->guards.a[i]);

		if (!v.text)
			continue;
		buf_addf(p->out, ", %s ", v.word);
		print_utf8(p->out, v.shown);
	}
}

static void add_hop(const struct printer *p, const char *prefix, const struct diag_hop *hop, const char *waits_for)
{
	begin_line(p, hop->at.file, hop->at.line, hop->at.col, "note");
	buf_addf(p->out, "%s%s()", prefix, hop->at.function);
	print_called(p->out, hop);
	if (hop->via && strcmp(hop->via, "direct")) {
		buf_addf(p->out, " (%s", hop->via);
		if (hop->via_detail) {
			buf_adds(p->out, ", ");
			print_utf8(p->out, hop->via_detail);
		}
		buf_addf(p->out, ", %u target%s)", hop->n_targets, hop->n_targets == 1 ? "" : "s");
	}
	add_guards(p, hop);
	if (waits_for)
		buf_addf(p->out, ", which waits for %s", waits_for);
	buf_addc(p->out, '\n');
}

static void add_trace(const struct printer *p, const struct diag_finding *f, const struct trace *t)
{
	const char *prefix = t->takes ? "held from here: " : t->hops == f->chain.a ? "" : "elsewhere: ";

	for (u32 i = 0; i < t->n; i++) {
		add_hop(p, prefix, &t->hops[i], i + 1 == t->n ? t->waits_for : NULL);
		if (t->takes)
			prefix = "held: ";
	}
}

static void add_finding(const struct printer *p, const struct diag_finding *f)
{
	const struct diag_place *at = diag_headline(f);
	struct trace traces[TRACES_MAX];
	u32 n = finding_traces(f, traces);

	begin_line(p, at->file, at->line, at->col,
		   strcmp(f->severity, "error") ? "warning" : "error");
	print_utf8(p->out, f->message);
	buf_addf(p->out, " [%s]\n", f->rule);
	begin_line(p, f->root.file, f->root.line, f->root.col, "note");
	buf_addf(p->out, "reclaim enters at %s()", f->root.function);
	for (u32 i = 0; i < f->contexts.n; i++)
		buf_addf(p->out, "%s%s", i ? ", " : "; contexts: ", f->contexts.a[i]);
	buf_addc(p->out, '\n');
	for (u32 i = 0; i < n; i++)
		add_trace(p, f, &traces[i]);
	for (u32 i = 0; i < f->also.n; i++) {
		begin_line(p, f->also.a[i].file, f->also.a[i].line, f->also.a[i].col, "note");
		buf_adds(p->out, "the same cause");
		if (f->also.a[i].function)
			buf_addf(p->out, " in %s()", f->also.a[i].function);
		buf_addc(p->out, '\n');
	}
}

void report_lines(const struct report *r, struct buf *out)
{
	struct printer p = printer_open(r, NULL, false, out);

	for (u32 i = 0; i < r->findings.n; i++)
		add_finding(&p, &r->findings.a[i]);
	printer_close(&p);
}
