// SPDX-License-Identifier: MIT
/*
 * Reads every body once, in threads: what is broken, which functions have their
 * address taken, which are stored into members and variables, which are handed to
 * other functions, and how many calls are indirect.
 *
 * Requires: final ids.  Provides: program->gaps of kind "broken-facts", address_taken,
 * n_indirect_sites, and a struct scan, all in the order of functions whatever the
 * number of threads.  The address of a function counts through phi, sel and casts;
 * what is loaded from one member and put into another one counts as a copy.
 * Ignored: addresses that go through return values or through copies of whole structs.
 */
#include "link/internal.h"

#include <stdlib.h>

#include "base/parallel.h"

#define CHUNK 512u		/* functions that a thread takes at once */

struct broken { u32 fn; struct err *err; };

/* A store to a member; fn 0: its address is taken, and who writes is not known. */
struct writer { u32 member, fn; };

struct chunk {
	struct scan scan;
	VEC(struct writer) writers;
	VEC(u32) taken;
	VEC(struct broken) broken;
	u32 n_indirect;
};

struct job {
	const struct program *p;
	u64 *pointer_args;	/* by function: arguments that may be a function's address */
	const struct parts *parts;
	struct chunk *chunks;
	u32 n_chunks;
};

/* The body being read. */
struct body {
	const struct program *p;
	struct chunk *out;
	u32 id;
	const struct pfn *fn;
	struct fact_body b;
	const u64 *pointer_args;	/* by function */
	const struct parts *parts;
};

struct fact_limits link_limits(const struct pfn *f)
{
	return (struct fact_limits){ f->n_refs, f->n_members, f->n_strs, f->n_args };
}

void link_decode(const struct program *p, u32 fn, struct arena *a, struct fact_body *ret)
{
	const struct pfn *f = &p->fns.a[fn];
	struct fact_limits limits = link_limits(f);

	fact_body_decode_again(f->encoded, f->encoded_n, &limits, a, ret);
}

/* By the signature: "*" without a struct's name; every argument without a signature. */
static u64 pointer_args(const char *sig)
{
	const char *s = strchr(sig, '(');
	u64 mask = 0;

	if (!s)
		return ~(u64)0;
	for (u32 i = 0; *s && i < 64; i++) {
		s++;
		if (s[0] == '*' && (s[1] == ',' || s[1] == ')'))
			mask |= (u64)1 << i;
		s += strcspn(s, ",");
	}
	return mask;
}

static bool may_be_address(const struct body *body, u32 fn, u32 arg)
{
	return arg >= 64 || (body->pointer_args[fn] >> arg & 1);
}

/* What an access touches, a member if there is one. */
static struct holder accessed(const struct body *body, const struct fact_insn *insn)
{
	u32 local = value_member(&body->b, insn);

	if (local)
		return holder_member(body->fn->members[local]);
	return holder_var(value_var(body->fn, &body->b, insn));
}

/* Where a leaf was loaded from. */
static struct holder loaded_from(const struct body *body, struct val leaf)
{
	const struct fact_insn *insn;

	if (val_kind(leaf) != VAL_INSN)
		return (struct holder){ 0 };
	insn = &body->b.insns[val_index(leaf)];
	return insn->op == FACT_LOAD && insn->bits >= 32 ? accessed(body, insn)
							  : (struct holder){ 0 };
}

static void store_leaf(struct body *body, u32 i, struct holder to, struct val leaf)
{
	const struct fact_insn *insn = &body->b.insns[i];
	u32 arg = val_index(leaf), fn = value_fn(body->fn, leaf);
	struct holder from = loaded_from(body, leaf);
	struct pslot slot = { .fn = fn, .in_fn = body->id, .insn = i, .line = insn->line };

	if (fn) {
		slot.member = holder_is_var(to) ? 0 : holder_id(to);
		slot.part = slot.member ? part_of_store(body->parts, body->fn, &body->b, insn, slot.member) : 0;
		slot.var = holder_is_var(to) ? holder_id(to) : 0;
		vec_push(&body->out->scan.slots, slot);
	} else if (val_kind(leaf) == VAL_ARG && may_be_address(body, body->id, arg)) {
		struct sink sink = { body->id, arg, to, 0 };

		if (!holder_is_var(to))
			sink.part = part_of_store(body->parts, body->fn, &body->b, insn, holder_id(to));
		vec_push(&body->out->scan.sinks, sink);
	} else if (from.v && from.v != to.v) {
		struct copy copy = { from, to, body->id, i, insn->line };

		vec_push(&body->out->scan.copies, copy);
	}
}

