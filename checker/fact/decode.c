// SPDX-License-Identifier: MIT
/*
 * Bytes as a body, trusting nothing: every count is checked against the bytes
 * that are left before memory is asked for, every operand against the table it
 * points into, and then every instruction against what fact.def says of its op.
 *
 * Provides: one terminator per block, at its end; block operands where fact.def
 * has them and nowhere else; operands that are instructions have a result; the
 * blocks of a phi are predecessors.
 * Ignored: dominance.  A value may be used where it was never computed, a phi may
 * lack a predecessor, and blocks may be unreachable: users must cope.
 */
#include "fact/codec.h"

#include "base/err.h"

struct decoder {
	struct fact_in in;
	const struct fact_limits *limits;
	struct fact_body body;
	u32 low[8], high[8];		/* of an operand's index, by enum val_kind: [low, high) */
	u32 line, col;
};

/* ---- tables -------------------------------------------------------------- */

static void read_consts(struct decoder *d, struct arena *a)
{
	u32 n = fact_in_count(&d->in, 1);

	d->body.consts = arena_array(a, s64, n);
	d->body.n_consts = n;
	for (u32 i = 0; i < n; i++)
		d->body.consts[i] = fact_in_sleb(&d->in);
}

static void read_locals(struct decoder *d, struct arena *a)
{
	u32 n = fact_in_count(&d->in, 3) + 1, max_str = d->limits->n_strs - 1;

	d->body.locals = arena_array(a, struct fact_local, n);
	d->body.n_locals = n;
	for (u32 i = 1; i < n; i++) {
		struct fact_local *l = &d->body.locals[i];

		l->name = fact_in_u32(&d->in, max_str, "a local's name is out of range");
		l->tag = fact_in_u32(&d->in, max_str, "a local's tag is out of range");
		l->size = fact_in_u32(&d->in, UINT32_MAX, "a local's size is out of range");
	}
}

/* Also counts the instructions, none of which is shorter than 2 bytes. */
static void read_blocks(struct decoder *d, struct arena *a)
{
	u32 n = fact_in_count(&d->in, 1), next = 1;

	if (!n)
		fact_in_fail(&d->in, "no block");
	d->body.blocks = arena_array(a, struct fact_block, n);
	d->body.n_blocks = n;
	for (u32 i = 0; i < n; i++) {
		struct fact_block *b = &d->body.blocks[i];

		b->first = next;
		b->n = fact_in_count(&d->in, 2);
		if (!b->n)
			fact_in_fail(&d->in, "an empty block");
		next += b->n;
		if (next > VAL_INDEX_MAX)
			fact_in_fail(&d->in, "too many instructions");
		if (d->in.problem)
			return;
	}
	if (next - 1 > fact_in_left(&d->in) / 2)
		fact_in_fail(&d->in, "more instructions than the file has room for");
	d->body.n_insns = next;
}

static void set_limits(struct decoder *d)
{
	d->low[VAL_INSN] = d->low[VAL_SYM] = d->low[VAL_LOCAL] = 1;
	d->high[VAL_NONE] = d->high[VAL_UNDEF] = 1;
	d->high[VAL_INSN] = d->body.n_insns;
	d->high[VAL_ARG] = d->limits->n_args;
	d->high[VAL_CONST] = d->body.n_consts;
	d->high[VAL_SYM] = d->limits->n_refs;
	d->high[VAL_LOCAL] = d->body.n_locals;
	d->high[VAL_BLOCK] = d->body.n_blocks;
}

/* ---- instructions --------------------------------------------------------- */

static inline struct val read_val(struct decoder *d, u32 at)
{
	u64 v = fact_in_uleb(&d->in), index = v >> 3;
	u32 kind = v & 7;

	if (kind == VAL_INSN)
		index = (u64)at - (index >> 1 ^ (index & 1 ? ~(u64)0 : 0));
	if (index < d->low[kind] || index >= d->high[kind]) {
		fact_in_fail(&d->in, "an operand is out of range");
		return (struct val){ 0 };
	}
	return val_make((enum val_kind)kind, (u32)index);
}

