// SPDX-License-Identifier: MIT
/*
 * A facts file as a TU in memory, trusting nothing: the checksum finds accidents,
 * the checks of every count and index find forgeries.
 *
 * Texts and encoded bodies stay where they are in the unpacked payload, which the
 * TU owns; bodies are looked into only by fact_fn_body().
 * Ignored: whether strings are unique and functions are sorted, and whether a
 * function's hash is the one of its content.  A forger can make the engine take one
 * function for another, but not make it read what is not there.
 */
#include "fact/codec.h"

#include "base/err.h"

/* A table's size, and how many of its ids were mentioned so far. */
struct known {
	u32 n, n_seen;
};
struct reader {
	struct fact_in in;
	struct fact_tu *tu;
	struct known strings, syms, members;
};

/* ---- references ----------------------------------------------------------------- */

/* 0: the next one that was not mentioned before; 1: none; else its id plus one. */
static inline u32 get_ref(struct reader *r, struct known *k, const char *problem)
{
	u64 v = fact_in_uleb(&r->in);

	if (v == 0 && k->n_seen < k->n)
		return ++k->n_seen;
	if (v == 0 || v - 1 > k->n) {
		fact_in_fail(&r->in, problem);
		return 0;
	}
	return (u32)(v - 1);
}

static inline struct str get_str(struct reader *r)
{
	return (struct str){ get_ref(r, &r->strings, "a string's id is out of range") };
}

static inline u32 get_sym(struct reader *r)
{
	return get_ref(r, &r->syms, "a symbol's id is out of range");
}

/* One that must be there. */
static inline u32 get_some_sym(struct reader *r)
{
	u32 sym = get_sym(r);

	if (!sym)
		fact_in_fail(&r->in, "a symbol is missing");
	return sym;
}

static inline u32 get_member(struct reader *r)
{
	return get_ref(r, &r->members, "a member's id is out of range");
}

static inline u32 get_u32(struct reader *r)
{
	return fact_in_u32(&r->in, UINT32_MAX, "a number is out of range");
}

/* ---- tables ----------------------------------------------------------------------- */

/* At most one is empty, so the count of n bytes' strings is at most n / 2 + 1. */
static void get_strings(struct reader *r)
{
	u32 n = fact_in_count(&r->in, 1);
	bool has_empty = false;

	for (u32 i = 0; i < n; i++) {
		const u8 *end = memchr(r->in.p, 0, fact_in_left(&r->in));

		if (!end || (end == r->in.p && has_empty)) {
			fact_in_fail(&r->in, "a string without an end");
			return;
		}
		has_empty |= end == r->in.p;
		strtab_append(r->tu->strings, (const char *)r->in.p, (u32)(end - r->in.p));
		r->in.p = end + 1;
	}
	r->strings.n = n;
}

static void get_unit(struct reader *r)
{
	r->tu->source = get_str(r);
	r->tu->module = get_str(r);
	r->tu->modfile = get_str(r);
	r->tu->is_module = fact_in_u32(&r->in, 1, "a flag is out of range");
	r->tu->frontend = get_str(r);
}

static void get_syms(struct reader *r)
{
	const u32 all_flags = FACT_SYM_LINKAGE | FACT_SYM_FN | FACT_SYM_CONST;
	u32 n = fact_in_count(&r->in, 5);

	vec_reserve(&r->tu->syms, n + 1);
	for (u32 i = 0; i < n; i++) {
		struct fact_sym *s = vec_add(&r->tu->syms);
		u32 flags = fact_in_u32(&r->in, all_flags, "a symbol's flags are out of range");

		if ((flags & FACT_SYM_LINKAGE) > LINK_LOCAL_STATIC)
			fact_in_fail(&r->in, "a symbol's linkage is out of range");
		s->linkage = flags & FACT_SYM_LINKAGE;
		s->is_fn = flags & FACT_SYM_FN;
		s->is_const = flags & FACT_SYM_CONST;
		s->name = get_str(r);
		s->file = get_str(r);
		s->line = get_u32(r);
		s->type = get_str(r);
		if (r->in.problem)
			return;
	}
	r->syms.n = n;
}

static void get_members(struct reader *r)
{
	u32 n = fact_in_count(&r->in, 3);

	vec_reserve(&r->tu->members, n + 1);
	for (u32 i = 0; i < n; i++) {
		struct fact_member *m = vec_add(&r->tu->members);

		m->tag = get_str(r);
		m->path = get_str(r);
		m->off = get_u32(r);
		if (r->in.problem)
			return;
	}
	r->members.n = n;
}

