/* SPDX-License-Identifier: MIT */
/*
 * The report for people.  Each finding is an argument that stands alone, so that it
 * can be pasted into a mail: the claim, where reclaim enters and in which contexts,
 * the path with its conditions, what it reaches.  Why it matters and how to mend it
 * is said at the first finding of each rule.  A summary ends it, gaps included.
 */
#include "report/print.h"

#include "base/map.h"

#define GUARDS_SHOWN 8		/* of a function, unless verbose */
#define ALSO_SHOWN 4
#define LEAVES_SHOWN 6
#define NAME_WIDTH 36

struct text {
	struct printer p;
	const struct report_text_options *opt;
	struct map rules_told;		/* rules whose why and mend have been said */
};

static const char *plural(u32 n)
{
	return n == 1 ? "" : "s";
}

/* 4863 as 4,863. */
static void add_number(struct buf *out, u32 n)
{
	if (n >= 1000) {
		add_number(out, n / 1000);
		buf_addf(out, ",%03u", n % 1000);
	} else {
		buf_addf(out, "%u", n);
	}
}

/* ---- a path ------------------------------------------------------------- */

static bool is_same_guard(const struct diag_guard *a, const struct diag_guard *b)
{
	return a->line == b->line && a->col == b->col && a->value == b->value &&
	       !strcmp(a->file ? a->file : "", b->file ? b->file : "") &&
	       !strcmp(a->text ? a->text : "", b->text ? b->text : "");
}

static void print_guard(const struct text *t, const struct diag_hop *hop,
			const struct diag_guard *g)
{
	struct guard_view v = guard_view(&t->p, g);
	struct buf *out = t->p.out, place = BUF_INIT;

	if (g->file && hop->at.file && strcmp(g->file, hop->at.file))
		print_place(&place, g->file, g->line);
	else
		buf_addf(&place, "line %u", g->line);
	buf_addf(out, "        %s: ", buf_text(&place));
	print_style(&t->p, STYLE_GUARD);
	buf_addf(out, "%s ", v.word);
	print_wrapped(&t->p, (u32)(11 + place.len + strlen(v.word)), 12, v.shown);
	print_style(&t->p, STYLE_NONE);
	buf_addc(out, '\n');
	buf_free(&place);
}

/* How many of its guards the hop before has shown: one function takes the lock and goes on. */
static u32 shown_before(const struct diag_hop *hop, const struct diag_hop *before)
{
	u32 i = 0;

	if (before && !strcmp(hop->at.function, before->at.function))
		while (i < hop->guards.n && i < before->guards.n &&
		       is_same_guard(&hop->guards.a[i], &before->guards.a[i]))
			i++;
	return i;
}

static void print_guards(const struct text *t, const struct diag_hop *hop, const struct diag_hop *before)
{
	u32 first = shown_before(hop, before), n = hop->guards.n - first;

	if (n > GUARDS_SHOWN && !t->opt->verbose && !t->opt->show_paths) {
		n -= GUARDS_SHOWN;
		first += n;
		buf_addf(t->p.out, "        after %u earlier condition%s\n", n, plural(n));
	}
	for (u32 i = first; i < hop->guards.n; i++)
		if (i == first || !is_same_guard(&hop->guards.a[i], &hop->guards.a[i - 1]))
			print_guard(t, hop, &hop->guards.a[i]);
}

static u32 name_width(const struct diag_hop *hops, u32 n)
{
	u32 w = 0;

	for (u32 i = 0; i < n; i++) {
		u32 len = (u32)strlen(hops[i].at.function);

		if (len > w && len <= NAME_WIDTH)
			w = len;
	}
	return w;
}

/* One line for each function; 'note' goes behind the first. */
static void print_path(const struct text *t, const struct diag_hop *hops, u32 n,
		       const char *note)
{
	u32 w = name_width(hops, n);

	for (u32 i = 0; i < n; i++) {
		buf_addf(t->p.out, "    %-*s  ", (int)w, hops[i].at.function);
		print_place(t->p.out, hops[i].at.file, hops[i].at.line);
		if (i == 0 && note)
			buf_adds(t->p.out, note);
		buf_addc(t->p.out, '\n');
		print_guards(t, &hops[i], i ? &hops[i - 1] : NULL);
		print_via(&t->p, &hops[i], 8);
	}
}

