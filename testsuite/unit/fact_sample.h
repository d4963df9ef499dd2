/* SPDX-License-Identifier: MIT */
/*
 * A TU made by hand for tests of fact/: a small builder, and one TU in which every
 * op, every kind of operand and every table occurs.
 */
#ifndef UNIT_FACT_SAMPLE_H
#define UNIT_FACT_SAMPLE_H

#include "base/buf.h"
#include "base/err.h"
#include "fact/fact.h"

#include <stdlib.h>

/* Grows a body and keeps to its layout: instructions from 1, blocks in order. */
struct sample_body {
	struct fact_tu *tu;
	VEC(struct fact_insn) insns;
	VEC(struct fact_block) blocks;
	VEC(struct val) vals;
	VEC(s64) consts;
	VEC(struct fact_local) locals;
	u32 line;
};

static inline void sample_begin(struct sample_body *b, struct fact_tu *tu, u32 line)
{
	*b = (struct sample_body){ .tu = tu, .line = line };
	(void)vec_add(&b->insns);
	(void)vec_add(&b->locals);
}

static inline void sample_block(struct sample_body *b)
{
	struct fact_block *block = vec_add(&b->blocks);

	block->first = b->insns.n;
}

static inline struct val sample_const(struct sample_body *b, s64 v)
{
	vec_push(&b->consts, v);
	return val_make(VAL_CONST, b->consts.n - 1);
}

static inline struct val sample_local(struct sample_body *b, u32 name, u32 tag, u32 size)
{
	struct fact_local l = { name, tag, size };

	vec_push(&b->locals, l);
	return val_make(VAL_LOCAL, b->locals.n - 1);
}

/* Appends an instruction to the last block; operands end with a value of ~0. */
#define SAMPLE_END ((struct val){ ~0u })
#define sample_insn(b, insn, ...) \
	sample_insn_vals((b), (insn), (const struct val[]){ __VA_ARGS__ __VA_OPT__(,) SAMPLE_END })
static inline struct val sample_insn_vals(struct sample_body *b, struct fact_insn insn,
					  const struct val *vals)
{
	insn.first = b->vals.n;
	for (; vals->v != ~0u; vals++, insn.n++)
		vec_push(&b->vals, *vals);
	if (!insn.line && insn.col != 1)
		insn.line = b->line++;
	vec_push(&b->insns, insn);
	vec_last(&b->blocks)->n++;
	return val_make(VAL_INSN, b->insns.n - 1);
}

#define SAMPLE_MOVE(to, v) \
	((to) = arena_dup(arena, (v)->a, (v)->n * sizeof((v)->a[0])), (v)->n)
/* Moves the body into the TU's arena. */
static inline struct fact_body *sample_end(struct sample_body *b)
{
	struct arena *arena = &b->tu->arena;
	struct fact_body *body = arena_new(arena, struct fact_body);

	body->n_insns = SAMPLE_MOVE(body->insns, &b->insns);
	body->n_blocks = SAMPLE_MOVE(body->blocks, &b->blocks);
	body->n_vals = SAMPLE_MOVE(body->vals, &b->vals);
	body->n_consts = SAMPLE_MOVE(body->consts, &b->consts);
	body->n_locals = SAMPLE_MOVE(body->locals, &b->locals);
	vec_free(&b->insns);
	vec_free(&b->blocks);
	vec_free(&b->vals);
	vec_free(&b->consts);
	vec_free(&b->locals);
	return body;
}

static inline u32 sample_sym(struct fact_tu *tu, const char *name, const char *type, u8 linkage,
			     bool is_fn, const char *file, u32 line)
{
	struct fact_sym *s = vec_add(&tu->syms);

	s->name = str_intern(tu->strings, name);
	s->type = str_intern(tu->strings, type);
	s->file = str_intern(tu->strings, file);
	s->line = line;
	s->linkage = linkage;
	s->is_fn = is_fn;
	return tu->syms.n - 1;
}

static inline u32 sample_member(struct fact_tu *tu, const char *tag, const char *path, u32 off)
{
	struct fact_member *m = vec_add(&tu->members);

	m->tag = str_intern(tu->strings, tag);
	m->path = str_intern(tu->strings, path);
	m->off = off;
	return tu->members.n - 1;
}

