/* SPDX-License-Identifier: MIT */
/*
 * Life and order of a report.  The order depends on what was found only, never on
 * hashing, threads or addresses: two runs on the same facts print the same bytes.
 */
#include "report/diag.h"

#include <stdlib.h>

struct report *report_create(void)
{
	struct arena arena = ARENA_INIT;
	struct report *r = arena_new(&arena, struct report);

	r->arena = arena;
	return r;
}

static void free_hops(struct diag_hop *hops, u32 n)
{
	for (u32 i = 0; i < n; i++)
		vec_free(&hops[i].guards);
}

static void free_lock(struct diag_lock_summary *l)
{
	free_hops(l->held_across.a, l->held_across.n);
	vec_free(&l->held_across);
	vec_free(&l->taken_in_reclaim);
	vec_free(&l->primed);
}

void diag_finding_free(struct diag_finding *f)
{
	free_hops(f->chain.a, f->chain.n);
	free_hops(f->witness.a, f->witness.n);
	vec_free(&f->contexts);
	vec_free(&f->path_contexts);
	vec_free(&f->chain);
	vec_free(&f->witness);
	vec_free(&f->also);
	for (u32 i = 0; i < f->ways.n; i++) {
		vec_free(&f->ways.a[i].contexts);
		vec_free(&f->ways.a[i].calls);
	}
	vec_free(&f->ways);
}

static void free_findings(struct diag_finding *findings, u32 n)
{
	for (u32 i = 0; i < n; i++)
		diag_finding_free(&findings[i]);
}

static bool is_header(const char *file)
{
	size_t n = strlen(file);

	return n > 2 && !strcmp(file + n - 2, ".h");
}

const struct diag_place *diag_headline(const struct diag_finding *f)
{
	if (f->sink.file && !is_header(f->sink.file))
		return &f->sink;
	for (u32 i = f->chain.n; i > 0; i--)
		if (f->chain.a[i - 1].at.file && !is_header(f->chain.a[i - 1].at.file))
			return &f->chain.a[i - 1].at;
	return f->sink.file ? &f->sink : &f->root;
}

static void free_judgements(struct diag_judgement *judgements, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		free_hops(judgements[i].evidence.a, judgements[i].evidence.n);
		vec_free(&judgements[i].evidence);
		vec_free(&judgements[i].locks);
	}
}

void report_free(struct report *r)
{
	struct arena arena;

	if (!r)
		return;
	free_findings(r->findings.a, r->findings.n);
	free_findings(r->marked.a, r->marked.n);
	free_findings(r->unchanged.a, r->unchanged.n);
	for (u32 i = 0; i < r->marks.n; i++) {
		free_hops(r->marks.a[i].evidence.a, r->marks.a[i].evidence.n);
		vec_free(&r->marks.a[i].evidence);
		free_judgements(r->marks.a[i].judgements.a, r->marks.a[i].judgements.n);
		vec_free(&r->marks.a[i].judgements);
	}
	for (u32 i = 0; i < r->locks.n; i++)
		free_lock(&r->locks.a[i]);
	vec_free(&r->frontends);
	vec_free(&r->roots);
	vec_free(&r->findings);
	vec_free(&r->marked);
	vec_free(&r->unchanged);
	vec_free(&r->fixed);
	vec_free(&r->gone);
	vec_free(&r->lost);
	vec_free(&r->sources);
	vec_free(&r->marks);
	vec_free(&r->allows);
	vec_free(&r->locks);
	vec_free(&r->gaps);
	arena = r->arena;
	arena_free(&arena);
}

/* NULL before all text. */
static int cmp_text(const char *a, const char *b)
{
	if (!a || !b)
		return !!a - !!b;
	return strcmp(a, b);
}

static int cmp_u32(u32 a, u32 b)
{
	return (a > b) - (a < b);
}

static int cmp_place(const struct diag_place *a, const struct diag_place *b)
{
	int d = cmp_text(a->file, b->file);

	if (!d)
		d = cmp_u32(a->line, b->line);
	if (!d)
		d = cmp_u32(a->col, b->col);
	return d ? d : cmp_text(a->function, b->function);
}

static int severity_rank(const char *severity)
{
	static const char *const order[] = { "error", "warning", "note" };

	for (int i = 0; i < (int)ARRAY_LEN(order); i++)
		if (severity && !strcmp(severity, order[i]))
			return i;
	return ARRAY_LEN(order);
}

static int cmp_finding(const void *va, const void *vb)
{
	const struct diag_finding *a = va, *b = vb;
	int d = severity_rank(a->severity) - severity_rank(b->severity);

	if (!d)
		d = cmp_text(a->rule, b->rule);
	if (!d)
		d = cmp_place(&a->root, &b->root);
	if (!d)		/* what is read soonest comes first */
		d = cmp_u32(a->chain.n, b->chain.n);
	if (!d)
		d = cmp_place(&a->sink, &b->sink);
	return d ? d : cmp_text(a->fingerprint, b->fingerprint);
}

static int cmp_root(const void *va, const void *vb)
{
	const struct diag_root *a = va, *b = vb;
	int d = cmp_text(a->at.file, b->at.file);

	if (!d)
		d = cmp_u32(a->at.line, b->at.line);
	if (!d)
		d = cmp_text(a->member, b->member);
	if (!d)
		d = cmp_text(a->at.function, b->at.function);
	return d ? d : cmp_text(a->context, b->context);
}

static int cmp_mark(const void *va, const void *vb)
{
	const struct diag_mark *a = va, *b = vb;
	int d = cmp_text(a->source, b->source);

	if (!d)
		d = cmp_text(a->name, b->name);
	if (!d)
		d = cmp_text(a->device, b->device);
	return d ? d : cmp_place(&a->at, &b->at);
}

static int cmp_lock(const void *va, const void *vb)
{
	const struct diag_lock_summary *a = va, *b = vb;
	int d = cmp_text(a->lock.class_name, b->lock.class_name);

	if (!d)
		d = cmp_text(a->lock.kind, b->lock.kind);
	return d ? d : cmp_text(a->lock.mode, b->lock.mode);
}

static int cmp_gap(const void *va, const void *vb)
{
	const struct diag_gap *a = va, *b = vb;
	int d = cmp_text(a->kind, b->kind);

	if (!d)
		d = cmp_text(a->file, b->file);
	if (!d)
		d = cmp_u32(a->line, b->line);
	if (!d)
		d = cmp_text(a->function, b->function);
	return d ? d : cmp_text(a->detail, b->detail);
}

static int cmp_place_v(const void *a, const void *b)
{
	return cmp_place(a, b);
}

void report_sort(struct report *r)
{
	for (u32 i = 0; i < r->locks.n; i++)
		vec_sort(&r->locks.a[i].taken_in_reclaim, cmp_place_v);
	for (u32 i = 0; i < r->findings.n; i++)
		vec_sort(&r->findings.a[i].also, cmp_place_v);
	for (u32 i = 0; i < r->marked.n; i++)
		vec_sort(&r->marked.a[i].also, cmp_place_v);
	vec_sort(&r->roots, cmp_root);
	vec_sort(&r->findings, cmp_finding);
	vec_sort(&r->marked, cmp_finding);
	vec_sort(&r->marks, cmp_mark);
	vec_sort(&r->locks, cmp_lock);
	vec_sort(&r->gaps, cmp_gap);
}
