// SPDX-License-Identifier: MIT
/*
 * Assumptions, derived by trial: the predicate is evaluated with a member taken to be
 * zero, then not zero; if one of the two cannot give the answer, the other is certain.
 *
 * What follows from there: when all that the module can still store into another member
 * is zero, that member is zero.  This takes devices' structs to be zeroed when they are
 * made, as the driver core's allocators do.
 *
 * Ignored: values other than zero, predicates that ask several members in ways that fix
 * none of them; a member whose address is taken follows from nothing.
 */
#include "analysis/assume.h"

#include "base/buf.h"

#define ROUNDS 3		/* what follows from what follows */
#define CANDIDATES_MAX 64
#define CALLS_MAX 2		/* below the predicate */
#define SHORT_INSNS 64		/* a function longer than that asks for more than a member */

struct assume {
	const struct engine *like;	/* whose program and rules to use; not changed */
	struct assumptions *as;
};

static const struct assumption *find(const struct assumptions *as, u32 member)
{
	u32 i;

	for (i = 0; i < as->a.n; i++)
		if (as->a.a[i].member == member)
			return &as->a.a[i];
	return NULL;
}

static u64 low_bits(u32 n)
{
	return n < 64 ? (1ull << n) - 1 : ~0ull;
}

static struct av assumed_value(struct engine *e, const struct assumption *x)
{
	u64 low = low_bits(x->bits);

	if (x->is_zero)
		return av_bits(&e->values, x->mask | ~low, 0, false);
	if (!(x->mask & (x->mask - 1)))
		return av_bits(&e->values, x->mask | ~low, x->mask, false);
	/* of some bits of a word, that they are not all zero cannot be said */
	return x->mask == low ? av_bits(&e->values, ~low, 0, true) : AV_TOP;
}

void assumptions_apply(const struct assumptions *as, struct engine *e)
{
	bool is_new;
	u32 i;

	for (i = 0; i < as->a.n; i++) {
		struct av v = assumed_value(e, &as->a.a[i]);

		if (v.n != AV_TOP.n)
			*map_put(&e->assumed, as->a.a[i].member, &is_new) = v.n;
	}
}

/* Evaluates a function that is called with anything; the caller frees the engine. */
static u32 evaluate(const struct assume *x, u32 fn, struct engine *e)
{
	struct engine_input in = { .fn = fn, .module = x->like->p->fns.a[fn].module };
	u32 node;

	engine_init(e, x->like->p, x->like->rules, x->like->fn_rules);
	assumptions_apply(x->as, e);
	in.n_args = e->p->fns.a[fn].n_args;
	in.args = arena_array(&e->arena, struct av, in.n_args);
	node = engine_node(e, &in);
	engine_run(e, node);
	return node;
}

static bool can_answer(const struct assume *x, u32 fn, bool answer)
{
	struct engine e;
	u32 node = evaluate(x, fn, &e), i;
	bool can = false;

	for (i = 0; i < e.nodes.a[node].exits.n; i++) {
		struct truth t = av_truth(&e.values, e.nodes.a[node].exits.a[i].ret, 0);

		can = can || (answer ? t.may_be_true : t.may_be_false);
	}
	engine_free(&e);
	return can;
}

/* Tries both; keeps what has to be. */
static void try_member(struct assume *x, u32 fn, bool answer, struct assumption zero)
{
	struct assumption other = zero;
	bool can_zero, can_other;

	if (find(x->as, zero.member))
		return;
	zero.is_zero = true;
	other.is_zero = false;
	vec_push(&x->as->a, zero);
	can_zero = can_answer(x, fn, answer);
	*vec_last(&x->as->a) = other;
	can_other = can_answer(x, fn, answer);
	if (can_zero == can_other)
		(void)vec_pop(&x->as->a);	/* it does not decide, not alone */
	else if (can_zero)
		*vec_last(&x->as->a) = zero;
}

static bool is_use(const struct fact_body *b, const struct fact_insn *i, enum fact_op op, u32 of)
{
	return i->op == op && insn_val(b, i, 0).v == val_make(VAL_INSN, of).v;
}

