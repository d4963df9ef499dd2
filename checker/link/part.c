// SPDX-License-Identifier: MIT
/*
 * What the object is part of into which a function is stored: tfm->exit = f is about a
 * struct crypto_acomp.base where tfm is &acomp->base, or where f's table comes from
 * container_of(tfm, struct crypto_acomp, base).
 *
 * Requires: final ids.  Provides: the member of the struct around it, by types alone: the
 * address of that member; a place in what has another type; an argument from which the
 * first block makes a pointer to what is around it, itself or by a helper that does no more;
 * an argument of which all who call the function say the same by these.
 * The member must have the type that the function was stored into: somewhere its address is
 * used so.  (What begins where the member does may be a part of that member only.)
 *
 * Ignored: a pointer that is copied to an object which is part of something else: such a function
 * would take it for what it is not.  Ignored, so that nothing is known: members of a union that begin at the same place, and
 * what begins where its part does.
 */
#include "link/internal.h"

#include <stdlib.h>

#define SEVERAL (~0u)

void parts_init(struct parts *x, const struct program *p)
{
	*x = (struct parts){ .p = p };
	for (u32 i = 1; i < p->members.n; i++) {
		bool is_new;
		u64 *at = map_put(&x->at, map_key2(p->members.a[i].tag.n, p->members.a[i].off), &is_new);

		*at = is_new ? i : SEVERAL;
	}
}

void parts_free(struct parts *x)
{
	map_free(&x->at);
}

static u32 member_at(const struct parts *x, struct str tag, s64 off)
{
	const u64 *at = tag.n && off >= 0 ? map_get(&x->at, map_key2(tag.n, (u32)off)) : NULL;

	return at && *at != SEVERAL ? (u32)*at : 0;
}

/* "struct foo" for the "*foo" that a signature has there. */
static struct str pointee(const struct program *p, const char *type)
{
	size_t n = strcspn(type, ",()");
	char tag[128];

	if (*type != '*' || n < 2 || n > sizeof(tag) - sizeof("struct "))
		return (struct str){ 0 };
	snprintf(tag, sizeof(tag), "struct %.*s", (int)n - 1, type + 1);
	return str_find(p->strings, tag);
}

static struct str arg_type(const struct program *p, const struct pfn *fn, u32 arg)
{
	const char *s = strchr(program_str(p, fn->sig), '(');

	for (; s && arg; arg--)
		s = strchr(s + 1, ',');
	return s ? pointee(p, s + 1) : (struct str){ 0 };
}

u32 program_arg_bytes(const struct program *p, u32 fn, u32 arg)
{
	struct str tag = arg_type(p, &p->fns.a[fn], arg);
	const u64 *last = tag.n ? map_get(&program_private(p)->last_member, tag.n) : NULL;

	return last ? (u32)*last + 1 : 0;
}

static struct str result_type(const struct program *p, const struct pfn *fn, const struct fact_insn *call)
{
	return call->extra ? pointee(p, program_str(p, fn->strs[call->extra])) : (struct str){ 0 };
}

static struct str type_of(const struct program *p, const struct pfn *fn, const struct fact_body *b, struct val v)
{
	if (val_kind(v) == VAL_ARG)
		return arg_type(p, fn, val_index(v));
	if (val_kind(v) == VAL_INSN && b->insns[val_index(v)].op == FACT_CALL)
		return result_type(p, fn, &b->insns[val_index(v)]);
	return (struct str){ 0 };
}

/* How far v is below argument 'arg'; false: it is another value. */
static bool is_below(const struct fact_body *b, struct val v, u32 arg, s64 *ret)
{
	const struct fact_insn *i = val_kind(v) == VAL_INSN ? &b->insns[val_index(v)] : NULL;

	*ret = 0;
	if (i && i->op == FACT_SUB && val_kind(b->vals[i->first + 1]) == VAL_CONST) {
		*ret = b->consts[val_index(b->vals[i->first + 1])];
		v = b->vals[i->first];
	}
	return val_kind(v) == VAL_ARG && val_index(v) == arg;
}

