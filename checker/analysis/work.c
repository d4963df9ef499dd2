// SPDX-License-Identifier: MIT
/*
 * INIT_WORK(&x->work, f) stores f into a member of x->work: the work item "struct x.work"
 * runs f.  What drivers put into the members that end a wait (a job's functions, which
 * signal its fence) runs for the waits of the same driver.
 * Whoever waits for a queue waits for all items that are put on it: queue_work(x->wq, &x->work).
 * Ignores: work items whose address is not made where the store is; items and queues that
 * are arguments of the function that puts the one on the other.
 */
#include "analysis/work.h"

#include <stdlib.h>

#include "analysis/locksites.h"
#include "analysis/lockset.h"
#include "base/buf.h"

static void add(struct work_items *w, u32 token, u32 fn)
{
	vec_push(&w->a, ((struct work_item){ token, fn }));
}

/* ---- members by place ------------------------------------------------------------- */

static const struct program *sort_program;

static int by_place(const void *pa, const void *pb)
{
	const struct pmember *a = &sort_program->members.a[*(const u32 *)pa];
	const struct pmember *b = &sort_program->members.a[*(const u32 *)pb];

	if (a->tag.n != b->tag.n)
		return a->tag.n < b->tag.n ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return *(const u32 *)pa < *(const u32 *)pb ? -1 : *(const u32 *)pa > *(const u32 *)pb;
}

struct places { VEC(u32) a; };

static void sort_members(const struct program *p, struct places *ret)
{
	u32 i;

	for (i = 1; i < p->members.n; i++)
		vec_push(&ret->a, i);
	sort_program = p;
	vec_sort(&ret->a, by_place);
}

/* All members of a struct at an offset run fn. */
static void add_at(const struct program *p, const struct places *places, struct str tag, u32 off, u32 fn,
		   struct work_items *ret)
{
	u32 lo = 0, hi = places->a.n;

	while (lo < hi) {
		u32 mid = (lo + hi) / 2;
		const struct pmember *m = &p->members.a[places->a.a[mid]];

		if (m->tag.n < tag.n || (m->tag.n == tag.n && m->off < off))
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < places->a.n; lo++) {
		const struct pmember *m = &p->members.a[places->a.a[lo]];

		if (m->tag.n != tag.n || m->off != off)
			break;
		add(ret, places->a.a[lo] << 1, fn);
	}
}

/* The struct that an argument points to, by the function's signature: "v(u32,*gt)" says it of argument 1. */
static struct str pointed_tag(const struct program *p, const struct pfn *f, u32 arg)
{
	const char *at = strchr(program_str(p, f->sig), '(');
	struct str none = { 0 };
	struct buf b = BUF_INIT;
	struct str r;
	size_t n;

	for (; at && arg; arg--)
		at = strchr(at + 1, ',');
	if (!at || at[1] != '*')
		return none;
	n = strcspn(at + 2, ",)");
	if (!n)
		return none;
	buf_addf(&b, "struct %.*s", (int)n, at + 2);
	r = str_find(p->strings, buf_text(&b));
	buf_free(&b);
	return r;
}

/* ---- stores -------------------------------------------------------------------------- */

/* The structs that a function uses a pointer as: it accesses their members where these are. */
static void add_as_used(struct engine *e, const struct pslot *s, struct val base, u32 off, const struct places *places,
			struct work_items *ret)
{
	const struct pfn *f = &e->p->fns.a[s->in_fn];
	const struct fact_body *b = program_body(e->p, s->in_fn);
	struct map seen = MAP_INIT;
	u32 i;

	for (i = 1; i < b->n_insns; i++) {
		const struct fact_insn *x = &b->insns[i];
		const struct pmember *m;
		bool is_new;

		if ((x->op != FACT_LOAD && x->op != FACT_STORE && x->op != FACT_MEMBER) || !x->extra ||
		    b->vals[x->first].v != base.v)
			continue;
		m = &e->p->members.a[f->members[x->extra]];
		if (m->off != (u32)x->off)
			continue;
		map_put(&seen, m->tag.n, &is_new);
		if (is_new)
			add_at(e->p, places, m->tag, off, s->fn, ret);
	}
	map_free(&seen);
}

/*
 * The members around what was stored to, from the inside out; what is only an offset from an
 * argument is found by the argument's struct, or by what the function uses it as.
 * member_off: of the member in the work item.
 */
static void add_around(struct engine *e, const struct pslot *s, u32 member_off, const struct places *places,
		       struct work_items *ret)
{
	const struct pfn *f = &e->p->fns.a[s->in_fn];
	const struct fact_body *b = program_body(e->p, s->in_fn);
	s64 off = (s64)b->insns[s->insn].off - member_off;
	struct val v = b->vals[b->insns[s->insn].first];
	u32 depth;