/* What outer.c asks of a store into a member. */
static void note_outer(struct body *body, const struct fact_insn *insn, u32 member)
{
	struct val base = body->b.vals[insn->first], v = body->b.vals[insn->first + 1];
	struct outer_init init = { body->id, val_index(base), val_index(v), member };

	if (val_kind(base) == VAL_ARG && val_kind(v) == VAL_ARG && insn->bits == 64)
		vec_push(&body->out->scan.outer_inits, init);
	else if (val_kind(v) != VAL_CONST || body->b.consts[val_index(v)])
		vec_push(&body->out->scan.outer_others, member);
}

static void scan_store(struct body *body, u32 i)
{
	const struct fact_insn *insn = &body->b.insns[i];
	struct holder to = accessed(body, insn);
	struct leaves leaves;

	if (!to.v || insn->bits < 32)
		return;
	value_leaves(&body->b, body->b.vals[insn->first + 1], &leaves);
	if (!holder_is_var(to)) {
		note_outer(body, insn, holder_id(to));
		held_scan_store((struct body_facts){ body->fn, &body->b }, insn, holder_id(to), &leaves,
				&body->out->scan.puts);
	}
	for (u32 k = 0; k < leaves.n; k++)
		store_leaf(body, i, to, leaves.a[k]);
}

static void scan_argument(struct body *body, u32 i, u32 callee, u32 arg)
{
	const struct fact_insn *insn = &body->b.insns[i];
	struct leaves leaves;

	if (!may_be_address(body, callee, arg))
		return;
	value_leaves(&body->b, body->b.vals[insn->first + 1 + arg], &leaves);
	for (u32 k = 0; k < leaves.n; k++) {
		struct pass pass = { .callee = callee, .arg = arg, .caller = body->id, .insn = i,
				     .line = insn->line };

		pass.fn = value_fn(body->fn, leaves.a[k]);
		pass.from = loaded_from(body, leaves.a[k]);
		if (val_kind(leaves.a[k]) == VAL_ARG)
			pass.own_arg = val_index(leaves.a[k]);
		else if (!pass.fn && !pass.from.v)
			continue;
		vec_push(&body->out->scan.passes, pass);
	}
}

static void scan_call(struct body *body, u32 i)
{
	const struct fact_insn *insn = &body->b.insns[i];
	u32 callee = value_fn(body->fn, body->b.vals[insn->first]);

	if (!callee) {
		body->out->n_indirect++;
		return;
	}
	if (!body->p->fns.a[callee].defined)
		return;
	for (u32 arg = 0; arg + 1 < insn->n; arg++)
		scan_argument(body, i, callee, arg);
}

static void scan_taken(struct body *body, const struct fact_insn *insn)
{
	for (u32 k = insn->op == FACT_CALL; k < insn->n; k++) {
		u32 fn = value_fn(body->fn, body->b.vals[insn->first + k]);

		if (fn)
			vec_push(&body->out->taken, fn);
	}
}

/* Whole structs are left out: they are set up before others have them. */
static void scan_writer(struct body *body, const struct fact_insn *insn)
{
	struct writer w = { 0, body->id };

	if (insn->op == FACT_STORE && insn->extra && insn->bits != FACT_BITS_AGGREGATE) {
		w.member = body->fn->members[insn->extra];
		if (!body->out->writers.n || memcmp(vec_last(&body->out->writers), &w, sizeof(w)))
			vec_push(&body->out->writers, w);
	}
	for (u32 k = 0; k < insn->n; k++) {
		u32 local = value_taken(&body->b, insn, k);

		if (local)
			vec_push(&body->out->writers, ((struct writer){ body->fn->members[local], 0 }));
	}
}

