// SPDX-License-Identifier: MIT
/*
 * See handed.h.  An argument of which nothing is known becomes an object of its own
 * (OBJ_HEAP) with the few members that are.
 *
 * Ignored: tables that were filled at run time, and tables that are embedded in the
 * object itself.
 */
#include "analysis/handed.h"

#include <fnmatch.h>

#include "analysis/maker.h"

/* ---- what rules say ------------------------------------------------------------- */

/* Masks (gfp_t, task flags) have 32 bits, what speaks of higher ones has 64. */
static u32 known_bytes(const struct rule_known *k, u64 bits)
{
	return k->bytes ? k->bytes : bits >> 32 ? 8 : 4;
}

static struct av address_of(struct engine *e, const char *name)
{
	bool is_new;
	u64 *var = map_put_bytes(&e->vars_by_name, name, strlen(name), &is_new);
	u32 i;

	for (i = 1; is_new && !*var && i < e->p->vars.n; i++)
		if (!strcmp(program_str(e->p, e->p->vars.a[i].name), name))
			*var = i;
	if (*var)
		return av_addr(&e->values, obj_make(OBJ_VAR, (u32)*var), 0);
	i = program_find_fn(e->p, name);
	return i ? av_addr(&e->values, obj_make(OBJ_FN, i), 0) : AV_TOP;
}

static struct av known_value(struct engine *e, const struct rule_known *k, u32 *bytes_ret)
{
	s64 v, set = engine_eval_mask(e, k->set), clear = engine_eval_mask(e, k->clear);
	u64 high;

	*bytes_ret = known_bytes(k, k->value ? 0 : (u64)(set | clear));
	if (k->variable) {
		*bytes_ret = 8;
		return address_of(e, k->variable);
	}
	high = *bytes_ret < 8 ? ~0ull << *bytes_ret * 8 : 0;
	if (k->never)
		return AV_TOP;
	if (k->value)
		return engine_eval(e, k->value, &v) ? av_const(&e->values, v) : AV_TOP;
	return av_bits(&e->values, (u64)(set | clear) | high, (u64)set & ~high, k->nonzero);
}

bool handed_known(struct engine *e, const struct rule_known *k, struct obj o, struct cell *ret)
{
	u32 m = program_find_member(e->p, k->member.tag, k->member.path), i;
	s64 off = m ? e->p->members.a[m].off : 0;

	if (k->around.tag) {	/* below what the pointer leads to */
		u32 around = program_find_member(e->p, k->around.tag, k->around.path);

		m = around ? m : 0;
		off -= e->p->members.a[around].off;
	}
	for (i = 0; m && i < k->n_inside; i++) {
		m = program_find_member(e->p, k->inside[i].tag, k->inside[i].path);
		off += e->p->members.a[m].off;
	}
	*ret = (struct cell){ .obj = o, .off = (s32)off };
	ret->v = known_value(e, k, &ret->size);
	return m && ret->v.n != AV_TOP.n;
}

/* ---- the input as it grows --------------------------------------------------------- */

struct handed {
	struct eval *ev;
	const struct fact_insn *call;
	struct engine_input *in;
	struct memory m;
	u32 *n_objects, max_objects;
};

/* The object that an argument points to; one is made for a pointer of which nothing is
 * known. */
static bool object_of(struct handed *h, struct av *arg, struct addr *ret)
{
	const struct avalue *x = av_get(&h->ev->e->values, *arg);

	if (x->kind == AV_SET) {
		*ret = x->addrs[0];
		return x->n_addrs == 1 && !x->n_consts && obj_is_passed(ret->obj) && ret->off != OFF_ANY;
	}
	if (x->kind != AV_BITS || *h->n_objects == h->max_objects)
		return false;
	*ret = (struct addr){ obj_make(OBJ_HEAP, (*h->n_objects)++), 0 };
	*arg = av_addr(&h->ev->e->values, ret->obj, 0);
	return true;
}