static const s64 *const_operand(const struct fact_body *b, const struct fact_insn *i, u32 n)
{
	struct val v = insn_val(b, i, n);

	return val_kind(v) == VAL_CONST ? &b->consts[val_index(v)] : NULL;
}

/* The bits of a load that are looked at: a bit-field is shifted down and cut, flags are
 * masked. */
static u64 loaded_bits(const struct fact_body *b, u32 load, bool *is_flags_ret)
{
	u64 low = low_bits(b->insns[load].bits);
	u32 i, from = load, shift = 0;

	for (i = load + 1; i < b->n_insns; i++) {
		const struct fact_insn *use = &b->insns[i];

		if (is_use(b, use, FACT_LSR, from) && const_operand(b, use, 1)) {
			shift = (u32)*const_operand(b, use, 1) & 63;
			from = i;
		} else if (is_use(b, use, FACT_TRUNC, from)) {
			return low_bits(use->bits) << shift & low;
		} else if (is_use(b, use, FACT_AND, from) && const_operand(b, use, 1)) {
			*is_flags_ret = true;
			return (u64)*const_operand(b, use, 1) << shift & low;
		}
	}
	return low;
}

/* Members that the function loads, or a short one that it calls. */
static void from_loads(struct assume *x, u32 predicate, bool answer, u32 fn, u32 depth)
{
	const struct fact_body *b = program_body(x->like->p, fn);
	const struct pfn *f = &x->like->p->fns.a[fn];
	u32 i;

	for (i = 1; b && i < b->n_insns; i++) {
		const struct fact_insn *load = &b->insns[i];
		struct assumption a = { .bits = load->bits };

		if (load->op != FACT_LOAD || !load->extra || load->bits > 64)
			continue;
		a.member = f->members[load->extra];
		a.mask = loaded_bits(b, i, &a.is_flags);
		try_member(x, predicate, answer, a);
	}
	for (i = 1; depth && b && b->n_insns <= SHORT_INSNS && i < f->n_refs; i++)
		if (f->refs[i].v && !ref_is_var(f->refs[i]))
			from_loads(x, predicate, answer, ref_id(f->refs[i]), depth - 1);
}

/* ---- what follows --------------------------------------------------------------------- */

static bool mentions(const struct pfn *f, u32 member)
{
	u32 i;

	for (i = 1; i < f->n_members; i++)
		if (f->members[i] == member)
			return true;
	return false;
}

static bool mentions_assumed(const struct pfn *f, const struct assumptions *as)
{
	u32 i;

	for (i = 0; i < as->a.n; i++)
		if (mentions(f, as->a.a[i].member))
			return true;
	return false;
}

/* What a store puts into the member, if that is a constant; *mask_ret: the bits that it
 * changes.  A bit-field's is "the word, without its bits, or the new ones". */
static const s64 *stored_const(const struct fact_body *b, const struct fact_insn *store, u64 *mask_ret)
{
	struct val v = insn_val(b, store, 1);
	const struct fact_insn *or_insn = val_kind(v) == VAL_INSN ? &b->insns[val_index(v)] : NULL;
	const s64 *kept = NULL;

	*mask_ret = low_bits(store->bits);
	if (!or_insn || or_insn->op != FACT_OR)
		return const_operand(b, store, 1);
	v = insn_val(b, or_insn, 0);
	if (val_kind(v) == VAL_INSN && b->insns[val_index(v)].op == FACT_AND)
		kept = const_operand(b, &b->insns[val_index(v)], 1);
	if (!kept)
		return NULL;
	*mask_ret &= ~(u64)*kept;
	return const_operand(b, or_insn, 1);
}

/* Does the instruction put something else than zero into the member, or give its address away? */
static bool is_write(const struct pfn *f, const struct fact_body *b, const struct fact_insn *s, u32 member)
{
	const s64 *stored;
	u64 mask;

	if ((s->op != FACT_STORE && s->op != FACT_MEMBER) || !s->extra || f->members[s->extra] != member)
		return false;
	if (s->op == FACT_MEMBER)
		return true;
	stored = stored_const(b, s, &mask);
	return !stored || (u64)*stored & mask;
}