static const char *last_call(const struct diag_hop *hops, u32 n, const char *otherwise)
{
	return n && hops[n - 1].calls ? hops[n - 1].calls : otherwise;
}

/* Where a trace ends: '=> f() ..'. */
static void print_end(const struct text *t, const struct diag_finding *f, const struct trace *trace)
{
	if (trace->waits_for)
		buf_addf(t->p.out, "    => %s() waits for %s\n", last_call(trace->hops, trace->n, "the call"),
			 trace->waits_for);
	else if (!trace->allocates)
		print_sink(&t->p, f, last_call(trace->hops, trace->n, f->sink.function));
	else if (trace->n > 1)
		buf_addf(t->p.out, "    => %s() allocates and may enter reclaim\n",
			 last_call(trace->hops, trace->n, "the allocation"));
}

static void print_traces(const struct text *t, const struct diag_finding *f)
{
	struct trace traces[TRACES_MAX];
	u32 n = finding_traces(f, traces);
	struct buf note = BUF_INIT;

	for (u32 i = 0; i < n; i++) {
		const struct trace *x = &traces[i];

		buf_clear(&note);
		buf_addf(t->p.out, "\n  %s%s:\n", x->title,
			 x->hops == f->chain.a ? " (each function, and where it calls the next)" : "");
		if (x->takes && x->hops[0].calls)
			buf_addf(&note, "  takes it: %s()", x->hops[0].calls);
		print_path(t, x->hops, x->n, buf_text(&note));
		print_end(t, f, x);
	}
	if (finding_is_inversion(f)) {
		buf_adds(t->p.out, "\n  ");
		print_wrapped(&t->p, 2, 2, finding_together(f));
		buf_addc(t->p.out, '\n');
	}
	buf_free(&note);
}

/* ---- a finding ---------------------------------------------------------- */

static void print_also(const struct text *t, const struct diag_finding *f)
{
	u32 n_shown = t->opt->verbose || t->opt->show_paths ? f->also.n : ALSO_SHOWN;
	u32 n_all = f->n_paths > f->also.n ? f->n_paths : f->also.n;

	if (!n_all)
		return;
	if (n_shown > f->also.n)
		n_shown = f->also.n;
	buf_addf(t->p.out, "\n  The same cause at %u more place%s%s\n", n_all, plural(n_all),
		 n_shown ? ":" : "");
	for (u32 i = 0; i < n_shown; i++) {
		buf_adds(t->p.out, "    ");
		print_place(t->p.out, f->also.a[i].file, f->also.a[i].line);
		if (f->also.a[i].function)
			buf_addf(t->p.out, "  %s", f->also.a[i].function);
		buf_addc(t->p.out, '\n');
	}
	if (n_shown && n_shown < n_all)
		buf_addf(t->p.out, "    and %u more\n", n_all - n_shown);
}

static void print_finding(struct text *t, const struct diag_finding *f)
{
	bool is_new;

	print_claim(&t->p, f);
	buf_addc(t->p.out, '\n');
	print_facts(&t->p, f, false);
	print_traces(t, f);
	print_also(t, f);
	buf_addc(t->p.out, '\n');
	map_put_bytes(&t->rules_told, f->rule, strlen(f->rule), &is_new);
	if (is_new)
		print_rule(&t->p, f);
	buf_addf(t->p.out, "  more:        reclint %s %s\n\n\n", f->only_cocci ? "help-rule" : "explain",
		 f->only_cocci ? f->rule : f->id);
}

/* ---- marks -------------------------------------------------------------- */

static void print_evidence(const struct text *t, const struct diag_hop *hops, u32 n)
{
	struct diag_finding none = { 0 };

	if (!n)
		return;
	print_path(t, hops, n, NULL);
	print_sink(&t->p, &none, last_call(hops, n, "?"));
}

