// SPDX-License-Identifier: MIT
/*
 * From blocks in source order to the body of fact.h.
 *
 * In order: jumps to empty blocks are threaded, unreachable blocks dropped,
 * straight-line blocks joined; variables become values with phis where they
 * meet (Braun et al., "Simple and Efficient Construction of SSA Form", with the
 * whole control flow known); instructions nobody needs are dropped, where calls,
 * stores, asm and terminators are what is needed; and what is left is numbered
 * afresh, so that bodies which mean the same are the same bytes in every TU.
 */
#include "body.h"

#define THREAD_MAX 64

static struct ins *terminator(struct body *b, u32 block)
{
	struct block *bl = &b->blocks.a[block];
	struct ins *i = bl->insns.n ? &b->insns.a[*vec_last(&bl->insns)] : NULL;

	return i && fact_is_terminator(i->op) ? i : NULL;
}

/* ---- control flow -------------------------------------------------------- */

static u32 thread(struct body *b, u32 block)
{
	for (int n = 0; n < THREAD_MAX; n++) {
		struct block *bl = &b->blocks.a[block];
		if (bl->insns.n != 1 || b->insns.a[bl->insns.a[0]].op != FACT_BR)
			break;
		block = val_index(b->vals.a[b->insns.a[bl->insns.a[0]].first]);
	}
	return block;
}

static void thread_jumps(struct body *b)
{
	for (u32 i = 0; i < b->blocks.n; i++) {
		struct ins *t = terminator(b, i);
		for (u32 k = 0; t && k < t->n; k++) {
			struct val *v = &b->vals.a[t->first + k];
			if (val_kind(*v) == VAL_BLOCK)
				*v = val_make(VAL_BLOCK, thread(b, val_index(*v)));
		}
		if (t && t->op == FACT_CBR &&
		    b->vals.a[t->first + 1].v == b->vals.a[t->first + 2].v) {
			t->op = FACT_BR;
			t->first++;
			t->n = 1;
		}
	}
}

/* A block that was entered and never ended falls off: its function ends. */
static void close_blocks(struct body *b)
{
	for (u32 i = 0; i < b->blocks.n; i++) {
		if (terminator(b, i))
			continue;
		b->at = i;
		body_end(b, FACT_UNREACHABLE, 0, NULL);
	}
}

/* Reverse post-order from the entry, with an explicit stack. */
static void order_blocks(struct body *b)
{
	struct frame { u32 block, next; };
	VEC(struct frame) stack = VEC_INIT;
	VEC(u32) post = VEC_INIT;

	for (u32 i = 0; i < b->blocks.n; i++) {
		b->blocks.a[i].order = NO_BLOCK;
		vec_clear(&b->blocks.a[i].preds);
	}
	vec_clear(&b->order);
	vec_push(&stack, ((struct frame){ 0, 0 }));
	b->blocks.a[0].order = 0;
	while (stack.n) {
		struct frame *top = vec_last(&stack);
		struct ins *t = terminator(b, top->block);
		if (top->next == t->n) {
			vec_push(&post, top->block);
			stack.n--;
			continue;
		}
		/* last successor first: the reversed order is that of the source */
		struct val v = b->vals.a[t->first + t->n - 1 - top->next++];
		if (val_kind(v) != VAL_BLOCK || b->blocks.a[val_index(v)].order != NO_BLOCK)
			continue;
		b->blocks.a[val_index(v)].order = 0;
		vec_push(&stack, ((struct frame){ val_index(v), 0 }));
	}
	for (u32 i = post.n; i-- > 0;) {
		b->blocks.a[post.a[i]].order = b->order.n;
		vec_push(&b->order, post.a[i]);
	}
	vec_free(&stack);
	vec_free(&post);
}

static void add_pred(struct block *to, u32 from)
{
	for (u32 i = 0; i < to->preds.n; i++)
		if (to->preds.a[i] == from)
			return;
	vec_push(&to->preds, from);
}