/* Can an execution of the function leave something else than zero in the member? */
static bool may_write(const struct assume *x, u32 fn, u32 member)
{
	const struct pfn *f = &x->like->p->fns.a[fn];
	const struct fact_body *b = program_body(x->like->p, fn);
	bool may = false;
	struct engine e;
	u32 node, bb, i;

	for (i = 1; b && i < b->n_insns; i++)
		may = may || is_write(f, b, &b->insns[i], member);
	if (!may || !mentions_assumed(f, x->as))
		return may;
	may = false;
	node = evaluate(x, fn, &e);
	for (bb = 0; bb < b->n_blocks; bb++)
		for (i = b->blocks[bb].first; bitset_test(&e.nodes.a[node].reached, bb) &&
		     i < b->blocks[bb].first + b->blocks[bb].n; i++)
			may = may || is_write(f, b, &b->insns[i], member);
	engine_free(&e);
	return may;
}

static bool stays_zero(const struct assume *x, u32 member)
{
	struct program *p = x->like->p;
	u32 fn;

	for (fn = 1; fn < p->fns.n; fn++)
		if (p->fns.a[fn].defined && mentions(&p->fns.a[fn], member) && may_write(x, fn, member))
			return false;
	return true;
}

/* Members that functions write which look at what is assumed. */
static u32 find_candidates(const struct assume *x, u32 module, struct assumption *ret)
{
	struct program *p = x->like->p;
	u32 fn, i, k, n = 0;

	for (fn = 1; fn < p->fns.n; fn++) {
		const struct pfn *f = &p->fns.a[fn];
		const struct fact_body *b;

		if (!f->defined || f->module != module || !mentions_assumed(f, x->as))
			continue;
		b = program_body(p, fn);
		for (i = 1; b && i < b->n_insns && n < CANDIDATES_MAX; i++) {
			struct assumption c = { .bits = b->insns[i].bits, .is_zero = true };

			if (b->insns[i].op != FACT_STORE || !b->insns[i].extra || c.bits > 64)
				continue;
			c.member = f->members[b->insns[i].extra];
			stored_const(b, &b->insns[i], &c.mask);
			for (k = 0; k < n && ret[k].member != c.member; k++)
				;
			if (k == n && !find(x->as, c.member))
				ret[n++] = c;
		}
	}
	return n;
}

static void from_assumptions(struct assume *x, u32 module)
{
	struct assumption candidates[CANDIDATES_MAX];
	u32 round, i, n, before;

	for (round = 0; round < ROUNDS; round++) {
		before = x->as->a.n;
		n = find_candidates(x, module, candidates);
		for (i = 0; i < n; i++)
			if (stays_zero(x, candidates[i].member))
				vec_push(&x->as->a, candidates[i]);
		if (x->as->a.n == before)
			break;
	}
}

void assume_answer(const struct engine *like, u32 predicate, bool answer, struct assumptions *ret)
{
	struct assume x = { like, ret };

	memset(ret, 0, sizeof(*ret));
	from_loads(&x, predicate, answer, predicate, CALLS_MAX);
	if (ret->a.n)
		from_assumptions(&x, like->p->fns.a[predicate].module);
}

void assumptions_free(struct assumptions *as)
{
	vec_free(&as->a);
}

/* A bit-field has a name of its own; bits of flags are said in numbers. */
static void add_one(struct buf *b, const struct program *p, const struct assumption *x, const char *before)
{
	const struct pmember *m = &p->members.a[x->member];

	buf_addf(b, "%s%s.%s", before, program_str(p, m->tag), program_str(p, m->path));
	if (x->is_flags)
		buf_addf(b, " & 0x%llx", (unsigned long long)x->mask);
	buf_addf(b, " is %s0", x->is_zero ? "" : "not ");
}

const char *assumptions_text(const struct assumptions *as, const struct program *p, struct arena *a)
{
	struct buf b = BUF_INIT;
	const char *ret = NULL;
	u32 i;

	for (i = 0; i < as->a.n; i++)
		add_one(&b, p, &as->a.a[i], i ? ", " : "");
	if (b.len)
		ret = arena_strdup(a, buf_text(&b));
	buf_free(&b);
	return ret;
}
