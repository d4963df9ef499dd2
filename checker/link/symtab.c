// SPDX-License-Identifier: MIT
/*
 * Names to definitions, and raw ids to final ones.
 *
 * A reference to a global name goes to a strong definition before a weak one; of
 * several (the kernel proper, its boot code, the vDSO, two modules) to the one in the
 * same TU, else in the same module, else to the one whose folder is the nearest one
 * around the referring object, else to one of core code, else to the one in the
 * shallowest folder, else to the first.  (Sharing some folders would not do: drivers/ is
 * no reason for a driver to call the boot stub's snprintf() below drivers/.)  What is
 * defined nowhere becomes one undefined function or variable of that name.
 *
 * Requires: all TUs merged.  Provides: program->tus, fns and vars in their final
 * order, without raw references; symbols and raw tables are of no use afterwards.
 */
#include "link/internal.h"

#include <stdlib.h>

#include "base/parallel.h"

#define CHUNK 2048u		/* functions that a thread takes at once */

u32 symtab_symbol(struct linker *lk, struct str name, bool is_fn)
{
	bool is_new;
	u64 *id = map_put(&lk->symbol_by_name, map_key2(name.n, is_fn), &is_new);

	if (is_new) {
		struct symbol *s = vec_add(&lk->symbols);

		s->name = name;
		s->is_fn = is_fn;
		*id = lk->symbols.n - 1;
	}
	return (u32)*id;
}

static u32 *next_def(struct linker *lk, bool is_fn, u32 raw)
{
	return is_fn ? &lk->fns.a[raw].next_def : &lk->vars.a[raw].next_def;
}

void symtab_define(struct linker *lk, u32 symbol, u32 raw)
{
	struct symbol *s = &lk->symbols.a[symbol];

	if (s->first_def)
		*next_def(lk, s->is_fn, s->last_def) = raw;
	else
		s->first_def = raw;
	s->last_def = raw;
}

/* ---- order of ids ---------------------------------------------------------------- */

/* What decides a place among functions, variables or TUs. */
struct place { u32 raw, rank, index; const char *name, *file; u32 line; };

static int by_rank(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;
	int c;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	c = strcmp(a->name, b->name);
	c = c ? c : strcmp(a->file, b->file);
	if (c || a->line != b->line)
		return c ? c : a->line < b->line ? -1 : 1;
	return a->raw < b->raw ? -1 : a->raw > b->raw;
}

static void sort_places(struct place *places, u32 n)
{
	if (n)
		qsort(places, n, sizeof(*places), by_rank);
}

/* Sorts program->tus; by old id the new one. */
static u32 *order_tus(struct linker *lk)
{
	struct program *p = lk->p;
	u32 n = p->tus.n, *rank = arena_array(&lk->scratch, u32, n);
	struct place *places = arena_array(&lk->scratch, struct place, n);
	struct ptu *old = arena_dup(&lk->scratch, p->tus.a, n * sizeof(*old));

	for (u32 i = 1; i < n; i++)
		places[i] = (struct place){ .raw = i, .name = program_str(p, old[i].source),
					    .file = program_str(p, old[i].path) };
	sort_places(places + 1, n - 1);
	for (u32 i = 1; i < n; i++) {
		rank[places[i].raw] = i;
		p->tus.a[i] = old[places[i].raw];
	}
	return rank;
}

#define UNDEFINED_RANK UINT32_MAX

static struct place undefined_place(const struct program *p, u32 raw, struct str name,
				    struct str file, u32 line)
{
	return (struct place){ .raw = raw, .rank = UNDEFINED_RANK, .name = program_str(p, name),
			       .file = program_str(p, file), .line = line };
}

static struct pfn undefined_fn(const struct symbol *s)
{
	return (struct pfn){ .name = s->name, .file = s->file, .line = s->line, .sig = s->type,
			     .linkage = LINK_EXTERN };
}

static struct pvar undefined_var(const struct symbol *s)
{
	return (struct pvar){ .name = s->name, .file = s->file, .line = s->line, .tag = s->type,
			      .linkage = LINK_EXTERN };
}

/* The final order of what was merged and of undefined names, raw: a symbol then. */
static struct place *order_fns(struct linker *lk, const u32 *rank, u32 *n_ret)
{
	struct place *places = arena_array(&lk->scratch, struct place,
					   (size_t)lk->fns.n + lk->symbols.n);
	u32 n = 0;

