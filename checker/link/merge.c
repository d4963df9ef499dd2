// SPDX-License-Identifier: MIT
/*
 * Puts one TU into the raw tables: what is new of its functions and variables
 * is copied, what another TU had before is found by its key.  Nearly all of a TU
 * is inline functions of headers that were seen before, so its strings, members and
 * symbols are looked up only when something that is kept refers to them.
 *
 * Requires: TUs in an order that does not depend on threads.
 * Provides: raw functions, variables and initialisers with raw references; gaps of the
 * TU's problems; modules.  Of what several TUs have, the TU whose source comes first
 * is the owner.
 * Ignored: differences between the initialisers of a header's static variable in
 * several TUs: the first one counts.
 */
#include "link/internal.h"

#include <stdlib.h>

/* The TU being merged and its ids in the program, filled when first needed. */
struct merge {
	struct linker *lk;
	struct program *p;
	const struct loaded *l;
	const struct fact_tu *t;
	u32 tu, module;
	u32 *strs, *members, *syms;	/* 0: not needed so far; syms: raw references */
	u32 *raw;			/* functions, by index in t->fns */
	u32 *vars;			/* variables that are defined here, by symbol */
	bool *file_seen;		/* by string of the TU */
};

void link_gap(struct program *p, struct pgap gap)
{
	gap.function = arena_strdup(&p->arena, gap.function ? gap.function : "");
	gap.file = arena_strdup(&p->arena, gap.file ? gap.file : "");
	gap.detail = arena_strdup(&p->arena, gap.detail ? gap.detail : "");
	vec_push(&p->gaps, gap);
}

/* ---- ids --------------------------------------------------------------------- */

static struct str map_str(struct merge *m, struct str s)
{
	if (s.n && !m->strs[s.n])
		m->strs[s.n] = str_intern_n(m->p->strings, str_text(m->t->strings, s),
					    str_len(m->t->strings, s)).n;
	return (struct str){ m->strs[s.n] };
}

u32 link_member(struct program *p, struct str tag, struct str path, u32 off)
{
	struct pmember new = { .tag = tag, .path = path, .off = off };
	bool is_new;
	u64 *id = map_put(&p->member_by_name, map_key2(tag.n, path.n), &is_new);

	if (is_new) {
		u64 hash = hash64(str_text(p->strings, tag), str_len(p->strings, tag));

		new.hash = (u32)((hash + off * 0x9e3779b97f4a7c15ull) >> 32);
		*id = p->members.n;
		vec_push(&p->members, new);
	}
	return (u32)*id;
}

static u32 map_member(struct merge *m, u32 member)
{
	const struct fact_member *f = &m->t->members.a[member];

	if (member && !m->members[member])
		m->members[member] = link_member(m->p, map_str(m, f->tag), map_str(m, f->path),
						 f->off);
	return m->members[member];
}

/* A key for what is local to a file. */
static u64 local_key(struct str name, struct str file, u32 line)
{
	u32 key[3] = { name.n, file.n, line };

	return hash64(key, sizeof(key));
}

/* A static function that is declared but that no body was seen of. */
static struct ref lost_static(struct merge *m, const struct fact_sym *s)
{
	struct pfn fn = { .name = map_str(m, s->name), .file = map_str(m, s->file), .line = s->line,
			  .sig = map_str(m, s->type), .linkage = s->linkage };
	bool is_new;
	u64 *raw = map_put(&m->lk->lost_statics, local_key(fn.name, fn.file, fn.line), &is_new);

	if (is_new) {
		struct raw_fn *r = vec_add(&m->lk->fns);

		r->fn = fn;
		*raw = m->lk->fns.n - 1;
	}
	return ref_fn((u32)*raw);
}

static bool is_local(const struct fact_sym *s)
{
	return s->linkage == LINK_STATIC || s->linkage == LINK_LOCAL_STATIC;
}

/* Of a global name; the first TU that has it says where it is declared. */
static struct ref global_ref(struct merge *m, const struct fact_sym *s)
{
	u32 id = symtab_symbol(m->lk, map_str(m, s->name), s->is_fn);
	struct symbol *symbol = &m->lk->symbols.a[id];