/* A helper that returns what is around its only argument. */
static bool returns_around(const struct program *p, u32 fn, s64 *off_ret)
{
	struct arena scratch = ARENA_INIT;
	struct fact_limits limits = link_limits(&p->fns.a[fn]);
	bool is_one = false;
	struct fact_body b;
	struct err *err;

	if (!p->fns.a[fn].defined || p->fns.a[fn].n_args != 1)
		return false;
	err = fact_body_decode(p->fns.a[fn].encoded, p->fns.a[fn].encoded_n, &limits, &scratch, &b);
	if (!err && b.n_blocks == 1) {
		const struct fact_insn *last = &b.insns[b.blocks[0].first + b.blocks[0].n - 1];

		is_one = last->op == FACT_RET && last->n && is_below(&b, b.vals[last->first], 0, off_ret);
	}
	err_free(err);
	arena_free(&scratch);
	return is_one;
}

/* The struct whose beginning an instruction makes, by the first access through it. */
static struct str accessed_as(const struct program *p, const struct pfn *fn, const struct fact_body *b, u32 made)
{
	for (u32 i = made + 1; i < b->n_insns; i++) {
		const struct fact_insn *insn = &b->insns[i];
		const struct pmember *m;

		if ((insn->op != FACT_LOAD && insn->op != FACT_STORE && insn->op != FACT_MEMBER) || !insn->extra ||
		    b->vals[insn->first].v != val_make(VAL_INSN, made).v)
			continue;
		m = &p->members.a[fn->members[insn->extra]];
		if ((u32)insn->off == m->off)
			return m->tag;
	}
	return (struct str){ 0 };
}

/* What is around an argument by one instruction: its type, and how far in the argument points. */
static struct str around_by(const struct parts *x, const struct pfn *fn, const struct fact_body *b, u32 i, struct val arg,
			    s64 *off_ret)
{
	const struct fact_insn *insn = &b->insns[i];
	const struct val *vals = &b->vals[insn->first];
	u32 callee;

	if (insn->op == FACT_SUB && vals[0].v == arg.v && val_kind(vals[1]) == VAL_CONST) {
		*off_ret = b->consts[val_index(vals[1])];
		return accessed_as(x->p, fn, b, i);
	}
	callee = insn->op == FACT_CALL && insn->n == 2 && vals[1].v == arg.v ? value_fn(fn, vals[0]) : 0;
	return callee && returns_around(x->p, callee, off_ret) ? result_type(x->p, fn, insn) : (struct str){ 0 };
}

/* The member around an argument, if the first block says so and says one thing. */
static u32 around_argument(const struct parts *x, const struct pfn *fn, const struct fact_body *b, struct val arg,
			   struct str own)
{
	u32 found = 0;

	for (u32 i = b->blocks[0].first; i < b->blocks[0].first + b->blocks[0].n; i++) {
		s64 off = 0;
		struct str tag = around_by(x, fn, b, i, arg, &off);
		/* what begins at the same place may be around it or in it */
		u32 part = tag.n == own.n || off <= 0 ? 0 : member_at(x, tag, off);

		if (part && found && part != found)
			return 0;
		found = part ? part : found;
	}
	return found;
}

/* What a value is the address of, less 'at' bytes, as a member of another object; own: what it points to. */
static u32 part_of_value(const struct parts *x, const struct pfn *fn, const struct fact_body *b, struct val v, s64 at,
			 struct str own)
{
	u32 part = at ? 0 : value_outer(fn, b, v);
	struct str type;

	if (part)
		return part;
	type = type_of(x->p, fn, b, v);
	if (type.n && type.n != own.n)
		return member_at(x, type, at);
	return !at && val_kind(v) == VAL_ARG ? around_argument(x, fn, b, v, own) : 0;
}

u32 part_of_store(const struct parts *x, const struct pfn *fn, const struct fact_body *b,
		  const struct fact_insn *store, u32 member)
{
	const struct pmember *m = &x->p->members.a[member];
	struct val base = b->vals[store->first];
	s64 at = (s64)store->off - m->off;
	u32 part = part_of_value(x, fn, b, base, at, m->tag);

	return part || at || val_kind(base) != VAL_ARG ? part : PART_OF_ARG | val_index(base);
}