/* The four lists of a function as one piece of memory; three have an unused element 0. */
static void get_fn_lists(struct reader *r, struct fact_fn *fn)
{
	size_t n = (size_t)fn->n_args + fn->n_refs + fn->n_members + fn->n_strs;
	char *p;

	if (n - 3 > fact_in_left(&r->in)) {
		fact_in_fail(&r->in, "a count that is larger than the file");
		return;
	}
	p = arena_calloc(&r->tu->arena, n, sizeof(u32));
	fn->arg_names = (struct str *)p;
	fn->refs = (u32 *)p + fn->n_args;
	fn->members = fn->refs + fn->n_refs;
	fn->strs = (struct str *)(fn->members + fn->n_members);
	for (u32 i = 0; i < fn->n_args; i++)
		fn->arg_names[i] = get_str(r);
	for (u32 i = 1; i < fn->n_refs; i++)
		fn->refs[i] = get_some_sym(r);
	for (u32 i = 1; i < fn->n_members; i++)
		fn->members[i] = get_member(r);
	for (u32 i = 1; i < fn->n_strs; i++)
		fn->strs[i] = get_str(r);
}

static void get_fn(struct reader *r, struct fact_fn *fn)
{
	s64 end_line;

	fn->sym = get_some_sym(r);
	fn->file = get_str(r);
	fn->line = get_u32(r);
	if (__builtin_add_overflow((s64)fn->line, fact_in_sleb(&r->in), &end_line) ||
	    end_line < 0 || end_line > UINT32_MAX)
		fact_in_fail(&r->in, "a line is out of range");
	fn->end_line = (u32)end_line;
	fn->flags = (u8)fact_in_u32(&r->in, UINT8_MAX, "a function's flags are out of range");
	fn->n_args = fact_in_count(&r->in, 1);
	fn->n_refs = fact_in_count(&r->in, 1) + 1;
	fn->n_members = fact_in_count(&r->in, 1) + 1;
	fn->n_strs = fact_in_count(&r->in, 1) + 1;
	fn->encoded.n = fact_in_count(&r->in, 1);
	if (!r->in.problem)
		get_fn_lists(r, fn);
}

static u64 get_u64(const u8 *p)
{
	u64 v = 0;

	for (u32 i = 0; i < 8; i++)
		v |= (u64)p[i] << (i * 8);
	return v;
}

static void get_fns(struct reader *r)
{
	u32 n = fact_in_count(&r->in, 10 + sizeof(struct hash128));

	vec_reserve(&r->tu->fns, n + 1);
	for (u32 i = 0; i < n && !r->in.problem; i++)
		get_fn(r, vec_add(&r->tu->fns));
	if (fact_in_left(&r->in) / sizeof(struct hash128) < n)
		fact_in_fail(&r->in, "ends too early");
	if (r->in.problem)
		return;
	for (u32 i = 1; i <= n; i++, r->in.p += 16)
		r->tu->fns.a[i].hash = (struct hash128){ get_u64(r->in.p), get_u64(r->in.p + 8) };
}

static void get_inits(struct reader *r)
{
	u32 n = fact_in_count(&r->in, 5);

	vec_reserve(&r->tu->inits, n + 1);
	for (u32 i = 0; i < n && !r->in.problem; i++) {
		struct fact_init *init = vec_add(&r->tu->inits);

		init->var = get_some_sym(r);
		init->sym = get_sym(r);
		init->member = get_member(r);
		init->off = get_u32(r);
		init->value = fact_in_sleb(&r->in);
	}
}

static void get_annotations(struct reader *r)
{
	u32 n = fact_in_count(&r->in, 6);

	for (u32 i = 0; i < n && !r->in.problem; i++) {
		struct fact_annotation *a = vec_add(&r->tu->annotations);

		a->text = get_str(r);
		a->tag = get_str(r);
		a->path = get_str(r);
		a->sym = get_sym(r);
		a->file = get_str(r);
		a->line = get_u32(r);
	}
}

static void get_problems(struct reader *r)
{
	u32 n = fact_in_count(&r->in, 6);

	for (u32 i = 0; i < n && !r->in.problem; i++) {
		struct fact_problem *p = vec_add(&r->tu->problems);

		p->kind = (u8)fact_in_u32(&r->in, PROBLEM_COUNT - 1,
					  "a problem's kind is out of range");
		p->file = get_str(r);
		p->function = get_str(r);
		p->text = get_str(r);
		p->line = get_u32(r);
		p->col = get_u32(r);
	}
}

