// SPDX-License-Identifier: MIT
/*
 * How the calls by pointer that the walk came to were resolved: targets of each call
 * site over all evaluations, targets of each call in one evaluation, and what the
 * targets rest on.
 *
 * Requires: roots_run().  Ignored: calls of which nothing is known; they are gaps.
 */
#include "analysis/callstats.h"

#include <stdlib.h>

struct reached_target { u32 fn, insn, callee, via; };

static int by_site(const void *pa, const void *pb)
{
	const struct reached_target *a = pa, *b = pb;

	if (a->fn != b->fn)
		return a->fn < b->fn ? -1 : 1;
	if (a->insn != b->insn)
		return a->insn < b->insn ? -1 : 1;
	return a->callee < b->callee ? -1 : a->callee > b->callee;
}

static int by_number(const void *pa, const void *pb)
{
	u32 a = *(const u32 *)pa, b = *(const u32 *)pb;

	return a < b ? -1 : a > b;
}

static struct diag_spread spread(u32 *a, u32 n)
{
	struct diag_spread s = { .n = n };
	u64 sum = 0;
	u32 i;

	if (!n)
		return s;
	qsort(a, n, sizeof(*a), by_number);
	for (i = 0; i < n; i++) {
		sum += a[i];
		s.n_one += a[i] == 1;
	}
	s.mean = (double)sum / n;
	s.median = a[n / 2];
	s.p90 = a[(u64)n * 9 / 10];
	s.max = a[n - 1];
	return s;
}

static bool same_site(const struct reached_target *a, const struct reached_target *b)
{
	return a->fn == b->fn && a->insn == b->insn;
}

void callstats(const struct engine *e, struct report *r)
{
	VEC(struct reached_target) all = VEC_INIT;
	VEC(u32) calls = VEC_INIT;	/* targets of a call in one node */
	VEC(u32) sites = VEC_INIT;
	u32 i, k, end;

	for (i = 1; i < e->nodes.n; i++) {
		const struct node *n = &e->nodes.a[i];
		u32 first = all.n;

		for (k = 0; k < n->edges.n; k++) {
			struct reached_target t = { n->fn, n->edges.a[k].insn, e->nodes.a[n->edges.a[k].node].fn,
						    n->edges.a[k].via };

			if (t.via != VIA_DIRECT)
				vec_push(&all, t);
		}
		if (all.n == first)
			continue;
		qsort(all.a + first, all.n - first, sizeof(all.a[0]), by_site);
		for (k = first; k < all.n; k = end) {
			u32 distinct = 1;

			for (end = k + 1; end < all.n && same_site(&all.a[k], &all.a[end]); end++)
				distinct += all.a[end].callee != all.a[end - 1].callee;
			vec_push(&calls, distinct);
		}
	}
	vec_sort(&all, by_site);
	for (k = 0; k < all.n; k = end) {
		u32 distinct = 1;

		for (end = k + 1; end < all.n && same_site(&all.a[k], &all.a[end]); end++)
			distinct += all.a[end].callee != all.a[end - 1].callee;
		vec_push(&sites, distinct);
		r->walked.n_via[all.a[k].via]++;
	}
	r->walked.sites = spread(sites.a, sites.n);
	r->walked.calls = spread(calls.a, calls.n);
	vec_free(&all);
	vec_free(&calls);
	vec_free(&sites);
}