static void find_preds(struct body *b)
{
	for (u32 i = 0; i < b->blocks.n; i++)
		vec_clear(&b->blocks.a[i].preds);
	for (u32 i = 0; i < b->order.n; i++) {
		struct ins *t = terminator(b, b->order.a[i]);
		for (u32 k = 0; k < t->n; k++) {
			struct val v = b->vals.a[t->first + k];
			if (val_kind(v) == VAL_BLOCK)
				add_pred(&b->blocks.a[val_index(v)], b->order.a[i]);
		}
	}
}

/* Appends blocks to their only predecessor while that ends in a plain branch. */
static void join_blocks(struct body *b)
{
	for (u32 i = 0; i < b->order.n; i++) {
		u32 from = b->order.a[i];
		struct block *bl = &b->blocks.a[from];
		if (bl->order == NO_BLOCK)
			continue;
		for (;;) {
			struct ins *t = terminator(b, from);
			u32 to = t->op == FACT_BR ? val_index(b->vals.a[t->first]) : from;
			struct block *next = &b->blocks.a[to];
			if (to == from || to == 0 || next->preds.n != 1)
				break;
			bl->insns.n--;
			for (u32 k = 0; k < next->insns.n; k++)
				vec_push(&bl->insns, next->insns.a[k]);
			vec_clear(&next->insns);
			next->order = NO_BLOCK;
		}
	}
	for (u32 i = 0; i < b->blocks.n; i++)	/* emptied blocks need an end to be walked over */
		if (!b->blocks.a[i].insns.n) {
			b->at = i;
			body_end(b, FACT_UNREACHABLE, 0, NULL);
		}
}

/* ---- SSA form ---------------------------------------------------------------- */

struct ssa {
	struct body *b;
	struct map out;		/* (block, variable) -> value at its end + 1 */
	struct map in;		/* (block, variable) -> value at its start + 1 */
	VEC(u32) phis;		/* instructions, operands to be filled from phi_at */
	VEC(u32) phi_at;	/* block of each */
	VEC(u32) reads;		/* of what is live at a block's start */
	VEC(u32) read_at;
};

static struct val resolve(const struct body *b, struct val v)
{
	while (val_kind(v) == VAL_INSN && b->insns.a[val_index(v)].same.v)
		v = b->insns.a[val_index(v)].same;
	return v;
}

static void number_block(struct ssa *s, u32 block)
{
	struct body *b = s->b;
	struct block *bl = &b->blocks.a[block];

	for (u32 k = 0; k < bl->insns.n; k++) {
		u32 id = bl->insns.a[k];
		struct ins *i = &b->insns.a[id];
		if (i->op == BODY_WRITE) {
			*map_put(&s->out, map_key2(block, i->extra), NULL) =
				(u64)b->vals.a[i->first].v + 1;
		} else if (i->op == BODY_READ) {
			u64 *v = map_get(&s->out, map_key2(block, i->extra));
			if (v) {
				i->same = (struct val){ (u32)(*v - 1) };
			} else {
				vec_push(&s->reads, id);
				vec_push(&s->read_at, block);
			}
		}
	}
}

static struct val new_phi(struct ssa *s, u32 block, u8 bits, u32 var)
{
	struct body *b = s->b;
	struct ins *i = vec_add(&b->insns);
	struct ins *first = &b->insns.a[b->blocks.a[block].insns.a[0]];

	i->op = FACT_PHI;
	i->bits = bits;
	i->line = first->line;
	i->col = first->col;
	i->extra = var;
	vec_push(&s->phis, b->insns.n - 1);
	vec_push(&s->phi_at, block);
	return val_make(VAL_INSN, b->insns.n - 1);
}

/* The value of var at the start of block. */
static struct val value_in(struct ssa *s, u32 block, u32 var, u8 bits)
{
	struct body *b = s->b;
	u32 at = block;
	struct val v;

