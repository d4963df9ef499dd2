// SPDX-License-Identifier: MIT
/*
 * Nodes as text, for people who ask why the engine says what it says: the input,
 * which blocks and branches it took, what it calls, and how it leaves.
 */
#include "analysis/dumpnode.h"

#include <fnmatch.h>

static void dump_cells(const struct engine *e, struct cells c, const char *title, struct buf *out)
{
	static const char *const kinds[] = { "?", "fn", "var", "local", "in", "object", "fresh", "heap" };
	u32 i;

	for (i = 0; i < c.n; i++) {
		buf_addf(out, "  %s %s%u+%d:%u = ", title, kinds[obj_kind(c.a[i].obj)], obj_index(c.a[i].obj),
			 c.a[i].off, c.a[i].size);
		av_print(&e->values, c.a[i].v, out);
		buf_addc(out, '\n');
	}
}

static void dump_exit(const struct engine *e, const struct node_exit *x, struct buf *out)
{
	buf_addf(out, "  exit holding %u: ", x->holds);
	av_print(&e->values, x->ret, out);
	buf_addc(out, '\n');
	dump_cells(e, x->cells, "  after", out);
}

static void dump_node(struct engine *e, u32 id, struct buf *out)
{
	const struct node *n = &e->nodes.a[id];
	const struct fninfo *fi = engine_info(e, n->fn);
	u32 i;

	buf_addf(out, "node %u: %s() for module %s, holding %u\n", id, pfn_name(e->p, n->fn),
		 n->module ? program_str(e->p, e->p->modules.a[n->module].name) : "core", n->holds);
	for (i = 0; i < n->n_args; i++) {
		buf_addf(out, "  arg%u = ", i);
		av_print(&e->values, n->args[i], out);
		buf_addc(out, '\n');
	}
	dump_cells(e, n->cells, "before", out);
	buf_adds(out, "  reached:");
	for (i = 0; i < fi->body->n_blocks; i++)
		if (bitset_test(&n->reached, i))
			buf_addf(out, " bb%u", i);
	buf_addc(out, '\n');
	for (i = 0; i < n->events.n; i++)
		buf_addf(out, "  event line %u: %s()\n", fi->body->insns[n->events.a[i].insn].line,
			 pfn_name(e->p, n->events.a[i].callee));
	for (i = 0; i < n->edges.n; i++)
		buf_addf(out, "  call line %u: node %u %s()\n", fi->body->insns[n->edges.a[i].insn].line,
			 n->edges.a[i].node, pfn_name(e->p, e->nodes.a[n->edges.a[i].node].fn));
	for (i = 0; i < n->exits.n; i++)
		dump_exit(e, &n->exits.a[i], out);
}

static void dump_holds(const struct engine *e, struct buf *out)
{
	struct arena a = ARENA_INIT;
	u32 i, k;

	for (i = 1; i < e->holds.n; i++) {
		buf_addf(out, "holding %u:", i);
		for (k = 0; k < e->holds.a[i].n; k++) {
			const char *text = engine_token_text(e, e->holds.a[i].a[k].token, &a);

			buf_addf(out, " %s x%u", text ? text : "?", e->holds.a[i].a[k].count);
		}
		buf_addc(out, '\n');
	}
	arena_free(&a);
}

void dump_nodes(struct engine *e, const char *glob, struct buf *out)
{
	u32 i;

	dump_holds(e, out);

	for (i = 1; i < e->nodes.n; i++)
		if (!fnmatch(glob, pfn_name(e->p, e->nodes.a[i].fn), 0))
			dump_node(e, i, out);
}
