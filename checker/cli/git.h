/* SPDX-License-Identifier: MIT */
/* What git knows of a tree, by running it. */
#ifndef CLI_GIT_H
#define CLI_GIT_H

#include "base/arena.h"
#include "base/map.h"

/* Files, by absolute path with no symbolic link in the folder's part. */
struct git_changes {
	struct arena arena;
	struct map files;	/* keys: their paths */
	u32 n;
};

/*
 * What differs between revision 'rev' and the files as they are now, of the whole repository
 * that 'dir' is in: changed, new (also not yet added, unless ignored), gone; a renamed file is
 * both of its names.  An error, in git's words, when dir is in no repository, or rev is not a
 * revision of it.  The caller frees *ret, also after an error.
 */
MUST_CHECK struct err *git_changes(const char *dir, const char *rev, struct git_changes *ret);
/* The commit that dir is at; "-" when it is in no repository, or in one without a commit. */
const char *git_head(struct arena *a, const char *dir);
void git_changes_free(struct git_changes *g);
/* path: absolute. */
bool git_is_changed(const struct git_changes *g, const char *path);

#endif