	for (;;) {	/* up through single predecessors */
		u64 *known = map_get(&s->in, map_key2(at, var));
		if (known) {
			v.v = (u32)(*known - 1);
			break;
		}
		struct block *bl = &b->blocks.a[at];
		if (at == 0 || !bl->preds.n) {
			v = val_make(VAL_UNDEF, 0);
			break;
		}
		if (bl->preds.n > 1) {
			v = new_phi(s, at, bits, var);
			*map_put(&s->in, map_key2(at, var), NULL) = (u64)v.v + 1;
			break;
		}
		u64 *out = map_get(&s->out, map_key2(bl->preds.a[0], var));
		if (out) {
			v.v = (u32)(*out - 1);
			break;
		}
		at = bl->preds.a[0];
	}
	for (u32 k = block; k != at; k = b->blocks.a[k].preds.a[0])
		*map_put(&s->in, map_key2(k, var), NULL) = (u64)v.v + 1;
	return v;
}

static void fill_phi(struct ssa *s, u32 n)
{
	struct body *b = s->b;
	u32 id = s->phis.a[n], block = s->phi_at.a[n];
	u32 var = b->insns.a[id].extra;
	u8 bits = b->insns.a[id].bits;
	VEC(struct val) vals = VEC_INIT;

	for (u32 k = 0; k < b->blocks.a[block].preds.n; k++) {
		u32 from = b->blocks.a[block].preds.a[k];
		u64 *out = map_get(&s->out, map_key2(from, var));
		struct val v = out ? (struct val){ (u32)(*out - 1) } : value_in(s, from, var, bits);
		vec_push(&vals, val_make(VAL_BLOCK, from));
		vec_push(&vals, v);
	}
	struct ins *i = &b->insns.a[id];
	i->extra = 0;
	i->first = b->vals.n;
	i->n = vals.n;
	for (u32 k = 0; k < vals.n; k++)
		vec_push(&b->vals, vals.a[k]);
	vec_free(&vals);
}

/* True if a phi has one value besides itself: that one. */
static bool phi_is_trivial(struct body *b, u32 id, struct val *ret)
{
	struct ins *i = &b->insns.a[id];
	struct val self = val_make(VAL_INSN, id), only = { 0 };
	bool found = false;

	for (u32 k = 1; k < i->n; k += 2) {
		struct val v = resolve(b, b->vals.a[i->first + k]);
		if (v.v == self.v)
			continue;
		if (found && v.v != only.v)
			return false;
		only = v;
		found = true;
	}
	*ret = found ? only : val_make(VAL_UNDEF, 0);
	return true;
}

static void make_ssa(struct body *b)
{
	struct ssa s = { .b = b };
	bool changed = true;

	for (u32 i = 0; i < b->order.n; i++)
		number_block(&s, b->order.a[i]);
	for (u32 n = 0; n < s.reads.n; n++) {
		u32 id = s.reads.a[n];
		struct val v = value_in(&s, s.read_at.a[n], b->insns.a[id].extra, b->insns.a[id].bits);
		b->insns.a[id].same = v;
	}
	for (u32 n = 0; n < s.phis.n; n++)
		fill_phi(&s, n);
	while (changed) {
		changed = false;
		for (u32 n = 0; n < s.phis.n; n++) {
			struct ins *i = &b->insns.a[s.phis.a[n]];
			struct val v;
			if (i->same.v || !phi_is_trivial(b, s.phis.a[n], &v))
				continue;
			i->same = v;
			changed = true;
		}
	}
	for (u32 n = s.phis.n; n-- > 0;) {	/* in front of the block's other instructions */
		struct block *bl = &b->blocks.a[s.phi_at.a[n]];
		if (b->insns.a[s.phis.a[n]].same.v)
			continue;
		vec_push(&bl->insns, 0);
		memmove(bl->insns.a + 1, bl->insns.a, (bl->insns.n - 1) * sizeof(u32));
		bl->insns.a[0] = s.phis.a[n];
	}
	map_free(&s.out);
	map_free(&s.in);
	vec_free(&s.phis);
	vec_free(&s.phi_at);
	vec_free(&s.reads);
	vec_free(&s.read_at);
}

/* ---- dead code -------------------------------------------------------------------- */

static bool is_root(const struct ins *i)
{
	return i->op == FACT_CALL || i->op == FACT_STORE || i->op == FACT_ASM ||
		fact_is_terminator(i->op);
}