/* A function of two arguments with room for its tables, which the caller fills. */
static inline struct fact_fn *sample_fn(struct fact_tu *tu, u32 sym, u32 n_refs, u32 n_members,
					u32 n_strs)
{
	struct fact_fn *fn = vec_add(&tu->fns);

	fn->sym = sym;
	fn->file = tu->syms.a[sym].file;
	fn->line = tu->syms.a[sym].line;
	fn->end_line = fn->line + 40;
	fn->n_args = 2;
	fn->arg_names = arena_array(&tu->arena, struct str, 2);
	fn->arg_names[0] = str_intern(tu->strings, "shrinker");
	fn->refs = arena_array(&tu->arena, u32, n_refs + 1);
	fn->n_refs = n_refs + 1;
	fn->members = arena_array(&tu->arena, u32, n_members + 1);
	fn->n_members = n_members + 1;
	fn->strs = arena_array(&tu->arena, struct str, n_strs + 1);
	fn->n_strs = n_strs + 1;
	return fn;
}

/* The values that the whole body uses. */
struct sample_values {
	struct val arg0, arg1, none, undef, sym, fn_sym, local, zero, big;
};

static inline struct val sample_bb(u32 i)
{
	return val_make(VAL_BLOCK, i);
}

/* Every op that computes from two or one values, each on what the one before gave. */
static inline struct val sample_arithmetic(struct sample_body *b, const struct sample_values *v)
{
	struct val x = v->arg1;

	for (u8 op = FACT_ADD; op <= FACT_ULE; op++)
		x = sample_insn(b, ((struct fact_insn){ .op = op, .bits = 64, .col = op }), x,
				op % 2 ? v->big : v->zero);
	x = sample_insn(b, ((struct fact_insn){ .op = FACT_NOT, .bits = 32 }), x);
	x = sample_insn(b, ((struct fact_insn){ .op = FACT_NEG, .bits = 32 }), x);
	for (u8 op = FACT_ZEXT; op <= FACT_TRUNC; op++)
		x = sample_insn(b, ((struct fact_insn){ .op = op, .bits = 64, .extra = 32 }), x);
	return sample_insn(b, ((struct fact_insn){ .op = FACT_SEL, .bits = 64 }), x, v->undef,
			   v->none);
}

static inline struct fact_body *sample_every_op(struct fact_tu *tu)
{
	struct sample_body b;
	struct sample_values v;
	struct val x, y, phi;

	sample_begin(&b, tu, 315);
	v = (struct sample_values){
		.arg0 = val_make(VAL_ARG, 0), .arg1 = val_make(VAL_ARG, 1),
		.none = val_make(VAL_NONE, 0), .undef = val_make(VAL_UNDEF, 0),
		.sym = val_make(VAL_SYM, 1), .fn_sym = val_make(VAL_SYM, 2),
		.local = sample_local(&b, 2, 3, 48),
		.zero = sample_const(&b, 0), .big = sample_const(&b, INT64_MIN),
	};
	sample_block(&b);
	x = sample_insn(&b, ((struct fact_insn){ .op = FACT_LOAD, .bits = 32, .extra = 1,
			.off = 16, .flags = FACT_VOLATILE, .col = 12 }), v.arg1);
	x = sample_arithmetic(&b, &v);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_STORE, .bits = 64, .extra = 2,
		    .off = -8 }), v.local, x);
	y = sample_insn(&b, ((struct fact_insn){ .op = FACT_MEMBER, .bits = 64, .extra = 2,
			.off = 24 }), v.arg0);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_CALL, .extra = 1,
		    .flags = FACT_CLEANUP }), v.fn_sym, y);
	y = sample_insn(&b, ((struct fact_insn){ .op = FACT_CALL, .bits = FACT_BITS_AGGREGATE,
			.flags = FACT_VARIADIC }), x, v.sym, v.zero, v.undef);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_CBR }), x, sample_bb(1), sample_bb(2));
	sample_block(&b);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_ASM, .flags = FACT_CLOBBER, .col = 1 }),
		    y, v.local);
	y = sample_insn(&b, ((struct fact_insn){ .op = FACT_UNKNOWN, .bits = 32 }));
	sample_insn(&b, ((struct fact_insn){ .op = FACT_BR }), sample_bb(2));
	sample_block(&b);
	phi = sample_insn(&b, ((struct fact_insn){ .op = FACT_PHI, .bits = 32 }), sample_bb(0),
			  v.zero, sample_bb(1), y);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_SWITCH }), phi, sample_bb(4), v.zero, v.zero,
		    sample_bb(3), v.big, v.zero, sample_bb(2));
	sample_block(&b);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_RET, .bits = 64 }), phi);
	sample_block(&b);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_UNREACHABLE }));
	return sample_end(&b);
}

/* return 0; */
static inline struct fact_body *sample_trivial(struct fact_tu *tu, u32 line)
{
	struct sample_body b;

	sample_begin(&b, tu, line);
	sample_block(&b);
	sample_insn(&b, ((struct fact_insn){ .op = FACT_RET, .bits = 64 }), sample_const(&b, 0));
	return sample_end(&b);
}