	for (depth = 0; depth < 16 && val_kind(v) == VAL_INSN; depth++) {
		const struct fact_insn *i = &b->insns[val_index(v)];

		if (i->op != FACT_MEMBER)
			break;
		if (i->extra)
			add(ret, f->members[i->extra] << 1, s->fn);
		off += i->off;
		v = b->vals[i->first];
	}
	if (val_kind(v) == VAL_SYM && ref_is_var(f->refs[val_index(v)]))
		add(ret, ref_id(f->refs[val_index(v)]) << 1 | 1, s->fn);
	if (val_kind(v) == VAL_ARG && off >= 0)
		add_at(e->p, places, pointed_tag(e->p, f, val_index(v)), (u32)off, s->fn, ret);
	else if (val_kind(v) == VAL_INSN && off >= 0)
		add_as_used(e, s, v, (u32)off, places, ret);
}

static int by_token(const void *pa, const void *pb)
{
	const struct work_item *a = pa, *b = pb;

	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	return a->fn < b->fn ? -1 : a->fn > b->fn;
}

u32 work_of_module(struct engine *e, const struct rule_fn *r, u32 module)
{
	const char *name = program_str(e->p, e->p->modules.a[module].name);

	return lock_token_named(e, arena_printf(&e->arena, "%s of %s", r->lock_kind, name));
}

/* What the driver of each such function has to run. */
static void add_ended_by(struct engine *e, const struct rule_fn *r, struct map *seen, struct work_items *ret)
{
	u32 i, k;

	for (i = 0; i < r->n_ended_by; i++) {
		u32 m = program_find_member(e->p, r->ended_by[i].tag, r->ended_by[i].path);
		bool is_new;

		if (!m)
			continue;
		map_put(seen, m, &is_new);
		for (k = e->p->members.a[m].first_slot; is_new &&
		     k < e->p->members.a[m].first_slot + e->p->members.a[m].n_slots; k++) {
			u32 fn = e->p->slots.a[k].fn;

			if (e->p->fns.a[fn].module)
				add(ret, work_of_module(e, r, e->p->fns.a[fn].module), fn);
		}
	}
}

/* The member or variable that an argument of a call is, or that it was read from; 0: not known. */
static u32 arg_token(struct engine *e, const struct call_edge *call, u32 arg)
{
	const struct fact_body *b = program_body(e->p, call->caller);
	const struct fact_insn *i = &b->insns[call->insn];
	const struct pfn *f = &e->p->fns.a[call->caller];
	u32 r;

	return arg + 1 < i->n && lock_origin(f, b, b->vals[i->first + arg + 1], &r) == ORIGIN_TOKEN ? r : 0;
}

/* What runs for an item runs for the queue, too. */
static void add_queued(struct engine *e, const struct rule_fn *r, const struct call_edge *call, u32 n_items,
		       struct work_items *ret)
{
	u32 queue = arg_token(e, call, r->queue - 1), item = arg_token(e, call, r->place.arg), i;

	for (i = 0; queue && item && i < n_items; i++)
		if (ret->a.a[i].token == item)
			add(ret, queue, ret->a.a[i].fn);
}

static void find_queued(struct engine *e, struct callgraph *g, struct work_items *ret)
{
	u32 n_items = ret->a.n, fn, i, k;

	for (fn = 1; fn < e->p->fns.n; fn++) {
		const struct fn_rules *r = engine_fn_rules(e, fn);
		const struct call_edge *edges;

		for (i = 0; i < r->n; i++) {
			u32 n = r->a[i]->kind == RULE_DEFER && r->a[i]->queue ? callgraph_callers(g, fn, &edges) : 0;

			for (k = 0; k < n; k++)
				if (edges[k].via == VIA_DIRECT)
					add_queued(e, r->a[i], &edges[k], n_items, ret);
		}
	}
}

static void sort_items(struct work_items *w)
{
	u32 i, n = 0;

	vec_sort(&w->a, by_token);
	for (i = 0; i < w->a.n; i++)
		if (!n || by_token(&w->a.a[n - 1], &w->a.a[i]))
			w->a.a[n++] = w->a.a[i];
	w->a.n = n;
}

void work_find(struct engine *e, struct callgraph *g, struct work_items *ret)
{
	struct places places = { VEC_INIT };
	struct map seen = MAP_INIT;
	u32 i, k, m;

	memset(ret, 0, sizeof(*ret));
	sort_members(e->p, &places);
	for (i = 0; i < e->rules->fns.n; i++) {
		const struct rule_member *runs = &e->rules->fns.a[i].runs;
		bool is_new;

		add_ended_by(e, &e->rules->fns.a[i], &seen, ret);
		m = runs->tag ? program_find_member(e->p, runs->tag, runs->path) : 0;
		if (!m)
			continue;
		map_put(&seen, m, &is_new);
		for (k = e->p->members.a[m].first_slot; is_new &&
		     k < e->p->members.a[m].first_slot + e->p->members.a[m].n_slots; k++) {
			const struct pslot *s = &e->p->slots.a[k];

			if (s->var)
				add(ret, s->var << 1 | 1, s->fn);
			else if (s->in_fn)
				add_around(e, s, e->p->members.a[m].off, &places, ret);
		}
	}
	vec_free(&places.a);
	map_free(&seen);
	find_queued(e, g, ret);
	sort_items(ret);
}

void work_free(struct work_items *w)
{
	vec_free(&w->a);
}