static void mark_live(struct body *b)
{
	VEC(u32) work = VEC_INIT;

	for (u32 k = 0; k < b->order.n; k++) {
		struct block *bl = &b->blocks.a[b->order.a[k]];
		for (u32 n = 0; n < bl->insns.n; n++)
			if (is_root(&b->insns.a[bl->insns.a[n]]))
				vec_push(&work, bl->insns.a[n]);
	}
	while (work.n) {
		struct ins *i = &b->insns.a[vec_pop(&work)];
		if (i->is_live)
			continue;
		i->is_live = true;
		for (u32 k = 0; k < i->n; k++) {
			struct val v = resolve(b, b->vals.a[i->first + k]);
			b->vals.a[i->first + k] = v;
			if (val_kind(v) == VAL_INSN && !b->insns.a[val_index(v)].is_live)
				vec_push(&work, val_index(v));
		}
	}
	vec_free(&work);
}

/* ---- output ------------------------------------------------------------------------ */

struct output {
	struct body *b;
	struct fact_body *body;
	struct map consts, syms, members, strs;	/* old index -> new one */
	VEC(s64) new_consts;
	VEC(u32) new_syms, new_members;
	VEC(struct str) new_strs;
	VEC(struct fact_local) new_locals;
	u32 *local_ids;			/* old index -> new one, 0: not yet */
	u32 *insn_ids;
};

static u32 renumber(struct map *m, u32 old, u32 next, bool *is_new_ret)
{
	u64 *id = map_put(m, old, is_new_ret);

	if (*is_new_ret)
		*id = next;
	return (u32)*id;
}

static u32 out_str(struct output *o, u32 id)
{
	bool is_new;

	if (!id)
		return 0;
	u32 n = renumber(&o->strs, id, o->new_strs.n, &is_new);
	if (is_new)
		vec_push(&o->new_strs, (struct str){ id });
	return n;
}

static u32 out_member(struct output *o, u32 id)
{
	bool is_new;

	if (!id)
		return 0;
	u32 n = renumber(&o->members, id, o->new_members.n, &is_new);
	if (is_new)
		vec_push(&o->new_members, id);
	return n;
}

static u32 out_local(struct output *o, u32 id)
{
	struct fact_local l = o->b->locals.a[id];

	if (!o->local_ids[id]) {
		l.name = out_str(o, l.name);
		l.tag = out_str(o, l.tag);
		o->local_ids[id] = o->new_locals.n;
		vec_push(&o->new_locals, l);
	}
	return o->local_ids[id];
}

static struct val out_val(struct output *o, struct val v)
{
	u32 id = val_index(v), n;
	bool is_new;

	switch (val_kind(v)) {
	case VAL_INSN:
		return val_make(VAL_INSN, o->insn_ids[id]);
	case VAL_CONST:
		n = renumber(&o->consts, id, o->new_consts.n, &is_new);
		if (is_new)
			vec_push(&o->new_consts, o->b->consts.a[id]);
		return val_make(VAL_CONST, n);
	case VAL_SYM:
		id = o->b->host.symbol(o->b->host.ctx, o->b->syms.a[id]);
		n = renumber(&o->syms, id, o->new_syms.n, &is_new);
		if (is_new)
			vec_push(&o->new_syms, id);
		return val_make(VAL_SYM, n);
	case VAL_LOCAL:
		return val_make(VAL_LOCAL, out_local(o, id));
	case VAL_BLOCK:
		return val_make(VAL_BLOCK, o->b->blocks.a[id].order);
	case VAL_NONE:
		return val_make(VAL_NONE, 0);
	default:
		return v;
	}
}

static void out_insn(struct output *o, const struct ins *i, struct fact_insn *to, u32 first)
{
	*to = (struct fact_insn){
		.op = i->op, .bits = i->bits, .flags = i->flags, .col = i->col, .n = (u16)i->n,
		.line = i->line, .first = first, .off = i->off, .extra = i->extra,
	};
	if (i->op == FACT_LOAD || i->op == FACT_STORE || i->op == FACT_MEMBER)
		to->extra = out_member(o, i->extra);
	else if (i->op == FACT_CALL)
		to->extra = out_str(o, i->extra);
	for (u32 k = 0; k < i->n; k++)
		o->body->vals[first + k] = out_val(o, o->b->vals.a[i->first + k]);
}