#define SAMPLE_C "drivers/gpu/drm/i915/gem/i915_gem_shrinker.c"
#define SAMPLE_H "include/linux/mutex.h"

struct sample_ids {
	u32 scan, count, ops, unlock, helper, gfp_mask, priv;
};

static inline void sample_syms(struct fact_tu *tu, struct sample_ids *ids)
{
	const char *callback = "u64(*shrinker,*shrink_control)";

	ids->unlock = sample_sym(tu, "mutex_unlock", "v(*mutex)", LINK_EXTERN, true, SAMPLE_H, 30);
	ids->ops = sample_sym(tu, "shrinker_ops", "struct shrinker", LINK_STATIC, false, SAMPLE_C, 20);
	tu->syms.a[ids->ops].is_const = true;
	ids->scan = sample_sym(tu, "i915_gem_shrinker_scan", callback, LINK_STATIC, true, SAMPLE_C, 313);
	ids->count = sample_sym(tu, "i915_gem_shrinker_count", callback, LINK_STATIC, true, SAMPLE_C, 280);
	ids->helper = sample_sym(tu, "mutex_helper", "s32(*mutex,s32)", LINK_STATIC, true, SAMPLE_H, 77);
	sample_sym(tu, "never_used", NULL, LINK_GLOBAL, false, SAMPLE_C, 5);
	ids->gfp_mask = sample_member(tu, "struct shrink_control", "gfp_mask", 0);
	ids->priv = sample_member(tu, "struct shrinker", "private_data", 24);
}

static inline void sample_fns(struct fact_tu *tu, const struct sample_ids *ids)
{
	struct fact_fn *fn = sample_fn(tu, ids->scan, 2, 2, 3);

	fn->arg_names[1] = str_intern(tu->strings, "sc");
	fn->refs[1] = ids->ops;
	fn->refs[2] = ids->unlock;
	fn->members[1] = ids->gfp_mask;
	fn->members[2] = ids->priv;
	fn->strs[1] = str_intern(tu->strings, "v(*mutex)");
	fn->strs[2] = str_intern(tu->strings, "wakeref");
	fn->strs[3] = str_intern(tu->strings, "struct ref_tracker");
	fn->body = sample_every_op(tu);
	fn = sample_fn(tu, ids->helper, 0, 0, 0);
	fn->flags = FACT_FN_INLINE;
	fn->body = sample_trivial(tu, 80);
	fn = sample_fn(tu, ids->count, 0, 0, 0);
	fn->body = sample_trivial(tu, 290);
}

static inline void sample_inits(struct fact_tu *tu, const struct sample_ids *ids)
{
	static const u32 offs[] = { 8, 0, 16 };

	for (size_t i = 0; i < ARRAY_LEN(offs); i++) {
		struct fact_init *init = vec_add(&tu->inits);

		init->var = ids->ops;
		init->off = offs[i];
		init->member = i == 2 ? 0 : ids->priv;
		init->sym = i == 0 ? ids->scan : i == 1 ? ids->count : 0;
		init->value = i == 2 ? -5 : 0;
	}
}

static inline void sample_notes(struct fact_tu *tu, const struct sample_ids *ids)
{
	struct fact_annotation *a = vec_add(&tu->annotations);
	struct fact_problem *p = vec_add(&tu->problems);
	struct strtab *t = tu->strings;
	struct str input = str_intern(t, "../include/linux/kconfig.h");

	*a = (struct fact_annotation){ .text = str_intern(t, "reclaim-safe"),
		.tag = str_intern(t, "struct shrinker"), .path = str_intern(t, "private_data"),
		.sym = ids->scan, .file = str_intern(t, SAMPLE_C), .line = 12 };
	*p = (struct fact_problem){ .kind = PROBLEM_LOST_FUNCTION, .file = str_intern(t, SAMPLE_C),
		.function = str_intern(t, "lost"), .text = str_intern(t, "too deep"), .line = 99 };
	vec_push(&tu->inputs, input);
	input = str_intern(t, "/usr/include/stdarg.h");
	vec_push(&tu->inputs, input);
}

/* The whole sample; free with fact_tu_free(). */
static inline void sample_tu(struct fact_tu *tu)
{
	struct sample_ids ids;

	fact_tu_init(tu);
	str_intern(tu->strings, "a string that nothing uses");
	tu->source = str_intern(tu->strings, SAMPLE_C);
	tu->module = str_intern(tu->strings, "i915");
	tu->modfile = str_intern(tu->strings, "drivers/gpu/drm/i915/i915");
	tu->is_module = true;
	tu->frontend = str_intern(tu->strings, "by hand");
	sample_syms(tu, &ids);
	sample_fns(tu, &ids);
	sample_inits(tu, &ids);
	sample_notes(tu, &ids);
}

#endif
