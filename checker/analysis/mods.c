// SPDX-License-Identifier: MIT
/* See mods.h. */
#include "analysis/mods.h"

#define MODS_DEPTH 8	/* calls by name that are looked into */
#define MODS_MAX 48	/* of one function; then it writes anything it is given */
#define STEPS_MAX 16	/* from an address to the argument that it comes from */

struct found { VEC(struct mod) a; bool is_all; };

static const struct mods *mods_at(struct engine *e, u32 fn, u32 depth);

/* The argument that v is an address in, and how far in. */
static bool argument_of(const struct fact_body *b, struct val v, u32 *arg_ret, s32 *off_ret)
{
	u32 step;

	*off_ret = 0;
	for (step = 0; step < STEPS_MAX && val_kind(v) == VAL_INSN; step++) {
		const struct fact_insn *i = &b->insns[val_index(v)];

		if (i->op == FACT_PHI && i->n >= 2) {
			v = b->vals[i->first + 1];
		} else if (i->op == FACT_MEMBER) {
			*off_ret += i->off;
			v = b->vals[i->first];
		} else {
			return false;
		}
	}
	*arg_ret = val_index(v);
	return val_kind(v) == VAL_ARG;
}

static void add(struct found *f, struct mod m)
{
	u32 i;

	for (i = 0; i < f->a.n; i++) {
		const struct mod *old = &f->a.a[i];

		if (old->arg == m.arg && (old->off == OFF_ANY || (old->off == m.off && old->size >= m.size)))
			return;
	}
	if (f->a.n == MODS_MAX)
		f->is_all = true;
	else
		vec_push(&f->a, m);
}

static void add_store(struct found *f, const struct fact_body *b, const struct fact_insn *insn)
{
	struct mod m;

	if (!argument_of(b, b->vals[insn->first], &m.arg, &m.off))
		return;
	m.off = insn->bits == FACT_BITS_AGGREGATE ? OFF_ANY : m.off + insn->off;
	m.size = insn->bits == FACT_BITS_AGGREGATE ? 0 : (insn->bits + 7u) / 8;
	add(f, m);
}

/* A rule that says what the callee does: only what fills and copies memory writes to it. */
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
	const struct mods *below;
	u32 i, k;

	if (!r.v || ref_is_var(r))
		return;
	below = depth ? mods_at(e, ref_id(r), depth - 1) : NULL;
	for (k = 1; k < insn->n; k++) {
		struct mod m;

		if (!argument_of(b, b->vals[insn->first + k], &m.arg, &m.off))
			continue;
		if (writes_all(e, ref_id(r), k - 1))
			add(f, (struct mod){ m.arg, OFF_ANY, 0 });
		for (i = 0; below && i < below->n; i++)
			if (below->a[i].arg == k - 1)
				add(f, (struct mod){ m.arg, below->a[i].off == OFF_ANY ? OFF_ANY :
						     m.off + below->a[i].off, below->a[i].size });
	}
}

static const struct mods *mods_at(struct engine *e, u32 fn, u32 depth)
{
	const struct pfn *f = &e->p->fns.a[fn];
	struct found found = { VEC_INIT, false };
	const struct fact_body *b;
	struct mods *r;
	u32 i;

	if (!e->mods[fn])
		e->mods[fn] = arena_array(&e->arena, struct mods *, MODS_DEPTH + 1);
	if (e->mods[fn][depth])
		return e->mods[fn][depth];
	r = e->mods[fn][depth] = arena_new(&e->arena, struct mods);
	b = program_body(e->p, fn);
	for (i = 1; b && i < b->n_insns; i++)
		if (b->insns[i].op == FACT_STORE)
			add_store(&found, b, &b->insns[i]);
		else if (b->insns[i].op == FACT_CALL)
			add_call(&found, e, f, b, &b->insns[i], depth);
	if (!b || found.is_all) {
		vec_clear(&found.a);
		for (i = 0; i < f->n_args; i++)
			vec_push(&found.a, ((struct mod){ i, OFF_ANY, 0 }));
	}
	r->a = arena_dup(&e->arena, found.a.a, found.a.n * sizeof(found.a.a[0]));
	r->n = found.a.n;
	vec_free(&found.a);
	return r;
}

const struct mods *mods_of(struct engine *e, u32 fn)
{
	return mods_at(e, fn, MODS_DEPTH);
}
