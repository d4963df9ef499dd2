/* SPDX-License-Identifier: MIT */
/*
 * TUs for tests of link/, made by hand: symbols, bodies of calls and stores, and
 * facts files of them in a folder of the test's own.
 */
#ifndef UNIT_TEST_LINK_H
#define UNIT_TEST_LINK_H

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "link/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_TUS 16

/* A TU, and the function of it that is being written. */
struct unit {
	struct fact_tu tu;
	VEC(struct fact_insn) insns;
	VEC(struct val) vals;
	VEC(u32) refs, members;
	VEC(struct str) strs;
	u32 sym, n_args, line;
};

/* What a test links. */
struct linked {
	char dir[64];
	struct arena arena;
	const char *facts[MAX_TUS];
	const char *const *names;	/* NULL: their paths */
	u32 n_facts;
	struct program *p;
};

/* ---- symbols ------------------------------------------------------------------ */

static inline void unit_begin(struct unit *u, const char *source, const char *modfile)
{
	*u = (struct unit){ .line = 0 };
	fact_tu_init(&u->tu);
	u->tu.source = str_intern(u->tu.strings, source);
	u->tu.modfile = str_intern(u->tu.strings, modfile);
	u->tu.module = modfile ? str_intern(u->tu.strings, strrchr(modfile, '/') + 1)
			       : (struct str){ 0 };
	u->tu.frontend = str_intern(u->tu.strings, "by hand");
}

static inline u32 unit_sym(struct unit *u, const char *name, enum fact_linkage linkage, bool is_fn,
			   const char *file, u32 line, const char *type)
{
	struct fact_sym *s = vec_add(&u->tu.syms);

	s->name = str_intern(u->tu.strings, name);
	s->file = str_intern(u->tu.strings, file);
	s->line = line;
	s->linkage = (u8)linkage;
	s->is_fn = is_fn;
	s->type = str_intern(u->tu.strings, type);
	return u->tu.syms.n - 1;
}

static inline u32 unit_extern(struct unit *u, const char *name)
{
	return unit_sym(u, name, LINK_EXTERN, true, "include/linux/all.h", 1, "v()");
}

static inline u32 unit_member(struct unit *u, const char *tag, const char *path, u32 off)
{
	struct fact_member *m = vec_add(&u->tu.members);

	m->tag = str_intern(u->tu.strings, tag);
	m->path = str_intern(u->tu.strings, path);
	m->off = off;
	return u->tu.members.n - 1;
}

static inline void unit_init(struct unit *u, u32 var, u32 off, u32 member, u32 sym, s64 value)
{
	struct fact_init *init = vec_add(&u->tu.inits);

	*init = (struct fact_init){ var, off, member, sym, value };
}

/* ---- bodies: one block ----------------------------------------------------------- */

static inline void fn_begin(struct unit *u, u32 sym, u32 n_args)
{
	vec_clear(&u->insns);
	vec_clear(&u->vals);
	vec_clear(&u->refs);
	vec_clear(&u->members);
	vec_clear(&u->strs);
	(void)vec_add(&u->insns);
	vec_push(&u->refs, 0);
	vec_push(&u->members, 0);
	vec_push(&u->strs, (struct str){ 0 });
	u->sym = sym;
	u->n_args = n_args;
	u->line = u->tu.syms.a[sym].line;
}

static inline struct val arg(u32 i)
{
	return val_make(VAL_ARG, i);
}

static inline struct val ref_to(struct unit *u, u32 sym)
{
	vec_push(&u->refs, sym);
	return val_make(VAL_SYM, u->refs.n - 1);
}

static inline u32 member_of(struct unit *u, u32 member)
{
	vec_push(&u->members, member);
	return u->members.n - 1;
}

#define NO_VAL ((struct val){ ~0u })
#define insn(u, i, ...) insn_of((u), (i), (const struct val[]){ __VA_ARGS__, NO_VAL })
static inline struct val insn_of(struct unit *u, struct fact_insn i, const struct val *vals)
{
	i.first = u->vals.n;
	i.line = ++u->line;
	i.bits = i.op == FACT_CALL || i.op == FACT_STORE ? 0 : 64;
	if (i.op == FACT_STORE)
		i.bits = 64;
	for (; vals->v != ~0u; vals++, i.n++)
		vec_push(&u->vals, *vals);
	vec_push(&u->insns, i);
	return val_make(VAL_INSN, u->insns.n - 1);
}