static void print_locks_to_check(const struct text *t, const struct diag_judgement *j)
{
	u32 n_shown = t->opt->verbose || j->locks.n <= LEAVES_SHOWN ? j->locks.n : LEAVES_SHOWN;
	struct buf text = BUF_INIT;

	if (!j->locks.n)
		return;
	buf_adds(&text, "may block on");
	for (u32 i = 0; i < n_shown; i++)
		buf_addf(&text, "%s %s (%s)", i ? "," : "", j->locks.a[i].lock.class_name,
			 j->locks.a[i].lock.kind ? j->locks.a[i].lock.kind : "lock");
	if (n_shown < j->locks.n)
		buf_addf(&text, ", and %u more; --verbose lists them", j->locks.n - n_shown);
	buf_adds(t->p.out, "    ");
	print_wrapped(&t->p, 4, 8, buf_text(&text));
	buf_addc(t->p.out, '\n');
	buf_free(&text);
}

static const char *part_text(const char *part)
{
	if (!strcmp(part, "bus"))
		return "what the bus does around the driver's callbacks";
	return strcmp(part, "driver-bus") ? "the driver's callbacks" :
	       "what the driver's callbacks call of the bus's code";
}

static void print_judgement(const struct text *t, const struct diag_judgement *j)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, part_text(j->part));
	if (j->when)
		buf_addf(&text, ", when %s", j->when);
	if (j->assumes)
		buf_addf(&text, " (so %s)", j->assumes);
	buf_addf(&text, "%s: %s", j->is_claimed ? "" : ", which is not claimed to be safe", j->verdict);
	if (j->why)
		buf_addf(&text, ", %s", j->why);
	buf_adds(t->p.out, "    ");
	print_wrapped(&t->p, 4, 8, buf_text(&text));
	buf_addc(t->p.out, '\n');
	print_evidence(t, j->evidence.a, j->evidence.n);
	print_locks_to_check(t, j);
	buf_free(&text);
}

/* Where it stands and what it does; nothing for a mark of which neither is known. */
static void print_mark_place(const struct text *t, const struct diag_mark *m)
{
	struct buf *out = t->p.out;

	if (m->at.file) {
		buf_adds(out, "    at ");
		print_place(out, m->at.file, m->at.line);
		if (m->claim)
			buf_addf(out, " (\"%s\")", m->claim);
		buf_addf(out, ", silences %u finding%s\n", m->n_silenced, plural(m->n_silenced));
	}
	if (m->warning)
		buf_addf(out, "    warning: %s\n", m->warning);
}

static void print_mark(const struct text *t, const struct diag_mark *m)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s (%s", m->name ? m->name : "a mark", m->source);
	if (m->device)
		buf_addf(&text, ", %s", m->device);
	buf_addf(&text, "): %s", m->verdict);
	if (m->why && !m->judgements.n)
		buf_addf(&text, ", %s", m->why);
	buf_adds(t->p.out, "  ");
	print_wrapped(&t->p, 2, 6, buf_text(&text));
	buf_addc(t->p.out, '\n');
	print_mark_place(t, m);
	for (u32 i = 0; i < m->judgements.n; i++)
		print_judgement(t, &m->judgements.a[i]);
	if (!m->judgements.n && (t->opt->verbose || strcmp(m->verdict, "holds")))
		print_evidence(t, m->evidence.a, m->evidence.n);
	buf_free(&text);
}

static void print_marks(const struct text *t)
{
	if (!t->p.r->marks.n)
		return;
	print_styled(&t->p, STYLE_BOLD, "Marks");
	buf_adds(t->p.out, " (claims that resuming a device is safe in reclaim, each checked)\n");
	for (u32 i = 0; i < t->p.r->marks.n; i++)
		print_mark(t, &t->p.r->marks.a[i]);
	buf_addc(t->p.out, '\n');
}