	for (u32 i = 1; i < lk->fns.n; i++) {
		const struct raw_fn *r = &lk->fns.a[i];

		if (r->fn.tu)
			places[n++] = (struct place){ .raw = i, .rank = rank[r->fn.tu],
						      .index = r->index, .name = "", .file = "" };
		else
			places[n++] = undefined_place(lk->p, i, r->fn.name, r->fn.file,
						      r->fn.line);
	}
	for (u32 i = 1; i < lk->symbols.n; i++) {
		const struct symbol *s = &lk->symbols.a[i];

		if (s->is_fn && !s->first_def)
			places[n++] = undefined_place(lk->p, i | RAW_BY_NAME, s->name, s->file,
						      s->line);
	}
	sort_places(places, n);
	*n_ret = n;
	return places;
}

static void place_fns(struct linker *lk, const u32 *rank)
{
	struct program *p = lk->p;
	u32 n;
	struct place *places = order_fns(lk, rank, &n);

	vec_reserve(&p->fns, n + 1);
	for (u32 i = 0; i < n; i++) {
		struct pfn *fn = vec_add(&p->fns);
		struct raw_fn *r = &lk->fns.a[RAW_ID(places[i].raw)];

		if (places[i].raw & RAW_BY_NAME) {
			*fn = undefined_fn(&lk->symbols.a[RAW_ID(places[i].raw)]);
			lk->symbols.a[RAW_ID(places[i].raw)].undefined = p->fns.n - 1;
			continue;
		}
		*fn = r->fn;
		r->id = p->fns.n - 1;
		if (fn->tu) {
			fn->tu = rank[fn->tu];
			fn->module = modules_owner(lk, fn->file, p->tus.a[fn->tu].module);
		}
	}
}

static struct place *order_vars(struct linker *lk, const u32 *rank, u32 *n_ret)
{
	struct place *places = arena_array(&lk->scratch, struct place,
					   (size_t)lk->vars.n + lk->symbols.n);
	u32 n = 0;

	for (u32 i = 1; i < lk->vars.n; i++)
		places[n++] = (struct place){ .raw = i, .rank = rank[lk->vars.a[i].var.tu],
					      .index = lk->vars.a[i].index, .name = "", .file = "" };
	for (u32 i = 1; i < lk->symbols.n; i++) {
		const struct symbol *s = &lk->symbols.a[i];

		if (!s->is_fn && !s->first_def)
			places[n++] = undefined_place(lk->p, i | RAW_BY_NAME, s->name, s->file,
						      s->line);
	}
	sort_places(places, n);
	*n_ret = n;
	return places;
}

/* Also puts the initialisers into the order of their variables. */
static void place_vars(struct linker *lk, const u32 *rank)
{
	struct program *p = lk->p;
	u32 n;
	struct place *places = order_vars(lk, rank, &n);

	vec_reserve(&p->vars, n + 1);
	vec_reserve(&p->inits, lk->inits.n);
	for (u32 i = 0; i < n; i++) {
		struct pvar *var = vec_add(&p->vars);
		struct raw_var *r = &lk->vars.a[RAW_ID(places[i].raw)];

		if (places[i].raw & RAW_BY_NAME) {
			*var = undefined_var(&lk->symbols.a[RAW_ID(places[i].raw)]);
			lk->symbols.a[RAW_ID(places[i].raw)].undefined = p->vars.n - 1;
			continue;
		}
		*var = r->var;
		r->id = p->vars.n - 1;
		var->tu = rank[var->tu];
		var->module = modules_owner(lk, var->file, p->tus.a[var->tu].module);
		var->first_init = p->inits.n;
		for (u32 k = 0; k < var->n_inits; k++) {
			struct pinit init = lk->inits.a[r->var.first_init + k];

			init.var = r->id;
			vec_push(&p->inits, init);
		}
	}
}

/* ---- choosing a definition ----------------------------------------------------------- */

/* Who refers, or who is referred to; path: of the object. */
struct user { u32 tu, module; const char *path; };

static struct user user_of_tu(const struct program *p, u32 tu)
{
	u32 module = p->tus.a[tu].module;

	return (struct user){ tu, module, program_str(p, module ? p->modules.a[module].modfile
							 : p->tus.a[tu].source) };
}

static u32 folder_depth(const char *path)
{
	u32 n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n < 255 ? n : 255;
}

