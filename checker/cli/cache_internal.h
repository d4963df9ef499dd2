/* SPDX-License-Identifier: MIT */
/* The cache as cache.c keeps it and manifest.c writes it. */
#ifndef CLI_CACHE_INTERNAL_H
#define CLI_CACHE_INTERNAL_H

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "cli/cache.h"

struct cache_file {
	struct cache_stamp stamp;
	struct hash128 hash;	/* of its path and contents */
	bool is_trusted;	/* an equal stamp means equal contents */
	bool is_current;	/* looked at in this run */
	bool is_missing;
	bool is_unstable;	/* once is_settled: changed since it was looked at */
	bool is_settled;
};

struct cache_entry {
	u32 name;		/* as a path id */
	struct hash128 command, key;
	struct cache_stamp facts;
	u32 first_input, n_inputs;
	bool has_problems, is_live, is_new;	/* is_new: put in this run */
};

struct cache {
	struct strtab *paths;			/* of files, and names of entries */
	VEC(struct cache_file) files;		/* by path id */
	VEC(struct cache_entry) entries;
	VEC(u32) inputs;			/* path ids, entry by entry */
	VEC(struct hash128) scratch;
	struct map by_name;			/* path id to index in entries, plus 1 */
};

u32 cache_file_id(struct cache *c, const char *path);
struct cache_entry *cache_find(const struct cache *c, const char *name);
/* The entry of that name, emptied. */
struct cache_entry *cache_add(struct cache *c, const char *name);
/* New entries that a file changed under are forgotten; before writing. */
void cache_settle(struct cache *c);

#endif