/* Comments that allow something: what is wrong with them, and with --show-marked all of them. */
static void print_allows(const struct text *t)
{
	struct buf *out = t->p.out;
	u32 n = 0;

	for (u32 i = 0; i < t->p.r->allows.n; i++) {
		const struct diag_allow *a = &t->p.r->allows.a[i];

		if (!a->warning && !t->opt->show_marked)
			continue;
		if (!n++)
			print_styled(&t->p, STYLE_BOLD, "Comments that allow findings\n");
		buf_adds(out, "  ");
		print_place(out, a->file, a->line);
		buf_addf(out, ": allow(%s)", a->rules);
		if (a->why) {
			buf_addc(out, ' ');
			print_utf8(out, a->why);
		}
		buf_addf(out, ", silences %u finding%s\n", a->n_silenced, plural(a->n_silenced));
		if (a->warning)
			buf_addf(out, "    warning: %s\n", a->warning);
	}
	if (n)
		buf_addc(out, '\n');
}

/* ---- gaps --------------------------------------------------------------- */

static void print_gap(const struct text *t, const struct diag_gap *g)
{
	struct buf *out = t->p.out;

	buf_adds(out, "    ");
	print_place(out, g->file, g->line);
	if (g->function)
		buf_addf(out, " in %s()", g->function);
	if (g->detail) {
		buf_adds(out, ": ");
		print_utf8(out, g->detail);
	}
	buf_addc(out, '\n');
}

/* Sorted by kind. */
static void print_gaps(const struct text *t)
{
	const struct report *r = t->p.r;

	if (!t->opt->show_gaps || !r->gaps.n)
		return;
	print_styled(&t->p, STYLE_BOLD, "Gaps");
	buf_adds(t->p.out, " (what the analysis could not see; nothing behind them was checked)\n");
	for (u32 i = 0; i < r->gaps.n; i++) {
		if (i == 0 || strcmp(r->gaps.a[i].kind, r->gaps.a[i - 1].kind))
			buf_addf(t->p.out, "  %s\n", r->gaps.a[i].kind);
		print_gap(t, &r->gaps.a[i]);
	}
	buf_addc(t->p.out, '\n');
}

/* ---- summary ------------------------------------------------------------ */

/* The runs of equal rules; findings are sorted by severity, then rule. */
static void sum_findings(const struct text *t)
{
	const struct report *r = t->p.r;
	struct buf *out = t->p.out;

	if (r->findings.n)
		buf_addf(out, "  %u %sfinding%s:\n", r->findings.n, r->baseline ? "new " : "", plural(r->findings.n));
	else
		buf_addf(out, "  no %sfindings\n", r->baseline ? "new " : "");
	for (u32 i = 0, next; i < r->findings.n; i = next) {
		const struct diag_finding *f = &r->findings.a[i];

		for (next = i; next < r->findings.n; next++)
			if (strcmp(f->rule, r->findings.a[next].rule) ||
			    strcmp(f->severity, r->findings.a[next].severity))
				break;
		buf_addf(out, "    %-24s %u %s%s\n", f->rule, next - i, f->severity,
			 plural(next - i));
	}
	if (r->marked.n)
		buf_addf(out, "  %u more silenced by %s%s\n", r->marked.n, r->allows.n ? "marks or comments" : "marks",
			 t->opt->show_marked ? "" : "; --show-marked lists them");
}

static void list_fixed(const struct text *t)
{
	const struct report *r = t->p.r;
	struct buf *out = t->p.out;

	for (u32 i = 0; i < r->fixed.n; i++) {
		const struct diag_known *k = &r->fixed.a[i];

		buf_addf(out, "    fixed: %s() to ", k->root);
		print_utf8(out, k->sink);
		buf_adds(out, "()");
		if (k->lock) {
			buf_adds(out, " of ");
			print_utf8(out, k->lock);
		}
		buf_addf(out, " [%s]\n", k->rule);
	}
	for (u32 i = 0; i < r->gone.n; i++) {
		buf_addf(out, "    no root any more: %s() in ", r->gone.a[i].function);
		print_utf8(out, r->gone.a[i].file);
		buf_addc(out, '\n');
	}
}

