// SPDX-License-Identifier: MIT
/*
 * Lock classes and lock state: see lockset.h.  Ignores: modes (a reader waits for a
 * queued writer, so a class held shared on both sides can deadlock as well), and how
 * often a class is held beyond HOLD_COUNT_MAX.
 */
#include "analysis/lockset.h"

#include <stdlib.h>

#include "analysis/state.h"

/* ---- classes ----------------------------------------------------------------- */

u32 lock_token_named(struct engine *e, const char *name)
{
	struct lock_classes *c = e->classes;
	u32 i;

	for (i = 0; i < c->names.n; i++)
		if (!strcmp(c->names.a[i], name))
			return TOKEN_NAMED | i;
	vec_push(&c->names, name);
	return TOKEN_NAMED | i;
}

void lock_names_init(struct engine *e)
{
	const struct ruleset *rules = e->rules;
	u32 i;

	for (i = 0; i < rules->fns.n; i++) {
		const struct rule_fn *r = &rules->fns.a[i];

		if (r->lock_class)
			lock_token_named(e, r->lock_class);
		if (r->under && strcmp(r->under, "place") != 0)
			lock_token_named(e, r->under);
	}
	for (i = 0; i < rules->lock_classes.n; i++)
		lock_token_named(e, rules->lock_classes.a[i].name);
}

bool lock_class_is_of(const struct program *p, const struct rule_lock_class *c, const struct pmember *m)
{
	return !strcmp(c->lock.tag, program_str(p, m->tag)) && !strcmp(c->lock.path, program_str(p, m->path));
}

/* A class of its own for the lock in one variable. */
static const struct rule_lock_class *class_of_variable(const struct engine *e, const struct avalue *x)
{
	const struct pmember *m;
	const char *var;
	u32 i;

	if (!x->origin || x->kind != AV_SET || x->n_addrs != 1 || obj_kind(x->addrs[0].obj) != OBJ_VAR)
		return NULL;
	m = &e->p->members.a[avalue_member(x)];
	var = program_str(e->p, e->p->vars.a[obj_index(x->addrs[0].obj)].name);
	for (i = 0; i < e->rules->lock_classes.n; i++) {
		const struct rule_lock_class *c = &e->rules->lock_classes.a[i];

		if (c->variable && !strcmp(c->variable, var) && lock_class_is_of(e->p, c, m))
			return c;
	}
	return NULL;
}

/* What the rules say of a class, from the i-th entry on; NULL: no more. */
static const struct rule_lock_class *next_entry(const struct engine *e, u32 token, u32 *i)
{
	const struct pmember *m = token & 1 || token & TOKEN_NAMED ? NULL : &e->p->members.a[token >> 1];

	for (; m && *i < e->rules->lock_classes.n; ++*i)
		if (lock_class_is_of(e->p, &e->rules->lock_classes.a[*i], m))
			return &e->rules->lock_classes.a[(*i)++];
	return NULL;
}

bool lock_is_novalidate(const struct engine *e, u32 token)
{
	const struct rule_lock_class *c;
	u32 i = 0;

	while ((c = next_entry(e, token, &i)))
		if (c->novalidate)
			return true;
	return false;
}

bool lock_stays_free(const struct engine *e, u32 token)
{
	const struct rule_lock_class *c;
	u32 i = 0;

	while ((c = next_entry(e, token, &i)))
		if (c->stays_free)
			return true;
	return false;
}

bool lock_is_idle_in(const struct engine *e, u32 token, u32 part)
{
	const struct pmember *m = &e->p->members.a[part];
	const struct rule_lock_class *c;
	u32 i = 0, k;

	while (part && (c = next_entry(e, token, &i)))
		for (k = 0; k < c->n_idle_in; k++)
			if (!strcmp(c->idle_in[k].tag, program_str(e->p, m->tag)) &&
			    !strcmp(c->idle_in[k].path, program_str(e->p, m->path)))
				return true;
	return false;
}

