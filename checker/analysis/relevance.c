// SPDX-License-Identifier: MIT
/*
 * Which of its arguments a function's behaviour can depend on, so that two calls
 * that differ in nothing else share a node.  Flow-insensitive and conservative:
 * below a few levels of direct calls everything counts.
 */
#include "analysis/engine.h"

#include <fnmatch.h>

#include "base/hash.h"

#define DEPTH 3
#define ARGS_MAX 64

struct taint {		/* by instruction: arguments.. */
	u64 *any;	/* ..whose word it is computed from */
	u64 *copy;	/* ..it is a copy of */
	u64 *obj;	/* ..that point to what it was loaded from */
};

static u64 arg_bit(u32 i)
{
	return i < ARGS_MAX ? 1ull << i : 0;
}

static u64 any_of(const struct taint *t, struct val v)
{
	if (val_kind(v) == VAL_INSN)
		return t->any[val_index(v)];
	return val_kind(v) == VAL_ARG ? arg_bit(val_index(v)) : 0;
}

static u64 copy_of(const struct taint *t, struct val v)
{
	if (val_kind(v) == VAL_INSN)
		return t->copy[val_index(v)];
	return val_kind(v) == VAL_ARG ? arg_bit(val_index(v)) : 0;
}

static u64 obj_of(const struct taint *t, struct val v)
{
	return val_kind(v) == VAL_INSN ? t->obj[val_index(v)] : 0;
}

static bool is_copy(const struct fact_insn *i)
{
	switch (i->op) {
	case FACT_PHI: case FACT_SEL: case FACT_ZEXT: case FACT_SEXT: case FACT_TRUNC:
	case FACT_ADD: case FACT_SUB: case FACT_OR:
		return true;
	case FACT_MEMBER:
		return !i->extra && !i->off;
	default:
		return false;
	}
}

static bool taint_pass(const struct fact_body *b, struct taint *t)
{
	bool changed = false;
	u32 i, k;

	for (i = 1; i < b->n_insns; i++) {
		const struct fact_insn *insn = &b->insns[i];
		u64 any = 0, copy = 0, obj = 0;

		for (k = 0; k < insn->n; k++) {
			struct val v = b->vals[insn->first + k];

			any |= any_of(t, v);
			copy |= copy_of(t, v);
			obj |= obj_of(t, v);
		}
		if (!is_copy(insn))
			copy = 0;
		if (insn->op == FACT_LOAD) {
			obj |= any;
			any = 0;
		}
		changed = changed || any != t->any[i] || copy != t->copy[i] || obj != t->obj[i];
		t->any[i] = any;
		t->copy[i] = copy;
		t->obj[i] = obj;
	}
	return changed;
}

static void mark(u8 *rel, u32 n_args, u64 args, u8 how)
{
	u32 i;

	for (i = 0; i < n_args && i < ARGS_MAX; i++)
		if (args >> i & 1)
			rel[i] |= how;
}

/* The word matters: what it was loaded from matters too. */
static void mark_word(u8 *rel, u32 n_args, const struct taint *t, struct val v, u8 how)
{
	mark(rel, n_args, any_of(t, v), how);
	mark(rel, n_args, obj_of(t, v), REL_OBJECT);
}

static const u8 *relevance_at(struct engine *e, u32 fn, u32 depth);

/* Rules that read or change what 'place' points to. */
static bool is_about_memory(const struct rule_fn *r)
{
	switch (r->kind) {
	case RULE_LOCK: case RULE_UNLOCK: case RULE_REF_GET: case RULE_REF_PUT: case RULE_BIT_TEST: case RULE_BIT_CHANGE:
	case RULE_COUNT:
		return true;
	default:
		return false;
	}
}

/* What a call with rules looks at. */
static u8 rule_relevance(const struct fn_rules *r, u32 arg)
{
	u8 how = 0;
	u32 i, k;

	for (i = 0; i < r->n; i++) {
		const struct rule_fn *f = r->a[i];

		if (f->kind == RULE_FILL || f->kind == RULE_COPY)
			how |= REL_VALUE;
		if (f->place.kind == PLACE_ARG && f->place.arg == arg)
			how |= is_about_memory(f) ? REL_VALUE | REL_OBJECT | REL_ORIGIN | REL_COUNTED :
			       REL_VALUE | REL_ORIGIN;
		if ((f->kind == RULE_BIT_TEST && f->bit == arg) || (f->kind == RULE_COUNT && f->by == arg + 1))
			how |= REL_VALUE;
		for (k = 0; k < f->when.n; k++)
			if (f->when.a[k].arg == arg)
				how |= REL_VALUE;
	}
	return how;
}

