/* SPDX-License-Identifier: MIT */
/*
 * The report for other tools; docs/json.md says what each member means and
 * docs/findings.schema.json checks it.  One element of an array per line, written as
 * it is made, so that a large report is held once; the order of members is fixed.
 */
#include "report/print.h"

#include "report/value.h"

#define JSON_VERSION 1

/* ---- parts of a finding ------------------------------------------------- */

static void set_place(json_t *object, const struct diag_place *at)
{
	value_set_text(object, "function", at->function);
	value_set_text(object, "file", at->file);
	value_set_u32(object, "line", at->line);
	value_set_u32(object, "col", at->col);
}

static json_t *guard_value(const struct printer *p, const struct diag_guard *g)
{
	struct guard_view v = guard_view(p, g);
	json_t *ret = value_object();

	value_set_text(ret, "text", v.text);
	value_set_text(ret, "file", g->file);
	value_set_u32(ret, "line", g->line);
	value_set_u32(ret, "col", g->col);
	value_set(ret, "value", json_boolean(v.value));
	return ret;
}

static json_t *hop_value(const struct printer *p, const struct diag_hop *hop)
{
	json_t *ret = value_object(), *guards = value_array();

	set_place(ret, &hop->at);
	value_set_text(ret, "module", hop->at.module);
	value_set_text(ret, "calls", hop->calls);
	value_set_text(ret, "via", hop->via ? hop->via : "direct");
	value_set_text(ret, "via_detail", hop->via_detail);
	value_set_u32(ret, "targets", hop->n_targets);
	for (u32 i = 0; i < hop->guards.n; i++)
		value_append(guards, guard_value(p, &hop->guards.a[i]));
	value_set(ret, "guards", guards);
	return ret;
}

static json_t *hops_value(const struct printer *p, const struct diag_hop *hops, u32 n)
{
	json_t *ret = value_array();

	for (u32 i = 0; i < n; i++)
		value_append(ret, hop_value(p, &hops[i]));
	return ret;
}

static json_t *places_value(const struct diag_place *a, u32 n)
{
	json_t *ret = value_array();

	for (u32 i = 0; i < n; i++) {
		json_t *place = value_object();

		set_place(place, &a[i]);
		value_append(ret, place);
	}
	return ret;
}

/* There are many: "file:line function" takes half of what objects would. */
static json_t *calls_value(const struct diag_place *a, u32 n)
{
	json_t *ret = value_array();
	struct buf b = BUF_INIT;

	for (u32 i = 0; i < n; i++) {
		buf_clear(&b);
		buf_addf(&b, "%s:%u %s", a[i].file, a[i].line, a[i].function);
		value_append(ret, value_text(buf_text(&b)));
	}
	buf_free(&b);
	return ret;
}

static json_t *ways_value(const struct diag_way *a, u32 n)
{
	json_t *ret = value_array();

	for (u32 i = 0; i < n; i++) {
		json_t *way = value_object();

		value_set(way, "contexts", value_texts(a[i].contexts.a, a[i].contexts.n));
		value_set(way, "calls", calls_value(a[i].calls.a, a[i].calls.n));
		value_append(ret, way);
	}
	return ret;
}

static json_t *lock_value(const struct diag_lock *lock)
{
	json_t *ret;

	if (!lock->class_name)
		return json_null();
	ret = value_object();
	value_set_text(ret, "class", lock->class_name);
	value_set_text(ret, "kind", lock->kind);
	value_set_text(ret, "mode", lock->mode);
	return ret;
}

static json_t *second_value(const struct diag_second *second)
{
	json_t *ret = value_object();

	value_set_text(ret, second->is_work ? "work" : "class", second->name);
	value_set_u32(ret, "hop", second->hop);
	return ret;
}

/* ---- elements of the top-level arrays ------------------------------------ */

static json_t *root_value(const struct printer *p, u32 i)
{
	const struct diag_root *root = &p->r->roots.a[i];
	json_t *ret = value_object();

	set_place(ret, &root->at);
	value_set_text(ret, "context", root->context);
	value_set_text(ret, "member", root->member);
	value_set_text(ret, "module", root->at.module);
	return ret;
}

static json_t *found_by(const struct diag_finding *f)
{
	const char *by[2];
	u32 n = 0;

	if (!f->only_cocci)
		by[n++] = "reclint";
	if (f->by_cocci)
		by[n++] = "coccinelle";
	return value_texts(by, n);
}

