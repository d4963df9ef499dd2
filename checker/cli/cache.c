// SPDX-License-Identifier: MIT
/*
 * The manifest of a facts folder in memory: entries, and what is known of every
 * file they were made from.
 *
 * Requires input paths that mean the same in the next scan: absolute ones.
 * Ignores a file that appears where an #include would find it before the one that
 * was read: as every cache that knows inputs only, it is not told (--force is the
 * way out).
 */
#include "cli/cache_internal.h"

#include "base/err.h"
#include "base/file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define TICK_NS 20000000u	/* more than a kernel's tick: times of change are that coarse */
#define SECOND_NS 1000000000u

u64 cache_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (u64)t.tv_sec * SECOND_NS + (u64)t.tv_nsec;
}

struct cache *cache_create(void)
{
	struct cache *c = mem_realloc(NULL, 1, sizeof(*c));

	*c = (struct cache){ .paths = strtab_create() };
	(void)vec_add(&c->files);	/* path ids begin at 1 */
	return c;
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	strtab_destroy(c->paths);
	map_free(&c->by_name);
	vec_free(&c->files);
	vec_free(&c->entries);
	vec_free(&c->inputs);
	vec_free(&c->scratch);
	free(c);
}

/* ---- files -------------------------------------------------------------- */

u32 cache_file_id(struct cache *c, const char *path)
{
	u32 id = str_intern(c->paths, path).n;

	while (c->files.n <= id)
		(void)vec_add(&c->files);
	return id;
}

struct cache_stamp cache_stamp_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return (struct cache_stamp){ 0 };
	return (struct cache_stamp){
		.mtime_ns = (u64)st.st_mtim.tv_sec * SECOND_NS + (u64)st.st_mtim.tv_nsec,
		.size = (u64)st.st_size,
		.inode = (u64)st.st_ino,
	};
}

bool cache_stamp_eq(struct cache_stamp a, struct cache_stamp b)
{
	return a.mtime_ns == b.mtime_ns && a.size == b.size && a.inode == b.inode;
}

bool cache_may_be_written_since(u64 mtime_ns, u64 then_ns)
{
	/* File systems that keep whole seconds only: up to two of them (FAT). */
	u64 grain = mtime_ns % SECOND_NS ? TICK_NS : 2 * (u64)SECOND_NS;

	return mtime_ns + grain >= then_ns;
}

/*
 * Brings what is known of a file up to date, once in a run.  The hash covers path
 * and contents; that of a file which cannot be read is of no other state.
 */
static const struct cache_file *look(struct cache *c, u32 id)
{
	const char *path = str_text(c->paths, (struct str){ id });
	struct cache_file *f = &c->files.a[id];
	struct cache_stamp stamp;
	struct blob text;
	struct err *err;

	if (f->is_current)
		return f;
	stamp = cache_stamp_of(path);
	f->is_current = true;
	f->is_missing = !stamp.inode;
	if (!f->is_missing && f->is_trusted && cache_stamp_eq(stamp, f->stamp))
		return f;
	f->is_trusted = !cache_may_be_written_since(stamp.mtime_ns, cache_now_ns());
	f->stamp = stamp;
	err = f->is_missing ? NULL : file_read(path, &text);
	if (err || f->is_missing) {
		err_free(err);
		f->is_missing = true;
		return f;
	}
	f->hash = hash128_mix(hash128(path, strlen(path)), hash128(text.p, text.n));
	blob_free(&text);
	return f;
}

/* ---- entries ------------------------------------------------------------ */

struct cache_entry *cache_find(const struct cache *c, const char *name)
{
	const u64 *at;
	struct str s = str_find(c->paths, name);

	at = s.n ? map_get(&c->by_name, s.n) : NULL;
	return at ? &c->entries.a[*at - 1] : NULL;
}

struct cache_entry *cache_add(struct cache *c, const char *name)
{
	u32 id = cache_file_id(c, name);
	u64 *at = map_put(&c->by_name, id, NULL);

