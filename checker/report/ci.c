// SPDX-License-Identifier: MIT
/*
 * What the CI services show beside a change: GitHub's workflow commands, GitLab's code
 * quality report, JUnit's XML.  Each has a text for people and little else, so the path goes into
 * the text where there is room for it.
 */
#include "report/print.h"

#include "report/value.h"

static void add_hops(struct buf *text, const struct diag_hop *hops, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		buf_addf(text, "  %s() ", hops[i].at.function ? hops[i].at.function : "?");
		print_place(text, hops[i].at.file, hops[i].at.line);
		print_called(text, &hops[i]);
		buf_addc(text, '\n');
	}
}

/* The claim, its contexts and its traces, a line each. */
static void add_story(struct buf *text, const struct diag_finding *f)
{
	struct trace traces[TRACES_MAX];
	u32 n = finding_traces(f, traces);

	print_utf8(text, f->message);
	buf_addf(text, " [%s]\n", f->rule);
	for (u32 i = 0; i < f->contexts.n; i++)
		buf_addf(text, "%s%s", i ? ", " : "contexts: ", f->contexts.a[i]);
	if (f->contexts.n)
		buf_addc(text, '\n');
	for (u32 i = 0; i < n; i++) {
		buf_addf(text, "%s:\n", traces[i].title);
		add_hops(text, traces[i].hops, traces[i].n);
		if (traces[i].waits_for)
			buf_addf(text, "  waits for %s\n", traces[i].waits_for);
	}
}

/* ---- GitHub ------------------------------------------------------------------ */

/* docs.github.com, "Workflow commands": % and line ends in percent; in properties also : and , */
static void add_github(struct buf *out, const char *s, bool is_property)
{
	for (; *s; s++) {
		if (strchr("%\r\n", *s) || (is_property && strchr(":,", *s)))
			buf_addf(out, "%%%02X", (unsigned char)*s);
		else
			buf_addc(out, *s);
	}
}

static const char *github_command(const char *severity)
{
	return strcmp(severity, "note") ? severity : "notice";
}

static void add_command(struct buf *out, const char *command, const char *file, u32 line, u32 col, const char *title,
			const char *text)
{
	buf_addf(out, "::%s title=", command);
	add_github(out, title, true);
	if (file && *file) {
		buf_adds(out, ",file=");
		add_github(out, file, true);
	}
	if (line)
		buf_addf(out, ",line=%u", line);
	if (line && col)
		buf_addf(out, ",col=%u", col);
	buf_adds(out, "::");
	add_github(out, text, false);
	buf_addc(out, '\n');
}

void report_github(const struct report *r, struct buf *out)
{
	struct buf text = BUF_INIT;

	for (u32 i = 0; i < r->lost.n; i++)
		add_command(out, "error", r->lost.a[i].file, 0, 0, "reclint: no facts", r->lost.a[i].why);
	for (u32 i = 0; i < r->findings.n; i++) {
		const struct diag_finding *f = &r->findings.a[i];
		const struct diag_place *at = diag_headline(f);

		buf_clear(&text);
		add_story(&text, f);
		add_command(out, github_command(f->severity), at->file, at->line, at->col, f->rule, buf_text(&text));
	}
	buf_free(&text);
}

/* ---- GitLab ------------------------------------------------------------------ */

static const char *gitlab_severity(const char *severity)
{
	return !strcmp(severity, "error") ? "critical" : !strcmp(severity, "warning") ? "minor" : "info";
}

/* docs.gitlab.com, "Code Quality report format". */
static json_t *gitlab_value(const struct diag_finding *f)
{
	const struct diag_place *at = diag_headline(f);
	json_t *ret = value_object(), *location = value_object(), *lines = value_object(), *content = value_object();
	struct buf text = BUF_INIT;

	add_story(&text, f);
	value_set_text(ret, "description", f->message);
	value_set_text(ret, "check_name", f->rule);
	value_set_text(ret, "fingerprint", f->fingerprint);
	value_set_text(ret, "severity", gitlab_severity(f->severity));
	value_set_text(location, "path", at->file ? at->file : "");
	value_set_u32(lines, "begin", at->line ? at->line : 1);
	value_set(location, "lines", lines);
	value_set(ret, "location", location);
	value_set_text(content, "body", buf_text(&text));
	value_set(ret, "content", content);
	buf_free(&text);
	return ret;
}

void report_gitlab(const struct report *r, struct buf *out)
{
	buf_addc(out, '[');
	for (u32 i = 0; i < r->findings.n; i++) {
		buf_adds(out, i ? ",\n  " : "\n  ");
		value_dump(out, gitlab_value(&r->findings.a[i]));
	}
	buf_adds(out, r->findings.n ? "\n]\n" : "]\n");
}

/* ---- JUnit ------------------------------------------------------------------- */