static json_t *finding_object(const struct printer *p, const struct diag_finding *f)
{
	json_t *ret = value_object(), *root = value_object(), *sink = value_object();

	set_place(root, &f->root);
	value_set_text(root, "module", f->root.module);
	value_set_text(root, "kind", f->root_kind);
	value_set_text(root, "member", f->root_member);
	set_place(sink, &f->sink);
	value_set_text(ret, "id", f->id);
	value_set_text(ret, "rule", f->rule);
	value_set_text(ret, "severity", f->severity);
	value_set(ret, "root", root);
	value_set(ret, "contexts", value_texts(f->contexts.a, f->contexts.n));
	if (f->path_contexts.n && f->path_contexts.n < f->contexts.n)
		value_set(ret, "path_contexts", value_texts(f->path_contexts.a, f->path_contexts.n));
	value_set(ret, "sink", sink);
	value_set(ret, "lock", lock_value(&f->lock));
	value_set(ret, "chain", hops_value(p, f->chain.a, f->chain.n));
	value_set(ret, "witness", hops_value(p, f->witness.a, f->witness.n));
	if (f->second.name)
		value_set(ret, "second", second_value(&f->second));
	value_set_text(ret, "marked", f->marked);
	if (f->baseline)
		value_set_text(ret, "baseline", f->baseline);
	value_set_text(ret, "confidence", f->confidence);
	if (p->r->has_cocci)
		value_set(ret, "found_by", found_by(f));
	value_set_text(ret, "fingerprint", f->fingerprint);
	value_set_text(ret, "message", f->message);
	value_set_u32(ret, "folded", f->n_paths);
	value_set(ret, "also", places_value(f->also.a, f->also.n));
	value_set(ret, "ways", ways_value(f->ways.a, f->ways.n));
	return ret;
}

/* First those that count, then what the baseline has, then those that are silenced. */
static json_t *finding_value(const struct printer *p, u32 i)
{
	const struct report *r = p->r;

	if (i < r->findings.n)
		return finding_object(p, &r->findings.a[i]);
	i -= r->findings.n;
	return finding_object(p, i < r->unchanged.n ? &r->unchanged.a[i] : &r->marked.a[i - r->unchanged.n]);
}

static json_t *judgement_value(const struct printer *p, const struct diag_judgement *j)
{
	json_t *ret = value_object(), *locks = value_array();

	value_set_text(ret, "part", j->part);
	value_set_text(ret, "when", j->when);
	value_set_text(ret, "assumes", j->assumes);
	value_set(ret, "claimed", json_boolean(j->is_claimed));
	value_set_text(ret, "verdict", j->verdict);
	value_set_text(ret, "why", j->why);
	value_set_u32(ret, "allocations", j->n_allocations);
	value_set_u32(ret, "held_elsewhere", j->n_held);
	value_set_u32(ret, "gaps", j->n_gaps);
	for (u32 i = 0; i < j->locks.n; i++) {
		json_t *lock = lock_value(&j->locks.a[i].lock);

		set_place(lock, &j->locks.a[i].at);
		value_append(locks, lock);
	}
	value_set(ret, "locks", locks);
	value_set(ret, "evidence", hops_value(p, j->evidence.a, j->evidence.n));
	return ret;
}

static json_t *mark_value(const struct printer *p, u32 i)
{
	const struct diag_mark *m = &p->r->marks.a[i];
	json_t *ret = value_object(), *judgements = value_array();

	value_set_text(ret, "source", m->source);
	value_set_text(ret, "name", m->name);
	value_set_text(ret, "device", m->device);
	value_set_text(ret, "verdict", m->verdict);
	value_set_text(ret, "why", m->why);
	value_set_text(ret, "claim", m->claim);
	value_set_text(ret, "file", m->at.file);
	value_set_u32(ret, "line", m->at.line);
	value_set_u32(ret, "silenced", m->n_silenced);
	value_set_text(ret, "warning", m->warning);
	value_set(ret, "evidence", hops_value(p, m->evidence.a, m->evidence.n));
	for (u32 k = 0; k < m->judgements.n; k++)
		value_append(judgements, judgement_value(p, &m->judgements.a[k]));
	value_set(ret, "judgements", judgements);
	return ret;
}

static json_t *lock_summary_value(const struct printer *p, u32 i)
{
	const struct diag_lock_summary *l = &p->r->locks.a[i];
	json_t *ret = value_object();

	value_set_text(ret, "class", l->lock.class_name);
	value_set_text(ret, "kind", l->lock.kind);
	value_set_text(ret, "mode", l->lock.mode);
	value_set(ret, "taken_in_reclaim", places_value(l->taken_in_reclaim.a, l->taken_in_reclaim.n));
	value_set(ret, "leaf", json_boolean(l->leaf));
	value_set(ret, "primed", places_value(l->primed.a, l->primed.n));
	value_set(ret, "held_across", hops_value(p, l->held_across.a, l->held_across.n));
	return ret;
}

