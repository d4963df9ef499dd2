/* SPDX-License-Identifier: MIT */
/*
 * The report for other tools; docs/json.md says what each member means and
 * docs/findings.schema.json checks it.  One element of an array per line, written as
 * it is made, so that a large report is held once; the order of members is fixed.
 */
#include "report/print.h"

#include "base/err.h"

#include <jansson.h>

#define JSON_VERSION 1

/* ---- values ------------------------------------------------------------- */

/* null for NULL; any bytes become UTF-8. */
static json_t *text_value(const char *s)
{
	struct buf clean = BUF_INIT;
	json_t *ret;

	if (!s)
		return json_null();
	print_utf8_raw(&clean, s);
	ret = json_string(buf_text(&clean));
	buf_free(&clean);
	BUG_ON(!ret);
	return ret;
}

static void set(json_t *object, const char *key, json_t *value)
{
	BUG_ON(json_object_set_new(object, key, value));
}

static void set_text(json_t *object, const char *key, const char *s)
{
	set(object, key, text_value(s));
}

static void set_u32(json_t *object, const char *key, u32 n)
{
	set(object, key, json_integer(n));
}

static json_t *new_object(void)
{
	json_t *ret = json_object();

	BUG_ON(!ret);
	return ret;
}

static json_t *new_array(void)
{
	json_t *ret = json_array();

	BUG_ON(!ret);
	return ret;
}

static void append(json_t *array, json_t *value)
{
	BUG_ON(json_array_append_new(array, value));
}

static json_t *text_array(const char *const *a, u32 n)
{
	json_t *ret = new_array();

	for (u32 i = 0; i < n; i++)
		append(ret, text_value(a[i]));
	return ret;
}

static void set_place(json_t *object, const struct diag_place *at)
{
	set_text(object, "function", at->function);
	set_text(object, "file", at->file);
	set_u32(object, "line", at->line);
	set_u32(object, "col", at->col);
}

/* ---- parts of a finding ------------------------------------------------- */

static json_t *guard_value(const struct printer *p, const struct diag_guard *g)
{
	struct guard_view v = guard_view(p, g);
	json_t *ret = new_object();

	set_text(ret, "text", v.text);
	set_text(ret, "file", g->file);
	set_u32(ret, "line", g->line);
	set_u32(ret, "col", g->col);
	set(ret, "value", json_boolean(v.value));
	return ret;
}

static json_t *hop_value(const struct printer *p, const struct diag_hop *hop)
{
	json_t *ret = new_object(), *guards = new_array();

	set_place(ret, &hop->at);
	set_text(ret, "module", hop->at.module);
	set_text(ret, "calls", hop->calls);
	set_text(ret, "via", hop->via ? hop->via : "direct");
	set_text(ret, "via_detail", hop->via_detail);
	set_u32(ret, "targets", hop->n_targets);
	for (u32 i = 0; i < hop->guards.n; i++)
		append(guards, guard_value(p, &hop->guards.a[i]));
	set(ret, "guards", guards);
	return ret;
}

static json_t *hops_value(const struct printer *p, const struct diag_hop *hops, u32 n)
{
	json_t *ret = new_array();

	for (u32 i = 0; i < n; i++)
		append(ret, hop_value(p, &hops[i]));
	return ret;
}

static json_t *places_value(const struct diag_place *a, u32 n)
{
	json_t *ret = new_array();

	for (u32 i = 0; i < n; i++) {
		json_t *place = new_object();

		set_place(place, &a[i]);
		append(ret, place);
	}
	return ret;
}

/* There are many: "file:line function" takes half of what objects would. */
static json_t *calls_value(const struct diag_place *a, u32 n)
{
	json_t *ret = new_array();
	struct buf b = BUF_INIT;

	for (u32 i = 0; i < n; i++) {
		buf_clear(&b);
		buf_addf(&b, "%s:%u %s", a[i].file, a[i].line, a[i].function);
		append(ret, text_value(buf_text(&b)));
	}
	buf_free(&b);
	return ret;
}

