// SPDX-License-Identifier: MIT
/*
 * A TU as bytes: the same bytes for the same content.
 *
 * Functions, initialisers and the small tables are sorted by text; symbols and
 * members are numbered in order of their first use by those, and strings in
 * order of their first use by everything.  So most references are to "the next new
 * one", which is a 0 in the file and packs well.
 *
 * Requires: ids within their tables (a BUG if not).
 * Ignored: strings that nothing uses (dropped).
 */
#include "fact/codec.h"

#include "base/buf.h"
#include "base/err.h"

#include <stdlib.h>

/* New ids of one table, given in order of first use. */
struct numbering {
	u32 *number;		/* by old id; 0: none yet */
	u32 n_old;
	VEC(u32) order;		/* old ids by new id; [0] unused */
	u32 n_seen;		/* while encoding: how many were mentioned so far */
};
struct writer {
	struct fact_tu *tu;
	struct arena scratch;
	struct buf tables, bodies;
	struct numbering strings, syms, members;
	u32 *sym_rank;		/* by id: place among all symbols sorted by text */
	u32 *all_syms;		/* ids in that order */
	u32 *fns, *inits, *annotations, *problems, *inputs;	/* sorted, from index 1 on */
};

/* ---- sorting ---------------------------------------------------------------- */

static int compare_u32(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

static int compare_str(const struct fact_tu *tu, struct str a, struct str b)
{
	return a.n == b.n ? 0 : strcmp(str_text(tu->strings, a), str_text(tu->strings, b));
}

static int by_sym_text(const void *pa, const void *pb, void *arg)
{
	const struct fact_tu *tu = ((struct writer *)arg)->tu;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_sym *a = &tu->syms.a[ia], *b = &tu->syms.a[ib];
	int c = compare_str(tu, a->name, b->name);

	c = c ? c : compare_str(tu, a->file, b->file);
	c = c ? c : compare_u32(a->line, b->line);
	c = c ? c : compare_u32(a->linkage, b->linkage);
	return c ? c : compare_u32(ia, ib);
}

static int compare_bytes(struct blob_ref a, struct blob_ref b)
{
	u32 n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : compare_u32(a.n, b.n);
}

static int by_fn(const void *pa, const void *pb, void *arg)
{
	const struct writer *w = arg;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_fn *a = &w->tu->fns.a[ia], *b = &w->tu->fns.a[ib];
	int c = compare_str(w->tu, a->file, b->file);

	c = c ? c : compare_u32(a->line, b->line);
	c = c ? c : compare_u32(w->sym_rank[a->sym], w->sym_rank[b->sym]);
	c = c ? c : compare_bytes(a->encoded, b->encoded);
	return c ? c : compare_u32(ia, ib);
}

/* What one place gets stays in the order given: the last one counts. */
static int by_init(const void *pa, const void *pb, void *arg)
{
	const struct writer *w = arg;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_init *a = &w->tu->inits.a[ia], *b = &w->tu->inits.a[ib];
	int c = compare_u32(w->sym_rank[a->var], w->sym_rank[b->var]);

	c = c ? c : compare_u32(a->off, b->off);
	return c ? c : compare_u32(ia, ib);
}

static int by_annotation(const void *pa, const void *pb, void *arg)
{
	const struct fact_tu *tu = ((struct writer *)arg)->tu;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_annotation *a = &tu->annotations.a[ia], *b = &tu->annotations.a[ib];
	int c = compare_str(tu, a->file, b->file);

	c = c ? c : compare_u32(a->line, b->line);
	c = c ? c : compare_str(tu, a->text, b->text);
	c = c ? c : compare_str(tu, a->tag, b->tag);
	c = c ? c : compare_str(tu, a->path, b->path);
	return c ? c : compare_u32(ia, ib);
}

static int by_problem(const void *pa, const void *pb, void *arg)
{
	const struct fact_tu *tu = ((struct writer *)arg)->tu;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_problem *a = &tu->problems.a[ia], *b = &tu->problems.a[ib];
	int c = compare_str(tu, a->file, b->file);

	c = c ? c : compare_u32(a->line, b->line);
	c = c ? c : compare_u32(a->col, b->col);
	c = c ? c : compare_u32(a->kind, b->kind);
	c = c ? c : compare_str(tu, a->function, b->function);
	c = c ? c : compare_str(tu, a->text, b->text);
	return c ? c : compare_u32(ia, ib);
}

static int by_input(const void *pa, const void *pb, void *arg)
{
	const struct fact_tu *tu = ((struct writer *)arg)->tu;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;

	return compare_str(tu, tu->inputs.a[ia], tu->inputs.a[ib]);
}

/* The indexes [1 .. n) of a table, in order; element 0 is not used. */
static u32 *sorted(struct writer *w, u32 n, int (*compare)(const void *, const void *, void *))
{
	u32 *order = arena_array(&w->scratch, u32, (size_t)n + 1);

	for (u32 i = 0; i < n; i++)
		order[i] = i;
	if (n > 2)
		qsort_r(order + 1, n - 1, sizeof(*order), compare, w);
	return order;
}

static void sort_all(struct writer *w)
{
	struct fact_tu *tu = w->tu;

	w->all_syms = sorted(w, tu->syms.n, by_sym_text);
	w->sym_rank = arena_array(&w->scratch, u32, tu->syms.n);
	for (u32 i = 1; i < tu->syms.n; i++)
		w->sym_rank[w->all_syms[i]] = i;
	w->fns = sorted(w, tu->fns.n, by_fn);
	w->inits = sorted(w, tu->inits.n, by_init);
	w->annotations = sorted(w, tu->annotations.n, by_annotation);
	w->problems = sorted(w, tu->problems.n, by_problem);
	w->inputs = sorted(w, tu->inputs.n, by_input);
}

/* ---- numbering -------------------------------------------------------------- */

static void numbering_init(struct writer *w, struct numbering *n, u32 n_old)
{
	n->n_old = n_old;
	n->number = arena_array(&w->scratch, u32, n_old);
	vec_push(&n->order, 0);
}

static void use(struct numbering *n, u32 old)
{
	BUG_ON(old >= n->n_old);
	if (!old || n->number[old])
		return;
	n->number[old] = n->order.n;
	vec_push(&n->order, old);
}

static int by_member_text(const void *pa, const void *pb, void *arg)
{
	const struct fact_tu *tu = ((struct writer *)arg)->tu;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_member *a = &tu->members.a[ia], *b = &tu->members.a[ib];
	int c = compare_str(tu, a->tag, b->tag);

	c = c ? c : compare_str(tu, a->path, b->path);
	return c ? c : compare_u32(a->off, b->off);
}

/* Symbols and members in the order in which the tables of the file will mention them. */
static void number_all(struct writer *w)
{
	struct fact_tu *tu = w->tu;
	u32 *all_members;

	for (u32 i = 1; i < tu->fns.n; i++) {
		const struct fact_fn *fn = &tu->fns.a[w->fns[i]];

		use(&w->syms, fn->sym);
		for (u32 k = 1; k < fn->n_refs; k++)
			use(&w->syms, fn->refs[k]);
		for (u32 k = 1; k < fn->n_members; k++)
			use(&w->members, fn->members[k]);
	}
	for (u32 i = 1; i < tu->inits.n; i++) {
		const struct fact_init *init = &tu->inits.a[w->inits[i]];

		BUG_ON(!init->var);
		use(&w->syms, init->var);
		use(&w->syms, init->sym);
		use(&w->members, init->member);
	}
	for (u32 i = 1; i < tu->annotations.n; i++)
		use(&w->syms, tu->annotations.a[w->annotations[i]].sym);
	for (u32 i = 1; i < tu->syms.n; i++)
		use(&w->syms, w->all_syms[i]);
	all_members = sorted(w, tu->members.n, by_member_text);
	for (u32 i = 1; i < tu->members.n; i++)
		use(&w->members, all_members[i]);
}

/* ---- references --------------------------------------------------------------- */

/* 0: the next one that was not mentioned before; 1: none; else its id plus one. */
static void put_ref(struct writer *w, struct numbering *n, u32 old)
{
	u32 id = n->number[old];

	if (id && id == n->n_seen + 1) {
		n->n_seen++;
		buf_add_uleb(&w->tables, 0);
	} else {
		buf_add_uleb(&w->tables, (u64)id + 1);
	}
}

static void put_sym(struct writer *w, u32 sym)
{
	put_ref(w, &w->syms, sym);
}

static void put_member(struct writer *w, u32 member)
{
	put_ref(w, &w->members, member);
}

static void put_str(struct writer *w, struct str s)
{
	use(&w->strings, s.n);
	put_ref(w, &w->strings, s.n);
}

static void put(struct writer *w, u64 v)
{
	buf_add_uleb(&w->tables, v);
}

static const char *text(const struct fact_tu *tu, struct str s)
{
	return str_text(tu->strings, s);
}

/* ---- tables ----------------------------------------------------------------- */

static void put_unit(struct writer *w)
{
	const struct fact_tu *tu = w->tu;

	put_str(w, tu->source);
	put_str(w, tu->module);
	put_str(w, tu->modfile);
	put(w, tu->is_module);
	put_str(w, tu->frontend);
}

static void put_syms(struct writer *w)
{
	put(w, w->syms.order.n - 1);
	for (u32 i = 1; i < w->syms.order.n; i++) {
		const struct fact_sym *s = &w->tu->syms.a[w->syms.order.a[i]];

		BUG_ON(s->linkage > LINK_LOCAL_STATIC);
		put(w, s->linkage | (s->is_fn ? FACT_SYM_FN : 0) |
			(s->is_const ? FACT_SYM_CONST : 0));
		put_str(w, s->name);
		put_str(w, s->file);
		put(w, s->line);
		put_str(w, s->type);
	}
}

static void put_members(struct writer *w)
{
	put(w, w->members.order.n - 1);
	for (u32 i = 1; i < w->members.order.n; i++) {
		const struct fact_member *m = &w->tu->members.a[w->members.order.a[i]];

		put_str(w, m->tag);
		put_str(w, m->path);
		put(w, m->off);
	}
}

/* Element 0, which is not used, is not written and may be missing. */
static u32 without_first(u32 n)
{
	return n ? n - 1 : 0;
}

static void put_fn(struct writer *w, const struct fact_fn *fn)
{
	put_sym(w, fn->sym);
	put_str(w, fn->file);
	put(w, fn->line);
	buf_add_sleb(&w->tables, (s64)fn->end_line - (s64)fn->line);
	put(w, fn->flags);
	put(w, fn->n_args);
	put(w, without_first(fn->n_refs));
	put(w, without_first(fn->n_members));
	put(w, without_first(fn->n_strs));
	put(w, fn->encoded.n);
	for (u32 i = 0; i < fn->n_args; i++)
		put_str(w, fn->arg_names[i]);
	for (u32 i = 1; i < fn->n_refs; i++)
		put_sym(w, fn->refs[i]);
	for (u32 i = 1; i < fn->n_members; i++)
		put_member(w, fn->members[i]);
	for (u32 i = 1; i < fn->n_strs; i++)
		put_str(w, fn->strs[i]);
}

static void put_u64(struct buf *out, u64 v)
{
	for (u32 i = 0; i < 8; i++)
		buf_addc(out, (char)(v >> (i * 8)));
}

/* The hashes stand together, since they do not pack. */
static void put_fns(struct writer *w)
{
	const struct fact_tu *tu = w->tu;

	put(w, tu->fns.n - 1);
	for (u32 i = 1; i < tu->fns.n; i++)
		put_fn(w, &tu->fns.a[w->fns[i]]);
	for (u32 i = 1; i < tu->fns.n; i++) {
		struct hash128 h = tu->fns.a[w->fns[i]].hash;

		put_u64(&w->tables, h.lo);
		put_u64(&w->tables, h.hi);
	}
}

static void put_inits(struct writer *w)
{
	put(w, w->tu->inits.n - 1);
	for (u32 i = 1; i < w->tu->inits.n; i++) {
		const struct fact_init *init = &w->tu->inits.a[w->inits[i]];

		put_sym(w, init->var);
		put_sym(w, init->sym);
		put_member(w, init->member);
		put(w, init->off);
		buf_add_sleb(&w->tables, init->value);
	}
}

static void put_annotations(struct writer *w)
{
	put(w, w->tu->annotations.n - 1);
	for (u32 i = 1; i < w->tu->annotations.n; i++) {
		const struct fact_annotation *a = &w->tu->annotations.a[w->annotations[i]];

		put_str(w, a->text);
		put_str(w, a->tag);
		put_str(w, a->path);
		put_sym(w, a->sym);
		put_str(w, a->file);
		put(w, a->line);
	}
}

static void put_problems(struct writer *w)
{
	put(w, w->tu->problems.n - 1);
	for (u32 i = 1; i < w->tu->problems.n; i++) {
		const struct fact_problem *p = &w->tu->problems.a[w->problems[i]];

		BUG_ON(p->kind >= PROBLEM_COUNT);
		put(w, p->kind);
		put_str(w, p->file);
		put_str(w, p->function);
		put_str(w, p->text);
		put(w, p->line);
		put(w, p->col);
	}
}

static void put_inputs(struct writer *w)
{
	put(w, w->tu->inputs.n - 1);
	for (u32 i = 1; i < w->tu->inputs.n; i++)
		put_str(w, w->tu->inputs.a[w->inputs[i]]);
}

static struct err *encode_fns(struct fact_tu *tu)
{
	struct err *err = NULL;

	for (u32 i = 1; i < tu->fns.n && !err; i++) {
		BUG_ON(!tu->fns.a[i].sym || tu->fns.a[i].sym >= tu->syms.n);
		err = fact_fn_encode(tu, &tu->fns.a[i]);
		if (err)
			err = err_wrap(err, "cannot write function '%s'",
				       text(tu, tu->syms.a[tu->fns.a[i].sym].name));
	}
	return err;
}

/* ---- the file ------------------------------------------------------------------- */

static void put_tables(struct writer *w)
{
	put_unit(w);
	put_syms(w);
	put_members(w);
	put_fns(w);
	put_inits(w);
	put_annotations(w);
	put_problems(w);
	put_inputs(w);
	for (u32 i = 1; i < w->tu->fns.n; i++) {
		struct blob_ref body = w->tu->fns.a[w->fns[i]].encoded;

		buf_add(&w->tables, body.p, body.n);
	}
}

static void put_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s) + 1);
}