/* What the pointer at 'off' of an object points to, which may have to be made. */
static bool object_behind(struct handed *h, struct addr *at, s32 off)
{
	struct values *t = &h->ev->e->values;
	struct av v = memory_read(&h->m, t, at->obj, at->off + off, 8), before = v;
	struct addr to;

	if (!object_of(h, &v, &to))
		return false;
	if (v.n != before.n)
		memory_put(&h->m, (struct cell){ at->obj, at->off + off, 8, v, CELL_WAY });
	*at = to;
	return true;
}

static bool follow(struct handed *h, const struct rule_known *k, struct addr *at)
{
	const struct program *p = h->ev->e->p;
	u32 i;

	for (i = 0; i < k->n_through; i++) {
		u32 m = program_find_member(p, k->through[i].tag, k->through[i].path);

		if (!m || !object_behind(h, at, (s32)(p->members.a[m].off + 8 * k->through[i].index)))
			return false;
	}
	return true;
}

/* The table that is there is not any: its object says by which rule. */
static void note_never(struct handed *h, const struct rule_assumption *a, struct addr at)
{
	struct engine *e = h->ev->e;

	if (!at.off)
		memory_put(&h->m, (struct cell){ .obj = at.obj, .off = NEVER_MARK, .size = 8, .member = CELL_STATED,
						 .v = av_const(&e->values, a - e->rules->assumptions.a) });
}

static void assume(struct handed *h, const struct rule_assumption *a)
{
	struct engine *e = h->ev->e;
	struct addr at;
	struct cell c;
	u32 i;

	for (i = 0; i < a->n_known; i++) {
		u32 arg = a->known[i].place.arg;

		if (arg >= h->in->n_args || !object_of(h, &h->in->args[arg], &at) ||
		    !follow(h, &a->known[i], &at))
			continue;
		if (a->known[i].never)
			note_never(h, a, at);
		if (!handed_known(e, &a->known[i], at.obj, &c))
			continue;
		c.off += at.off;
		c.member = CELL_STATED;
		memory_put(&h->m, c);
	}
}

static void assume_all(struct handed *h)
{
	struct engine *e = h->ev->e;
	const char *callee = pfn_name(e->p, h->in->fn), *caller = pfn_name(e->p, h->ev->fi->fn);
	u32 i;

	for (i = 0; i < e->rules->assumptions.n; i++) {
		const struct rule_assumption *a = &e->rules->assumptions.a[i];

		if (!strcmp(a->fn, callee) && !fnmatch(a->caller, caller, 0))
			assume(h, a);
	}
}

/* ---- tables ------------------------------------------------------------------------ */

/* The argument of the call that is this very value. */
static bool find_arg(const struct handed *h, struct val v, u32 *arg_ret)
{
	u32 i;

	for (i = 0; i < h->in->n_args && i + 1 < h->call->n; i++)
		if (insn_val(h->ev->body, h->call, i + 1).v == v.v) {
			*arg_ret = i;
			return true;
		}
	return false;
}

static const struct fact_insn *load_of(const struct eval *ev, struct val v)
{
	const struct fact_insn *insn;

	if (val_kind(v) != VAL_INSN)
		return NULL;
	insn = &ev->body->insns[val_index(v)];
	return insn->op == FACT_LOAD && insn->bits == 64 ? insn : NULL;
}

/* The table was loaded from p, or from what p points to (inode->i_sb->s_op). */
static void hand_table(struct handed *h, struct handed_table table)
{
	struct values *t = &h->ev->e->values;
	const struct fact_insn *entry = load_of(h->ev, insn_val(h->ev->body, h->call, 0)), *ops, *outer;
	struct av value = av_addr(t, obj_make(OBJ_VAR, table.var), table.off);
	struct addr at, sub;
	struct av inner = AV_TOP;
	struct val base;
	u32 arg;

	ops = entry ? load_of(h->ev, insn_val(h->ev->body, entry, 0)) : NULL;
	if (!ops)
		return;
	base = insn_val(h->ev->body, ops, 0);
	outer = load_of(h->ev, base);
	if (find_arg(h, base, &arg) && object_of(h, &h->in->args[arg], &at)) {
		memory_write(&h->m, at.obj, at.off + ops->off, 8, value);
	} else if (outer && find_arg(h, insn_val(h->ev->body, outer, 0), &arg) &&
		   object_of(h, &h->in->args[arg], &at) && object_of(h, &inner, &sub)) {
		memory_write(&h->m, at.obj, at.off + outer->off, 8, inner);
		memory_write(&h->m, sub.obj, ops->off, 8, value);
	}
}

