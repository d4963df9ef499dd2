// SPDX-License-Identifier: MIT
/*
 * The pipeline after extraction: link, find the roots, evaluate them in every
 * context, and collect findings and gaps.  Runs in a thread of its own, since
 * evaluation nests as deep as the kernel's calls do and needs a large stack.
 */
#include "analysis/check.h"

#include <pthread.h>
#include <stdlib.h>

#include "analysis/ahead.h"
#include "analysis/allow.h"
#include "analysis/callstats.h"
#include "analysis/dumpnode.h"
#include "analysis/engine.h"
#include "analysis/inversion.h"
#include "analysis/predicates.h"
#include "analysis/reclaim.h"
#include "analysis/resume.h"
#include "analysis/roots.h"
#include "base/err.h"
#include "base/job.h"
#include "base/log.h"

#define STACK_SIZE (1ull << 30)	/* reserved, not touched: address space only */

struct check {
	const struct check_options *opt;
	struct ruleset *rules;
	struct report *report;
	struct err *err;
	pthread_t thread;
};

static void report_roots(const struct program *p, const struct roots *roots, struct report *r)
{
	u32 i;

	for (i = 0; i < roots->a.n; i++) {
		const struct root *root = &roots->a.a[i];
		const struct pfn *f = &p->fns.a[root->fn];
		struct diag_root d = { .context = root->rule->kind, .member = root->entry->member };

		d.at.function = arena_strdup(&r->arena, program_str(p, f->name));
		d.at.file = arena_strdup(&r->arena, program_str(p, f->file));
		d.at.line = f->line;
		d.at.module = f->module ? arena_strdup(&r->arena,
				program_str(p, p->modules.a[f->module].name)) : NULL;
		vec_push(&r->roots, d);
	}
}

/* "" is no text, either. */
static const char *own(struct report *r, const char *s)
{
	return s && *s ? arena_strdup(&r->arena, s) : NULL;
}

static int by_gap(const void *a, const void *b);

static void report_gaps(struct engine *e, struct report *r)
{
	const struct program *p = e->p;
	u32 i;

	for (i = 0; i < p->gaps.n; i++) {
		const struct pgap *g = &p->gaps.a[i];
		struct diag_gap d = { g->kind, own(r, g->function), own(r, g->file), own(r, g->detail), g->line };

		vec_push(&r->gaps, d);
	}
	for (i = 0; i < e->gaps.n; i++) {
		const struct engine_gap *g = &e->gaps.a[i];
		struct diag_gap d = { .kind = g->kind, .detail = own(r, g->detail) };

		if (g->fn) {
			const struct pfn *f = &p->fns.a[g->fn];

			d.function = own(r, program_str(p, f->name));
			d.file = own(r, program_str(p, f->file));
			d.line = g->insn ? engine_info(e, g->fn)->body->insns[g->insn].line : f->line;
		}
		vec_push(&r->gaps, d);
	}
	vec_sort(&r->gaps, by_gap);
}

static int by_gap(const void *a, const void *b)
{
	const struct diag_gap *x = a, *y = b;
	int c = strcmp(x->kind, y->kind);

	if (!c)
		c = strcmp(x->file ? x->file : "", y->file ? y->file : "");
	if (!c)
		c = x->line < y->line ? -1 : x->line > y->line;
	if (!c)
		c = strcmp(x->function ? x->function : "", y->function ? y->function : "");
	return c ? c : strcmp(x->detail ? x->detail : "", y->detail ? y->detail : "");
}

static void own_place(struct report *r, struct diag_place *d)
{
	d->function = own(r, d->function);
	d->file = own(r, d->file);
	d->module = own(r, d->module);
}

static void own_hop(struct report *r, struct diag_hop *hop)
{
	u32 k;

	own_place(r, &hop->at);
	hop->calls = own(r, hop->calls);
	hop->via_detail = own(r, hop->via_detail);
	for (k = 0; k < hop->guards.n; k++)
		hop->guards.a[k].file = hop->at.file;
}

static void own_hops(struct report *r, struct diag_hop *hops, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		own_hop(r, &hops[i]);
}

