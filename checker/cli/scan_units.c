// SPDX-License-Identifier: MIT
/*
 * Which commands of a compile database are units, and what their facts are called.
 *
 * A name is the source's path in the tree; "@outside/usr/src/x.c" for a file that
 * is neither in the source tree nor in the build folder.  Where a source is
 * compiled in several ways, the first by name of its object keeps the plain name and
 * the others get "~" and eight digits of the command's hash, so that another order
 * in the database renames nothing.
 *
 * Ignores assembly and other languages.
 */
#include "cli/scan.h"

#include "base/err.h"
#include "base/file.h"
#include "cli/compdb.h"
#include "fact/fact.h"

#include <fnmatch.h>
#include <stdlib.h>

static bool is_c(const char *file)
{
	size_t n = strlen(file);

	return n > 2 && strcmp(file + n - 2, ".c") == 0;
}

static struct hash128 hash_text(const char *s)
{
	return hash128(s, strlen(s) + 1);
}

static struct hash128 command_hash(const struct scan_unit *u)
{
	struct hash128 h = hash128_mix(hash_text(u->dir), hash_text(u->srctree ? u->srctree : ""));

	for (u32 i = 0; i < u->argc; i++)
		h = hash128_mix(h, hash_text(u->argv[i]));
	return h;
}

static void add_unit(struct scan *s, const struct compdb_command *c)
{
	struct scan_unit *u = vec_add(&s->units);
	struct fact_command parsed;

	fact_command_parse((int)c->argc, c->argv, &s->arena, &parsed);
	u->dir = c->dir;
	u->argv = c->argv;
	u->argc = c->argc;
	u->srctree = parsed.srctree ? file_join(&s->arena, c->dir, parsed.srctree) : NULL;
	u->source = fact_path(&s->arena, c->file, c->dir, u->srctree);
	u->name = *u->source == '/' ? arena_printf(&s->arena, "@outside%s", u->source) : u->source;
	u->object = c->output ? c->output : parsed.object ? parsed.object : "";
	u->command = command_hash(u);
}

static int by_hash(struct hash128 a, struct hash128 b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo < b.lo ? -1 : a.lo > b.lo;
}

static int by_name(const void *a, const void *b)
{
	const struct scan_unit *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = strcmp(x->object, y->object);
	return order ? order : by_hash(x->command, y->command);
}

/* Sorted: equal names are neighbours, and equal commands among them. */
static void make_unique(struct scan *s)
{
	const char *plain = "";
	u32 n = 0;

	for (u32 i = 0; i < s->units.n; i++) {
		struct scan_unit u = s->units.a[i];
		bool is_same_name = strcmp(u.name, plain) == 0;
		char hex[33];

		if (is_same_name && hash128_eq(u.command, s->units.a[n - 1].command))
			continue;
		plain = u.name;
		hash128_hex(u.command, hex);
		if (is_same_name)
			u.name = arena_printf(&s->arena, "%s~%.8s", u.name, hex);
		s->units.a[n++] = u;
	}
	s->units.n = n;
	vec_sort(&s->units, by_name);
}

struct err *scan_units_read(struct scan *s)
{
	struct cache_stamp stamp = cache_stamp_of(s->database);
	struct compdb db;
	struct err *err;

	if (scan_known_read(s, stamp))
		return NULL;
	err = compdb_read(&s->arena, s->database, &db);
	if (err)
		return err;
	for (u32 i = 0; i < db.n_commands; i++)
		if (is_c(db.commands[i].file))
			add_unit(s, &db.commands[i]);
	if (!s->units.n)
		return err_new("no C file in '%s'", s->database);
	vec_sort(&s->units, by_name);
	make_unique(s);
	scan_known_write(s, stamp);
	return NULL;
}

/* A glob names files, or folders with all that is below them; '*' stops at a '/'. */
static bool is_selected(const struct scan_options *opt, const struct scan_unit *u)
{
	for (u32 i = 0; i < opt->globs.n; i++)
		if (fnmatch(opt->globs.a[i], u->source, FNM_PATHNAME | FNM_LEADING_DIR) == 0)
			return true;
	return opt->globs.n == 0;
}

void scan_units_select(struct scan *s)
{
	u32 n = 0;

	for (u32 i = 0; i < s->units.n; i++) {
		struct scan_unit *u = &s->units.a[i];

		if (!is_selected(s->opt, u))
			continue;
		if (!s->opt->n_shards || n % s->opt->n_shards == s->opt->shard - 1)
			u->outcome = UNIT_WAITING;
		n++;
	}
}