static json_t *ways_value(const struct diag_way *a, u32 n)
{
	json_t *ret = new_array();

	for (u32 i = 0; i < n; i++) {
		json_t *way = new_object();

		set(way, "contexts", text_array(a[i].contexts.a, a[i].contexts.n));
		set(way, "calls", calls_value(a[i].calls.a, a[i].calls.n));
		append(ret, way);
	}
	return ret;
}

static json_t *lock_value(const struct diag_lock *lock)
{
	json_t *ret;

	if (!lock->class_name)
		return json_null();
	ret = new_object();
	set_text(ret, "class", lock->class_name);
	set_text(ret, "kind", lock->kind);
	set_text(ret, "mode", lock->mode);
	return ret;
}

/* ---- elements of the top-level arrays ------------------------------------ */

static json_t *root_value(const struct printer *p, u32 i)
{
	const struct diag_root *root = &p->r->roots.a[i];
	json_t *ret = new_object();

	set_place(ret, &root->at);
	set_text(ret, "context", root->context);
	set_text(ret, "member", root->member);
	set_text(ret, "module", root->at.module);
	return ret;
}

static json_t *finding_object(const struct printer *p, const struct diag_finding *f)
{
	json_t *ret = new_object(), *root = new_object(), *sink = new_object();

	set_place(root, &f->root);
	set_text(root, "module", f->root.module);
	set_text(root, "kind", f->root_kind);
	set_text(root, "member", f->root_member);
	set_place(sink, &f->sink);
	set_text(ret, "id", f->id);
	set_text(ret, "rule", f->rule);
	set_text(ret, "severity", f->severity);
	set(ret, "root", root);
	set(ret, "contexts", text_array(f->contexts.a, f->contexts.n));
	if (f->path_contexts.n && f->path_contexts.n < f->contexts.n)
		set(ret, "path_contexts", text_array(f->path_contexts.a, f->path_contexts.n));
	set(ret, "sink", sink);
	set(ret, "lock", lock_value(&f->lock));
	set(ret, "chain", hops_value(p, f->chain.a, f->chain.n));
	set(ret, "witness", hops_value(p, f->witness.a, f->witness.n));
	set_text(ret, "marked", f->marked);
	set_text(ret, "confidence", f->confidence);
	set_text(ret, "fingerprint", f->fingerprint);
	set_text(ret, "message", f->message);
	set_u32(ret, "folded", f->n_paths);
	set(ret, "also", places_value(f->also.a, f->also.n));
	set(ret, "ways", ways_value(f->ways.a, f->ways.n));
	return ret;
}

/* First those that count, then those that a mark silences. */
static json_t *finding_value(const struct printer *p, u32 i)
{
	const struct report *r = p->r;

	return finding_object(p, i < r->findings.n ? &r->findings.a[i] :
						     &r->marked.a[i - r->findings.n]);
}

static json_t *judgement_value(const struct printer *p, const struct diag_judgement *j)
{
	json_t *ret = new_object(), *locks = new_array();

	set_text(ret, "part", j->part);
	set_text(ret, "when", j->when);
	set_text(ret, "assumes", j->assumes);
	set(ret, "claimed", json_boolean(j->is_claimed));
	set_text(ret, "verdict", j->verdict);
	set_text(ret, "why", j->why);
	set_u32(ret, "allocations", j->n_allocations);
	set_u32(ret, "gaps", j->n_gaps);
	for (u32 i = 0; i < j->locks.n; i++) {
		json_t *lock = lock_value(&j->locks.a[i].lock);

		set_place(lock, &j->locks.a[i].at);
		append(locks, lock);
	}
	set(ret, "locks", locks);
	set(ret, "evidence", hops_value(p, j->evidence.a, j->evidence.n));
	return ret;
}