/* Texts outlive the program: everything a finding names is copied. */
static void own_finding(struct report *r, struct diag_finding *d)
{
	u32 i, k;

	own_place(r, &d->root);
	own_place(r, &d->sink);
	own_hops(r, d->chain.a, d->chain.n);
	own_hops(r, d->witness.a, d->witness.n);
	d->lock.class_name = own(r, d->lock.class_name);
	for (i = 0; i < d->also.n; i++)
		own_place(r, &d->also.a[i]);
	for (i = 0; i < d->ways.n; i++)
		for (k = 0; k < d->ways.a[i].calls.n; k++)
			own_place(r, &d->ways.a[i].calls.a[k]);
}

static void own_lock(struct report *r, struct diag_lock_summary *l)
{
	u32 i;

	l->lock.class_name = own(r, l->lock.class_name);
	for (i = 0; i < l->taken_in_reclaim.n; i++)
		own_place(r, &l->taken_in_reclaim.a[i]);
	for (i = 0; i < l->primed.n; i++)
		own_place(r, &l->primed.a[i]);
	for (i = 0; i < l->held_across.n; i++)
		own_hop(r, &l->held_across.a[i]);
}

static void own_mark(struct report *r, struct diag_mark *m)
{
	u32 i, k;

	m->name = own(r, m->name);
	m->device = own(r, m->device);
	m->why = own(r, m->why);
	m->claim = own(r, m->claim);
	own_place(r, &m->at);
	own_hops(r, m->evidence.a, m->evidence.n);
	for (i = 0; i < m->judgements.n; i++) {
		struct diag_judgement *j = &m->judgements.a[i];

		own_hops(r, j->evidence.a, j->evidence.n);
		for (k = 0; k < j->locks.n; k++) {
			j->locks.a[k].lock.class_name = own(r, j->locks.a[k].lock.class_name);
			own_place(r, &j->locks.a[k].at);
		}
	}
}

static void report_program(const struct program *p, struct report *r)
{
	u32 i;

	r->n_tus = p->tus.n - 1 + p->n_failed;
	r->n_failed = p->n_failed;
	r->n_functions = 0;
	for (i = 1; i < p->fns.n; i++)
		r->n_functions += p->fns.a[i].defined;
	r->n_indirect_sites = p->n_indirect_sites;
	for (i = 1; i < p->tus.n; i++)
		vec_push(&r->sources, own(r, program_str(p, p->tus.a[i].source)));
	for (i = 0; i < p->frontends.n; i++)
		vec_push(&r->frontends, own(r, p->frontends.a[i]));
}

/* What the marks leave is reported with its inversions; where comments allow something, inversions first,
 * since a lock that is allowed is a lock all the same. */
static void report_open(struct findings *open, const struct reclaim_options *opt, struct allows *allows,
			struct report *r)
{
	struct reclaim_options with = *opt;
	struct inversions inversions;
	struct findings kept;

	inversions_find(open, true, &inversions);
	findings_report(open, &(struct finding_options){ .inversions = &inversions,
							 .only_inversions = allows->a.n }, r);
	inversions_free(&inversions);
	if (!allows->a.n)
		return;
	with.allows = allows;
	findings_init(&kept, open->e, open->roots);
	reclaim_collect(open->e, open->roots, &with, &kept);
	findings_report(&kept, &(struct finding_options){ .inversions = NULL }, r);
	findings_report(open, &(struct finding_options){ .allows = allows, .except = &kept }, r);
	findings_free(&kept);
}

/* Everything that is reported of the roots, and what is silenced of it. */
static void find_all(struct engine *e, const struct roots *roots, struct report *r)
{
	struct reclaim_options opt = { .alloc_id = e->rules->reclaimings.n ? e->rules->reclaimings.a[0].id : NULL };
	struct findings all, open;
	struct allows *allows = &e->ahead->allows;
	struct marks marks;

	marks_find(e, &marks);
	opt.except = &marks;
	findings_init(&open, e, roots);
	reclaim_collect(e, roots, &opt, &open);
	ahead_wait(e->ahead);
	report_open(&open, &opt, allows, r);
	opt.except = NULL;
	findings_init(&all, e, roots);
	if (marks_cover_any(&marks, e))
		reclaim_collect(e, roots, &opt, &all);
	findings_subtract(&all, &open);
	findings_report(&all, &(struct finding_options){ .marks = &marks }, r);
	predicates_run(e, roots, &marks, &open, r);
	marks_judge(e, &marks, roots->glob ? roots : NULL, r);
	allows_silence(allows, r);
	allows_report(allows, e->rules, r);
	findings_finish(r);
	findings_free(&all);
	findings_free(&open);
	marks_free(&marks);
}

