// SPDX-License-Identifier: MIT
/*
 * One self-contained page: the report's JSON, the source lines around its hops and the rules'
 * texts, put into the marked places of a page that shows them.  What the page does with them
 * is html/report.html.
 */
#include "report/diag.h"

#include "report/print.h"
#include "report/value.h"
#include "rule/rule.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define AROUND 2	/* lines before and after a hop */

struct line { const char *file; u32 line; };
struct lines { VEC(struct line) a; };

static int by_line(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;
	int c = strcmp(a->file, b->file);

	return c ? c : a->line < b->line ? -1 : a->line > b->line;
}

static void add_hops(struct lines *l, const struct diag_hop *hops, u32 n)
{
	u32 i, at;

	for (i = 0; i < n; i++)
		for (at = hops[i].at.line > AROUND ? hops[i].at.line - AROUND : 1; at <= hops[i].at.line + AROUND; at++)
			if (hops[i].at.file && hops[i].at.line)
				vec_push(&l->a, ((struct line){ hops[i].at.file, at }));
}

static void add_findings(struct lines *l, const struct diag_finding *f, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		add_hops(l, f[i].chain.a, f[i].chain.n);
		add_hops(l, f[i].witness.a, f[i].witness.n);
	}
}

/* JSON inside a <script>: nothing in it may look like markup. */
static void add_escaped(struct buf *out, const char *json, size_t n)
{
	size_t i, from = 0;

	for (i = 0; i < n; i++) {
		if (json[i] != '<')
			continue;
		buf_add(out, json + from, i - from);
		buf_adds(out, "\\u003c");
		from = i + 1;
	}
	buf_add(out, json + from, n - from);
}

/* {"file": {"12": "text"}} */
static void add_sources(const struct printer *p, struct buf *out)
{
	struct lines l = { VEC_INIT };
	struct buf json = BUF_INIT;
	u32 i, n;

	add_findings(&l, p->r->findings.a, p->r->findings.n);
	add_findings(&l, p->r->marked.a, p->r->marked.n);
	add_findings(&l, p->r->unchanged.a, p->r->unchanged.n);
	vec_sort(&l.a, by_line);
	buf_addc(&json, '{');
	for (i = 0; i < l.a.n; i = n) {
		json_t *file = value_object();

		for (n = i; n < l.a.n && !strcmp(l.a.a[n].file, l.a.a[i].file); n++) {
			const char *text = source_line(p->source, l.a.a[n].file, l.a.a[n].line);
			char number[16];

			snprintf(number, sizeof(number), "%u", l.a.a[n].line);
			if (text)
				value_set_text(file, number, text);
		}
		if (i)
			buf_adds(&json, ",\n");
		value_dump(&json, value_text(l.a.a[i].file));
		buf_addc(&json, ':');
		value_dump(&json, file);
	}
	buf_addc(&json, '}');
	add_escaped(out, buf_text(&json), json.len);
	buf_free(&json);
	vec_free(&l.a);
}

static void add_rules(const struct ruleset *rs, struct buf *out)
{
	json_t *all = value_object();
	struct buf json = BUF_INIT;
	u32 i;

	for (i = 0; i < rs->descs.n; i++) {
		json_t *one = value_object();

		value_set_text(one, "title", rs->descs.a[i].title);
		value_set_text(one, "why", rs->descs.a[i].why);
		value_set_text(one, "mend", rs->descs.a[i].mend);
		value_set(all, rs->descs.a[i].id, one);
	}
	value_dump(&json, all);
	add_escaped(out, buf_text(&json), json.len);
	buf_free(&json);
}

static void add_report(const struct report *r, struct buf *out)
{
	struct buf json = BUF_INIT;

	report_json(r, &json);
	add_escaped(out, buf_text(&json), json.len);
	buf_free(&json);
}

void report_html(const struct report *r, const struct ruleset *rs, const char *page, struct buf *out)
{
	struct printer p = printer_open(r, rs, false, out);
	const char *at;

	while ((at = strchr(page, '@'))) {
		buf_add(out, page, (size_t)(at - page));
		if (!strncmp(at, "@REPORT@", 8))
			add_report(r, out);
		else if (!strncmp(at, "@SOURCES@", 9))
			add_sources(&p, out);
		else if (!strncmp(at, "@RULES@", 7))
			add_rules(rs, out);
		else
			buf_addc(out, '@');
		page = at + 1;
		if (!strncmp(at, "@REPORT@", 8) || !strncmp(at, "@SOURCES@", 9) || !strncmp(at, "@RULES@", 7))
			page = strchr(page, '@') + 1;
		buf_flush(out);
	}
	buf_adds(out, page);
	printer_close(&p);
}