	if (!symbol->type.n && !symbol->file.n) {
		symbol->type = map_str(m, s->type);
		symbol->file = map_str(m, s->file);
		symbol->line = s->line;
	}
	return s->is_fn ? ref_fn(id | RAW_BY_NAME) : ref_var(id | RAW_BY_NAME);
}

/* Requires: the TU's own functions and variables are in m->raw and m->syms. */
static struct ref map_sym(struct merge *m, u32 sym)
{
	const struct fact_sym *s = &m->t->syms.a[sym];

	if (!sym)
		return (struct ref){ 0 };
	if (m->syms[sym])
		return (struct ref){ m->syms[sym] };
	if (!is_local(s))
		m->syms[sym] = global_ref(m, s).v;
	else if (m->l->fn_of_sym[sym])
		m->syms[sym] = m->raw[m->l->fn_of_sym[sym]];
	else
		m->syms[sym] = lost_static(m, s).v;
	return (struct ref){ m->syms[sym] };
}

/* ---- functions ----------------------------------------------------------------- */

static bool comes_first(const struct program *p, u32 tu, u32 other)
{
	return tu != other && strcmp(program_str(p, p->tus.a[tu].source),
				     program_str(p, p->tus.a[other].source)) < 0;
}

/* The raw function of a key, an empty one if it is new. */
static u32 find_fn(struct linker *lk, struct hash128 key)
{
	for (u64 k = key.lo;; k++) {
		bool is_new;
		u64 *raw = map_put(&lk->fn_by_key, k, &is_new);

		if (is_new) {
			struct raw_fn *r = vec_add(&lk->fns);

			r->key = key;
			*raw = lk->fns.n - 1;
		}
		if (hash128_eq(lk->fns.a[*raw].key, key))
			return (u32)*raw;
	}
}

/* Finds or makes every function of the TU; their contents come later. */
static void name_fns(struct merge *m)
{
	for (u32 i = 1; i < m->t->fns.n; i++) {
		struct str file = m->t->fns.a[i].file;
		struct raw_fn *r;

		m->raw[i] = find_fn(m->lk, m->l->keys[i]);
		r = &m->lk->fns.a[m->raw[i]];
		if (!r->fn.tu || comes_first(m->p, m->tu, r->fn.tu)) {
			r->index = i;
			r->fn.tu = m->tu;
		}
		if (!m->file_seen[file.n]) {
			m->file_seen[file.n] = true;
			modules_saw_file(m->lk, map_str(m, file), m->module);
		}
	}
}

static void copy_tables(struct merge *m, const struct fact_fn *f, struct pfn *fn)
{
	fn->arg_names = arena_array(&m->p->arena, struct str, f->n_args);
	fn->refs = arena_array(&m->p->arena, struct ref, f->n_refs);
	fn->members = arena_array(&m->p->arena, u32, f->n_members);
	fn->strs = arena_array(&m->p->arena, struct str, f->n_strs);
	for (u32 i = 0; i < f->n_args; i++)
		fn->arg_names[i] = map_str(m, f->arg_names[i]);
	for (u32 i = 1; i < f->n_refs; i++)
		fn->refs[i] = map_sym(m, f->refs[i]);
	for (u32 i = 1; i < f->n_members; i++)
		fn->members[i] = map_member(m, f->members[i]);
	for (u32 i = 1; i < f->n_strs; i++)
		fn->strs[i] = map_str(m, f->strs[i]);
}

static void copy_fn(struct merge *m, u32 i)
{
	const struct fact_fn *f = &m->t->fns.a[i];
	const struct fact_sym *s = &m->t->syms.a[f->sym];
	struct pfn fn = {
		.name = map_str(m, s->name), .file = map_str(m, f->file), .line = f->line,
		.end_line = f->end_line, .tu = m->tu, .sig = map_str(m, s->type),
		.n_args = f->n_args, .linkage = s->linkage, .flags = f->flags, .defined = true,
		.n_refs = f->n_refs, .n_members = f->n_members, .n_strs = f->n_strs,
		.encoded = arena_dup(&m->p->arena, f->encoded.p, f->encoded.n),
		.encoded_n = f->encoded.n,
	};

	copy_tables(m, f, &fn);
	m->lk->fns.a[m->raw[i]].fn = fn;
	if (!is_local(s))
		symtab_define(m->lk, RAW_ID(map_sym(m, f->sym).v), m->raw[i]);
}