static json_t *gap_value(const struct printer *p, u32 i)
{
	const struct diag_gap *g = &p->r->gaps.a[i];
	json_t *ret = value_object();

	value_set_text(ret, "kind", g->kind);
	value_set_text(ret, "function", g->function);
	value_set_text(ret, "file", g->file);
	value_set_u32(ret, "line", g->line);
	value_set_text(ret, "detail", g->detail);
	return ret;
}

static json_t *allow_value(const struct printer *p, u32 i)
{
	const struct diag_allow *a = &p->r->allows.a[i];
	json_t *ret = value_object();

	value_set_text(ret, "file", a->file);
	value_set_u32(ret, "line", a->line);
	value_set_text(ret, "rules", a->rules);
	value_set_text(ret, "why", a->why);
	value_set_u32(ret, "silenced", a->n_silenced);
	value_set_text(ret, "warning", a->warning);
	return ret;
}

static json_t *fixed_value(const struct diag_known *k)
{
	json_t *ret = value_object();

	value_set_text(ret, "rule", k->rule);
	value_set_text(ret, "root", k->root);
	value_set_text(ret, "sink", k->sink);
	value_set_text(ret, "lock", k->lock);
	value_set_text(ret, "severity", k->severity);
	value_set_text(ret, "file", k->file);
	value_set_text(ret, "fingerprint", k->fingerprint);
	return ret;
}

static json_t *gate_value(const struct report *r)
{
	json_t *ret = value_object(), *fixed = value_array(), *gone = value_array(), *lost = value_array();
	json_t *one;

	value_set_text(ret, "baseline", r->baseline);
	value_set_text(ret, "since", r->since);
	value_set_u32(ret, "elsewhere", r->n_elsewhere);
	for (u32 i = 0; i < r->fixed.n; i++)
		value_append(fixed, fixed_value(&r->fixed.a[i]));
	value_set(ret, "fixed", fixed);
	for (u32 i = 0; i < r->gone.n; i++) {
		one = value_object();
		value_set_text(one, "function", r->gone.a[i].function);
		value_set_text(one, "file", r->gone.a[i].file);
		value_set_text(one, "member", r->gone.a[i].member);
		value_append(gone, one);
	}
	value_set(ret, "roots_gone", gone);
	for (u32 i = 0; i < r->lost.n; i++) {
		one = value_object();
		value_set_text(one, "file", r->lost.a[i].file);
		value_set_text(one, "why", r->lost.a[i].why);
		value_append(lost, one);
	}
	value_set(ret, "lost", lost);
	return ret;
}

/* ---- writing ------------------------------------------------------------ */

static void dump_array(const struct printer *p, const char *key, u32 n,
		       json_t *(*value)(const struct printer *p, u32 i))
{
	buf_addf(p->out, ",\n\"%s\": [", key);
	for (u32 i = 0; i < n; i++) {
		buf_adds(p->out, i ? ",\n  " : "\n  ");
		value_dump(p->out, value(p, i));
	}
	buf_adds(p->out, n ? "\n]" : "]");
}

static void dump_tool(const struct printer *p)
{
	const struct report *r = p->r;
	json_t *tool = value_object(), *program = value_object();

	value_set_text(tool, "name", "reclint");
	value_set_text(tool, "version", r->version ? r->version : "unknown");
	value_set(tool, "frontends", value_texts(r->frontends.a, r->frontends.n));
	value_set_u32(program, "tus", r->n_tus);
	value_set_u32(program, "failed", r->n_failed);
	if (r->n_missing)
		value_set_u32(program, "missing", r->n_missing);
	value_set_u32(program, "functions", r->n_functions);
	value_set_u32(program, "indirect_sites", r->n_indirect_sites);
	buf_addf(p->out, "{\n\"version\": %u,\n\"tool\": ", JSON_VERSION);
	value_dump(p->out, tool);
	buf_adds(p->out, ",\n\"program\": ");
	value_dump(p->out, program);
}

void report_json(const struct report *r, struct buf *out)
{
	struct printer p = printer_open(r, NULL, false, out);

	dump_tool(&p);
	dump_array(&p, "roots", r->roots.n, root_value);
	dump_array(&p, "findings", r->findings.n + r->unchanged.n + r->marked.n, finding_value);
	dump_array(&p, "marks", r->marks.n, mark_value);
	if (r->allows.n)
		dump_array(&p, "allows", r->allows.n, allow_value);
	dump_array(&p, "locks", r->locks.n, lock_summary_value);
	dump_array(&p, "gaps", r->gaps.n, gap_value);
	if (r->baseline || r->since || r->lost.n) {
		buf_adds(out, ",\n\"gate\": ");
		value_dump(out, gate_value(r));
	}
	buf_adds(out, "\n}\n");
	printer_close(&p);
}
