// SPDX-License-Identifier: MIT
/*
 * The linked program: the passes in their order, its life, and look-ups by name.
 * internal.h says which file does what.
 */
#include "link/internal.h"

#include <stdlib.h>

#include "base/parallel.h"

static struct program *create(void)
{
	struct program_private *pp = mem_realloc(NULL, 1, sizeof(*pp));
	struct program *p = &pp->p;
	pthread_mutexattr_t attr;

	memset(pp, 0, sizeof(*pp));
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&pp->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	p->strings = strtab_create();
	(void)vec_add(&p->fns);
	(void)vec_add(&p->vars);
	(void)vec_add(&p->members);
	(void)vec_add(&p->modules);
	(void)vec_add(&p->tus);
	/* Slot 0 is none. */
	return p;
}

void program_free(struct program *p)
{
	struct program_private *pp = program_private(p);

	if (!p)
		return;
	for (u32 i = 0; i < p->modules.n; i++)
		bitset_free(&p->modules.a[i].uses);
	vec_free(&p->fns);
	vec_free(&p->vars);
	vec_free(&p->members);
	vec_free(&p->inits);
	vec_free(&p->slots);
	vec_free(&p->var_slots);
	vec_free(&p->modules);
	vec_free(&p->tus);
	vec_free(&p->gaps);
	vec_free(&p->annotations);
	vec_free(&p->frontends);
	free(p->next_same_name);
	map_free(&p->fn_by_name);
	map_free(&p->member_by_name);
	map_free(&p->constants);
	trampolines_free(pp);
	constvars_free(pp);
	bitset_free(&pp->telling);
	outers_free(pp);
	helds_free(pp);
	vec_free(&pp->passes);
	vec_free(&pp->lists);
	vec_free(&pp->var_slot_first);
	map_free(&pp->target_lists);
	map_free(&pp->last_member);
	strtab_destroy(p->strings);
	arena_free(&p->arena);
	pthread_mutex_destroy(&pp->lock);
	free(pp);
}

/* ---- reading ------------------------------------------------------------------- */

struct input { const char *name, *path; };

static int by_name(const void *pa, const void *pb)
{
	const struct input *a = pa, *b = pb;
	int c = strcmp(a->name, b->name);

	return c ? c : strcmp(a->path, b->path);
}

/* The distinct facts files in the order in which they are merged. */
static const char **sorted_paths(struct linker *lk, u32 *n_ret)
{
	const struct link_options *opt = lk->opt;
	const char **paths = arena_array(&lk->p->arena, const char *, opt->n_facts);
	struct input *inputs = arena_array(&lk->p->arena, struct input, opt->n_facts);
	u32 n = 0;

	for (u32 i = 0; i < opt->n_facts; i++)
		inputs[i] = (struct input){ opt->names ? opt->names[i] : opt->facts[i], opt->facts[i] };
	if (opt->n_facts)
		qsort(inputs, opt->n_facts, sizeof(*inputs), by_name);
	for (u32 i = 0; i < opt->n_facts; i++)
		if (!n || strcmp(paths[n - 1], inputs[i].path))
			paths[n++] = inputs[i].path;
	*n_ret = n;
	return paths;
}

static void read_all(struct linker *lk)
{
	u32 n;
	const char **paths = sorted_paths(lk, &n);
	struct loader *loader = loader_start(paths, n, lk->opt);
	struct loaded *l;

	while ((l = loader_next(loader))) {
		if (!l->err) {
			merge_tu(lk, l);
			continue;
		}
		link_gap(lk->p, (struct pgap){ "broken-facts", "", l->path, err_text(l->err), 0 });
		lk->p->n_failed++;
	}
	loader_stop(loader);
}

/* "file: reason" */
static void note_failed(struct linker *lk)
{
	struct program *p = lk->p;

	for (u32 i = 0; i < lk->opt->n_failed; i++) {
		const char *text = lk->opt->failed[i], *colon = strstr(text, ": ");
		size_t n = colon ? (size_t)(colon - text) : strlen(text);
		struct str file = str_intern_n(p->strings, text, n);

		link_gap(p, (struct pgap){ "failed-tu", "", program_str(p, file),
					   colon ? colon + 2 : "", 0 });
		p->n_failed++;
	}
}

/* ---- indexes ---------------------------------------------------------------------- */

static void index_names(struct program *p)
{
	p->next_same_name = mem_realloc(NULL, p->fns.n, sizeof(u32));
	memset(p->next_same_name, 0, p->fns.n * sizeof(u32));
	for (u32 i = p->fns.n - 1; i; i--) {
		u64 *first = map_put(&p->fn_by_name, p->fns.a[i].name.n, NULL);

		p->next_same_name[i] = (u32)*first;
		*first = i;
	}
	for (u32 i = 1; i < p->members.n; i++) {
		u64 *last = map_put(&program_private(p)->last_member, p->members.a[i].tag.n, NULL);

		if (*last < p->members.a[i].off)
			*last = p->members.a[i].off;
	}
}