/* ---- variables ------------------------------------------------------------------ */

static u32 new_var(struct merge *m, u32 sym)
{
	const struct fact_sym *s = &m->t->syms.a[sym];
	struct raw_var *r = vec_add(&m->lk->vars);

	r->index = sym;
	r->var = (struct pvar){ .name = map_str(m, s->name), .file = map_str(m, s->file),
				.line = s->line, .tu = m->tu, .tag = map_str(m, s->type),
				.linkage = s->linkage, .is_const = s->is_const, .defined = true };
	return m->lk->vars.n - 1;
}

static u32 local_var(struct merge *m, u32 sym)
{
	const struct fact_sym *s = &m->t->syms.a[sym];
	u64 key = local_key(map_str(m, s->name), map_str(m, s->file), s->line);
	bool is_new;
	u64 *raw = map_put(&m->lk->static_vars, key, &is_new);
	struct raw_var *r;

	if (is_new)
		*raw = new_var(m, sym);
	r = &m->lk->vars.a[*raw];
	if (comes_first(m->p, m->tu, r->var.tu)) {
		r->var.tu = m->tu;
		r->index = sym;
	}
	m->syms[sym] = ref_var((u32)*raw).v;
	return (u32)*raw;
}

static void merge_vars(struct merge *m)
{
	for (u32 i = 1; i < m->t->syms.n; i++) {
		const struct fact_sym *s = &m->t->syms.a[i];

		if (s->is_fn || s->linkage == LINK_EXTERN)
			continue;
		if (is_local(s)) {
			m->vars[i] = local_var(m, i);
		} else {
			m->vars[i] = new_var(m, i);
			symtab_define(m->lk, RAW_ID(map_sym(m, i).v), m->vars[i]);
		}
	}
}

/* ---- initialisers ----------------------------------------------------------------- */

/* Where two of one place stand in the TU's order decides: the last one counts. */
static int by_place(const void *pa, const void *pb, void *arg)
{
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_init *a = (const struct fact_init *)arg + ia;
	const struct fact_init *b = (const struct fact_init *)arg + ib;

	if (a->var != b->var)
		return a->var < b->var ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return ia < ib ? -1 : ia > ib;
}

/* Indexes of initialisers by variable and offset; nearly always they stand so. */
static u32 *order_inits(struct merge *m)
{
	u32 n = m->t->inits.n;
	u32 *order = arena_array(&m->lk->scratch, u32, n);
	bool is_sorted = true;

	for (u32 i = 1; i < n; i++) {
		order[i] = i;
		is_sorted = is_sorted && (i < 2 || by_place(&order[i - 1], &order[i],
							    m->t->inits.a) < 0);
	}
	if (!is_sorted)
		qsort_r(order + 1, n - 1, sizeof(*order), by_place, m->t->inits.a);
	return order;
}

/* Adds an initialiser of a new variable, in the place of one before it of the same member. */
static void add_init(struct merge *m, u32 raw, const struct fact_init *f)
{
	struct pvar *var = &m->lk->vars.a[raw].var;
	struct pinit init = { .var = raw, .off = f->off, .member = map_member(m, f->member),
			      .target = map_sym(m, f->sym), .value = f->value };
	struct pinit *last = vec_last(&m->lk->inits);

	if (!var->n_inits)
		var->first_init = m->lk->inits.n;
	else if (last->off == init.off && last->member == init.member) {
		*last = init;
		return;
	}
	vec_push(&m->lk->inits, init);
	var->n_inits++;
}

static void merge_inits(struct merge *m, u32 first_new_var)
{
	u32 *order = order_inits(m), last_var = 0;
	bool is_wanted = false;

	for (u32 i = 1; i < m->t->inits.n; i++) {
		const struct fact_init *f = &m->t->inits.a[order[i]];
		u32 raw = m->vars[f->var];

		if (f->var != last_var)
			is_wanted = raw >= first_new_var && !m->lk->vars.a[raw].var.n_inits;
		last_var = f->var;
		if (is_wanted)
			add_init(m, raw, f);
	}
}

