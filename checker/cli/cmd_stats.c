// SPDX-License-Identifier: MIT
/*
 * reclint stats: the size of the program, how its indirect calls were resolved, by
 * type alone and where the walk from the roots came to them, and what could not be seen.
 */
#include "cli/cli.h"

#include "analysis/check.h"
#include "base/err.h"
#include "cli/query.h"

#include <stdio.h>
#include <stdlib.h>

#define N_MEMBERS 10u		/* of those with the most targets */

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

struct sites {
	VEC(u32) n_targets;		/* of each resolved one */
	u32 n_via[VIA_UNRESOLVED + 1];	/* by the strongest evidence of the site */
	u32 *n_by_member;
};

/* ---- counting --------------------------------------------------------------------- */

/* Which of two kinds of evidence names a site. */
static enum via stronger(enum via a, enum via b)
{
	static const u8 rank[] = {
		[VIA_OPS] = 5, [VIA_STORE] = 4, [VIA_ARGUMENT] = 3, [VIA_DIRECT] = 2,
		[VIA_SIGNATURE] = 1, [VIA_UNRESOLVED] = 0,
	};

	return rank[a] >= rank[b] ? a : b;
}

/* The edges of one call; direct calls are counted as "direct" as well. */
static void count_site(struct sites *s, const struct call_edge *e, u32 n)
{
	enum via via = e[0].via;

	for (u32 i = 1; i < n; i++)
		via = stronger(via, e[i].via);
	s->n_via[via]++;
	if (via == VIA_DIRECT && n == 1)
		return;
	if (via != VIA_UNRESOLVED)
		vec_push(&s->n_targets, n);
	for (u32 i = 0; i < n; i++)
		if (e[i].member && (!i || e[i].member != e[i - 1].member))
			s->n_by_member[e[i].member]++;
}

static void count_sites(struct query *q, struct sites *s)
{
	struct callgraph *g = callgraph_build(q->p);

	s->n_by_member = arena_array(&q->arena, u32, q->p->members.n);
	for (u32 fn = 1; fn < q->p->fns.n; fn++) {
		const struct call_edge *e;
		u32 n = callgraph_callees(g, fn, &e), end;

		for (u32 i = 0; i < n; i = end) {
			for (end = i + 1; end < n && e[end].insn == e[i].insn; end++)
				;
			count_site(s, e + i, end - i);
		}
	}
	callgraph_free(g);
}

/* ---- printing ----------------------------------------------------------------------- */

static void print_size(const struct program *p)
{
	u32 n_defined = 0;

	for (u32 i = 1; i < p->fns.n; i++)
		n_defined += p->fns.a[i].defined;
	printf("%u translation units, %u failed\n", p->tus.n - 1 + p->n_failed, p->n_failed);
	printf("%u functions and %u without a body, %u variables, %u members, %u modules\n",
	       n_defined, p->fns.n - 1 - n_defined, p->vars.n - 1, p->members.n - 1,
	       p->modules.n - 1);
}

static int by_number(const void *pa, const void *pb)
{
	u32 a = *(const u32 *)pa, b = *(const u32 *)pb;

	return a < b ? -1 : a > b;
}

static void print_evidence(const struct program *p, const struct sites *s)
{
	static const enum via kinds[] = { VIA_OPS, VIA_STORE, VIA_ARGUMENT, VIA_SIGNATURE,
					  VIA_UNRESOLVED };
	u32 n = p->n_indirect_sites, n_other = n;

	printf("%u indirect calls, by type alone; what their targets rest on:\n", n);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		n_other -= s->n_via[kinds[i]];
		printf("  %-10s %8u  %5.1f %%\n", via_text(kinds[i]), s->n_via[kinds[i]],
		       n ? 100.0 * s->n_via[kinds[i]] / n : 0);
	}
	if (n_other)
		printf("  %-10s %8u  %5.1f %%\n", "constant", n_other, 100.0 * n_other / n);
}

static void print_targets(struct sites *s)
{
	u32 n = s->n_targets.n;
	u64 sum = 0;

	if (!n)
		return;
	vec_sort(&s->n_targets, by_number);
	for (u32 i = 0; i < n; i++)
		sum += s->n_targets.a[i];
	printf("targets of a resolved call: mean %.1f, median %u, p90 %u, max %u\n",
	       (double)sum / n, s->n_targets.a[n / 2], s->n_targets.a[(u32)((u64)n * 9 / 10)],
	       s->n_targets.a[n - 1]);
}

