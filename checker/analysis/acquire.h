/* SPDX-License-Identifier: MIT */
/*
 * The second walk: from functions that take a lock, with the locks as state.  Its nodes
 * say what is held at each call; see lockset.h.
 */
#ifndef ANALYSIS_ACQUIRE_H
#define ANALYSIS_ACQUIRE_H

#include "analysis/holders.h"
#include "analysis/scopes.h"

struct acquire {
	struct engine *e;
	const struct scopes *scopes;
	u32 *node;		/* by function: where its evaluation is; 0: not evaluated */
	u32 n_roots;
	struct bitset follow;	/* what has to be followed whatever the class */
	const struct holders *holders;
	struct arena arena;
};

/* dist: of h, to what the evaluation is to get to. */
void acquire_open(struct acquire *a, struct engine *e, const struct callgraph *g, const struct scopes *scopes,
		  const struct holders *h, const u8 *dist);
/* From now on this class is state; nodes of before are gone. */
void acquire_class(struct acquire *a, u32 token);
/*
 * The node of a function that is entered with nothing held, by a task that is in no
 * allocation scope but those that every caller is in; evaluated when first asked for.
 */
u32 acquire_node(struct acquire *a, u32 fn);
/* The node of a function that runs while somebody waits for it: whatever it calls matters. */
u32 acquire_waited(struct acquire *a, u32 fn);
void acquire_close(struct acquire *a);

#endif
