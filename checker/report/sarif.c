// SPDX-License-Identifier: MIT
/*
 * SARIF 2.1.0, for code-scanning services and viewers.  The place of a result is its headline;
 * the path to the sink is a code flow, and so is the other half of an inversion.  Paths are
 * relative to SRCROOT, which says nothing of the machine that the run was on.
 */
#include "report/print.h"

#include "report/value.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

/* ---- places -------------------------------------------------------------- */

static json_t *message_value(const char *text)
{
	json_t *ret = value_object();

	value_set_text(ret, "text", text);
	return ret;
}

/* A path as a URI reference (RFC 3986): all but unreserved characters and '/' in percent. */
static json_t *uri_value(const char *file)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	struct buf uri = BUF_INIT;
	json_t *ret;

	if (*file == '/')
		buf_adds(&uri, "file://");
	for (; *file; file++) {
		if (strchr(plain, *file))
			buf_addc(&uri, *file);
		else
			buf_addf(&uri, "%%%02X", (unsigned char)*file);
	}
	ret = value_text(buf_text(&uri));
	buf_free(&uri);
	return ret;
}

/* NULL: the place is not known. */
static json_t *physical_value(const struct diag_place *at)
{
	json_t *ret, *artifact, *region;

	if (!at->file || !*at->file)
		return NULL;
	ret = value_object();
	artifact = value_object();
	value_set(artifact, "uri", uri_value(at->file));
	if (*at->file != '/')
		value_set_text(artifact, "uriBaseId", "SRCROOT");
	value_set(ret, "artifactLocation", artifact);
	if (!at->line)
		return ret;
	region = value_object();
	value_set_u32(region, "startLine", at->line);
	if (at->col)
		value_set_u32(region, "startColumn", at->col);
	value_set(ret, "region", region);
	return ret;
}

/* text: NULL, or what is to be said there. */
static json_t *location_value(const struct diag_place *at, const char *text)
{
	json_t *ret = value_object(), *physical = physical_value(at), *logical, *list;

	if (physical)
		value_set(ret, "physicalLocation", physical);
	if (at->function) {
		logical = value_object();
		list = value_array();
		value_set_text(logical, "name", at->function);
		value_set_text(logical, "kind", "function");
		value_append(list, logical);
		value_set(ret, "logicalLocations", list);
	}
	if (text)
		value_set(ret, "message", message_value(text));
	return ret;
}

/* ---- traces -------------------------------------------------------------- */

static void add_guards(const struct printer *p, const struct diag_hop *hop, struct buf *text)
{
	for (u32 i = 0; i < hop->guards.n; i++) {
		struct guard_view v = guard_view(p, &hop->guards.a[i]);

		if (!v.text)
			continue;
		buf_addf(text, ", %s ", v.word);
		print_utf8(text, v.shown);
	}
}

static json_t *step_value(const struct printer *p, const struct diag_hop *hop, u32 depth)
{
	json_t *ret = value_object();
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s()", hop->at.function);
	print_called(&text, hop);
	if (hop->via && strcmp(hop->via, "direct"))
		buf_addf(&text, " (%s%s%s, %u target%s)", hop->via, hop->via_detail ? ", " : "",
			 hop->via_detail ? hop->via_detail : "", hop->n_targets, hop->n_targets == 1 ? "" : "s");
	add_guards(p, hop, &text);
	value_set(ret, "location", location_value(&hop->at, buf_text(&text)));
	value_set_u32(ret, "nestingLevel", depth);
	buf_free(&text);
	return ret;
}

static json_t *flow_value(const struct printer *p, const struct trace *t)
{
	json_t *ret = value_object(), *threads = value_array(), *thread = value_object(), *steps = value_array();
	struct buf title = BUF_INIT;

	for (u32 i = 0; i < t->n; i++)
		value_append(steps, step_value(p, &t->hops[i], i));
	value_set(thread, "locations", steps);
	value_append(threads, thread);
	buf_adds(&title, t->title);
	if (t->waits_for)
		buf_addf(&title, ": %s", t->waits_for);
	value_set(ret, "message", message_value(buf_text(&title)));
	value_set(ret, "threadFlows", threads);
	buf_free(&title);
	return ret;
}

