// SPDX-License-Identifier: MIT
/*
 * Kernel modules (KBUILD_MODFILE; an object of the kernel proper is one, too), who
 * owns what a header defines, and which module depends on which.
 *
 * What a shared header (include/, arch/.../include/) defines is of module 0; what a
 * header beside the .c files defines belongs to the one module whose TUs have it.
 * A TU without KBUILD_MODFILE is of module 0.
 *
 * Requires: for modules_uses(), final references.
 * Provides: pmodule.uses: a module uses those that define the global functions and
 * variables that its code, its initialisers and the inline functions it calls refer to,
 * and what these use; core modules neither use nor are used.
 */
#include "link/internal.h"

#include <stdlib.h>

#define SEVERAL UINT32_MAX

static bool is_core_path(const struct linker *lk, const char *modfile)
{
	for (u32 i = 0; i < lk->opt->n_core_paths; i++)
		if (!strncmp(modfile, lk->opt->core_paths[i], strlen(lk->opt->core_paths[i])))
			return true;
	return false;
}

u32 modules_get(struct linker *lk, const char *modfile, const char *modname)
{
	struct program *p = lk->p;
	const char *base = strrchr(modfile, '/');
	struct str file;
	bool is_new;
	u64 *id;

	if (!*modfile)
		return 0;
	file = str_intern(p->strings, modfile);
	id = map_put(&lk->module_by_file, file.n, &is_new);
	if (is_new) {
		struct pmodule *module = vec_add(&p->modules);

		module->name = str_intern(p->strings, *modname ? modname :
					  base ? base + 1 : modfile);
		module->modfile = file;
		module->is_core = is_core_path(lk, modfile);
		*id = p->modules.n - 1;
	}
	return (u32)*id;
}

bool modules_is_header(const char *file)
{
	size_t n = strlen(file);

	return n && (n < 2 || strcmp(file + n - 2, ".c") != 0);
}

static bool is_shared(const char *file)
{
	return file[0] == '/' || !strncmp(file, "include/", 8) ||
	       (!strncmp(file, "arch/", 5) && strstr(file, "/include/"));
}

void modules_saw_file(struct linker *lk, struct str file, u32 module)
{
	u32 *owner;

	if (!file.n)
		return;
	while (lk->header_module.n <= file.n)
		vec_push(&lk->header_module, 0);
	owner = &lk->header_module.a[file.n];
	if (!*owner && module)
		*owner = module;
	else if (*owner != module || !module)
		*owner = SEVERAL;
}

u32 modules_owner(const struct linker *lk, struct str file, u32 tu_module)
{
	const char *path = program_str(lk->p, file);
	u32 owner;

	if (!modules_is_header(path))
		return tu_module;
	if (is_shared(path) || file.n >= lk->header_module.n)
		return 0;
	owner = lk->header_module.a[file.n];
	return owner == SEVERAL ? 0 : owner;
}

/* ---- dependencies -------------------------------------------------------------- */

/* Everything by the module that owns it: ids of module m are ids[first[m] .. first[m + 1]). */
struct by_module { u32 *first, *ids; };

struct uses {
	struct program *p;
	struct arena scratch;
	struct by_module fns, inits;
	u32 *seen;		/* by function of module 0: the last module it was visited for */
	VEC(u32) stack;		/* functions of module 0 still to visit */
};

static u32 fn_module(const struct program *p, u32 i)
{
	return p->fns.a[i].module;
}

static u32 init_module(const struct program *p, u32 i)
{
	return p->vars.a[p->inits.a[i].var].module;
}

static struct by_module group(struct uses *u, u32 first, u32 n,
			      u32 (*module)(const struct program *, u32))
{
	u32 n_modules = u->p->modules.n;
	struct by_module ret = { arena_array(&u->scratch, u32, n_modules + 1),
				 arena_array(&u->scratch, u32, n) };
	u32 *next = arena_array(&u->scratch, u32, n_modules + 1);

	for (u32 i = first; i < n; i++)
		ret.first[module(u->p, i) + 1]++;
	for (u32 m = 1; m <= n_modules; m++)
		ret.first[m] += ret.first[m - 1];
	memcpy(next, ret.first, n_modules * sizeof(*next));
	for (u32 i = first; i < n; i++)
		ret.ids[next[module(u->p, i)]++] = i;
	return ret;
}

static void use_ref(struct uses *u, u32 module, struct ref ref)
{
	struct program *p = u->p;
	u32 id = ref_id(ref), to;
	u8 linkage;

	if (!id)
		return;
	to = ref_is_var(ref) ? p->vars.a[id].module : p->fns.a[id].module;
	linkage = ref_is_var(ref) ? p->vars.a[id].linkage : p->fns.a[id].linkage;
	if (!to && !ref_is_var(ref) && p->fns.a[id].defined && u->seen[id] != module) {
		u->seen[id] = module;
		vec_push(&u->stack, id);
	}
	if (to && to != module && !p->modules.a[to].is_core &&
	    (linkage == LINK_GLOBAL || linkage == LINK_WEAK))
		bitset_set(&p->modules.a[module].uses, to);
}

static void use_fn(struct uses *u, u32 module, u32 fn)
{
	const struct pfn *f = &u->p->fns.a[fn];

	for (u32 i = 1; i < f->n_refs; i++)
		use_ref(u, module, f->refs[i]);
}

/* What the module refers to itself. */
static void direct_uses(struct uses *u, u32 module)
{
	for (u32 i = u->fns.first[module]; i < u->fns.first[module + 1]; i++)
		use_fn(u, module, u->fns.ids[i]);
	for (u32 i = u->inits.first[module]; i < u->inits.first[module + 1]; i++)
		use_ref(u, module, u->p->inits.a[u->inits.ids[i]].target);
	while (u->stack.n) {
		u32 fn = vec_pop(&u->stack);

		use_fn(u, module, fn);
	}
}

/* Until nothing changes: the depth of the kernel's modules is small. */
static void close_uses(struct program *p)
{
	bool has_changed = true;

	while (has_changed) {
		has_changed = false;
		for (u32 m = 1; m < p->modules.n; m++) {
			struct bitset *uses = &p->modules.a[m].uses;

			for (u32 to = 1; to < p->modules.n; to++)
				if (to != m && bitset_test(uses, to) &&
				    bitset_or(uses, &p->modules.a[to].uses))
					has_changed = true;
		}
	}
	/* only now: a cycle would put it back again and again */
	for (u32 m = 1; m < p->modules.n; m++)
		bitset_unset(&p->modules.a[m].uses, m);
}

void modules_uses(struct program *p)
{
	struct uses u = { .p = p, .scratch = ARENA_INIT };

	u.fns = group(&u, 1, p->fns.n, fn_module);
	u.inits = group(&u, 0, p->inits.n, init_module);
	u.seen = arena_array(&u.scratch, u32, p->fns.n);
	for (u32 m = 1; m < p->modules.n; m++)
		if (!p->modules.a[m].is_core)
			direct_uses(&u, m);
	close_uses(p);
	vec_free(&u.stack);
	arena_free(&u.scratch);
}
