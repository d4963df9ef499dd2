// SPDX-License-Identifier: MIT
/*
 * A function's control-flow graph seen once: successors, predecessors, reverse
 * postorder, immediate dominators (Cooper, Harvey, Kennedy), loop heads and
 * liveness of SSA values.  Requires a body that fact/ has validated.
 */
#include "analysis/fninfo.h"

#include "base/err.h"

static void add_edge(u32 *list, u32 *n, u32 to)
{
	u32 i;

	for (i = 0; i < *n; i++)
		if (list[i] == to)
			return;
	list[(*n)++] = to;
}

static void collect_succs(struct fninfo *fi, struct arena *a)
{
	const struct fact_body *b = fi->body;
	u32 i, k, bb;

	fi->succs = arena_array(a, u32 *, b->n_blocks);
	fi->n_succs = arena_array(a, u32, b->n_blocks);
	fi->block_of = arena_array(a, u32, b->n_insns);
	for (bb = 0; bb < b->n_blocks; bb++) {
		const struct fact_block *block = &b->blocks[bb];
		const struct fact_insn *last = &b->insns[block->first + block->n - 1];

		for (i = block->first; i < block->first + block->n; i++)
			fi->block_of[i] = bb;
		fi->succs[bb] = arena_array(a, u32, last->n);
		for (k = 0; k < last->n; k++) {
			struct val v = insn_val(b, last, k);

			if (val_kind(v) == VAL_BLOCK)
				add_edge(fi->succs[bb], &fi->n_succs[bb], val_index(v));
		}
	}
}

/* Depth first without recursion: a function may have thousands of blocks. */
static void order_blocks(struct fninfo *fi, struct arena *a)
{
	u32 n = fi->body->n_blocks, sp = 0, out = n, i;
	u32 *stack = arena_array(a, u32, n), *next = arena_array(a, u32, n);
	u32 *post = arena_array(a, u32, n);

	fi->rpo_index = arena_array(a, u32, n);
	memset(fi->rpo_index, 0xff, n * sizeof(u32));
	stack[sp++] = 0;
	fi->rpo_index[0] = 0;
	while (sp) {
		u32 bb = stack[sp - 1];

		if (next[bb] < fi->n_succs[bb]) {
			u32 s = fi->succs[bb][fi->n_succs[bb] - 1 - next[bb]++];

			if (fi->rpo_index[s] == UINT32_MAX) {
				fi->rpo_index[s] = 0;
				stack[sp++] = s;
			}
			continue;
		}
		post[--out] = bb;
		sp--;
	}
	fi->rpo = post + out;
	fi->n_rpo = n - out;
	for (i = 0; i < fi->n_rpo; i++)
		fi->rpo_index[fi->rpo[i]] = i;
}

static void collect_preds(struct fninfo *fi, struct arena *a)
{
	u32 n = fi->body->n_blocks, i, k;

	fi->preds = arena_array(a, u32 *, n);
	fi->n_preds = arena_array(a, u32, n);
	for (i = 0; i < fi->n_rpo; i++)
		for (k = 0; k < fi->n_succs[fi->rpo[i]]; k++)
			fi->n_preds[fi->succs[fi->rpo[i]][k]]++;
	for (i = 0; i < n; i++) {
		fi->preds[i] = arena_array(a, u32, fi->n_preds[i]);
		fi->n_preds[i] = 0;
	}
	for (i = 0; i < fi->n_rpo; i++)
		for (k = 0; k < fi->n_succs[fi->rpo[i]]; k++) {
			u32 s = fi->succs[fi->rpo[i]][k];

			fi->preds[s][fi->n_preds[s]++] = fi->rpo[i];
		}
}

static u32 intersect(const struct fninfo *fi, u32 a, u32 b)
{
	while (a != b) {
		while (fi->rpo_index[a] > fi->rpo_index[b])
			a = fi->idom[a];
		while (fi->rpo_index[b] > fi->rpo_index[a])
			b = fi->idom[b];
	}
	return a;
}

