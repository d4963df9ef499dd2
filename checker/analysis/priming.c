// SPDX-License-Identifier: MIT
/*
 * Statements about locks: calls of lock functions between a prime and an unprime rule's
 * functions, in the code, and what the rules repeat of those that are compiled away.  A
 * function that states it of its own argument states it of what its callers pass.
 * Ignores: locks whose address comes from elsewhere, and those that a callee takes.
 */
#include "analysis/priming.h"

#include <stdlib.h>

#include "analysis/locksites.h"

struct finder {
	struct engine *e;
	const struct callgraph *g;
	struct priming *out;
};

static void add(struct finder *s, u32 token, u32 fn, u32 line)
{
	struct primed_class x = { token, fn, line };
	u32 i;

	for (i = 0; i < s->out->a.n; i++)
		if (s->out->a.a[i].token == token && s->out->a.a[i].fn == fn)
			return;
	if (token)
		vec_push(&s->out->a, x);
}

static bool has_kind(struct engine *e, u32 fn, enum rule_fn_kind kind)
{
	const struct fn_rules *r = engine_fn_rules(e, fn);
	u32 i;

	for (i = 0; i < r->n; i++)
		if (r->a[i]->kind == kind)
			return true;
	return false;
}

static u32 callee_of(const struct pfn *f, const struct fact_body *b, u32 insn)
{
	struct val v = b->vals[b->insns[insn].first];
	struct ref r = val_kind(v) == VAL_SYM ? f->refs[val_index(v)] : (struct ref){ 0 };

	return b->insns[insn].op == FACT_CALL && r.v && !ref_is_var(r) ? ref_id(r) : 0;
}

/* The callers' locks, that fn was passed as its argument. */
static void add_callers(struct finder *s, u32 fn, u32 arg)
{
	const struct call_edge *edges;
	u32 n = callgraph_callers(s->g, fn, &edges), i, token;

	for (i = 0; i < n; i++) {
		const struct pfn *f = &s->e->p->fns.a[edges[i].caller];
		const struct fact_body *b = program_body(s->e->p, edges[i].caller);
		const struct fact_insn *insn = &b->insns[edges[i].insn];

		if (edges[i].via == VIA_DIRECT && arg + 1 < insn->n &&
		    lock_origin(f, b, b->vals[insn->first + arg + 1], &token) == ORIGIN_TOKEN)
			add(s, token, edges[i].caller, insn->line);
	}
}

static void see_lock(struct finder *s, u32 fn, const struct fact_body *b, u32 insn, const struct rule_fn *r)
{
	const struct fact_insn *i = &b->insns[insn];
	u32 what;

	if (r->lock_class) {
		add(s, lock_token_named(s->e, r->lock_class), fn, i->line);
		return;
	}
	if (r->place.kind != PLACE_ARG || r->place.arg + 1 >= i->n)
		return;
	switch (lock_origin(&s->e->p->fns.a[fn], b, b->vals[i->first + r->place.arg + 1], &what)) {
	case ORIGIN_TOKEN:
		add(s, what, fn, i->line);
		break;
	case ORIGIN_ARG:
		add_callers(s, fn, what);
		break;
	case ORIGIN_UNKNOWN:
		break;
	}
}

/* From behind the prime on; false: an unprime ends it. */
static bool through(struct finder *s, u32 fn, const struct fact_body *b, u32 block, u32 from)
{
	u32 i, k;

	for (i = from; i < b->blocks[block].first + b->blocks[block].n; i++) {
		u32 callee = callee_of(&s->e->p->fns.a[fn], b, i);
		const struct fn_rules *r = callee ? engine_fn_rules(s->e, callee) : NULL;

		for (k = 0; r && k < r->n; k++) {
			if (r->a[k]->kind == RULE_UNPRIME)
				return false;
			if (r->a[k]->kind == RULE_LOCK && r->a[k]->may_block && !r->a[k]->is_try)
				see_lock(s, fn, b, i, r->a[k]);
		}
	}
	return true;
}

static void see_region(struct finder *s, u32 fn, u32 insn)
{
	const struct fninfo *fi = engine_info(s->e, fn);
	struct arena_mark mark = arena_mark(&s->e->scratch);
	bool *seen = arena_array(&s->e->scratch, bool, fi->body->n_blocks);
	u32 block = fi->block_of[insn], from = insn + 1, k;
	VEC(u32) stack = VEC_INIT;

	for (;;) {
		if (through(s, fn, fi->body, block, from))
			for (k = 0; k < fi->n_succs[block]; k++)
				if (!seen[fi->succs[block][k]]) {
					seen[fi->succs[block][k]] = true;
					vec_push(&stack, fi->succs[block][k]);
				}
		if (!stack.n)
			break;
		block = vec_pop(&stack);
		from = fi->body->blocks[block].first;
	}
	vec_free(&stack);
	arena_release(&s->e->scratch, mark);
}

static void find_in_code(struct finder *s)
{
	const struct call_edge *edges;
	u32 fn, i, n;

	for (fn = 1; fn < s->e->p->fns.n; fn++) {
		if (!has_kind(s->e, fn, RULE_PRIME))
			continue;
		n = callgraph_callers(s->g, fn, &edges);
		for (i = 0; i < n; i++)
			if (edges[i].via == VIA_DIRECT && !engine_fn_rules(s->e, edges[i].caller)->n)
				see_region(s, edges[i].caller, edges[i].insn);
	}
}

/* "drivers/gpu/drm/i915/i915_vma.c (7.3)": of that file. */
static bool is_in(const struct program *p, u32 fn, const char *from)
{
	const char *file = program_str(p, p->fns.a[fn].file);

	return !strncmp(from, file, strlen(file));
}

static void find_in_rules(struct finder *s)
{
	u32 i, fn;

	for (i = 0; i < s->e->rules->primed.n; i++) {
		const struct rule_primed *p = &s->e->rules->primed.a[i];
		u32 token = lock_token_find(s->e, p->name);

		for (fn = program_find_fn(s->e->p, p->function); token && fn; fn = s->e->p->next_same_name[fn])
			if (s->e->p->fns.a[fn].defined && is_in(s->e->p, fn, p->from))
				add(s, token, fn, 0);
	}
}

static int by_class(const void *pa, const void *pb)
{
	const struct primed_class *a = pa, *b = pb;

	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	return a->fn < b->fn ? -1 : a->fn > b->fn;
}

void priming_find(struct engine *e, const struct callgraph *g, struct priming *ret)
{
	struct finder s = { e, g, ret };

	memset(ret, 0, sizeof(*ret));
	find_in_code(&s);
	find_in_rules(&s);
	vec_sort(&ret->a, by_class);
}

void priming_free(struct priming *p)
{
	vec_free(&p->a);
}