static void add_xml(struct buf *out, const char *s)
{
	struct buf clean = BUF_INIT;

	print_utf8_raw(&clean, s);
	for (const char *c = buf_text(&clean); *c; c++) {
		switch (*c) {
		case '&': buf_adds(out, "&amp;"); break;
		case '<': buf_adds(out, "&lt;"); break;
		case '>': buf_adds(out, "&gt;"); break;
		case '"': buf_adds(out, "&quot;"); break;
		default:	/* XML 1.0 has no other control characters, in no form */
			buf_addc(out, (unsigned char)*c >= ' ' || *c == '\n' || *c == '\t' ? *c : '?');
		}
	}
	buf_free(&clean);
}

static bool is_of_root(const struct diag_finding *f, const struct diag_place *root)
{
	return f->root.line == root->line && !strcmp(f->root.function, root->function) &&
	       !strcmp(f->root.file ? f->root.file : "", root->file ? root->file : "");
}

/* The same callback may be a root by two members: it is one test case. */
static bool is_first(const struct report *r, u32 i)
{
	const struct diag_root *a = &r->roots.a[i];

	for (u32 k = 0; k < i; k++)
		if (r->roots.a[k].at.line == a->at.line && !strcmp(r->roots.a[k].at.function, a->at.function) &&
		    !strcmp(r->roots.a[k].at.file ? r->roots.a[k].at.file : "", a->at.file ? a->at.file : ""))
			return false;
	return true;
}

static u32 count_of(const struct report *r, const struct diag_place *root)
{
	u32 n = 0;

	for (u32 i = 0; i < r->findings.n; i++)
		n += is_of_root(&r->findings.a[i], root);
	return n;
}

static void begin_case(struct buf *out, const char *file, const char *name)
{
	buf_adds(out, "  <testcase classname=\"");
	add_xml(out, file ? file : "");
	buf_adds(out, "\" name=\"");
	add_xml(out, name ? name : "");
	buf_adds(out, "\"");
}

static void add_case(struct buf *out, const struct report *r, const struct diag_place *root)
{
	u32 n = count_of(r, root);
	struct buf text = BUF_INIT;

	begin_case(out, root->file, root->function);
	if (!n) {
		buf_adds(out, "/>\n");
		return;
	}
	buf_addf(out, ">\n    <failure message=\"%u finding%s\" type=\"reclint\">", n, n == 1 ? "" : "s");
	for (u32 i = 0; i < r->findings.n; i++) {
		const struct diag_finding *f = &r->findings.a[i];

		if (!is_of_root(f, root))
			continue;
		buf_clear(&text);
		buf_addf(&text, "%s: ", f->severity);
		add_story(&text, f);
		buf_addc(&text, '\n');
		add_xml(out, buf_text(&text));
	}
	buf_adds(out, "</failure>\n  </testcase>\n");
	buf_free(&text);
}

/* Findings of no root: what marks claim of a driver. */
static bool is_rootless(const struct report *r, const struct diag_finding *f)
{
	for (u32 i = 0; i < r->roots.n; i++)
		if (is_of_root(f, &r->roots.a[i].at))
			return false;
	return true;
}

/* The first of the findings of no root that has this one. */
static bool is_first_rootless(const struct report *r, u32 i)
{
	if (!is_rootless(r, &r->findings.a[i]))
		return false;
	for (u32 k = 0; k < i; k++)
		if (is_of_root(&r->findings.a[k], &r->findings.a[i].root))
			return false;
	return true;
}

void report_junit(const struct report *r, struct buf *out)
{
	u32 n_cases = r->lost.n, n_failed = 0;

	for (u32 i = 0; i < r->roots.n; i++) {
		n_cases += is_first(r, i);
		n_failed += is_first(r, i) && count_of(r, &r->roots.a[i].at);
	}
	for (u32 i = 0; i < r->findings.n; i++) {
		n_cases += is_first_rootless(r, i);
		n_failed += is_first_rootless(r, i);
	}
	buf_addf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		 "<testsuite name=\"reclint\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"0\">\n",
		 n_cases, n_failed, r->lost.n);
	for (u32 i = 0; i < r->lost.n; i++) {
		begin_case(out, r->lost.a[i].file, "facts");
		buf_adds(out, ">\n    <error message=\"no facts\" type=\"reclint\">");
		add_xml(out, r->lost.a[i].why);
		buf_adds(out, "</error>\n  </testcase>\n");
	}
	for (u32 i = 0; i < r->roots.n; i++)
		if (is_first(r, i))
			add_case(out, r, &r->roots.a[i].at);
	for (u32 i = 0; i < r->findings.n; i++)
		if (is_first_rootless(r, i))
			add_case(out, r, &r->findings.a[i].root);
	buf_adds(out, "</testsuite>\n</testsuites>\n");
}