static void read_position(struct decoder *d)
{
	s64 line;

	if (__builtin_add_overflow((s64)d->line, fact_in_sleb(&d->in), &line) ||
	    line < 0 || line > UINT32_MAX) {
		fact_in_fail(&d->in, "a line is out of range");
		return;
	}
	d->line = (u32)line;
	d->col = fact_in_u32(&d->in, UINT16_MAX, "a column is out of range");
}

static u32 read_extra(struct decoder *d, u8 kind)
{
	switch (kind) {
	case EXTRA_MEMBER:
		return fact_in_u32(&d->in, d->limits->n_members - 1, "a member is out of range");
	case EXTRA_SIGNATURE:
		return fact_in_u32(&d->in, d->limits->n_strs - 1, "a signature is out of range");
	case EXTRA_BITS:
		return fact_in_u32(&d->in, 128, "a width is out of range");
	default:
		return 0;
	}
}

static s32 read_off(struct decoder *d)
{
	s64 off = fact_in_sleb(&d->in);

	if (off != (s32)off)
		fact_in_fail(&d->in, "an offset is out of range");
	return (s32)off;
}

static u16 read_count(struct decoder *d, const struct fact_shape *shape, u32 max_vals)
{
	u32 n = shape->n;

	if (n == FACT_N_VARIES)
		n = fact_in_u32(&d->in, UINT16_MAX, "too many operands");
	if (n > max_vals - d->body.n_vals) {
		fact_in_fail(&d->in, "more operands than declared");
		return 0;
	}
	return (u16)n;
}

/* Built aside and stored at once: bytes written through a pointer may alias *d. */
static void read_insn(struct decoder *d, u32 at, u32 max_vals)
{
	u8 head = fact_in_byte(&d->in), bits = fact_in_byte(&d->in);
	struct fact_insn insn = { .op = head & FACT_INSN_OP_MASK, .bits = bits };
	const struct fact_shape *shape;

	if (insn.op == FACT_OP_NONE || insn.op >= FACT_OP_COUNT || !fact_bits_ok(bits)) {
		fact_in_fail(&d->in, "an unknown op or width");
		return;
	}
	shape = &fact_shapes[insn.op];
	if (head & FACT_INSN_HAS_FLAGS)
		insn.flags = fact_in_byte(&d->in);
	if (head & FACT_INSN_HAS_POS)
		read_position(d);
	insn.line = d->line;
	insn.col = (u16)d->col;
	insn.first = d->body.n_vals;
	insn.n = read_count(d, shape, max_vals);
	for (u32 i = 0; i < insn.n; i++)
		d->body.vals[insn.first + i] = read_val(d, at);
	d->body.n_vals += insn.n;
	if (shape->has_off)
		insn.off = read_off(d);
	if (shape->extra != EXTRA_NONE)
		insn.extra = read_extra(d, shape->extra);
	d->body.insns[at] = insn;
}

static void read_body(struct decoder *d, struct arena *a)
{
	u32 n_vals = fact_in_count(&d->in, 1);

	if (n_vals > VAL_INDEX_MAX)
		fact_in_fail(&d->in, "too many operands");
	read_consts(d, a);
	read_locals(d, a);
	read_blocks(d, a);
	if (n_vals > fact_in_left(&d->in))
		fact_in_fail(&d->in, "more operands than the file has room for");
	if (d->in.problem)
		return;
	set_limits(d);
	d->body.insns = arena_array(a, struct fact_insn, d->body.n_insns);
	d->body.vals = arena_array(a, struct val, n_vals);
	for (u32 i = 1; i < d->body.n_insns && !d->in.problem; i++)
		read_insn(d, i, n_vals);
	if (!d->in.problem && (d->body.n_vals != n_vals || fact_in_left(&d->in)))
		fact_in_fail(&d->in, "bytes left over");
}

/* ---- what fact.def says of operands ---------------------------------------- */

static inline struct val operand(const struct fact_body *b, const struct fact_insn *insn, u32 i)
{
	return b->vals[insn->first + i];
}