u32 lock_token(struct engine *e, const struct rule_fn *r, struct av v)
{
	const struct rule_lock_class *c;

	if (r->lock_class)
		return lock_token_named(e, r->lock_class);
	if (r->place.kind != PLACE_ARG)
		return 0;
	c = class_of_variable(e, av_get(&e->values, v));
	return c ? lock_token_named(e, c->name) : engine_token(e, v);
}

u32 lock_token_find(struct engine *e, const char *name)
{
	const char *dot = strrchr(name, ' ') ? strchr(strrchr(name, ' '), '.') : NULL;
	u32 i, m;

	for (i = 0; i < e->classes->names.n; i++)
		if (!strcmp(e->classes->names.a[i], name))
			return TOKEN_NAMED | i;
	if (dot) {
		char *tag = arena_printf(&e->arena, "%.*s", (int)(dot - name), name);

		m = program_find_member(e->p, tag, dot + 1);
		return m << 1;
	}
	for (i = 1; i < e->p->vars.n; i++)
		if (!strcmp(program_str(e->p, e->p->vars.a[i].name), name))
			return i << 1 | 1;
	return 0;
}

bool lock_is_tracked(const struct engine *e, u32 token)
{
	if (!token || !e->locks)
		return false;
	return e->locks->only ? token == e->locks->only : map_get(e->locks->tokens, token) != NULL;
}

/* ---- sets ---------------------------------------------------------------------- */

#define SET_MAX 24
#define NESTED_MAX 2	/* locks of one class; loops that seem to take more do not */

static bool is_lock(const struct hold *h)
{
	return h->rule == HOLD_TAKEN || h->rule == HOLD_DROPPED;
}

static int by_token(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;

	return x->token < y->token ? -1 : x->token > y->token;
}

/* One more (by 1) or one less (by -1) of a class; past SET_MAX the set stays as it is. */
static u32 change(struct engine *e, u32 set, u32 token, int by)
{
	struct holds old = e->holds.a[set];
	u32 toward = by > 0 ? HOLD_TAKEN : HOLD_DROPPED, i, n = 0;
	struct hold now[SET_MAX + 1];
	bool found = false;

	for (i = 0; i < old.n && n < SET_MAX; i++) {
		struct hold h = old.a[i];

		if (h.token == token && is_lock(&h)) {
			found = true;
			if (h.rule != toward && !--h.count)
				continue;
			/* what was dropped twice was not the caller's twice */
			if (h.rule == toward && toward == HOLD_TAKEN && h.count < NESTED_MAX)
				h.count++;
		}
		now[n++] = h;
	}
	if (!found && n < SET_MAX)
		now[n++] = (struct hold){ token, toward, 1 };
	if (n > 1)
		qsort(now, n, sizeof(now[0]), by_token);
	return holds_intern(e, now, n);
}

u32 locks_acquire(struct engine *e, u32 set, u32 token)
{
	return change(e, set, token, 1);
}

u32 locks_release(struct engine *e, u32 set, u32 token)
{
	return change(e, set, token, -1);
}

/* The references of a set, or its locks. */
static u32 part(struct engine *e, u32 set, bool locks)
{
	struct holds old = e->holds.a[set];
	struct hold now[SET_MAX];
	u32 i, n = 0;

	for (i = 0; i < old.n && n < SET_MAX; i++)
		if (is_lock(&old.a[i]) == locks && old.a[i].rule != HOLD_ROOT)
			now[n++] = old.a[i];
	return holds_intern(e, now, n);
}

u32 locks_enter(struct engine *e, u32 set)
{
	return holds_enter(e, part(e, set, false));
}