static void index_constants(struct program *p, const char *prefix)
{
	size_t n = prefix ? strlen(prefix) : 0;

	for (u32 i = 1; n && i < p->vars.n; i++) {
		const struct pvar *v = &p->vars.a[i];
		const struct pinit *init = &p->inits.a[v->first_init];
		const char *name = program_str(p, v->name);

		if (!v->n_inits || strncmp(name, prefix, n) || init->off || init->target.v)
			continue;
		*map_put(&p->constants, str_intern(p->strings, name + n).n, NULL) = (u64)init->value;
	}
}

static int by_gap(const void *pa, const void *pb)
{
	const struct pgap *a = pa, *b = pb;
	int c = strcmp(a->kind, b->kind);

	c = c ? c : strcmp(a->file, b->file);
	c = c ? c : a->line < b->line ? -1 : a->line > b->line;
	c = c ? c : strcmp(a->function, b->function);
	return c ? c : strcmp(a->detail, b->detail);
}

static int by_text(const void *pa, const void *pb)
{
	return strcmp(*(const char *const *)pa, *(const char *const *)pb);
}

/* ---- linking ------------------------------------------------------------------------ */

static void linker_init(struct linker *lk, const struct link_options *opt)
{
	*lk = (struct linker){ .p = create(), .opt = opt };
	(void)vec_add(&lk->fns);
	(void)vec_add(&lk->vars);
	(void)vec_add(&lk->symbols);
}

static void linker_release(struct linker *lk)
{
	vec_free(&lk->fns);
	vec_free(&lk->vars);
	vec_free(&lk->symbols);
	vec_free(&lk->inits);
	vec_free(&lk->header_module);
	map_free(&lk->fn_by_key);
	map_free(&lk->static_vars);
	map_free(&lk->lost_statics);
	map_free(&lk->symbol_by_name);
	map_free(&lk->module_by_file);
	map_free(&lk->gaps_seen);
	map_free(&lk->annotations_seen);
	arena_free(&lk->scratch);
}

struct finding { struct program *p; struct scan *scan; };

/* Two halves that write different parts of the program, and read what is final. */
static void find(void *ctx, u32 half)
{
	struct finding *f = ctx;

	if (half) {
		modules_uses(f->p);
		index_names(f->p);
		return;
	}
	slots_of_inits(f->p, f->scan);
	flow_sinks(f->scan);
	flow_copies(f->scan);
	slots_finish(f->p, f->scan);
	outers_find(f->p, f->scan);
	helds_find(f->p, f->scan);
}

struct err *program_link(const struct link_options *opt, struct program **ret)
{
	struct linker lk;
	struct program *p;
	struct scan scan;

	linker_init(&lk, opt);
	p = lk.p;
	note_failed(&lk);
	read_all(&lk);
	symtab_finish(&lk);
	linker_release(&lk);
	/* From here on every id is final. */
	scan_bodies(p, opt->n_threads, &scan);
	parallel_each(2, opt->n_threads, find, &(struct finding){ p, &scan });
	index_constants(p, opt->constant_prefix);
	vec_sort(&p->gaps, by_gap);
	vec_sort(&p->frontends, by_text);
	*ret = p;
	return NULL;
}

/* ---- look-ups ------------------------------------------------------------------------- */

static struct fact_body *decode(struct program *p, u32 fn)
{
	struct fact_body *body = arena_new(&p->arena, struct fact_body);

	link_decode(p, fn, &p->arena, body);
	return body;
}

const struct fact_body *program_body(struct program *p, u32 fn)
{
	struct pfn *f = &p->fns.a[fn];
	struct fact_body *body = __atomic_load_n(&f->body, __ATOMIC_ACQUIRE);

	if (body || !f->defined)
		return body;
	program_lock(p);
	body = f->body;
	if (!body) {
		body = decode(p, fn);
		__atomic_store_n(&f->body, body, __ATOMIC_RELEASE);
	}
	program_unlock(p);
	return body;
}

u32 program_find_fn(const struct program *p, const char *name)
{
	struct str s = str_find(p->strings, name);
	u64 *fn = s.n ? map_get(&p->fn_by_name, s.n) : NULL;

	return fn ? (u32)*fn : 0;
}

u32 program_find_member(const struct program *p, const char *tag, const char *path)
{
	struct str t = str_find(p->strings, tag), m = str_find(p->strings, path);
	u64 *member = t.n && m.n ? map_get(&p->member_by_name, map_key2(t.n, m.n)) : NULL;

	return member ? (u32)*member : 0;
}

bool program_constant(const struct program *p, const char *name, s64 *value_ret)
{
	struct str s = str_find(p->strings, name);
	u64 *value = s.n ? map_get(&p->constants, s.n) : NULL;

	if (!value)
		return false;
	*value_ret = (s64)*value;
	return true;
}