static u8 callee_relevance(struct engine *e, u32 callee, u32 arg, u32 depth)
{
	const struct fn_rules *r = engine_fn_rules(e, callee);
	u8 how = rule_relevance(r, arg);
	const u8 *rel;

	if (!e->p->fns.a[callee].defined)
		return how | REL_OBJECT;
	if (!depth)
		return REL_VALUE | REL_ORIGIN;
	rel = relevance_at(e, callee, depth - 1);
	if (!rel || arg >= e->p->fns.a[callee].n_args)
		return how | REL_OBJECT;
	return how | rel[arg];
}

static void mark_call(struct engine *e, const struct pfn *f, const struct fact_body *b,
		      const struct fact_insn *insn, const struct taint *t, u8 *rel, u32 depth)
{
	struct val callee = b->vals[insn->first];
	struct ref r = val_kind(callee) == VAL_SYM ? f->refs[val_index(callee)] : (struct ref){ 0 };
	bool direct = r.v && !ref_is_var(r);
	u32 k;

	mark_word(rel, f->n_args, t, callee, REL_VALUE);
	for (k = 1; k < insn->n; k++) {
		struct val v = b->vals[insn->first + k];
		u8 how;

		if (!any_of(t, v) && !obj_of(t, v))
			continue;
		how = direct ? callee_relevance(e, ref_id(r), k - 1, depth) : REL_VALUE | REL_ORIGIN;
		mark(rel, f->n_args, any_of(t, v), how & ~REL_ORIGIN);
		if (how & ~REL_ORIGIN)
			mark(rel, f->n_args, obj_of(t, v), REL_OBJECT);
		if (how & REL_ORIGIN)
			mark(rel, f->n_args, copy_of(t, v), REL_ORIGIN);
	}
}

/* An address in the function's own frame, as far as can be seen. */
static bool is_local(const struct fact_body *b, struct val v)
{
	u32 depth;

	for (depth = 0; depth < 16 && val_kind(v) == VAL_INSN; depth++) {
		const struct fact_insn *i = &b->insns[val_index(v)];

		if (i->op != FACT_MEMBER && i->op != FACT_ADD)
			return i->op == FACT_PHI || i->op == FACT_SEL;
		v = b->vals[i->first];
	}
	return val_kind(v) == VAL_LOCAL;
}

/* What the object with the member is part of says what the member has, or whether it is ever queued. */
static bool part_matters(const struct engine *e, u32 member)
{
	return program_outer_knows(e->p, member) || program_parts_tell(e->p, member) ||
	       bitset_test(&e->idle_members, member);
}

static void mark_insn(struct engine *e, const struct pfn *f, const struct fact_body *b,
		      const struct fact_insn *insn, const struct taint *t, u8 *rel, u32 depth)
{
	switch (insn->op) {
	case FACT_CALL:
		mark_call(e, f, b, insn, t, rel, depth);
		break;
	case FACT_CBR: case FACT_SWITCH:
		mark_word(rel, f->n_args, t, b->vals[insn->first], REL_VALUE);
		break;
	case FACT_RET:
		if (insn->n) {
			mark_word(rel, f->n_args, t, b->vals[insn->first], REL_VALUE);
			mark(rel, f->n_args, copy_of(t, b->vals[insn->first]), REL_ORIGIN);
		}
		break;
	case FACT_STORE:
		mark(rel, f->n_args, any_of(t, b->vals[insn->first]) | obj_of(t, b->vals[insn->first]), REL_OBJECT);
		if (insn->extra)
			mark(rel, f->n_args, any_of(t, b->vals[insn->first]), REL_WRITES);
		mark_word(rel, f->n_args, t, b->vals[insn->first + 1],
			  is_local(b, b->vals[insn->first]) ? REL_VALUE : REL_STORED);
		/* a guard keeps the address of its lock in a variable */
		if (is_local(b, b->vals[insn->first]))
			mark(rel, f->n_args, copy_of(t, b->vals[insn->first + 1]), REL_ORIGIN);
		break;
	case FACT_LOAD: case FACT_MEMBER:
		if (insn->extra && part_matters(e, f->members[insn->extra]) &&
		    (insn->op == FACT_LOAD || bitset_test(&e->idle_members, f->members[insn->extra])))
			mark(rel, f->n_args, copy_of(t, b->vals[insn->first]), REL_ORIGIN);
		break;
	default:
		break;
	}
}