u32 part_handed(const struct parts *x, u32 part, const struct pass *pass, u32 member)
{
	const struct pfn *fn = &x->p->fns.a[pass->caller];
	u32 arg = part & ~PART_OF_ARG;
	struct arena scratch = ARENA_INIT;
	struct fact_body b;

	if (!(part & PART_OF_ARG))
		return part;
	link_decode(x->p, pass->caller, &scratch, &b);
	part = 0;
	if (arg + 1 < b.insns[pass->insn].n) {
		struct val v = b.vals[b.insns[pass->insn].first + 1 + arg];

		part = part_of_value(x, fn, &b, v, 0, x->p->members.a[member].tag);
		if (!part && val_kind(v) == VAL_ARG)
			part = PART_OF_ARG | val_index(v);
	}
	arena_free(&scratch);
	return part;
}

/* ---- what callers say of an argument ------------------------------------------------------ */

/* An argument into whose object functions are stored, and what its callers pass. */
struct given { u32 fn, arg; struct str own; u32 part; bool is_known, differs; };

struct callers {
	const struct parts *x;
	VEC(struct given) a;		/* by function */
	struct bitset fns;
};

static int by_fn(const void *pa, const void *pb)
{
	const struct given *a = pa, *b = pb;

	if (a->fn != b->fn)
		return a->fn < b->fn ? -1 : 1;
	return a->arg < b->arg ? -1 : a->arg > b->arg;
}

static struct given *first_given(struct callers *c, u32 fn)
{
	u32 lo = 0, hi = c->a.n;

