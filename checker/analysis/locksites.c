// SPDX-License-Identifier: MIT
/*
 * From the lock functions of the rules up through what passes on its own argument.
 * Ignores: locks whose address comes from elsewhere (a local pointer, a table).
 */
#include "analysis/locksites.h"

#include "analysis/distance.h"

#define PASSER_LEVELS 3	/* functions that pass on their argument, one calling the other */

struct passer { u32 fn, arg, level; const struct rule_fn *rule; };	/* its argument is the lock */

struct finder {
	struct engine *e;
	struct lock_sites *out;
	VEC(struct passer) passers;
	struct map seen;
};

enum lock_origin lock_origin(const struct pfn *f, const struct fact_body *b, struct val v, u32 *ret)
{
	u32 depth;

	for (depth = 0; depth < 16; depth++) {
		const struct fact_insn *i;
		struct ref r;

		switch (val_kind(v)) {
		case VAL_ARG:
			*ret = val_index(v);
			return ORIGIN_ARG;
		case VAL_SYM:
			r = f->refs[val_index(v)];
			*ret = ref_id(r) << 1 | 1;
			return r.v && ref_is_var(r) ? ORIGIN_TOKEN : ORIGIN_UNKNOWN;
		case VAL_INSN:
			i = &b->insns[val_index(v)];
			if ((i->op == FACT_MEMBER || i->op == FACT_LOAD) && i->extra) {
				*ret = f->members[i->extra] << 1;
				return ORIGIN_TOKEN;
			}
			if (i->op != FACT_MEMBER && i->op != FACT_ADD && i->op != FACT_ZEXT)
				return ORIGIN_UNKNOWN;
			v = b->vals[i->first];
			break;
		default:
			return ORIGIN_UNKNOWN;
		}
	}
	return ORIGIN_UNKNOWN;
}

static void add_passer(struct finder *s, struct passer x)
{
	u64 *slot = map_put(&s->seen, map_key2(x.fn, x.arg << 1 | (x.rule->kind == RULE_LOCK)), NULL);

	if (*slot)
		return;
	*slot = 1;
	vec_push(&s->passers, x);
	vec_push(&s->out->passers, x.fn);
}

static void call_site(struct finder *s, const struct passer *p, const struct call_edge *edge)
{
	struct engine *e = s->e;
	const struct pfn *f = &e->p->fns.a[edge->caller];
	const struct fact_body *b = program_body(e->p, edge->caller);
	const struct fact_insn *insn = &b->insns[edge->insn];
	struct lock_site x = { .fn = edge->caller, .insn = edge->insn, .rule = p->level ? NULL : p->rule,
			       .takes = p->rule->kind == RULE_LOCK };
	u32 what = 0;

	if (distances_are_closed(e, edge->caller))
		return;
	if (p->rule->lock_class) {
		x.token = lock_token_named(e, p->rule->lock_class);
		vec_push(&s->out->a, x);
		return;
	}
	if (p->arg + 1 >= insn->n)
		return;
	switch (lock_origin(f, b, b->vals[insn->first + p->arg + 1], &what)) {
	case ORIGIN_ARG:
		add_passer(s, (struct passer){ edge->caller, what, p->level + 1, p->rule });
		break;
	case ORIGIN_TOKEN:
		x.token = what;
		vec_push(&s->out->a, x);
		break;
	case ORIGIN_UNKNOWN:
		break;
	}
}

void lock_sites_find(struct engine *e, const struct callgraph *g, struct lock_sites *ret)
{
	struct finder s = { .e = e, .out = ret };
	const struct call_edge *edges;
	u32 fn, i, k, n;

	memset(ret, 0, sizeof(*ret));
	for (fn = 1; fn < e->p->fns.n; fn++) {
		const struct fn_rules *r = engine_fn_rules(e, fn);

		for (i = 0; i < r->n; i++)
			if ((r->a[i]->kind == RULE_LOCK || r->a[i]->kind == RULE_UNLOCK) &&
			    (r->a[i]->place.kind == PLACE_ARG || r->a[i]->lock_class))
				add_passer(&s, (struct passer){ fn, r->a[i]->place.arg, 0, r->a[i] });
	}
	for (i = 0; i < s.passers.n; i++) {
		struct passer p = s.passers.a[i];

		if (p.level >= PASSER_LEVELS)
			continue;
		n = callgraph_callers(g, p.fn, &edges);
		for (k = 0; k < n; k++)
			if (edges[k].via == VIA_DIRECT)
				call_site(&s, &p, &edges[k]);
	}
	vec_free(&s.passers);
	map_free(&s.seen);
}

void lock_sites_free(struct lock_sites *s)
{
	vec_free(&s->a);
	vec_free(&s->passers);
}