/* ---- whose origin says anything ------------------------------------------------ */

/* A key for the struct that parameter 'arg' of a signature points to; 0: it does not
 * point to a struct. */
static u64 pointee(const struct program *p, struct str sig, u32 arg)
{
	const char *s = strchr(program_str(p, sig), '(');
	size_t n;
	u32 i;

	for (i = 0; s && i < arg; i++)
		s = strchr(s + 1, ',');
	if (!s || s[1] != '*')
		return 0;
	s += 2;
	n = strcspn(s, ",)");
	return n ? hash64(s, n) : 0;
}

static bool is_number(const struct program *p, struct str sig, u32 arg)
{
	const char *s = strchr(program_str(p, sig), '(');
	u32 i;

	for (i = 0; s && i < arg; i++)
		s = strchr(s + 1, ',');
	return s && (s[1] == 's' || s[1] == 'u');
}

static bool names_token(const struct rule_fn *r)
{
	switch (r->kind) {
	case RULE_SINK: case RULE_LOCK: case RULE_UNLOCK: case RULE_WAIT: case RULE_HOLD: case RULE_UNHOLD:
	case RULE_OUTDATE:
	case RULE_MARK: case RULE_PREDICATE:
		return r->place.kind == PLACE_ARG && !r->lock_class;
	default:
		return false;
	}
}

static void add_token_type(struct engine *e, u32 fn, u32 arg)
{
	u64 tag = pointee(e->p, e->p->fns.a[fn].sig, arg);

	if (tag)
		*map_put(&e->token_types, tag, NULL) = 1;
}

/* The structs that locks, devices and whatever else rules give an identity are. */
void relevance_init(struct engine *e)
{
	u32 i, fn;

	for (i = 0; i < e->rules->lock_classes.n; i++) {
		const struct rule_lock_class *c = &e->rules->lock_classes.a[i];
		u32 member = c->n_idle_in ? program_find_member(e->p, c->lock.tag, c->lock.path) : 0;

		if (member)
			bitset_set(&e->idle_members, member);
	}
	for (i = 1; i < e->p->members.n; i++) {
		const char *tag = program_str(e->p, e->p->members.a[i].tag), *name = strchr(tag, ' ');

		/* what it is part of says which table it has */
		if (name && part_matters(e, i))
			*map_put(&e->token_types, hash64(name + 1, strlen(name + 1)), NULL) = 1;
	}
	for (i = 0; i < e->rules->fns.n; i++) {
		const struct rule_fn *r = &e->rules->fns.a[i];

		if (!names_token(r))
			continue;
		for (fn = program_find_fn(e->p, r->fn); fn; fn = e->p->next_same_name[fn])
			add_token_type(e, fn, r->place.arg);
		if (!strpbrk(r->fn, "*?"))
			continue;
		for (fn = 1; fn < e->p->fns.n; fn++)
			if (!fnmatch(r->fn, pfn_name(e->p, fn), 0))
				add_token_type(e, fn, r->place.arg);
	}
}

/*
 * By type: where a pointer came from is asked only of what can be a token, and of
 * untyped words (a callback may be one): whose inode it is decides nothing.
 */
static void look_at_types(struct engine *e, const struct pfn *f, u8 *rel)
{
	u32 i;

	for (i = 0; i < f->n_args; i++) {
		/* a number in an address: which bytes they are */
		if (rel[i] & REL_OBJECT && is_number(e->p, f->sig, i))
			rel[i] |= REL_VALUE;
		u64 tag = rel[i] & REL_ORIGIN ? pointee(e->p, f->sig, i) : 0;

		if (tag && !map_get(&e->token_types, tag))
			rel[i] &= (u8)~REL_ORIGIN;
	}
}