/* What the findings were held against. */
static void sum_gate(const struct text *t)
{
	const struct report *r = t->p.r;
	struct buf *out = t->p.out;
	u32 n_worse = 0;

	for (u32 i = 0; i < r->findings.n; i++)
		n_worse += r->findings.a[i].baseline && !strcmp(r->findings.a[i].baseline, "worse");
	if (r->baseline) {
		buf_adds(out, "  against the baseline ");
		print_utf8(out, r->baseline);
		buf_addf(out, ": %u new", r->findings.n - n_worse);
		if (n_worse)
			buf_addf(out, ", %u in more contexts or more severe than before", n_worse);
		buf_addf(out, ", %u fixed, %u unchanged\n", r->fixed.n, r->unchanged.n);
		list_fixed(t);
	}
	if (r->since) {
		buf_addf(out, "  %u more, whose paths touch no file that changed since ", r->n_elsewhere);
		print_utf8(out, r->since);
		buf_addc(out, '\n');
	}
	for (u32 i = 0; i < r->lost.n; i++) {
		buf_adds(out, "  error: ");
		print_utf8(out, r->lost.a[i].file);
		buf_adds(out, " gave no facts: ");
		print_utf8(out, r->lost.a[i].why);
		buf_addc(out, '\n');
	}
}

/* How many marks have this verdict. */
static u32 count_marks(const struct report *r, const char *verdict)
{
	u32 n = 0;

	for (u32 i = 0; i < r->marks.n; i++)
		n += !strcmp(r->marks.a[i].verdict, verdict);
	return n;
}

static void sum_marks(const struct text *t)
{
	static const char *const verdicts[] = { "holds", "refuted", "undecided" };
	const char *before = " ";

	if (!t->p.r->marks.n)
		return;
	buf_adds(t->p.out, "  marks:");
	for (u32 i = 0; i < ARRAY_LEN(verdicts); i++) {
		u32 n = count_marks(t->p.r, verdicts[i]);

		if (n)
			buf_addf(t->p.out, "%s%u %s", before, n,
				 i == 0 && n > 1 ? "hold" : verdicts[i]);
		before = n ? ", " : before;
	}
	buf_addc(t->p.out, '\n');
	for (u32 i = 0; i < t->p.r->marks.n; i++) {
		const struct diag_mark *m = &t->p.r->marks.a[i];

		if (!m->warning)
			continue;
		buf_addf(t->p.out, "  warning: mark %s", m->name ? m->name : "?");
		if (m->at.file) {
			buf_adds(t->p.out, " (");
			print_place(t->p.out, m->at.file, m->at.line);
			buf_addc(t->p.out, ')');
		}
		buf_addf(t->p.out, ": %s\n", m->warning);
	}
}

static void sum_locks(const struct text *t)
{
	const struct report *r = t->p.r;
	struct buf text = BUF_INIT;
	u32 n_leaves = 0, n_shown = 0;

	for (u32 i = 0; i < r->locks.n; i++)
		n_leaves += r->locks.a[i].leaf;
	if (!r->locks.n)
		return;
	buf_addf(&text, "%u lock class%s taken in reclaim, %u of them %s", r->locks.n,
		 r->locks.n == 1 ? "" : "es", n_leaves, n_leaves == 1 ? "a leaf" : "leaves");
	if (n_leaves)
		buf_adds(&text, " (never held across an allocation that may enter reclaim):");
	for (u32 i = 0; i < r->locks.n; i++) {
		if (!r->locks.a[i].leaf || (n_shown >= LEAVES_SHOWN && !t->opt->verbose))
			continue;
		buf_addf(&text, "%s %s", n_shown++ ? "," : "", r->locks.a[i].lock.class_name);
	}
	if (n_shown < n_leaves)
		buf_addf(&text, ", and %u more; --verbose lists them", n_leaves - n_shown);
	buf_adds(t->p.out, "  ");
	print_wrapped(&t->p, 2, 4, buf_text(&text));
	buf_addc(t->p.out, '\n');
	buf_free(&text);
}