/* Does the table have this function as the member of which it is said that it never is? */
static bool has_function(const struct program *p, struct handed_table table, const struct rule_known *k)
{
	u32 m = program_find_member(p, k->member.tag, k->member.path), i;
	const struct pmember *member = &p->members.a[m];

	for (i = member->first_slot; m && i < member->first_slot + member->n_slots; i++) {
		const struct pslot *s = &p->slots.a[i];

		if (s->var == table.var && (s32)s->off - (s32)member->off == table.off &&
		    !strcmp(pfn_name(p, s->fn), k->never))
			return true;
	}
	return false;
}

bool handed_excludes(struct eval *ev, const struct fact_insn *call, struct handed_table table)
{
	const struct fact_insn *entry = load_of(ev, insn_val(ev->body, call, 0));
	const struct rule_assumption *a;
	const struct avalue *ops;
	s64 rule;
	u32 i;

	if (!entry || !table.var)
		return false;
	ops = av_get(&ev->e->values, eval_val(ev, insn_val(ev->body, entry, 0)));
	if (ops->kind != AV_SET || ops->n_addrs != 1 ||
	    !av_is_const(&ev->e->values, memory_read(&ev->w.mem, &ev->e->values, ops->addrs[0].obj, NEVER_MARK, 8), &rule))
		return false;
	a = &ev->e->rules->assumptions.a[rule];
	for (i = 0; i < a->n_known; i++)
		if (a->known[i].never && has_function(ev->e->p, table, &a->known[i]))
			return true;
	return false;
}

/* ---- whose it is ------------------------------------------------------------------- */

/* What the argument is embedded in says what made it. */
static const struct made *made_arg(const struct handed *h, u32 arg, u8 relevant)
{
	struct engine *e = h->ev->e;
	const struct avalue *x;

	if (!(relevant & REL_OBJECT) || arg + 1 >= h->call->n)
		return NULL;
	x = av_get(&e->values, eval_val(h->ev, insn_val(h->ev->body, h->call, arg + 1)));
	return x->kind == AV_BITS && avalue_is_address(x) ? maker_find(e, avalue_member(x)) : NULL;
}

static void hand_made(struct handed *h)
{
	const struct engine *e = h->ev->e;
	const u8 *rel = relevance_of(h->ev->e, h->in->fn);
	u32 i, k;

	for (i = 0; rel && i < h->in->n_args; i++) {
		const struct made *m = made_arg(h, i, rel[i]);
		struct addr at;
		bool is_found = m && object_of(h, &h->in->args[i], &at);

		for (k = 0; is_found && k < m->rule->n_gives; k++) {
			u32 member = program_find_member(e->p, m->rule->gives[k].tag, m->rule->gives[k].path);
			s32 off = member ? (s32)e->p->members.a[member].off : 0;

			if (k + 1 == m->rule->n_gives && member)
				memory_write(&h->m, at.obj, at.off + off, 8, m->tables);
			else
				is_found = member && object_behind(h, &at, off);
		}
	}
}

void handed_add(struct eval *ev, const struct fact_insn *call, struct handed_table table, struct engine_input *in,
		u32 *n_objects, u32 max_objects)
{
	struct handed h = { ev, call, in, { VEC_INIT }, n_objects, max_objects };
	u32 before = *n_objects;

	if (!table.var && !bitset_test(&ev->e->assumed_fns, in->fn) &&
	    (!ev->e->rules->makers.n || !needs_of(ev->e, in->fn)))
		return;
	memory_load(&h.m, in->cells);
	if (ev->e->rules->makers.n && needs_of(ev->e, in->fn))
		hand_made(&h);
	if (table.var)
		hand_table(&h, table);
	if (bitset_test(&ev->e->assumed_fns, in->fn))
		assume_all(&h);
	if (*n_objects != before || h.m.c.n != in->cells.n)
		in->cells = memory_save(&h.m, &ev->e->scratch);
	memory_free(&h.m);
}