static const u8 *relevance_at(struct engine *e, u32 fn, u32 depth)
{
	struct relevance **slots = e->relevance[fn];
	const struct pfn *f = &e->p->fns.a[fn];
	const struct fact_body *b = program_body(e->p, fn);
	struct arena_mark m;
	struct taint t;
	u8 *rel;
	u32 i;

	if (!b)
		return NULL;
	if (!slots)
		slots = e->relevance[fn] = arena_array(&e->arena, struct relevance *, DEPTH + 1);
	if (slots[depth])
		return slots[depth]->arg;
	slots[depth] = arena_alloc(&e->arena, f->n_args + 1);
	rel = slots[depth]->arg;
	m = arena_mark(&e->scratch);
	t.any = arena_array(&e->scratch, u64, b->n_insns);
	t.copy = arena_array(&e->scratch, u64, b->n_insns);
	t.obj = arena_array(&e->scratch, u64, b->n_insns);
	while (taint_pass(b, &t))
		;
	for (i = 1; i < b->n_insns; i++)
		mark_insn(e, f, b, &b->insns[i], &t, rel, depth);
	for (i = ARGS_MAX; i < f->n_args; i++)
		rel[i] = REL_VALUE | REL_ORIGIN;
	look_at_types(e, f, rel);
	arena_release(&e->scratch, m);
	return rel;
}

const u8 *relevance_of(struct engine *e, u32 fn)
{
	return relevance_at(e, fn, DEPTH);
}

/* ---- what a function needs besides ------------------------------------------ */

#define NEEDS_KNOWN	0x80
#define NEEDS_ALL	(NEEDS_HOLDS | NEEDS_OBJECTS)
#define NEEDS_DEPTH	64	/* direct calls below; deeper ones are taken to need all */

static u8 needs_at(struct engine *e, u32 fn, u32 depth);

static u8 needs_callee(struct engine *e, u32 callee, u32 depth)
{
	const struct fn_rules *r = engine_fn_rules(e, callee);
	bool is_body = true;
	u8 needs = 0;
	u32 i;

	for (i = 0; i < r->n; i++) {
		is_body = is_body && (r->a[i]->kind == RULE_OUTDATE || r->a[i]->kind == RULE_FRESH ||
				      (is_about_memory(r->a[i]) && r->a[i]->kind != RULE_LOCK &&
				       r->a[i]->kind != RULE_UNLOCK));
		switch (r->a[i]->kind) {
		case RULE_OBJECT: case RULE_SCOPE: case RULE_UNSCOPE:
			needs |= NEEDS_OBJECTS;
			break;
		case RULE_OPAQUE: case RULE_RETURNS: case RULE_FILL: case RULE_COPY:
		case RULE_REF_GET: case RULE_REF_PUT: case RULE_BIT_TEST: case RULE_BIT_CHANGE: case RULE_COUNT:
		case RULE_FRESH:
			break;
		default:
			needs |= NEEDS_ALL;
			break;
		}
	}
	if (!is_body || !e->p->fns.a[callee].defined)
		return needs;
	return depth ? needs_at(e, callee, depth - 1) : NEEDS_ALL;
}

static u8 needs_at(struct engine *e, u32 fn, u32 depth)
{
	const struct pfn *f = &e->p->fns.a[fn];
	const struct fact_body *b;
	u8 needs = 0;
	u32 i;

	if (e->needs[fn])
		return e->needs[fn] & NEEDS_ALL;
	e->needs[fn] = NEEDS_KNOWN | NEEDS_ALL;		/* for a cycle through here */
	b = program_body(e->p, fn);
	for (i = 1; b && i < b->n_insns && needs != NEEDS_ALL; i++) {
		struct val callee;
		struct ref r;

		if (b->insns[i].op != FACT_CALL)
			continue;
		callee = b->vals[b->insns[i].first];
		r = val_kind(callee) == VAL_SYM ? f->refs[val_index(callee)] : (struct ref){ 0 };
		needs |= r.v && !ref_is_var(r) ? needs_callee(e, ref_id(r), depth) : NEEDS_ALL;
	}
	e->needs[fn] = NEEDS_KNOWN | needs;
	return needs;
}

u8 needs_of(struct engine *e, u32 fn)
{
	return needs_at(e, fn, NEEDS_DEPTH);
}
