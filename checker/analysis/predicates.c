// SPDX-License-Identifier: MIT
/*
 * A second evaluation of the roots that ask a predicate, with the predicate true: what
 * is reached then and was not before is what it covers.  In an engine of its own,
 * since results of the first were made with another answer.
 *
 * Ignored: two predicates that are true at once.
 */
#include "analysis/predicates.h"

#include "analysis/reclaim.h"

/* By node: whether an event of the rule can be reached from it, over edges. */
static void find_asking(const struct engine *e, u32 rule, struct bitset *ret)
{
	bool changed = true;
	u32 node, i;

	for (node = 1; node < e->nodes.n; node++)
		for (i = 0; i < e->nodes.a[node].events.n; i++)
			if (e->nodes.a[node].events.a[i].rule == rule)
				bitset_set(ret, node);
	while (changed && bitset_count(ret)) {
		changed = false;
		for (node = e->nodes.n; node-- > 1; )
			for (i = 0; i < e->nodes.a[node].edges.n && !bitset_test(ret, node); i++)
				if (bitset_test(ret, e->nodes.a[node].edges.a[i].node))
					changed = bitset_set(ret, node);
	}
}

/* The roots that ask, and what has to run before them. */
static void select_roots(const struct engine *e, const struct roots *roots, const struct bitset *asking,
			 struct roots *ret)
{
	struct bitset asks = { 0 };
	u32 i, k;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < roots->runs.n; i++)
		if (roots->runs.a[i].node && bitset_test(asking, roots->runs.a[i].node))
			bitset_set(&asks, roots->runs.a[i].root);
	for (i = 0; i < roots->a.n; i++) {
		bool take = false;

		for (k = 0; k < roots->a.n; k++)
			take = take || (bitset_test(&asks, k) &&
					(k == i || roots_same_table(e->p, &roots->a.a[k], &roots->a.a[i])));
		if (take)
			vec_push(&ret->a, roots->a.a[i]);
	}
	bitset_free(&asks);
}

static void run_true(struct engine *e, struct roots *asking, struct marks *marks, u32 mark,
		     const struct findings *open, struct report *r)
{
	struct reclaim_options opt = { .alloc_id = e->rules->reclaimings.n ? e->rules->reclaimings.a[0].id : NULL,
				       .except = marks };
	struct engine yes;
	struct findings found;
	u32 i;

	engine_init_like(&yes, e);
	yes.true_predicate = marks->a.a[mark].predicate + 1;
	roots_run(&yes, asking);
	findings_init(&found, &yes, asking);
	reclaim_collect(&yes, asking, &opt, &found);
	findings_subtract(&found, open);
	findings_report(&found, &(struct finding_options){ .marks = marks, .predicate = mark + 1 }, r);
	for (i = 0; i < yes.gaps.n; i++)
		engine_gap(e, yes.gaps.a[i].kind, yes.gaps.a[i].fn, yes.gaps.a[i].insn, yes.gaps.a[i].detail);
	findings_free(&found);
	engine_free(&yes);
}

void predicates_run(struct engine *e, const struct roots *roots, struct marks *marks,
		    const struct findings *open, struct report *r)
{
	u32 i;

	for (i = 0; i < marks->a.n; i++) {
		struct bitset asking = { 0 };
		struct roots some;

		if (marks->a.a[i].source != MARK_PREDICATE ||
		    (i && marks->a.a[i - 1].source == MARK_PREDICATE &&
		     marks->a.a[i - 1].predicate == marks->a.a[i].predicate))
			continue;	/* another function of the same entry */
		find_asking(e, marks->a.a[i].predicate, &asking);
		select_roots(e, roots, &asking, &some);
		if (some.a.n)
			run_true(e, &some, marks, i, open, r);
		roots_free(&some);
		bitset_free(&asking);
	}
}