/* Something computed, or known from the start; not a block. */
static inline bool is_value(const struct fact_body *b, struct val v)
{
	switch (val_kind(v)) {
	case VAL_BLOCK:
		return false;
	case VAL_INSN:
		return fact_shapes[b->insns[val_index(v)].op].has_result;
	default:
		return true;
	}
}

static bool are_values(const struct fact_body *b, const struct fact_insn *insn, u32 from, u32 to)
{
	for (u32 i = from; i < to; i++)
		if (!is_value(b, operand(b, insn, i)))
			return false;
	return true;
}

static bool is_kind(const struct fact_body *b, const struct fact_insn *insn, u32 i,
		    enum val_kind kind)
{
	return val_kind(operand(b, insn, i)) == kind;
}

static bool switch_ok(const struct fact_body *b, const struct fact_insn *insn)
{
	if (insn->n < 2 || (insn->n - 2) % 3 || !are_values(b, insn, 0, 1) ||
	    !is_kind(b, insn, 1, VAL_BLOCK))
		return false;
	for (u32 i = 2; i < insn->n; i += 3)
		if (!is_kind(b, insn, i, VAL_CONST) || !is_kind(b, insn, i + 1, VAL_CONST) ||
		    !is_kind(b, insn, i + 2, VAL_BLOCK))
			return false;
	return true;
}

static bool phi_ok(const struct fact_body *b, const struct fact_insn *insn)
{
	if (insn->n % 2)
		return false;
	for (u32 i = 0; i < insn->n; i += 2)
		if (!is_kind(b, insn, i, VAL_BLOCK) || !is_value(b, operand(b, insn, i + 1)))
			return false;
	return true;
}

static bool operands_ok(const struct fact_body *b, const struct fact_insn *insn)
{
	switch (insn->op) {
	case FACT_BR:
		return is_kind(b, insn, 0, VAL_BLOCK);
	case FACT_CBR:
		return are_values(b, insn, 0, 1) && is_kind(b, insn, 1, VAL_BLOCK) &&
		       is_kind(b, insn, 2, VAL_BLOCK);
	case FACT_SWITCH:
		return switch_ok(b, insn);
	case FACT_PHI:
		return phi_ok(b, insn);
	case FACT_RET:
		return insn->n <= 1 && are_values(b, insn, 0, insn->n);
	case FACT_CALL:
		return insn->n >= 1 && are_values(b, insn, 0, insn->n);
	default:
		return are_values(b, insn, 0, insn->n);
	}
}

static struct err *check_block(const struct fact_body *b, u32 block, bool *has_phi)
{
	u32 first = b->blocks[block].first, last = first + b->blocks[block].n - 1;

	for (u32 i = first; i <= last; i++) {
		const struct fact_insn *insn = &b->insns[i];

		if (fact_is_terminator((enum fact_op)insn->op) != (i == last))
			return err_new("block %u %s", block, i == last ?
				       "has no terminator at its end" : "ends before its end");
		if (!operands_ok(b, insn))
			return err_new("instruction %u has operands that '%s' cannot have", i,
				       fact_op_text((enum fact_op)insn->op));
		*has_phi |= insn->op == FACT_PHI;
	}
	return NULL;
}

/* ---- phis ------------------------------------------------------------------- */

/*
 * For each block the blocks that jump to it, as one array: those of block i are
 * from[start[i] .. start[i + 1]).
 */
struct predecessors {
	u32 *start, *from;
};

static const struct fact_insn *terminator(const struct fact_body *b, u32 block)
{
	return &b->insns[b->blocks[block].first + b->blocks[block].n - 1];
}

static struct predecessors find_predecessors(const struct fact_body *b, struct arena *a)
{
	/* Counted two places further on, so that filling moves each start to where it belongs. */
	struct predecessors p = { .start = arena_array(a, u32, (size_t)b->n_blocks + 2),
				  .from = arena_array(a, u32, b->n_vals) };

