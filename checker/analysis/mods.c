// SPDX-License-Identifier: MIT
/* See mods.h. */
#include "analysis/mods.h"

#define MODS_DEPTH 8	/* calls by name that are looked into */
#define MODS_MAX 48	/* of one function; then it writes anything it is given */
#define STEPS_MAX 16	/* from an address to the argument that it comes from */

struct ranges { VEC(struct mod) a; bool is_all; };
struct found { struct ranges writes, reads; bool is_deep; /* a callee has a part in it */ };

static const struct mods *mods_at(struct engine *e, u32 fn, u32 depth);

/* The argument that v is an address in, and how far in; OFF_ANY: not known how far. */
static bool argument_of(const struct fact_body *b, struct val v, u32 *arg_ret, s32 *off_ret)
{
	bool is_any = false;
	u32 step;

	*off_ret = 0;
	for (step = 0; step < STEPS_MAX && val_kind(v) == VAL_INSN; step++) {
		const struct fact_insn *i = &b->insns[val_index(v)];

		if (i->op == FACT_PHI && i->n >= 2) {
			v = b->vals[i->first + 1];
		} else if (i->op == FACT_MEMBER) {
			*off_ret += i->off;
			v = b->vals[i->first];
		} else if (i->op == FACT_ADD || i->op == FACT_SUB) {	/* an element: the address is on the left */
			is_any = true;
			v = b->vals[i->first];
		} else {
			return false;
		}
	}
	if (is_any)
		*off_ret = OFF_ANY;
	*arg_ret = val_index(v);
	return val_kind(v) == VAL_ARG;
}

static void add(struct ranges *r, struct mod m)
{
	u32 i;

	for (i = 0; i < r->a.n; i++) {
		const struct mod *old = &r->a.a[i];

		if (old->arg == m.arg && (old->off == OFF_ANY || (old->off == m.off && old->size >= m.size)))
			return;
	}
	if (r->a.n == MODS_MAX)
		r->is_all = true;
	else
		vec_push(&r->a, m);
}

static void add_access(struct ranges *r, const struct fact_body *b, const struct fact_insn *insn)
{
	struct mod m;

	if (!argument_of(b, b->vals[insn->first], &m.arg, &m.off))
		return;
	m.off = insn->bits == FACT_BITS_AGGREGATE || m.off == OFF_ANY ? OFF_ANY : m.off + insn->off;
	m.size = insn->bits == FACT_BITS_AGGREGATE ? 0 : (insn->bits + 7u) / 8;
	add(r, m);
}

/* What the callee does to what its argument 'k' points to, which is m of ours. */
static void add_below(struct ranges *r, const struct mod *below, u32 n, u32 k, struct mod m)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (below[i].arg == k)
			add(r, (struct mod){ m.arg, below[i].off == OFF_ANY || m.off == OFF_ANY ? OFF_ANY :
					     m.off + below[i].off,
					     below[i].size });
}

/* A function without rules and body writes anything, with rules only what fills and copies memory. */
static bool writes_all(struct engine *e, u32 callee, u32 arg)
{
	const struct fn_rules *r = engine_fn_rules(e, callee);
	u32 i;

	for (i = 0; i < r->n; i++)
		if (r->a[i]->kind == RULE_FILL || r->a[i]->kind == RULE_COPY)
			return !arg;
	return !r->n && !e->p->fns.a[callee].defined;
}

static void add_call(struct found *f, struct engine *e, const struct pfn *fn, const struct fact_body *b,
		     const struct fact_insn *insn, u32 depth)
{
	struct val callee = b->vals[insn->first];
	struct ref r = val_kind(callee) == VAL_SYM ? fn->refs[val_index(callee)] : (struct ref){ 0 };
	bool is_direct = r.v && !ref_is_var(r);
	const struct mods *below = NULL;
	u32 k;

	for (k = 1; k < insn->n; k++) {
		struct mod m;

		if (!argument_of(b, b->vals[insn->first + k], &m.arg, &m.off))
			continue;
		f->is_deep = f->is_deep || is_direct;
		if (is_direct && depth && !below)
			below = mods_at(e, ref_id(r), depth - 1);
		if (is_direct && writes_all(e, ref_id(r), k - 1))
			add(&f->writes, (struct mod){ m.arg, OFF_ANY, 0 });
		if (!below || engine_fn_rules(e, ref_id(r))->n || (k <= 64 && below->returns >> (k - 1) & 1))
			add(&f->reads, (struct mod){ m.arg, OFF_ANY, 0 });
		if (below) {
			add_below(&f->writes, below->a, below->n, k - 1, m);
			add_below(&f->reads, below->reads, below->n_reads, k - 1, m);
		}
	}
}

static void finish(struct engine *e, struct ranges *r, u32 n_args, struct mod **a_ret, u32 *n_ret)
{
	u32 i;

	if (r->is_all) {
		vec_clear(&r->a);
		for (i = 0; i < n_args; i++)
			vec_push(&r->a, ((struct mod){ i, OFF_ANY, 0 }));
	}
	*a_ret = arena_dup(&e->arena, r->a.a, r->a.n * sizeof(r->a.a[0]));
	*n_ret = r->a.n;
	vec_free(&r->a);
}

static const struct mods *mods_at(struct engine *e, u32 fn, u32 depth)
{
	const struct pfn *f = &e->p->fns.a[fn];
	struct found found = { .writes = { VEC_INIT, false } };
	const struct fact_body *b;
	struct mods *r;
	struct mod m;
	u32 i;

	if (!e->mods[fn])
		e->mods[fn] = arena_array(&e->arena, struct mods *, MODS_DEPTH + 1);
	if (e->mods[fn][depth])
		return e->mods[fn][depth];
	r = e->mods[fn][depth] = arena_new(&e->arena, struct mods);
	b = program_body(e->p, fn);
	for (i = 1; b && i < b->n_insns; i++)
		if (b->insns[i].op == FACT_STORE) {
			add_access(&found.writes, b, &b->insns[i]);
			if (argument_of(b, b->vals[b->insns[i].first + 1], &m.arg, &m.off))
				add(&found.reads, (struct mod){ m.arg, OFF_ANY, 0 });	/* it may be loaded again */
		} else if (b->insns[i].op == FACT_RET && b->insns[i].n) {
			if (argument_of(b, b->vals[b->insns[i].first], &m.arg, &m.off) && m.arg < 64)
				r->returns |= 1ull << m.arg;
		} else if (b->insns[i].op == FACT_LOAD) {
			add_access(&found.reads, b, &b->insns[i]);
		} else if (b->insns[i].op == FACT_CALL) {
			add_call(&found, e, f, b, &b->insns[i], depth);
		}
	found.writes.is_all = found.writes.is_all || !b;
	finish(e, &found.writes, f->n_args, &r->a, &r->n);
	finish(e, &found.reads, f->n_args, &r->reads, &r->n_reads);
	for (i = 0; !found.is_deep && i <= MODS_DEPTH; i++)
		e->mods[fn][i] = r;
	return r;
}

const struct mods *mods_of(struct engine *e, u32 fn)
{
	return mods_at(e, fn, MODS_DEPTH);
}

bool mods_reads(const struct mods *m, u32 arg, s32 off, u32 size)
{
	u32 i;

	for (i = 0; i < m->n_reads; i++) {
		const struct mod *r = &m->reads[i];

		if (r->arg == arg && (r->off == OFF_ANY || (r->off < (s64)off + size && (s64)r->off + r->size > off)))
			return true;
	}
	return false;
}