	while (lo < hi) {
		u32 mid = (lo + hi) / 2;

		if (c->a.a[mid].fn < fn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return &c->a.a[lo];
}

static void see_call(struct callers *c, const struct pfn *fn, const struct fact_body *b, const struct fact_insn *call,
		     u32 callee)
{
	struct given *g;

	for (g = first_given(c, callee); g < c->a.a + c->a.n && g->fn == callee; g++) {
		u32 part = g->arg + 1 < call->n ?
			   part_of_value(c->x, fn, b, b->vals[call->first + g->arg + 1], 0, g->own) : 0;

		g->differs = g->differs || !part || (g->is_known && g->part != part);
		g->part = part;
		g->is_known = true;
	}
}

static bool calls_any(const struct callers *c, const struct pfn *fn)
{
	for (u32 i = 1; fn->defined && i < fn->n_refs; i++)
		if (fn->refs[i].v && !ref_is_var(fn->refs[i]) && bitset_test(&c->fns, ref_id(fn->refs[i])))
			return true;
	return false;
}

static void see_callers(struct callers *c)
{
	const struct program *p = c->x->p;
	struct arena scratch = ARENA_INIT;

	for (u32 fn = 1; fn < p->fns.n; fn++) {
		struct arena_mark mark = arena_mark(&scratch);
		struct fact_body b;

		if (!calls_any(c, &p->fns.a[fn]))
			continue;
		link_decode(p, fn, &scratch, &b);
		for (u32 i = 1; i < b.n_insns; i++) {
			u32 callee = b.insns[i].op == FACT_CALL ? value_fn(&p->fns.a[fn], b.vals[b.insns[i].first]) : 0;

			if (callee && bitset_test(&c->fns, callee))
				see_call(c, &p->fns.a[fn], &b, &b.insns[i], callee);
		}
		arena_release(&scratch, mark);
	}
	arena_free(&scratch);
}

static u32 part_given(struct callers *c, u32 fn, u32 arg)
{
	for (struct given *g = first_given(c, fn); g < c->a.a + c->a.n && g->fn == fn; g++)
		if (g->arg == arg)
			return g->is_known && !g->differs ? g->part : 0;
	return 0;
}

/* Only of members of which something is known: the others tell nothing apart. */
void parts_of_callers(const struct parts *x, struct slot_vec *slots)
{
	const struct program *p = x->p;
	struct callers c = { .x = x };
	struct bitset known = { 0 };

	for (u32 i = 0; i < slots->n; i++)
		if (slots->a[i].part && !(slots->a[i].part & PART_OF_ARG))
			bitset_set(&known, slots->a[i].member);
	for (u32 i = 0; i < slots->n; i++) {
		const struct pslot *s = &slots->a[i];
		struct given g = { .fn = s->in_fn, .arg = s->part & ~PART_OF_ARG };

		if (!(s->part & PART_OF_ARG) || p->fns.a[s->in_fn].address_taken || !bitset_test(&known, s->member))
			continue;
		g.own = p->members.a[s->member].tag;
		vec_push(&c.a, g);
		bitset_set(&c.fns, s->in_fn);
	}
	vec_sort(&c.a, by_fn);
	if (c.a.n)
		see_callers(&c);
	for (u32 i = 0; i < slots->n; i++)
		if (slots->a[i].part & PART_OF_ARG)
			slots->a[i].part = part_given(&c, slots->a[i].in_fn, slots->a[i].part & ~PART_OF_ARG);
	vec_free(&c.a);
	bitset_free(&c.fns);
	bitset_free(&known);
}

/* ---- whether the member has the type -------------------------------------------------- */

/* Members whose addresses are used as those of a struct: (member, tag). */
struct uses { const struct program *p; struct bitset asked; struct map seen; };

static void note_use(struct uses *u, u32 member, struct str tag)
{
	if (tag.n)
		*map_put(&u->seen, map_key2(member, tag.n), NULL) = 1;
}

/* What an instruction takes its operand k for, which is the address of the member. */
static void see_use(struct uses *u, const struct pfn *fn, const struct fact_insn *insn, u32 k, u32 member)
{
	const struct pmember *m;
	const char *s;

	switch (insn->op) {
	case FACT_CALL:
		s = insn->extra && k ? strchr(program_str(u->p, fn->strs[insn->extra]), '(') : NULL;
		for (; s && k > 1; k--)
			s = strchr(s + 1, ',');
		if (s)
			note_use(u, member, pointee(u->p, s + 1));
		break;
	case FACT_RET:
		note_use(u, member, pointee(u->p, program_str(u->p, fn->sig)));
		break;
	case FACT_LOAD: case FACT_STORE: case FACT_MEMBER:
		m = &u->p->members.a[fn->members[insn->extra]];
		if (!k && insn->extra && (u32)insn->off == m->off)
			note_use(u, member, m->tag);
		break;
	default:
		break;
	}
}

static void see_uses(struct uses *u, const struct pfn *fn, const struct fact_body *b)
{
	for (u32 i = 1; i < b->n_insns; i++)
		for (u32 k = 0; k < b->insns[i].n; k++) {
			u32 member = value_outer(fn, b, b->vals[b->insns[i].first + k]);

			if (member && bitset_test(&u->asked, member))
				see_use(u, fn, &b->insns[i], k, member);
		}
}

static bool is_asked(const struct uses *u, const struct pfn *fn)
{
	for (u32 k = 1; fn->defined && k < fn->n_members; k++)
		if (bitset_test(&u->asked, fn->members[k]))
			return true;
	return false;
}

void parts_confirm(const struct program *p, struct slot_vec *slots)
{
	struct uses u = { .p = p };
	struct arena scratch = ARENA_INIT;

	for (u32 i = 0; i < slots->n; i++)
		if (slots->a[i].part)
			bitset_set(&u.asked, slots->a[i].part);
	for (u32 fn = 1; fn < p->fns.n; fn++) {
		struct arena_mark mark = arena_mark(&scratch);
		struct fact_body b;

		if (!is_asked(&u, &p->fns.a[fn]))
			continue;
		link_decode(p, fn, &scratch, &b);
		see_uses(&u, &p->fns.a[fn], &b);
		arena_release(&scratch, mark);
	}
	for (u32 i = 0; i < slots->n; i++) {
		struct pslot *s = &slots->a[i];

		if (s->part && !map_get(&u.seen, map_key2(s->part, p->members.a[s->member].tag.n)))
			s->part = 0;
	}
	bitset_free(&u.asked);
	map_free(&u.seen);
	arena_free(&scratch);
}