static void get_inputs(struct reader *r)
{
	u32 n = fact_in_count(&r->in, 1);

	vec_reserve(&r->tu->inputs, n + 1);
	for (u32 i = 0; i < n && !r->in.problem; i++) {
		struct str s = get_str(r);

		vec_push(&r->tu->inputs, s);
	}
}

static void get_bodies(struct reader *r)
{
	for (u32 i = 1; i < r->tu->fns.n && !r->in.problem; i++) {
		struct fact_fn *fn = &r->tu->fns.a[i];

		if (fn->encoded.n > fact_in_left(&r->in)) {
			fact_in_fail(&r->in, "ends too early");
			return;
		}
		fn->encoded.p = r->in.p;
		r->in.p += fn->encoded.n;
	}
	if (!r->in.problem && fact_in_left(&r->in))
		fact_in_fail(&r->in, "bytes left over");
}

static const char *get_payload(struct fact_tu *tu)
{
	const u8 *p = (const u8 *)tu->payload.p;
	struct reader r = { .in = { .p = p, .end = p + tu->payload.n }, .tu = tu };

	get_strings(&r);
	get_unit(&r);
	get_syms(&r);
	get_members(&r);
	get_fns(&r);
	get_inits(&r);
	get_annotations(&r);
	get_problems(&r);
	get_inputs(&r);
	get_bodies(&r);
	return r.in.problem;
}

/* ---- the frame ----------------------------------------------------------------------- */

/* Packed length and everything before it; sets where the payload is. */
static struct err *check_frame(const u8 *p, size_t n, const char *path)
{
	size_t head = n < 8 ? n : 8;

	if (!n)
		return err_new("'%s' is empty, not a facts file", path);
	if (memcmp(p, FACT_MAGIC, head) != 0)
		return err_new("'%s' is not a facts file", path);
	if (n < FACT_AT_PAYLOAD)
		return err_new("'%s' is truncated: it ends after %zu bytes", path, n);
	if (get_u64(p + FACT_AT_VERSION) != FACT_VERSION ||
	    get_u64(p + FACT_AT_SCHEMA) != fact_schema_hash())
		return err_new("'%s' was written by another version of reclint: extract it again",
			       path);
	if (get_u64(p + FACT_AT_PACKED) > n - FACT_AT_PAYLOAD)
		return err_new("'%s' is truncated: it ends after %zu bytes", path, n);
	if (get_u64(p + FACT_AT_PACKED) < n - FACT_AT_PAYLOAD)
		return err_new("'%s' is damaged: bytes behind its end", path);
	if (hash64(p + FACT_AT_PAYLOAD, n - FACT_AT_PAYLOAD) != get_u64(p + FACT_AT_HASH))
		return err_new("'%s' is damaged: its checksum does not match", path);
	if (get_u64(p + FACT_AT_RAW) > FACT_RAW_MAX)
		return err_new("'%s' is damaged: it says that it unpacks to %llu bytes", path,
			       (unsigned long long)get_u64(p + FACT_AT_RAW));
	return NULL;
}

struct err *fact_read_bytes(const void *bytes, size_t n, const char *path, struct fact_tu *tu)
{
	struct err *err = check_frame(bytes, n, path);
	struct fact_tu made;
	struct blob payload;
	const char *problem;
	const u8 *p = bytes;
	u64 raw;

	if (err)
		return err;
	raw = get_u64(p + FACT_AT_RAW);
	err = file_decompress(p + FACT_AT_PAYLOAD, n - FACT_AT_PAYLOAD, raw, &payload);
	if (err)
		return err_wrap(err, "'%s' is damaged", path);
	fact_tu_init(&made);
	made.payload = payload;
	problem = payload.n == raw ? get_payload(&made) : "it unpacks to less than it says";
	if (problem) {
		fact_tu_free(&made);
		return err_new("'%s' is damaged: %s", path, problem);
	}
	*tu = made;
	return NULL;
}

struct err *fact_read(const char *path, struct fact_tu *tu)
{
	struct blob file;
	struct err *err = file_read(path, &file);

	if (err)
		return err;
	err = fact_read_bytes(file.p, file.n, path, tu);
	blob_free(&file);
	return err;
}