/* ---- the rest ------------------------------------------------------------------------- */

static bool seen(struct map *map, const void *key, size_t n)
{
	bool is_new;

	(void)map_put(map, hash64(key, n), &is_new);
	return !is_new;
}

/* A problem in a header is every TU's: once. */
static void merge_problems(struct merge *m)
{
	static const char *const kinds[PROBLEM_COUNT] = {
		[PROBLEM_PARSE] = "parse-error",
		[PROBLEM_LOST_FUNCTION] = "lost-function",
		[PROBLEM_UNSUPPORTED] = "unsupported",
	};

	for (u32 i = 1; i < m->t->problems.n; i++) {
		const struct fact_problem *f = &m->t->problems.a[i];
		u32 key[6] = { f->kind, f->line, f->col, map_str(m, f->file).n,
			       map_str(m, f->function).n, map_str(m, f->text).n };

		if (!seen(&m->lk->gaps_seen, key, sizeof(key)))
			link_gap(m->p, (struct pgap){ kinds[f->kind],
				 str_text(m->t->strings, f->function),
				 str_text(m->t->strings, f->file),
				 str_text(m->t->strings, f->text), f->line });
	}
}

static void merge_annotations(struct merge *m)
{
	for (u32 i = 1; i < m->t->annotations.n; i++) {
		const struct fact_annotation *f = &m->t->annotations.a[i];
		struct pannotation new = { .text = map_str(m, f->text), .tag = map_str(m, f->tag),
					   .sym = map_sym(m, f->sym), .file = map_str(m, f->file),
					   .line = f->line };
		struct str path = map_str(m, f->path);
		u32 key[6] = { new.text.n, new.tag.n, path.n, new.sym.v, new.file.n, new.line };

		if (seen(&m->lk->annotations_seen, key, sizeof(key)))
			continue;
		if (path.n)
			new.member = link_member(m->p, new.tag, path, 0);
		vec_push(&m->p->annotations, new);
	}
}

static void note_frontend(struct program *p, const char *name)
{
	for (u32 i = 0; i < p->frontends.n; i++)
		if (!strcmp(p->frontends.a[i], name))
			return;
	vec_push(&p->frontends, arena_strdup(&p->arena, name));
}

static void add_tu(struct merge *m)
{
	const struct fact_tu *t = m->t;
	struct str source = map_str(m, t->source);
	struct ptu tu = { .path = str_intern(m->p->strings, m->l->path),
			  .n_problems = t->problems.n - 1 };

	m->module = modules_get(m->lk, str_text(t->strings, t->modfile),
				str_text(t->strings, t->module));
	tu.module = m->module;
	tu.source = source.n ? source : tu.path;
	m->tu = m->p->tus.n;
	vec_push(&m->p->tus, tu);
	if (t->frontend.n)
		note_frontend(m->p, str_text(t->strings, t->frontend));
}

void merge_tu(struct linker *lk, const struct loaded *l)
{
	struct arena_mark mark = arena_mark(&lk->scratch);
	struct merge m = { .lk = lk, .p = lk->p, .l = l, .t = &l->tu };
	u32 n_strs = strtab_count(m.t->strings) + 1, first_fn = lk->fns.n, first_var = lk->vars.n;

	m.strs = arena_array(&lk->scratch, u32, n_strs);
	m.file_seen = arena_array(&lk->scratch, bool, n_strs);
	m.members = arena_array(&lk->scratch, u32, m.t->members.n);
	m.syms = arena_array(&lk->scratch, u32, m.t->syms.n);
	m.vars = arena_array(&lk->scratch, u32, m.t->syms.n);
	m.raw = arena_array(&lk->scratch, u32, m.t->fns.n);
	add_tu(&m);
	name_fns(&m);
	merge_vars(&m);
	for (u32 i = 1; i < m.t->fns.n; i++)
		if (m.raw[i] >= first_fn && !lk->fns.a[m.raw[i]].fn.defined)
			copy_fn(&m, i);
	merge_inits(&m, first_var);
	merge_problems(&m);
	merge_annotations(&m);
	arena_release(&lk->scratch, mark);
}