	if (!*at) {
		(void)vec_add(&c->entries);
		*at = c->entries.n;
	}
	c->entries.a[*at - 1] = (struct cache_entry){ .name = id };
	return &c->entries.a[*at - 1];
}

/* Of the command and all inputs as they are now; false when one is missing. */
static bool key_of(struct cache *c, const struct cache_entry *e, struct hash128 *ret)
{
	vec_clear(&c->scratch);
	vec_push(&c->scratch, e->command);
	for (u32 i = 0; i < e->n_inputs; i++) {
		const struct cache_file *f = look(c, c->inputs.a[e->first_input + i]);

		if (f->is_missing)
			return false;
		vec_push(&c->scratch, f->hash);
	}
	*ret = hash128(c->scratch.a, c->scratch.n * sizeof(*c->scratch.a));
	return true;
}

void cache_put(struct cache *c, const struct cache_extraction *x)
{
	struct cache_entry *e = cache_add(c, x->name);

	e->command = x->command;
	e->facts = cache_stamp_of(x->facts);
	e->has_problems = x->has_problems;
	e->first_input = c->inputs.n;
	e->n_inputs = x->n_inputs;
	e->is_live = e->facts.inode != 0;
	e->is_new = true;
	for (u32 i = 0; i < x->n_inputs; i++)
		vec_push(&c->inputs, cache_file_id(c, x->inputs[i]));
	if (!key_of(c, e, &e->key))
		e->is_live = false;
	/* What was written during the extraction may have been read before. */
	for (u32 i = 0; i < e->n_inputs && e->is_live; i++) {
		const struct cache_file *f = &c->files.a[c->inputs.a[e->first_input + i]];

		if (cache_may_be_written_since(f->stamp.mtime_ns, x->started_ns))
			e->is_live = false;
	}
}

bool cache_is_fresh(struct cache *c, const char *name, struct hash128 command, const char *facts,
		    bool *has_problems_ret)
{
	const struct cache_entry *e = cache_find(c, name);
	struct hash128 key;

	if (!e || !e->is_live || !hash128_eq(e->command, command))
		return false;
	if (!cache_stamp_eq(e->facts, cache_stamp_of(facts)))
		return false;
	if (!key_of(c, e, &key) || !hash128_eq(key, e->key))
		return false;
	*has_problems_ret = e->has_problems;
	return true;
}

void cache_drop(struct cache *c, const char *name)
{
	struct cache_entry *e = cache_find(c, name);

	if (e)
		e->is_live = false;
}

void cache_keep(struct cache *c, const struct map *names)
{
	for (u32 i = 0; i < c->entries.n; i++) {
		struct cache_entry *e = &c->entries.a[i];
		const char *name = str_text(c->paths, (struct str){ e->name });

		if (!map_get_bytes(names, name, strlen(name)))
			e->is_live = false;
	}
}

u32 cache_count(const struct cache *c)
{
	u32 n = 0;

	for (u32 i = 0; i < c->entries.n; i++)
		n += c->entries.a[i].is_live;
	return n;
}

/* Looked at, and not as it was then any more. */
static bool is_unstable(struct cache *c, u32 id)
{
	struct cache_file *f = &c->files.a[id];

	if (!f->is_settled) {
		f->is_settled = true;
		f->is_unstable = f->is_current && !f->is_missing &&
				 !cache_stamp_eq(f->stamp, cache_stamp_of(str_text(c->paths, (struct str){ id })));
	}
	return f->is_unstable;
}

/*
 * A file that changed after look() may have been read in its new state by an
 * extraction whose key holds the old one.
 */
void cache_settle(struct cache *c)
{
	for (u32 id = 1; id < c->files.n; id++)
		c->files.a[id].is_settled = false;
	for (u32 i = 0; i < c->entries.n; i++) {
		struct cache_entry *e = &c->entries.a[i];

		for (u32 k = 0; k < e->n_inputs && e->is_live && e->is_new; k++)
			if (is_unstable(c, c->inputs.a[e->first_input + k]))
				e->is_live = false;
	}
}