/* How deep the folder of 'file' is, if 'path' is in it or below it; else 0. */
static u32 depth_around(const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	return slash && !strncmp(file, path, (size_t)(slash + 1 - file)) ? folder_depth(file) : 0;
}

/* Of the definition, once it has its final id. */
static struct user definition(const struct linker *lk, const struct symbol *s, u32 raw,
			      u8 *linkage_ret, u32 *id_ret)
{
	const struct program *p = lk->p;

	*id_ret = s->is_fn ? lk->fns.a[raw].id : lk->vars.a[raw].id;
	*linkage_ret = s->is_fn ? p->fns.a[*id_ret].linkage : p->vars.a[*id_ret].linkage;
	return user_of_tu(p, s->is_fn ? p->fns.a[*id_ret].tu : p->vars.a[*id_ret].tu);
}

/* The higher, the better. */
static u32 score(const struct program *p, const struct user *from, const struct user *to, u8 linkage)
{
	u32 n = 0;

	if (linkage != LINK_WEAK)
		n |= 1u << 31;
	if (from->tu && from->tu == to->tu)
		n |= 1u << 30;
	if (from->module && from->module == to->module)
		n |= 1u << 29;
	n |= depth_around(to->path, from->path) << 16;
	if (p->modules.a[to->module].is_core)
		n |= 1u << 15;
	return n | (255 - folder_depth(to->path));
}

static u32 resolve(struct linker *lk, u32 symbol, const struct user *from)
{
	const struct symbol *s = &lk->symbols.a[symbol];
	u32 best = 0, best_score = 0;

	if (!s->first_def)
		return s->undefined;
	for (u32 raw = s->first_def; raw; raw = *next_def(lk, s->is_fn, raw)) {
		u8 linkage;
		u32 id, n;
		struct user to = definition(lk, s, raw, &linkage, &id);

		if (!best && !*next_def(lk, s->is_fn, raw))
			return id;
		n = score(lk->p, from, &to, linkage);
		if (!best || n > best_score || (n == best_score && id < best)) {
			best = id;
			best_score = n;
		}
	}
	return best;
}

static struct ref final_ref(struct linker *lk, struct ref ref, const struct user *from)
{
	u32 id = RAW_ID(ref_id(ref));

	if (!ref.v)
		return ref;
	if (ref_id(ref) & RAW_BY_NAME)
		id = resolve(lk, id, from);
	else
		id = ref_is_var(ref) ? lk->vars.a[id].id : lk->fns.a[id].id;
	return ref_is_var(ref) ? ref_var(id) : ref_fn(id);
}

/* Whoever has it: what a header gives to several modules refers as the header would. */
static struct user user_of(const struct program *p, struct str file, u32 tu, u32 module)
{
	if (modules_is_header(program_str(p, file)))
		return (struct user){ 0, module, program_str(p, file) };
	return user_of_tu(p, tu);
}

/* Of the functions of a chunk. */
static void finish_fns(void *ctx, u32 n)
{
	struct linker *lk = ctx;
	struct program *p = lk->p;

	for (u32 i = n * CHUNK + !n; i < (n + 1) * CHUNK && i < p->fns.n; i++) {
		struct pfn *fn = &p->fns.a[i];
		struct user from = user_of(p, fn->file, fn->tu, fn->module);

		for (u32 k = 1; k < fn->n_refs; k++)
			fn->refs[k] = final_ref(lk, fn->refs[k], &from);
	}
}

static void finish_refs(struct linker *lk)
{
	struct program *p = lk->p;

	parallel_each((p->fns.n + CHUNK - 1) / CHUNK, lk->opt->n_threads, finish_fns, lk);
	for (u32 i = 0; i < p->inits.n; i++) {
		const struct pvar *var = &p->vars.a[p->inits.a[i].var];
		struct user from = user_of(p, var->file, var->tu, var->module);

		p->inits.a[i].target = final_ref(lk, p->inits.a[i].target, &from);
	}
	for (u32 i = 0; i < p->annotations.n; i++) {
		struct pannotation *a = &p->annotations.a[i];
		struct user from = { 0, 0, program_str(p, a->file) };

		a->sym = final_ref(lk, a->sym, &from);
	}
}

void symtab_finish(struct linker *lk)
{
	u32 *rank = order_tus(lk);

	place_fns(lk, rank);
	place_vars(lk, rank);
	finish_refs(lk);
}