static void find_dominators(struct fninfo *fi, struct arena *a)
{
	u32 n = fi->body->n_blocks, i, k, bb;
	bool changed = true;

	fi->idom = arena_array(a, u32, n);
	memset(fi->idom, 0xff, n * sizeof(u32));
	fi->idom[0] = 0;
	while (changed) {
		changed = false;
		for (i = 1; i < fi->n_rpo; i++) {
			u32 dom = UINT32_MAX;

			bb = fi->rpo[i];
			for (k = 0; k < fi->n_preds[bb]; k++) {
				u32 p = fi->preds[bb][k];

				if (fi->idom[p] == UINT32_MAX)
					continue;
				dom = dom == UINT32_MAX ? p : intersect(fi, dom, p);
			}
			if (dom != fi->idom[bb]) {
				fi->idom[bb] = dom;
				changed = true;
			}
		}
	}
	fi->loop_head = arena_array(a, bool, n);
	fi->in_loop = arena_array(a, bool, n);
	for (i = 0; i < fi->n_rpo; i++)
		for (k = 0; k < fi->n_succs[fi->rpo[i]]; k++) {
			u32 s = fi->succs[fi->rpo[i]][k];

			if (fi->rpo_index[s] <= i) {	/* a retreating edge, reducible or not */
				fi->loop_head[s] = true;
				for (bb = fi->rpo_index[s]; bb <= i; bb++)
					fi->in_loop[fi->rpo[bb]] = true;
			}
		}
}

bool fninfo_dominates(const struct fninfo *fi, u32 dom, u32 block)
{
	if (fi->idom[block] == UINT32_MAX || fi->idom[dom] == UINT32_MAX)
		return false;
	while (fi->rpo_index[block] > fi->rpo_index[dom])
		block = fi->idom[block];
	return block == dom;
}

static void live_use(const struct fninfo *fi, u64 *live, struct val v)
{
	u32 key;

	if (val_kind(v) == VAL_INSN)
		key = val_index(v);
	else if (val_kind(v) == VAL_ARG)
		key = fi->body->n_insns + val_index(v);
	else
		return;
	if (key / 64 < fi->n_words)
		live[key / 64] |= 1ull << (key % 64);
}

/* A phi is defined on the edge into its block: seen from a predecessor it is dead. */
static void live_out_of(const struct fninfo *fi, u64 *live, u64 *tmp, u32 s)
{
	const struct fact_block *block = &fi->body->blocks[s];
	u32 i, w;

	memcpy(tmp, fi->live_in + (size_t)s * fi->n_words, fi->n_words * sizeof(u64));
	for (i = block->first; i < block->first + block->n; i++)
		if (fi->body->insns[i].op == FACT_PHI)
			tmp[i / 64] &= ~(1ull << (i % 64));
	for (w = 0; w < fi->n_words; w++)
		live[w] |= tmp[w];
}

/* What the phis of s use when entered from bb. */
static void live_phi_uses(const struct fninfo *fi, u64 *live, u32 bb, u32 s)
{
	const struct fact_body *b = fi->body;
	u32 i, k;

	for (i = b->blocks[s].first; i < b->blocks[s].first + b->blocks[s].n; i++) {
		if (b->insns[i].op != FACT_PHI)
			continue;
		for (k = 0; k + 1 < b->insns[i].n; k += 2)
			if (val_index(insn_val(b, &b->insns[i], k)) == bb)
				live_use(fi, live, insn_val(b, &b->insns[i], k + 1));
	}
}

static bool live_block(struct fninfo *fi, u32 bb, u64 *live)
{
	const struct fact_body *b = fi->body;
	const struct fact_block *block = &b->blocks[bb];
	u64 *in = fi->live_in + (size_t)bb * fi->n_words;
	bool changed = false;
	u32 i, k, w;

	memset(live, 0, fi->n_words * sizeof(u64));
	for (k = 0; k < fi->n_succs[bb]; k++) {
		live_out_of(fi, live, live + fi->n_words, fi->succs[bb][k]);
		live_phi_uses(fi, live, bb, fi->succs[bb][k]);
	}
	for (i = block->first + block->n; i-- > block->first; ) {
		if (b->insns[i].op == FACT_PHI)
			continue;
		live[i / 64] &= ~(1ull << (i % 64));
		for (k = 0; k < b->insns[i].n; k++)
			live_use(fi, live, insn_val(b, &b->insns[i], k));
	}
	for (w = 0; w < fi->n_words; w++) {
		changed = changed || (live[w] & ~in[w]);
		in[w] |= live[w];
	}
	return changed;
}