static void count_output(struct output *o)
{
	struct body *b = o->b;
	u32 n_insns = 1, n_vals = 0;

	for (u32 k = 0; k < b->order.n; k++) {
		struct block *bl = &b->blocks.a[b->order.a[k]];
		for (u32 n = 0; n < bl->insns.n; n++) {
			u32 id = bl->insns.a[n];
			if (!b->insns.a[id].is_live)
				continue;
			o->insn_ids[id] = n_insns++;
			n_vals += b->insns.a[id].n;
		}
	}
	o->body->n_insns = n_insns;
	o->body->n_vals = n_vals;
	o->body->n_blocks = b->order.n;
}

static void write_insns(struct output *o, struct arena *a)
{
	struct body *b = o->b;
	struct fact_body *to = o->body;
	u32 insn = 1, val = 0;

	to->insns = arena_array(a, struct fact_insn, to->n_insns);
	to->vals = arena_array(a, struct val, to->n_vals + 1);
	to->blocks = arena_array(a, struct fact_block, to->n_blocks);
	for (u32 k = 0; k < b->order.n; k++) {
		struct block *bl = &b->blocks.a[b->order.a[k]];
		to->blocks[k].first = insn;
		for (u32 n = 0; n < bl->insns.n; n++) {
			const struct ins *i = &b->insns.a[bl->insns.a[n]];
			if (!i->is_live)
				continue;
			out_insn(o, i, &to->insns[insn++], val);
			val += i->n;
		}
		to->blocks[k].n = insn - to->blocks[k].first;
	}
}

#define COPY_OUT(arena, vec) arena_dup((arena), (vec)->a, (vec)->n * sizeof((vec)->a[0]))

static void write_output(struct body *b, struct fact_fn *fn)
{
	struct arena *a = b->host.arena;
	struct output o = { .b = b, .body = arena_new(a, struct fact_body) };
	struct arena_mark mark;
	struct arena scratch = ARENA_INIT;

	mark = arena_mark(&scratch);
	o.insn_ids = arena_array(&scratch, u32, b->insns.n);
	o.local_ids = arena_array(&scratch, u32, b->locals.n);
	(void)vec_add(&o.new_syms);
	(void)vec_add(&o.new_members);
	(void)vec_add(&o.new_strs);
	(void)vec_add(&o.new_locals);
	count_output(&o);
	write_insns(&o, a);
	o.body->consts = o.new_consts.n ? COPY_OUT(a, &o.new_consts) : NULL;
	o.body->n_consts = o.new_consts.n;
	o.body->locals = COPY_OUT(a, &o.new_locals);
	o.body->n_locals = o.new_locals.n;
	fn->refs = COPY_OUT(a, &o.new_syms);
	fn->n_refs = o.new_syms.n;
	fn->members = COPY_OUT(a, &o.new_members);
	fn->n_members = o.new_members.n;
	fn->strs = COPY_OUT(a, &o.new_strs);
	fn->n_strs = o.new_strs.n;
	fn->body = o.body;
	arena_release(&scratch, mark);
	arena_free(&scratch);
	map_free(&o.consts);
	map_free(&o.syms);
	map_free(&o.members);
	map_free(&o.strs);
	vec_free(&o.new_consts);
	vec_free(&o.new_syms);
	vec_free(&o.new_members);
	vec_free(&o.new_strs);
	vec_free(&o.new_locals);
}

void body_finish(struct body *b, struct fact_fn *fn)
{
	close_blocks(b);
	thread_jumps(b);
	order_blocks(b);
	find_preds(b);
	join_blocks(b);
	order_blocks(b);
	find_preds(b);
	make_ssa(b);
	mark_live(b);
	write_output(b, fn);
}