/* The strings come first, though only the tables say which they are. */
static void build_payload(struct writer *w, struct buf *payload)
{
	buf_add_uleb(payload, w->strings.order.n - 1);
	for (u32 i = 1; i < w->strings.order.n; i++)
		put_text(payload, text(w->tu, (struct str){ w->strings.order.a[i] }));
	buf_add(payload, w->tables.s, w->tables.len);
}

static void put_frame(const struct buf *payload, struct buf *out)
{
	struct buf packed = BUF_INIT;

	file_compress(&packed, payload->s, payload->len);
	buf_add(out, FACT_MAGIC, 8);
	put_u64(out, FACT_VERSION);	/* and the reserved word */
	put_u64(out, fact_schema_hash());
	put_u64(out, hash64(packed.s, packed.len));
	put_u64(out, packed.len);
	put_u64(out, payload->len);
	buf_add(out, packed.s, packed.len);
	buf_free(&packed);
}

static void writer_free(struct writer *w)
{
	arena_free(&w->scratch);
	buf_free(&w->tables);
	vec_free(&w->strings.order);
	vec_free(&w->syms.order);
	vec_free(&w->members.order);
}

struct err *fact_write_bytes(struct fact_tu *tu, struct buf *out)
{
	struct writer w = { .tu = tu };
	struct buf payload = BUF_INIT;
	struct err *err = encode_fns(tu);

	if (err)
		goto out;
	numbering_init(&w, &w.strings, strtab_count(tu->strings) + 1);
	numbering_init(&w, &w.syms, tu->syms.n);
	numbering_init(&w, &w.members, tu->members.n);
	sort_all(&w);
	number_all(&w);
	put_tables(&w);
	build_payload(&w, &payload);
	if (payload.len > FACT_RAW_MAX)
		err = err_new("too large: %zu bytes of facts", payload.len);
	else
		put_frame(&payload, out);
out:
	buf_free(&payload);
	writer_free(&w);
	return err;
}

struct err *fact_write(struct fact_tu *tu, const char *path)
{
	struct buf out = BUF_INIT;
	struct err *err = fact_write_bytes(tu, &out);

	if (err)
		err = err_wrap(err, "cannot write '%s'", path);
	else
		err = file_write(path, out.s, out.len);
	buf_free(&out);
	return err;
}