u32 locks_leave(struct engine *e, u32 before, u32 exit)
{
	u32 refs = holds_leave(e, part(e, before, false), part(e, exit, false)), i, k, n = 0;
	struct holds left, b = e->holds.a[before], x;
	struct hold now[SET_MAX];

	/* references after the call, locks before it.. */
	left = e->holds.a[refs];
	for (i = 0; i < left.n && n < SET_MAX; i++)
		now[n++] = left.a[i];
	for (i = 0; i < b.n && n < SET_MAX; i++)
		if (is_lock(&b.a[i]) || b.a[i].rule == HOLD_ROOT)
			now[n++] = b.a[i];
	if (n > 1)
		qsort(now, n, sizeof(now[0]), by_token);
	refs = holds_intern(e, now, n);
	/* ..and what the callee did to them */
	x = e->holds.a[exit];
	for (i = 0; i < x.n; i++)
		for (k = 0; is_lock(&x.a[i]) && k < x.a[i].count; k++)
			refs = change(e, refs, x.a[i].token, x.a[i].rule == HOLD_TAKEN ? 1 : -1);
	return refs;
}

u32 locks_balance(struct engine *e, u32 exit)
{
	return part(e, exit, false);
}

bool lock_is_entered(struct engine *e, u32 token)
{
	u32 i;

	for (i = 0; i < e->rules->fns.n; i++)
		if (e->rules->fns.a[i].enters && lock_token_named(e, e->rules->fns.a[i].lock_class) == token)
			return true;
	return false;
}

bool locks_any_taken(const struct engine *e, u32 set)
{
	u32 i;

	for (i = 0; i < e->holds.a[set].n; i++)
		if (e->holds.a[set].a[i].rule == HOLD_TAKEN)
			return true;
	return false;
}

bool locks_has(const struct engine *e, u32 set, u32 token, u32 how)
{
	u32 i;

	for (i = 0; i < e->holds.a[set].n; i++)
		if (e->holds.a[set].a[i].token == token && e->holds.a[set].a[i].rule == how)
			return true;
	return false;
}

/* ---- allocations ------------------------------------------------------------------ */

/* Bits that are certainly set. */
static u32 known_set(const struct avalue *x)
{
	u32 bits = 0xffffffff, i;

	if (x->kind == AV_BITS)
		return (u32)(x->mask & x->val);
	if (x->kind != AV_SET || x->n_addrs || !x->n_consts)
		return 0;
	for (i = 0; i < x->n_consts; i++)
		bits &= (u32)x->consts[i];
	return bits;
}

static u32 known_clear(const struct avalue *x)
{
	u32 bits = 0xffffffff, i;

	if (x->kind == AV_BITS)
		return (u32)(x->mask & ~x->val);
	if (x->kind != AV_SET || x->n_addrs || !x->n_consts)
		return 0;
	for (i = 0; i < x->n_consts; i++)
		bits &= ~(u32)x->consts[i];
	return bits;
}

u32 locks_alloc_bits(struct engine *e, const struct memory *mem, struct av mask)
{
	const struct avalue *x = av_get(&e->values, mask);
	u32 bits = known_set(x), may = ~known_clear(x), i, m;

	for (i = 0; (bits | may) && i < e->rules->fns.n; i++) {
		const struct rule_fn *r = &e->rules->fns.a[i];
		struct av flags;
		s64 flag;

		if (r->kind != RULE_SCOPE || !r->forbids || !engine_eval(e, r->value, &flag))
			continue;
		m = program_find_member(e->p, r->member.tag, r->member.path);
		if (!m)
			continue;
		flags = memory_read(mem, &e->values, engine_object(e, r->object), (s32)e->p->members.a[m].off, 4);
		x = av_get(&e->values, flags);
		if (~known_clear(x) & (u32)flag)
			bits &= ~(u32)engine_eval_mask(e, r->forbids);
		if (known_set(x) & (u32)flag)
			may &= ~(u32)engine_eval_mask(e, r->forbids);
	}
	bits &= ~ALLOC_MAY;
	return (may & e->locks->direct) == e->locks->direct ? bits | ALLOC_MAY : bits;
}