static void scan_body(struct body *body)
{
	for (u32 i = 1; i < body->b.n_insns; i++) {
		const struct fact_insn *insn = &body->b.insns[i];

		scan_taken(body, insn);
		scan_writer(body, insn);
		held_scan_taken((struct body_facts){ body->fn, &body->b }, insn, &body->out->scan.puts);
		if (insn->op == FACT_CALL)
			scan_call(body, i);
		else if (insn->op == FACT_STORE)
			scan_store(body, i);
	}
}

static void scan_chunk(void *ctx, u32 n)
{
	const struct job *job = ctx;
	const struct program *p = job->p;
	struct chunk *out = &job->chunks[n];
	struct arena scratch = ARENA_INIT;

	for (u32 i = n * CHUNK; i < (n + 1) * CHUNK && i < p->fns.n; i++) {
		struct body body = { .p = p, .out = out, .id = i, .fn = &p->fns.a[i],
				     .pointer_args = job->pointer_args, .parts = job->parts };
		struct arena_mark mark = arena_mark(&scratch);
		struct fact_limits limits = link_limits(body.fn);
		struct broken broken = { .fn = i };

		if (!body.fn->defined)
			continue;
		broken.err = fact_body_decode(body.fn->encoded, body.fn->encoded_n, &limits, &scratch, &body.b);
		if (broken.err)
			vec_push(&out->broken, broken);
		else
			scan_body(&body);
		arena_release(&scratch, mark);
	}
	arena_free(&scratch);
}

static void set_broken(struct program *p, struct broken broken)
{
	struct pfn *fn = &p->fns.a[broken.fn];

	link_gap(p, (struct pgap){ "broken-facts", program_str(p, fn->name),
				   program_str(p, fn->file), err_text(broken.err), fn->line });
	err_free(broken.err);
	fn->defined = false;
	fn->module = 0;
	fn->encoded = NULL;
	fn->encoded_n = 0;
}

#define append(to, from) do {						\
	for (u32 i_ = 0; i_ < (from)->n; i_++)				\
		vec_push(to, (from)->a[i_]);				\
	vec_free(from);							\
} while (0)

static void collect(struct program *p, struct chunk *c, struct scan *ret)
{
	append(&ret->slots, &c->scan.slots);
	append(&ret->passes, &c->scan.passes);
	append(&ret->sinks, &c->scan.sinks);
	append(&ret->copies, &c->scan.copies);
	append(&ret->outer_inits, &c->scan.outer_inits);
	append(&ret->outer_others, &c->scan.outer_others);
	append(&ret->puts, &c->scan.puts);
	for (u32 i = 0; i < c->taken.n; i++)
		p->fns.a[c->taken.a[i]].address_taken = true;
	for (u32 i = 0; i < c->writers.n; i++) {
		struct writer w = c->writers.a[i];
		u32 *writer = &p->members.a[w.member].writer;

		*writer = !w.fn || (*writer && *writer != w.fn) ? MEMBER_SHARED : w.fn;
	}
	for (u32 i = 0; i < c->broken.n; i++)
		set_broken(p, c->broken.a[i]);
	p->n_indirect_sites += c->n_indirect;
	vec_free(&c->taken);
	vec_free(&c->writers);
	vec_free(&c->broken);
}

void scan_bodies(struct program *p, u32 n_threads, struct scan *ret)
{
	struct job job = { .p = p, .n_chunks = (p->fns.n + CHUNK - 1) / CHUNK };
	struct arena scratch = ARENA_INIT;

	*ret = (struct scan){ 0 };
	job.pointer_args = arena_array(&scratch, u64, p->fns.n);
	for (u32 i = 1; i < p->fns.n; i++)
		job.pointer_args[i] = pointer_args(program_str(p, p->fns.a[i].sig));
	job.chunks = mem_realloc(NULL, job.n_chunks, sizeof(*job.chunks));
	memset(job.chunks, 0, job.n_chunks * sizeof(*job.chunks));
	parts_init(&ret->parts, p);
	job.parts = &ret->parts;
	parallel_each(job.n_chunks, n_threads, scan_chunk, &job);
	for (u32 i = 0; i < job.n_chunks; i++)
		collect(p, &job.chunks[i], ret);
	free(job.chunks);
	arena_free(&scratch);
}