static json_t *flows_value(const struct printer *p, const struct diag_finding *f)
{
	json_t *ret = value_array();
	struct trace traces[TRACES_MAX];
	u32 n = finding_traces(f, traces);

	for (u32 i = 0; i < n; i++)
		value_append(ret, flow_value(p, &traces[i]));
	return ret;
}

/* Where reclaim comes in, and the other places that the finding stands for. */
static json_t *related_value(const struct diag_finding *f)
{
	json_t *ret = value_array();

	value_append(ret, location_value(&f->root, "memory reclaim enters here"));
	for (u32 i = 0; i < f->also.n; i++)
		value_append(ret, location_value(&f->also.a[i], "the same cause"));
	for (u32 i = 0; i <= f->also.n; i++)
		value_set_u32(json_array_get(ret, i), "id", i);
	return ret;
}

/* ---- results ------------------------------------------------------------- */

static int rule_number(const struct printer *p, const char *id)
{
	for (u32 i = 0; p->rules && i < p->rules->descs.n; i++)
		if (!strcmp(p->rules->descs.a[i].id, id))
			return (int)i;
	return -1;
}

static json_t *result_begin(const struct printer *p, const char *rule, const char *severity, const char *text)
{
	json_t *ret = value_object();
	int number = rule_number(p, rule);

	value_set_text(ret, "ruleId", rule);
	if (number >= 0)
		value_set_u32(ret, "ruleIndex", (u32)number);
	value_set_text(ret, "level", severity);
	value_set(ret, "message", message_value(text));
	return ret;
}

static void set_fingerprint(json_t *result, const char *fingerprint)
{
	json_t *prints = value_object();

	value_set_text(prints, "reclint/v1", fingerprint);
	value_set(result, "partialFingerprints", prints);
}

static const char *baseline_state(const char *baseline)
{
	return !strcmp(baseline, "worse") ? "updated" : baseline;
}

static void set_suppression(json_t *result, const struct diag_finding *f)
{
	json_t *list = value_array(), *one = value_object();

	value_set_text(one, "kind", f->is_allowed ? "inSource" : "external");
	value_set_text(one, "status", "accepted");
	value_set_text(one, "justification", f->marked);
	value_append(list, one);
	value_set(result, "suppressions", list);
}

static json_t *result_value(const struct printer *p, const struct diag_finding *f)
{
	json_t *ret = result_begin(p, f->rule, f->severity, f->message), *list = value_array();
	json_t *bag = value_object();

	value_append(list, location_value(diag_headline(f), NULL));
	value_set(ret, "locations", list);
	if (f->chain.n || f->witness.n)
		value_set(ret, "codeFlows", flows_value(p, f));
	value_set(ret, "relatedLocations", related_value(f));
	set_fingerprint(ret, f->fingerprint);
	if (p->r->baseline)
		value_set_text(ret, "baselineState", f->baseline ? baseline_state(f->baseline) : "unchanged");
	if (f->marked)
		set_suppression(ret, f);
	value_set(bag, "contexts", value_texts(f->contexts.a, f->contexts.n));
	value_set_text(bag, "confidence", f->confidence);
	if (f->by_cocci)
		value_set_text(bag, "foundBy", f->only_cocci ? "Coccinelle" : "reclint, Coccinelle");
	value_set_text(bag, "lock", f->lock.class_name);
	value_set_text(bag, "id", f->id);
	value_set(ret, "properties", bag);
	return ret;
}

/* In the baseline, and not found any more. */
static json_t *absent_value(const struct printer *p, const struct diag_known *k)
{
	struct buf text = BUF_INIT;
	json_t *ret;

	buf_addf(&text, "%s() reached %s()", k->root, k->sink);
	if (k->lock)
		buf_addf(&text, " of %s", k->lock);
	ret = result_begin(p, k->rule, k->severity, buf_text(&text));
	set_fingerprint(ret, k->fingerprint);
	value_set_text(ret, "baselineState", "absent");
	buf_free(&text);
	return ret;
}