static void sum_gaps(const struct text *t)
{
	const struct report *r = t->p.r;
	struct buf text = BUF_INIT;

	if (!r->gaps.n) {
		buf_adds(t->p.out, t->p.r->n_tus ? "  no gaps: every call was followed\n" : "  no gaps\n");
		return;
	}
	buf_addf(&text, "%u gap%s, where the analysis could not see:", r->gaps.n,
		 plural(r->gaps.n));
	for (u32 i = 0, next; i < r->gaps.n; i = next) {
		for (next = i; next < r->gaps.n; next++)
			if (strcmp(r->gaps.a[i].kind, r->gaps.a[next].kind))
				break;
		buf_addf(&text, "%s %u %s", i ? "," : "", next - i, r->gaps.a[i].kind);
	}
	if (!t->opt->show_gaps)
		buf_adds(&text, "; --gaps lists them");
	buf_adds(t->p.out, "  ");
	print_wrapped(&t->p, 2, 4, buf_text(&text));
	buf_addc(t->p.out, '\n');
	buf_free(&text);
}

static void sum_program(const struct text *t)
{
	const struct report *r = t->p.r;
	struct buf *out = t->p.out;

	if (!r->n_tus && !r->n_failed && r->has_cocci) {
		buf_adds(out, "  read by Coccinelle alone, without a build\n");
		return;
	}
	buf_adds(out, "  read: ");
	add_number(out, r->n_tus);
	buf_addf(out, " translation unit%s", plural(r->n_tus));
	if (r->n_failed) {
		buf_adds(out, " (");
		add_number(out, r->n_failed);
		buf_adds(out, " failed)");
	}
	buf_adds(out, ", ");
	add_number(out, r->n_functions);
	buf_addf(out, " function%s, ", plural(r->n_functions));
	add_number(out, r->n_indirect_sites);
	buf_addf(out, " indirect call%s, %u root%s\n", plural(r->n_indirect_sites), r->roots.n,
		 plural(r->roots.n));
	for (u32 i = 0; i < r->frontends.n; i++)
		buf_addf(out, "%s%s%s", i ? ", " : "  front-end: ", r->frontends.a[i],
			 i + 1 == r->frontends.n ? "\n" : "");
}

/* What the names of contexts in the findings mean. */
static void print_legend(const struct text *t)
{
	const struct ruleset *rs = t->p.rules;
	bool is_first = true;

	for (u32 i = 0; rs && i < rs->contexts.n; i++) {
		const struct rule_context *c = &rs->contexts.a[i];
		bool is_used = false;

		for (u32 j = 0; j < t->p.r->findings.n && !is_used; j++)
			for (u32 k = 0; k < t->p.r->findings.a[j].contexts.n; k++)
				is_used |= !strcmp(t->p.r->findings.a[j].contexts.a[k], c->name);
		if (!is_used || !c->title)
			continue;
		if (is_first)
			print_styled(&t->p, STYLE_BOLD, "Contexts");
		if (is_first)
			buf_addc(t->p.out, '\n');
		is_first = false;
		buf_addf(t->p.out, "  %-13s", c->name);
		print_wrapped(&t->p, 14, 14, c->title);
		buf_addc(t->p.out, '\n');
	}
	if (!is_first)
		buf_addc(t->p.out, '\n');
}

void report_text(const struct report *r, const struct ruleset *rs,
		 const struct report_text_options *opt, struct buf *out)
{
	struct text t = { .p = printer_open(r, rs, opt->color, out), .opt = opt,
			  .rules_told = MAP_INIT };

	for (u32 i = 0; i < r->findings.n; i++)
		print_finding(&t, &r->findings.a[i]);
	if (opt->show_marked)
		for (u32 i = 0; i < r->marked.n; i++)
			print_finding(&t, &r->marked.a[i]);
	print_marks(&t);
	print_allows(&t);
	print_gaps(&t);
	print_legend(&t);
	print_styled(&t.p, STYLE_BOLD, "Summary");
	buf_addc(out, '\n');
	sum_findings(&t);
	sum_gate(&t);
	sum_marks(&t);
	sum_locks(&t);
	sum_gaps(&t);
	sum_program(&t);
	map_free(&t.rules_told);
	printer_close(&t.p);
}