	for (u32 i = 0; i < b->n_blocks; i++) {
		const struct fact_insn *t = terminator(b, i);

		for (u32 k = 0; k < t->n; k++)
			if (is_kind(b, t, k, VAL_BLOCK))
				p.start[val_index(operand(b, t, k)) + 2]++;
	}
	for (u32 i = 2; i < b->n_blocks + 2; i++)
		p.start[i] += p.start[i - 1];
	for (u32 i = 0; i < b->n_blocks; i++) {
		const struct fact_insn *t = terminator(b, i);

		for (u32 k = 0; k < t->n; k++)
			if (is_kind(b, t, k, VAL_BLOCK))
				p.from[p.start[val_index(operand(b, t, k)) + 1]++] = i;
	}
	return p;
}

static struct err *check_phi(const struct fact_body *b, u32 block, u32 at, const u32 *mark)
{
	const struct fact_insn *insn = &b->insns[at];

	for (u32 i = 0; i < insn->n; i += 2)
		if (mark[val_index(operand(b, insn, i))] != block + 1)
			return err_new("phi %u names a block that does not lead to it", at);
	return NULL;
}

/* Marks the predecessors of each block with its number plus one, then looks at its phis. */
static struct err *check_phis(const struct fact_body *b, const struct predecessors *p, u32 *mark)
{
	for (u32 i = 0; i < b->n_blocks; i++) {
		for (u32 k = p->start[i]; k < p->start[i + 1]; k++)
			mark[p->from[k]] = i + 1;
		for (u32 k = b->blocks[i].first; k < b->blocks[i].first + b->blocks[i].n; k++) {
			struct err *err = NULL;

			if (b->insns[k].op == FACT_PHI)
				err = check_phi(b, i, k, mark);
			if (err)
				return err;
		}
	}
	return NULL;
}

static struct err *check_body(const struct fact_body *b, struct arena *a)
{
	struct arena_mark mark;
	struct predecessors p;
	bool has_phi = false;
	struct err *err;

	for (u32 i = 0; i < b->n_blocks; i++) {
		err = check_block(b, i, &has_phi);
		if (err)
			return err;
	}
	if (!has_phi)
		return NULL;
	mark = arena_mark(a);
	p = find_predecessors(b, a);
	err = check_phis(b, &p, arena_array(a, u32, b->n_blocks));
	arena_release(a, mark);
	return err;
}

/* ---- interface --------------------------------------------------------------- */

/* Element 0 of each table is there, if only in thought. */
static struct fact_limits at_least_one(const struct fact_limits *limits)
{
	return (struct fact_limits){
		.n_refs = limits->n_refs + !limits->n_refs,
		.n_members = limits->n_members + !limits->n_members,
		.n_strs = limits->n_strs + !limits->n_strs,
		.n_args = limits->n_args,
	};
}

struct err *fact_body_decode(const u8 *p, u32 n, const struct fact_limits *limits,
			     struct arena *a, struct fact_body *ret)
{
	struct fact_limits all = at_least_one(limits);
	struct decoder d = { .in = { .p = p, .end = p + n }, .limits = &all };
	struct err *err;

	read_body(&d, a);
	if (d.in.problem)
		return err_new("%s", d.in.problem);
	err = check_body(&d.body, a);
	if (!err)
		*ret = d.body;
	return err;
}

void fact_body_decode_again(const u8 *p, u32 n, const struct fact_limits *limits, struct arena *a,
			    struct fact_body *ret)
{
	struct fact_limits all = at_least_one(limits);
	struct decoder d = { .in = { .p = p, .end = p + n }, .limits = &all };

	read_body(&d, a);
	if (d.in.problem)
		BUG("a body that was fine is broken: %s", d.in.problem);
	*ret = d.body;
}

struct err *fact_fn_body(const struct fact_tu *tu, const struct fact_fn *fn, const char *path,
			 struct arena *a, struct fact_body *ret)
{
	struct fact_limits limits = { fn->n_refs, fn->n_members, fn->n_strs, fn->n_args };
	struct err *err;

	if (fn->body) {
		*ret = *fn->body;
		return NULL;
	}
	if (fn->encoded.p)
		err = fact_body_decode(fn->encoded.p, fn->encoded.n, &limits, a, ret);
	else
		err = err_new("no body");
	if (!err)
		return NULL;
	return err_wrap(err, "%s: function '%s' is damaged", path ? path : "facts",
			str_text(tu->strings, tu->syms.a[fn->sym].name));
}
