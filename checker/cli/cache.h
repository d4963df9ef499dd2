/* SPDX-License-Identifier: MIT */
/*
 * What earlier scans extracted, and from which bytes: a manifest in one file, so
 * that a scan with nothing to do reads no source and no facts.
 *
 * An entry says: the facts file with this stamp was made by this command from
 * files with these contents.  Contents are compared by hash; a file whose size,
 * inode and time of change are those of the manifest is not read again, unless it
 * was written so shortly before it was read that the time could not tell.
 */
#ifndef CLI_CACHE_H
#define CLI_CACHE_H

#include "base/hash.h"
#include "reclint.h"

struct cache;

struct cache *cache_create(void);
/* A manifest that is not there gives an empty cache; a broken one an error. */
MUST_CHECK struct err *cache_read(const char *path, struct cache **ret);
MUST_CHECK struct err *cache_write(struct cache *c, const char *path);
void cache_free(struct cache *c);

/* One extraction that succeeded. */
struct cache_extraction {
	const char *name;		/* of the facts file, unique */
	struct hash128 command;		/* everything but the inputs that decides the facts */
	const char *facts;		/* path of the facts file */
	const char *const *inputs;	/* absolute paths of all that was read */
	u32 n_inputs;
	u64 started_ns;			/* when it began, by the real-time clock */
	bool has_problems;
};
void cache_put(struct cache *c, const struct cache_extraction *x);
/* False: extract.  True: 'facts' is what extraction would give; *has_problems_ret as put. */
bool cache_is_fresh(struct cache *c, const char *name, struct hash128 command, const char *facts,
		    bool *has_problems_ret);
void cache_drop(struct cache *c, const char *name);
/* Drops every entry whose name is not among the keys of 'names'. */
void cache_keep(struct cache *c, const struct map *names);
u32 cache_count(const struct cache *c);

u64 cache_now_ns(void);

/* What says without reading that a file is the same. */
struct cache_stamp { u64 mtime_ns, size, inode; };	/* inode 0: no such file */
struct cache_stamp cache_stamp_of(const char *path);
bool cache_stamp_eq(struct cache_stamp a, struct cache_stamp b);
/* Could a write at or after 'then' have left this time of change? */
bool cache_may_be_written_since(u64 mtime_ns, u64 then_ns);

#endif