struct wide { u32 member, n_targets; };

/* Most targets first. */
static int by_targets(const void *pa, const void *pb)
{
	const struct wide *a = pa, *b = pb;

	if (a->n_targets != b->n_targets)
		return a->n_targets > b->n_targets ? -1 : 1;
	return a->member < b->member ? -1 : a->member > b->member;
}

static void print_members(struct query *q, const struct sites *s)
{
	struct program *p = q->p;
	struct wide *all = arena_array(&q->arena, struct wide, p->members.n);
	u32 n = 0;

	for (u32 i = 1; i < p->members.n; i++) {
		const struct target *t;

		if (s->n_by_member[i])
			all[n++] = (struct wide){ i, program_member_targets(p, i, (struct str){ 0 }, &t) };
	}
	if (!n)
		return;
	qsort(all, n, sizeof(*all), by_targets);
	printf("members with the most targets:\n");
	for (u32 i = 0; i < n && i < N_MEMBERS; i++) {
		const struct pmember *m = &p->members.a[all[i].member];

		printf("  %8u targets, %4u calls  %s.%s\n", all[i].n_targets,
		       s->n_by_member[all[i].member], program_str(p, m->tag),
		       program_str(p, m->path));
	}
}

/* They are sorted by kind. */
static void print_gaps(const struct program *p)
{
	u32 end;

	printf("%u gaps\n", p->gaps.n);
	for (u32 i = 0; i < p->gaps.n; i = end) {
		for (end = i + 1; end < p->gaps.n && !strcmp(p->gaps.a[end].kind, p->gaps.a[i].kind);)
			end++;
		printf("  %-15s %6u\n", p->gaps.a[i].kind, end - i);
	}
}

/* ---- the walk --------------------------------------------------------------------- */

static void print_spread(const char *what, const struct diag_spread *s)
{
	printf("  %-28s %7u  mean %.1f, median %u, p90 %u, max %u; one target %.0f %%\n", what, s->n, s->mean,
	       s->median, s->p90, s->max, s->n ? 100.0 * s->n_one / s->n : 0);
}

static u32 count_gaps(const struct report *r, const char *kind)
{
	u32 n = 0;

	for (u32 i = 0; i < r->gaps.n; i++)
		n += !strcmp(r->gaps.a[i].kind, kind);
	return n;
}

static void print_walked(const struct report *r)
{
	static const enum via kinds[] = { VIA_OPS, VIA_STORE, VIA_ARGUMENT };

	printf("indirect calls that the walk from %u roots came to:\n", r->roots.n);
	print_spread("places in the source", &r->walked.sites);
	print_spread("evaluations of them", &r->walked.calls);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		printf("  %-28s %7u  %.1f %%\n", via_text(kinds[i]), r->walked.n_via[kinds[i]],
		       r->walked.sites.n ? 100.0 * r->walked.n_via[kinds[i]] / r->walked.sites.n : 0);
	printf("  %-28s %7u\n", "unresolved", count_gaps(r, "unresolved-call"));
}

static struct err *walk(struct query *q)
{
	struct check_options opt = {
		.facts = (const char *const *)q->dir.facts, .n_facts = q->dir.n_facts,
		.failed = q->dir.failed, .n_failed = q->dir.n_failed,
	};
	struct report *r = NULL;
	struct err *err = check_run(&opt, q->rules, &r);

	if (err)
		return err;
	print_walked(r);
	report_free(r);
	return NULL;
}

static struct err *print_stats(struct query *q, bool *found_ret)
{
	struct sites s = { .n_targets = VEC_INIT };

	count_sites(q, &s);
	print_size(q->p);
	print_evidence(q->p, &s);
	print_targets(&s);
	print_members(q, &s);
	print_gaps(q->p);
	vec_free(&s.n_targets);
	*found_ret = true;
	return walk(q);
}

int cmd_stats(int argc, char **argv)
{
	static const struct argp_child children[] = { { &query_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp parser = {
		.parser = parse_option, .children = children,
		.doc = "Tell how the program's indirect calls were resolved: by type alone, and those that the "
		       "walk from the roots comes to.",
	};
	struct query q = { 0 };

	return query_main(&parser, argc, argv, &q, print_stats);
}
