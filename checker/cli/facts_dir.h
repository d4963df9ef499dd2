/* SPDX-License-Identifier: MIT */
/*
 * The facts of a build, wherever they lie: what `reclint scan` left in a folder, or
 * *.facts, and *.nofacts for those that gave none, beside the objects of a kernel
 * that was built with CHECK=reclint.
 */
#ifndef CLI_FACTS_DIR_H
#define CLI_FACTS_DIR_H

#include "base/arena.h"

struct facts_dir {
	char **facts;		/* paths, sorted; the probe is among them */
	u32 n_facts;
	const char **names;	/* of several folders: paths within theirs; NULL: of one */
	const char **failed;	/* "source: reason": commands that gave no facts */
	u32 n_failed;
	u32 n_commands;		/* of the database that was scanned; 0: not known */
	u32 n_missing;		/* further commands of the build that were not scanned */
	const char *srctree, *objtree;	/* NULL when not known */
	bool has_probe;		/* the values of the rules' constants are known */
	u32 n_prefix;		/* bytes of each path up to the folder of the facts, with its slash */
};

/*
 * path: a build folder that was scanned (it holds .reclint), the output folder of a
 * scan, any other folder (every *.facts below it), or one facts file.  An error when
 * there are none.
 */
MUST_CHECK struct err *facts_dir_open(struct arena *a, const char *path, struct facts_dir *ret);

/*
 * Several of them as one: the shards of a scan, a module and the kernel that it was built
 * against.  What two folders have under the same name is taken from the first.
 */
MUST_CHECK struct err *facts_dirs_open(struct arena *a, const char *const *paths, u32 n, struct facts_dir *ret);

/* Fills in what a scan's output folder says besides its facts. */
MUST_CHECK struct err *facts_dir_read_state(struct arena *a, const char *state,
					    struct facts_dir *ret);

#endif