static void analyse(struct check *c, struct program *p)
{
	struct rule_table *rules = rule_table_create(p, c->rules);
	struct report *r = c->report;
	struct ahead ahead;
	struct roots roots;
	struct engine e;
	u32 i;

	engine_init(&e, p, c->rules, rules);
	if (c->opt->n_near)
		roots_find_near(p, c->rules, c->opt->near, c->opt->n_near, &roots);
	else
		roots_find(p, c->rules, c->opt->root_glob, &roots);
	ahead_start(&ahead, &e, r->srctree, r->objtree);
	roots_run(&e, &roots);
	report_program(p, r);
	report_roots(p, &roots, r);
	find_all(&e, &roots, r);
	if (c->opt->dump_glob)
		dump_nodes(&e, c->opt->dump_glob, c->opt->dump);
	report_gaps(&e, r);
	callstats(&e, r);
	for (i = 0; i < r->findings.n; i++)
		own_finding(r, &r->findings.a[i]);
	for (i = 0; i < r->marked.n; i++)
		own_finding(r, &r->marked.a[i]);
	for (i = 0; i < r->marks.n; i++)
		own_mark(r, &r->marks.a[i]);
	for (i = 0; i < r->locks.n; i++)
		own_lock(r, &r->locks.a[i]);
	log_verbose("%u roots, %u nodes, %llu evaluations, %u values, %.1f MiB", roots.a.n, e.nodes.n - 1,
		    (unsigned long long)e.n_evaluations, e.values.a.n,
		    (double)(e.arena.total + e.values.arena.total + p->arena.total) / (1 << 20));
	ahead_free(&ahead);
	roots_free(&roots);
	engine_free(&e);
	rule_table_free(rules);
}

static void *check_thread(void *arg)
{
	struct check *c = arg;
	const struct check_options *opt = c->opt;
	struct link_options link = {
		.facts = opt->facts, .n_facts = opt->n_facts, .names = opt->names,
		.failed = opt->failed, .n_failed = opt->n_failed,
		.core_paths = c->rules->core_paths.a, .n_core_paths = c->rules->core_paths.n,
		.constant_prefix = RULE_PROBE_PREFIX,
		.n_threads = job_cpus(),
		.wait = opt->wait, .wait_ctx = opt->wait_ctx,
	};
	struct program *p;

	c->err = program_link(&link, &p);
	if (c->err)
		return NULL;
	analyse(c, p);
	program_free(p);
	return NULL;
}

struct err *check_start(const struct check_options *opt, struct ruleset *rules, struct check **ret)
{
	struct check *c = mem_realloc(NULL, 1, sizeof(*c));
	pthread_attr_t attr;
	int r;

	*c = (struct check){ .opt = opt, .rules = rules, .report = report_create() };
	c->report->srctree = own(c->report, opt->srctree);
	c->report->objtree = own(c->report, opt->objtree);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	r = pthread_create(&c->thread, &attr, check_thread, c);
	pthread_attr_destroy(&attr);
	if (r) {
		report_free(c->report);
		free(c);
		return err_errno(r, "cannot start the analysis");
	}
	*ret = c;
	return NULL;
}

struct err *check_wait(struct check *c, struct report **ret)
{
	struct err *err;

	pthread_join(c->thread, NULL);
	err = c->err;
	if (err)
		report_free(c->report);
	else
		*ret = c->report;
	free(c);
	return err;
}

struct err *check_run(const struct check_options *opt, struct ruleset *rules, struct report **ret)
{
	struct check *c;
	struct err *err = check_start(opt, rules, &c);

	return err ? err : check_wait(c, ret);
}
