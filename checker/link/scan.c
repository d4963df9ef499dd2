// SPDX-License-Identifier: MIT
/*
 * Reads every body once, in threads: what is broken, which functions have their
 * address taken, which are stored into members and variables, which are handed to
 * other functions, and how many calls are indirect.
 *
 * Requires: final ids.  Provides: program->gaps of kind "broken-facts", address_taken,
 * n_indirect_sites, and a struct scan, all in the order of functions whatever the
 * number of threads.  The address of a function counts through phi, sel and casts.
 * Ignored: addresses that go through memory (a member copied to another one) or
 * through return values.
 */
#include "link/internal.h"

#include <pthread.h>
#include <stdlib.h>

#define CHUNK 512u		/* functions that a thread takes at once */

struct broken { u32 fn; struct err *err; };

struct chunk {
	struct scan scan;
	VEC(u32) taken;
	VEC(struct broken) broken;
	u32 n_indirect;
};

struct job {
	const struct program *p;
	struct chunk *chunks;
	u32 n_chunks, next;	/* next: of those not taken, atomic */
};

/* The body being read. */
struct body {
	const struct program *p;
	struct chunk *out;
	u32 id;
	const struct pfn *fn;
	struct fact_body b;
	u64 pointer_args;	/* arguments whose type may be a function's address */
};

struct err *link_decode(const struct program *p, u32 fn, struct arena *a, struct fact_body *ret)
{
	const struct pfn *f = &p->fns.a[fn];
	struct fact_limits limits = { f->n_refs, f->n_members, f->n_strs, f->n_args };

	return fact_body_decode(f->encoded, f->encoded_n, &limits, a, ret);
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

static bool may_be_address(const struct body *body, u32 arg)
{
	return arg >= 64 || (body->pointer_args >> arg & 1);
}

static void scan_store(struct body *body, u32 i)
{
	const struct fact_insn *insn = &body->b.insns[i];
	u32 local = value_member(&body->b, insn);
	struct pslot slot = { .member = local ? body->fn->members[local] : 0,
			      .in_fn = body->id, .insn = i, .line = insn->line };
	struct leaves leaves;

	if (!slot.member)
		slot.var = value_var(body->fn, &body->b, insn);
	if (!slot.member && !slot.var)
		return;
	value_leaves(&body->b, body->b.vals[insn->first + 1], &leaves);
	for (u32 k = 0; k < leaves.n; k++) {
		u32 arg = val_index(leaves.a[k]);

		slot.fn = value_fn(body->fn, leaves.a[k]);
		if (slot.fn && slot.member)
			vec_push(&body->out->scan.slots, slot);
		else if (slot.fn)
			vec_push(&body->out->scan.var_slots, slot);
		else if (val_kind(leaves.a[k]) == VAL_ARG && may_be_address(body, arg)) {
			struct sink sink = { body->id, arg, slot.member, slot.var };

			vec_push(&body->out->scan.sinks, sink);
		}
	}
}

static void scan_argument(struct body *body, u32 i, u32 callee, u32 arg)
{
	const struct fact_insn *insn = &body->b.insns[i];
	struct pass pass = { .callee = callee, .arg = arg, .caller = body->id, .insn = i,
			     .line = insn->line };
	struct leaves leaves;

	value_leaves(&body->b, body->b.vals[insn->first + 1 + arg], &leaves);
	for (u32 k = 0; k < leaves.n; k++) {
		pass.fn = value_fn(body->fn, leaves.a[k]);
		pass.own_arg = pass.fn ? 0 : val_index(leaves.a[k]);
		if (pass.fn || (val_kind(leaves.a[k]) == VAL_ARG &&
				may_be_address(body, pass.own_arg)))
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

static void scan_body(struct body *body)
{
	for (u32 i = 1; i < body->b.n_insns; i++) {
		const struct fact_insn *insn = &body->b.insns[i];

		scan_taken(body, insn);
		if (insn->op == FACT_CALL)
			scan_call(body, i);
		else if (insn->op == FACT_STORE)
			scan_store(body, i);
	}
}

static void scan_chunk(const struct job *job, u32 n, struct arena *scratch)
{
	const struct program *p = job->p;
	struct chunk *out = &job->chunks[n];

	for (u32 i = n * CHUNK; i < (n + 1) * CHUNK && i < p->fns.n; i++) {
		struct body body = { .p = p, .out = out, .id = i, .fn = &p->fns.a[i] };
		struct arena_mark mark = arena_mark(scratch);
		struct broken broken = { .fn = i };

		if (!body.fn->defined)
			continue;
		broken.err = link_decode(p, i, scratch, &body.b);
		body.pointer_args = pointer_args(program_str(p, body.fn->sig));
		if (broken.err)
			vec_push(&out->broken, broken);
		else
			scan_body(&body);
		arena_release(scratch, mark);
	}
}

static void *worker(void *arg)
{
	struct job *job = arg;
	struct arena scratch = ARENA_INIT;
	u32 n;

	while ((n = __atomic_fetch_add(&job->next, 1, __ATOMIC_RELAXED)) < job->n_chunks)
		scan_chunk(job, n, &scratch);
	arena_free(&scratch);
	return NULL;
}

static void run(struct job *job, u32 n_threads)
{
	pthread_t *threads = mem_realloc(NULL, n_threads, sizeof(*threads));
	u32 n = 0;

	while (n + 1 < n_threads && pthread_create(&threads[n], NULL, worker, job) == 0)
		n++;
	worker(job);
	while (n)
		pthread_join(threads[--n], NULL);
	free(threads);
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
	append(&ret->var_slots, &c->scan.var_slots);
	append(&ret->passes, &c->scan.passes);
	append(&ret->sinks, &c->scan.sinks);
	for (u32 i = 0; i < c->taken.n; i++)
		p->fns.a[c->taken.a[i]].address_taken = true;
	for (u32 i = 0; i < c->broken.n; i++)
		set_broken(p, c->broken.a[i]);
	p->n_indirect_sites += c->n_indirect;
	vec_free(&c->taken);
	vec_free(&c->broken);
}

void scan_bodies(struct program *p, u32 n_threads, struct scan *ret)
{
	struct job job = { .p = p, .n_chunks = (p->fns.n + CHUNK - 1) / CHUNK };

	*ret = (struct scan){ 0 };
	job.chunks = mem_realloc(NULL, job.n_chunks, sizeof(*job.chunks));
	memset(job.chunks, 0, job.n_chunks * sizeof(*job.chunks));
	run(&job, n_threads);
	for (u32 i = 0; i < job.n_chunks; i++)
		collect(p, &job.chunks[i], ret);
	free(job.chunks);
}