static void find_liveness(struct fninfo *fi, struct arena *a)
{
	u32 n_keys = fi->body->n_insns + fi->n_args, i;
	struct arena_mark mark;
	bool changed = true;
	u64 *live;

	fi->n_words = (n_keys + 63) / 64;
	fi->live_in = arena_array(a, u64, (size_t)fi->n_words * fi->body->n_blocks);
	mark = arena_mark(a);
	live = arena_array(a, u64, 2 * (size_t)fi->n_words);
	while (changed) {
		changed = false;
		for (i = fi->n_rpo; i-- > 0; )
			changed = live_block(fi, fi->rpo[i], live) || changed;
	}
	arena_release(a, mark);
}

/* v, or what it is the address of a member of, is used at insn. */
static void note_deref(struct fninfo *fi, struct val v, u32 insn)
{
	const struct fact_body *b = fi->body;
	u32 key;

	while (val_kind(v) == VAL_INSN && b->insns[val_index(v)].op == FACT_MEMBER && b->insns[val_index(v)].extra)
		v = insn_val(b, &b->insns[val_index(v)], 0);
	key = val_index(v);
	if (val_kind(v) == VAL_ARG && key < fi->n_args)
		key += b->n_insns;
	else if (val_kind(v) != VAL_INSN)
		return;
	if (!fi->deref[key])
		fi->deref[key] = insn;
}

/* First in reverse postorder.  To hand on a member's address is as good as to use it. */
static void find_derefs(struct fninfo *fi, struct arena *a)
{
	const struct fact_body *b = fi->body;
	u32 i, k, n;

	fi->deref = arena_array(a, u32, b->n_insns + fi->n_args);
	for (i = 0; i < fi->n_rpo; i++)
		for (k = b->blocks[fi->rpo[i]].first; k < b->blocks[fi->rpo[i]].first + b->blocks[fi->rpo[i]].n; k++) {
			const struct fact_insn *insn = &b->insns[k];

			if (insn->op == FACT_LOAD || insn->op == FACT_STORE)
				note_deref(fi, insn_val(b, insn, 0), k);
			for (n = 1; insn->op == FACT_CALL && n < insn->n; n++) {
				struct val v = insn_val(b, insn, n);

				if (val_kind(v) == VAL_INSN && b->insns[val_index(v)].op == FACT_MEMBER &&
				    b->insns[val_index(v)].extra)
					note_deref(fi, v, k);
			}
		}
}

/* What the value is zero with, or unless. */
static struct val bare(const struct fact_body *b, struct val v)
{
	const struct fact_insn *insn;

	for (; val_kind(v) == VAL_INSN; v = insn_val(b, insn, 0)) {
		insn = &b->insns[val_index(v)];
		if (insn->op != FACT_ZEXT && insn->op != FACT_SEXT &&
		    ((insn->op != FACT_EQ && insn->op != FACT_NE) || !val_is_zero(b, insn_val(b, insn, 1))))
			break;
	}
	return v;
}

static void add_result(struct fninfo *fi, struct val v)
{
	const struct fact_insn *insn;
	u32 phi, i;

	v = bare(fi->body, v);
	phi = val_index(v);
	if (val_kind(v) != VAL_INSN || fi->body->insns[phi].op != FACT_PHI || fi->n_results == FNINFO_RESULTS_MAX ||
	    fi->block_of[phi] == UINT32_MAX || fi->loop_head[fi->block_of[phi]])
		return;
	for (i = 0; i < fi->n_results; i++)
		if (fi->results[i] == phi)
			return;
	fi->results[fi->n_results++] = phi;
	insn = &fi->body->insns[phi];
	for (i = 1; i < insn->n; i += 2)
		add_result(fi, insn_val(fi->body, insn, i));
}

static void find_results(struct fninfo *fi)
{
	u32 i;

	for (i = 0; i < fi->body->n_insns; i++)
		if (fi->body->insns[i].op == FACT_RET && fi->body->insns[i].n)
			add_result(fi, insn_val(fi->body, &fi->body->insns[i], 0));
}

struct fninfo *fninfo_create(struct program *p, u32 fn, struct arena *a)
{
	const struct fact_body *b = program_body(p, fn);
	struct fninfo *fi;

	if (!b)
		return NULL;
	fi = arena_new(a, struct fninfo);
	fi->fn = fn;
	fi->n_args = p->fns.a[fn].n_args;
	fi->body = b;
	collect_succs(fi, a);
	order_blocks(fi, a);
	collect_preds(fi, a);
	find_dominators(fi, a);
	find_liveness(fi, a);
	find_derefs(fi, a);
	find_results(fi);
	return fi;
}
