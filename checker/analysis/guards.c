// SPDX-License-Identifier: MIT
/*
 * Guards of a call: the conditional branches before it of which only one arm leads
 * to it.  Of the function alone, not of one context: a path stands for several.
 */
#include "analysis/reclaim.h"

/* From 'start' to 'goal' without passing through 'avoid'. */
static bool reaches(struct engine *e, const struct fninfo *fi, u32 start, u32 goal, u32 avoid)
{
	struct arena_mark mark = arena_mark(&e->scratch);
	u32 *stack = arena_array(&e->scratch, u32, fi->body->n_blocks + 1);
	bool *seen = arena_array(&e->scratch, bool, fi->body->n_blocks);
	u32 sp = 0, k;
	bool found = false;

	stack[sp++] = start;
	seen[start] = true;
	while (sp && !found) {
		u32 bb = stack[--sp];

		found = bb == goal;
		if (bb == avoid)
			continue;
		for (k = 0; k < fi->n_succs[bb]; k++) {
			u32 s = fi->succs[bb][k];

			if (seen[s])
				continue;
			seen[s] = true;
			stack[sp++] = s;
		}
	}
	arena_release(&e->scratch, mark);
	return found;
}

/* Is the branch on "something == 0"? */
static bool tests_zero(const struct fact_body *b, struct val cond)
{
	const struct fact_insn *c;
	struct val zero;

	if (val_kind(cond) != VAL_INSN)
		return false;
	c = &b->insns[val_index(cond)];
	if (c->op != FACT_EQ)
		return false;
	zero = insn_val(b, c, 1);
	return val_is_zero(b, zero);
}

void guards_find(struct engine *e, u32 node, u32 insn, struct diag_hop *hop)
{
	const struct fninfo *fi = engine_info(e, e->nodes.a[node].fn);
	const struct fact_body *b = fi->body;
	u32 goal = fi->block_of[insn], bb, i, n;

	for (bb = goal; bb != 0; ) {
		const struct fact_insn *last;
		struct diag_guard g;
		bool yes, no;

		bb = fi->idom[bb];
		last = &b->insns[b->blocks[bb].first + b->blocks[bb].n - 1];
		if (last->op != FACT_CBR)
			continue;
		yes = reaches(e, fi, val_index(insn_val(b, last, 1)), goal, bb);
		no = reaches(e, fi, val_index(insn_val(b, last, 2)), goal, bb);
		if (yes == no)
			continue;
		g = (struct diag_guard){ .file = hop->at.file, .line = last->line, .col = last->col,
					 .value = yes, .is_zero_test = tests_zero(b, insn_val(b, last, 0)) };
		vec_push(&hop->guards, g);
	}
	/* found backwards */
	n = hop->guards.n;
	for (i = 0; i < n / 2; i++) {
		struct diag_guard t = hop->guards.a[i];

		hop->guards.a[i] = hop->guards.a[n - 1 - i];
		hop->guards.a[n - 1 - i] = t;
	}
}