#define call(u, sym, ...) \
	insn((u), ((struct fact_insn){ .op = FACT_CALL }), ref_to((u), (sym)), ##__VA_ARGS__)

static inline void store(struct unit *u, struct val to, u32 member, struct val value)
{
	insn(u, ((struct fact_insn){ .op = FACT_STORE, .extra = member ? member_of(u, member) : 0 }),
	     to, value);
}

static inline struct val load(struct unit *u, struct val from, u32 member)
{
	return insn(u, ((struct fact_insn){ .op = FACT_LOAD,
					    .extra = member ? member_of(u, member) : 0 }), from);
}

static inline void call_by(struct unit *u, struct val callee, const char *sig, struct val a)
{
	vec_push(&u->strs, str_intern(u->tu.strings, sig));
	insn(u, ((struct fact_insn){ .op = FACT_CALL, .extra = u->strs.n - 1 }), callee, a);
}

#define move_to(u, v) arena_dup(&(u)->tu.arena, (v)->a, (v)->n * sizeof((v)->a[0]))
static inline struct fact_fn *fn_end(struct unit *u)
{
	const struct fact_sym *s = &u->tu.syms.a[u->sym];
	struct fact_body *b = arena_new(&u->tu.arena, struct fact_body);
	struct fact_fn *fn = vec_add(&u->tu.fns);
	struct fact_insn ret = { .op = FACT_RET, .first = u->vals.n };

	vec_push(&u->insns, ret);
	b->blocks = arena_new(&u->tu.arena, struct fact_block);
	*b->blocks = (struct fact_block){ 1, u->insns.n - 1 };
	b->n_blocks = 1;
	b->insns = move_to(u, &u->insns);
	b->n_insns = u->insns.n;
	b->vals = move_to(u, &u->vals);
	b->n_vals = u->vals.n;
	b->n_locals = 1;
	*fn = (struct fact_fn){ .sym = u->sym, .file = s->file, .line = s->line,
		.end_line = s->line + 9, .n_args = u->n_args, .body = b,
		.flags = s->linkage == LINK_STATIC ? FACT_FN_INLINE : 0,
		.refs = move_to(u, &u->refs), .n_refs = u->refs.n,
		.members = move_to(u, &u->members), .n_members = u->members.n,
		.strs = move_to(u, &u->strs), .n_strs = u->strs.n };
	fn->arg_names = arena_array(&u->tu.arena, struct str, u->n_args);
	return fn;
}

/* A function with an empty body. */
static inline u32 unit_fn(struct unit *u, const char *name, enum fact_linkage linkage,
			  const char *file, u32 line, const char *sig)
{
	u32 sym = unit_sym(u, name, linkage, true, file, line, sig);

	fn_begin(u, sym, 0);
	fn_end(u);
	return sym;
}

/* ---- linking ------------------------------------------------------------------------ */

static inline void linked_init(struct linked *l)
{
	*l = (struct linked){ .arena = ARENA_INIT };
	snprintf(l->dir, sizeof(l->dir), P_tmpdir "/reclint-link-XXXXXX");
	assert_non_null(mkdtemp(l->dir));
}

/* Writes the unit into the folder and frees it. */
static inline void linked_add(struct linked *l, struct unit *u, const char *name)
{
	const char *path = arena_printf(&l->arena, "%s/%s.facts", l->dir, name);
	struct err *err = fact_write(&u->tu, path);

	if (err)
		fail_msg("%s", err_text(err));
	l->facts[l->n_facts++] = path;
	fact_tu_free(&u->tu);
	vec_free(&u->insns);
	vec_free(&u->vals);
	vec_free(&u->refs);
	vec_free(&u->members);
	vec_free(&u->strs);
}

static inline void linked_link(struct linked *l, u32 n_threads)
{
	static const char *const core[] = { "mm/", "kernel/" };
	static const char *const failed[] = { "mm/bad.c: no such file" };
	struct link_options opt = {
		.facts = l->facts, .n_facts = l->n_facts, .names = l->names, .failed = failed, .n_failed = 1,
		.core_paths = core, .n_core_paths = ARRAY_LEN(core),
		.constant_prefix = "reclint_constant_", .n_threads = n_threads,
	};

	program_free(l->p);
	assert_null(program_link(&opt, &l->p));
}

static inline void linked_free(struct linked *l)
{
	program_free(l->p);
	for (u32 i = 0; i < l->n_facts; i++)
		remove(l->facts[i]);
	remove(l->dir);
	arena_free(&l->arena);
}

/* The n-th function of a name, from 0. */
static inline u32 fn_named(const struct program *p, const char *name, u32 n)
{
	u32 fn = program_find_fn(p, name);

	while (fn && n--)
		fn = p->next_same_name[fn];
	assert_true(fn);
	return fn;
}

static inline u32 count_named(const struct program *p, const char *name)
{
	u32 n = 0;

	for (u32 fn = program_find_fn(p, name); fn; fn = p->next_same_name[fn])
		n++;
	return n;
}

#endif