static void dump_result(const struct printer *p, json_t *result, u32 *n)
{
	buf_adds(p->out, (*n)++ ? ",\n  " : "\n  ");
	value_dump(p->out, result);
}

static void dump_results(const struct printer *p)
{
	const struct report *r = p->r;
	u32 n = 0;

	for (u32 i = 0; i < r->findings.n; i++)
		dump_result(p, result_value(p, &r->findings.a[i]), &n);
	for (u32 i = 0; i < r->unchanged.n; i++)
		dump_result(p, result_value(p, &r->unchanged.a[i]), &n);
	for (u32 i = 0; i < r->marked.n; i++)
		dump_result(p, result_value(p, &r->marked.a[i]), &n);
	for (u32 i = 0; i < r->fixed.n; i++)
		dump_result(p, absent_value(p, &r->fixed.a[i]), &n);
	buf_adds(p->out, n ? "\n]" : "]");
}

/* ---- the run --------------------------------------------------------------- */

static json_t *rule_value(const struct rule_desc *d)
{
	json_t *ret = value_object(), *level = value_object();

	value_set_text(ret, "id", d->id);
	value_set(ret, "shortDescription", message_value(d->title));
	if (d->why)
		value_set(ret, "fullDescription", message_value(d->why));
	if (d->mend)
		value_set(ret, "help", message_value(d->mend));
	value_set_text(level, "level", d->severity);
	value_set(ret, "defaultConfiguration", level);
	return ret;
}

static json_t *tool_value(const struct printer *p)
{
	json_t *ret = value_object(), *driver = value_object(), *rules = value_array();

	for (u32 i = 0; p->rules && i < p->rules->descs.n; i++)
		value_append(rules, rule_value(&p->rules->descs.a[i]));
	value_set_text(driver, "name", "reclint");
	value_set_text(driver, "version", p->r->version ? p->r->version : "unknown");
	value_set(driver, "rules", rules);
	value_set(ret, "driver", driver);
	return ret;
}

static json_t *notification_value(const char *level, const char *file, const char *text)
{
	json_t *ret = value_object(), *list = value_array();
	struct diag_place at = { .file = file };

	value_set_text(ret, "level", level);
	value_set(ret, "message", message_value(text));
	value_append(list, location_value(&at, NULL));
	value_set(ret, "locations", list);
	return ret;
}

/* Files that gave no facts, and those among them that may hold a root. */
static json_t *invocations_value(const struct report *r)
{
	json_t *ret = value_array(), *one = value_object(), *notes = value_array();

	for (u32 i = 0; i < r->lost.n; i++)
		value_append(notes, notification_value("error", r->lost.a[i].file, r->lost.a[i].why));
	for (u32 i = 0; i < r->gaps.n; i++)
		if (!strcmp(r->gaps.a[i].kind, "failed-tu") || !strcmp(r->gaps.a[i].kind, "broken-facts"))
			value_append(notes, notification_value("warning", r->gaps.a[i].file,
							       r->gaps.a[i].detail ? r->gaps.a[i].detail : "no facts"));
	value_set(one, "executionSuccessful", json_boolean(!r->lost.n && !r->n_failed));
	value_set(one, "toolExecutionNotifications", notes);
	value_append(ret, one);
	return ret;
}

static json_t *bases_value(void)
{
	json_t *ret = value_object(), *root = value_object();

	value_set(root, "description", message_value("the top of the source tree"));
	value_set(ret, "SRCROOT", root);
	return ret;
}

void report_sarif(const struct report *r, const struct ruleset *rs, struct buf *out)
{
	struct printer p = printer_open(r, rs, false, out);

	buf_adds(out, "{\n\"$schema\": \"" SCHEMA "\",\n\"version\": \"2.1.0\",\n\"runs\": [{\n\"tool\": ");
	value_dump(out, tool_value(&p));
	buf_adds(out, ",\n\"invocations\": ");
	value_dump(out, invocations_value(r));
	buf_adds(out, ",\n\"originalUriBaseIds\": ");
	value_dump(out, bases_value());
	buf_adds(out, ",\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": [");
	dump_results(&p);
	buf_adds(out, "\n}]\n}\n");
	printer_close(&p);
}
