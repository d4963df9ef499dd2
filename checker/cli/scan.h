/* SPDX-License-Identifier: MIT */
/*
 * Extracting the facts of a whole build.  A unit is one command of the compile
 * database that compiles a C file; its facts go to STATE/facts/NAME.facts.
 */
#ifndef CLI_SCAN_H
#define CLI_SCAN_H

#include "base/file.h"
#include "base/hash.h"
#include "base/vec.h"
#include "cli/cache.h"
#include "cli/frontend.h"

enum scan_outcome {
	UNIT_NOT_SELECTED,	/* by --file or --shard: left as it is */
	UNIT_WAITING,
	UNIT_FRESH,		/* its facts are there already */
	UNIT_EXTRACTED,
	UNIT_FAILED,		/* no facts */
};

struct scan_unit {
	const char *name;	/* unique: the source, with a mark behind it where that is not */
	const char *source;	/* as facts name it */
	const char *dir;	/* where the command runs */
	const char *srctree;	/* absolute; NULL when it is no kernel's command */
	char **argv;		/* the command, NULL-terminated */
	u32 argc;
	const char *object;	/* what it makes; "" when that is not known */
	struct hash128 command;	/* of all that, whatever the front-end */
	enum scan_outcome outcome;
	bool has_problems;	/* of facts that are there: parse errors, lost functions */
	const char *reason;	/* UNIT_FAILED: why; has_problems: the last thing said */
	u64 started_ns;
};
typedef VEC(struct scan_unit) scan_unit_vec;

struct scan_options {
	const char *build;	/* the folder of compile_commands.json, or that file */
	const char *output;	/* STATE; NULL: .reclint in the folder of the database */
	const char *frontend;
	const char *rules_dir;
	VEC(const char *) overlays;	/* rules files, for their constants */
	VEC(const char *) globs;	/* of sources; none: all */
	u32 n_parallel, timeout_s;
	u32 shard, n_shards;	/* the shard-th of n_shards, from 1; 0: no shards */
	bool force;
	struct scan_gate *gate;		/* told what is extracted; NULL: nobody waits */
};

struct scan {
	const struct scan_options *opt;
	struct arena arena;
	const char *database, *state;	/* absolute paths */
	struct frontend frontend;
	struct hash128 identity;
	scan_unit_vec units;		/* sorted by name */
	struct blob known;		/* what they point into, if they were known */
	struct cache *cache;
	bool interrupted;
	u64 user_us, sys_us, max_rss_kib;	/* of the front-ends */
};

static inline const char *scan_path(struct scan *s, const char *name)
{
	return arena_printf(&s->arena, "%s/%s", s->state, name);
}
static inline const char *scan_facts_path(struct scan *s, const struct scan_unit *u)
{
	return arena_printf(&s->arena, "%s/facts/%s.facts", s->state, u->name);
}

/* scan_units.c: all C commands of s->database, without duplicates, each named; then
 * those that --file and --shard choose are UNIT_WAITING. */
MUST_CHECK struct err *scan_units_read(struct scan *s);
void scan_units_select(struct scan *s);

/* scan_known.c: the same from the last scan, while the database is what it was; false: read it. */
bool scan_known_read(struct scan *s, struct cache_stamp database);
void scan_known_write(struct scan *s, struct cache_stamp database);

/* scan_probe.c: adds the unit "constants", which tells the values of the constants
 * that rules name; nothing when the rules need none or it is no kernel. */
MUST_CHECK struct err *scan_probe_add(struct scan *s);

/* scan_run.c: extracts every UNIT_WAITING that is not fresh; sets s->interrupted. */
MUST_CHECK struct err *scan_run(struct scan *s);

/* scan_state.c: what lies beside the facts. */
#define SCAN_MANIFEST "scan.manifest"
#define SCAN_FAILED "failed"		/* lines "source: reason" */
#define SCAN_SUMMARY "scan"		/* lines "key value": see facts_dir.h */
/* Writes both and removes facts that no unit has now. */
MUST_CHECK struct err *scan_state_write(struct scan *s);

struct scan_options scan_defaults(void);
/* The whole of it; *status_ret is 2 when files gave no facts, else 0.  An error: nothing can be said of the facts. */
MUST_CHECK struct err *scan_build(const struct scan_options *opt, int *status_ret);

#endif
