// SPDX-License-Identifier: MIT
/*
 * Which entries match a function's name.  Exact names: a hash from the name to a
 * chain of entries in file order; patterns: those that a name may begin as, one by one.
 */
#include "rule/internal.h"

#include <limits.h>

struct rule_index {
	struct arena arena;
	struct ruleset *rs;
	struct map first;	/* name -> entry + 1 */
	u32 *next;		/* by entry: the next one of the same exact name + 1 */
	struct globs { u32 *a, n; } globs[1u << CHAR_BIT];	/* by a name's first byte: patterns, in file order */
};

static void add_exact(struct rule_index *ri, u32 *last, u32 i)
{
	const char *name = ri->rs->fns.a[i].fn;
	bool is_new;
	u64 *first = map_put_bytes(&ri->first, name, strlen(name), &is_new);

	if (is_new)
		*first = i + 1;
	else
		ri->next[last[*first - 1]] = i + 1;
	last[*first - 1] = i;
}

static bool may_begin(const char *glob, u32 first)
{
	return *glob == '*' || *glob == '?' || (u8)*glob == first;
}

static void add_globs(struct rule_index *ri, u32 first)
{
	struct globs *globs = &ri->globs[first];
	const struct ruleset *rs = ri->rs;

	globs->a = arena_array(&ri->arena, u32, rs->fns.n);
	for (u32 i = 0; i < rs->fns.n; i++)
		if (!glob_is_exact(rs->fns.a[i].fn) && may_begin(rs->fns.a[i].fn, first))
			globs->a[globs->n++] = i;
}

struct rule_index *rule_index_create(struct ruleset *rs)
{
	struct arena arena = ARENA_INIT, scratch = ARENA_INIT;
	struct rule_index *ri = arena_new(&arena, struct rule_index);
	u32 *last = arena_array(&scratch, u32, rs->fns.n);	/* by first entry of a name */

	ri->arena = arena;
	ri->rs = rs;
	ri->next = arena_array(&ri->arena, u32, rs->fns.n);
	for (u32 i = 0; i < rs->fns.n; i++)
		if (glob_is_exact(rs->fns.a[i].fn))
			add_exact(ri, last, i);
	for (u32 first = 0; first < ARRAY_LEN(ri->globs); first++)
		add_globs(ri, first);
	arena_free(&scratch);
	return ri;
}

void rule_index_free(struct rule_index *ri)
{
	if (!ri)
		return;
	struct arena arena = ri->arena;

	map_free(&ri->first);
	arena_free(&arena);
}

/* The next of the name's patterns at or after *g that matches, +1; 0: none. */
static u32 next_glob(const struct rule_index *ri, const char *fn, u32 *g)
{
	const struct globs *globs = &ri->globs[(u8)*fn];

	for (; *g < globs->n; (*g)++) {
		if (glob_match(ri->rs->fns.a[globs->a[*g]].fn, fn))
			return globs->a[*g] + 1;
	}
	return 0;
}

/* Merges the chain of exact entries with the patterns. */
u32 rule_index_match(const struct rule_index *ri, const char *fn, struct rule_fn **out, u32 max)
{
	const u64 *first = map_get_bytes(&ri->first, fn, strlen(fn));
	u32 exact = first ? (u32)*first : 0, g = 0, n = 0;
	u32 glob = next_glob(ri, fn, &g);

	while (exact || glob) {
		bool is_exact = exact && (!glob || exact < glob);
		u32 i = (is_exact ? exact : glob) - 1;

		if (n < max)
			out[n] = &ri->rs->fns.a[i];
		n++;
		if (is_exact) {
			exact = ri->next[i];
		} else {
			g++;
			glob = next_glob(ri, fn, &g);
		}
	}
	return n;
}