static json_t *mark_value(const struct printer *p, u32 i)
{
	const struct diag_mark *m = &p->r->marks.a[i];
	json_t *ret = new_object(), *judgements = new_array();

	set_text(ret, "source", m->source);
	set_text(ret, "name", m->name);
	set_text(ret, "device", m->device);
	set_text(ret, "verdict", m->verdict);
	set_text(ret, "why", m->why);
	set_text(ret, "claim", m->claim);
	set_text(ret, "file", m->at.file);
	set_u32(ret, "line", m->at.line);
	set_u32(ret, "silenced", m->n_silenced);
	set_text(ret, "warning", m->warning);
	set(ret, "evidence", hops_value(p, m->evidence.a, m->evidence.n));
	for (u32 k = 0; k < m->judgements.n; k++)
		append(judgements, judgement_value(p, &m->judgements.a[k]));
	set(ret, "judgements", judgements);
	return ret;
}

static json_t *lock_summary_value(const struct printer *p, u32 i)
{
	const struct diag_lock_summary *l = &p->r->locks.a[i];
	json_t *ret = new_object();

	set_text(ret, "class", l->lock.class_name);
	set_text(ret, "kind", l->lock.kind);
	set_text(ret, "mode", l->lock.mode);
	set(ret, "taken_in_reclaim", places_value(l->taken_in_reclaim.a, l->taken_in_reclaim.n));
	set(ret, "leaf", json_boolean(l->leaf));
	set(ret, "primed", places_value(l->primed.a, l->primed.n));
	set(ret, "held_across", hops_value(p, l->held_across.a, l->held_across.n));
	return ret;
}

static json_t *gap_value(const struct printer *p, u32 i)
{
	const struct diag_gap *g = &p->r->gaps.a[i];
	json_t *ret = new_object();

	set_text(ret, "kind", g->kind);
	set_text(ret, "function", g->function);
	set_text(ret, "file", g->file);
	set_u32(ret, "line", g->line);
	set_text(ret, "detail", g->detail);
	return ret;
}

/* ---- writing ------------------------------------------------------------ */

static int dump_part(const char *part, size_t len, void *data)
{
	buf_add(data, part, len);
	return 0;
}

/* Consumes value. */
static void dump(struct buf *out, json_t *value)
{
	BUG_ON(json_dump_callback(value, dump_part, out, JSON_ENCODE_ANY));
	json_decref(value);
}

static void dump_array(const struct printer *p, const char *key, u32 n,
		       json_t *(*value)(const struct printer *p, u32 i))
{
	buf_addf(p->out, ",\n\"%s\": [", key);
	for (u32 i = 0; i < n; i++) {
		buf_adds(p->out, i ? ",\n  " : "\n  ");
		dump(p->out, value(p, i));
	}
	buf_adds(p->out, n ? "\n]" : "]");
}

static void dump_tool(const struct printer *p)
{
	const struct report *r = p->r;
	json_t *tool = new_object(), *program = new_object();

	set_text(tool, "name", "reclint");
	set_text(tool, "version", r->version ? r->version : "unknown");
	set(tool, "frontends", text_array(r->frontends.a, r->frontends.n));
	set_u32(program, "tus", r->n_tus);
	set_u32(program, "failed", r->n_failed);
	set_u32(program, "functions", r->n_functions);
	set_u32(program, "indirect_sites", r->n_indirect_sites);
	buf_addf(p->out, "{\n\"version\": %u,\n\"tool\": ", JSON_VERSION);
	dump(p->out, tool);
	buf_adds(p->out, ",\n\"program\": ");
	dump(p->out, program);
}

void report_json(const struct report *r, struct buf *out)
{
	struct printer p = printer_open(r, NULL, false, out);

	dump_tool(&p);
	dump_array(&p, "roots", r->roots.n, root_value);
	dump_array(&p, "findings", r->findings.n + r->marked.n, finding_value);
	dump_array(&p, "marks", r->marks.n, mark_value);
	dump_array(&p, "locks", r->locks.n, lock_summary_value);
	dump_array(&p, "gaps", r->gaps.n, gap_value);
	buf_adds(out, "\n}\n");
	printer_close(&p);
}
