/* SPDX-License-Identifier: MIT */
/*
 * What is known at a point of a function: "on every execution of this node that
 * reaches this point holding exactly 'holds', SSA value k is env[k] and memory is
 * as cells say".  A value or byte that is not mentioned can be anything.  States after
 * a call through an unknown table are told apart by the table, where one of its targets
 * changed what was known of an object: 'table', else 0.
 */
#ifndef ANALYSIS_STATE_H
#define ANALYSIS_STATE_H

#include "analysis/engine.h"

struct binding { u32 key; struct av v; };	/* key: instruction, or n_insns + argument */

struct state {
	u32 holds, table;
	u32 result;		/* eval_result_class() of what will be returned, once that is a phi */
	struct binding *env;	u32 n_env;	/* ascending by key */
	struct cells cells;
	u32 joins;		/* how often it was joined, for widening */
	bool dirty;		/* not yet executed since it changed */
};

/* Where a fresh object's mark is: see fresh.c.  It stays when all else is forgotten. */
#define FRESH_MARK (INT32_MIN + 8)
/* Where a table that rules know something of says which rule that is: see handed.c. */
#define NEVER_MARK (INT32_MIN + 16)

/* ---- cells: a working copy that grows ----------------------------------- */

struct memory { VEC(struct cell) c; };

void memory_load(struct memory *m, struct cells from);
struct cells memory_save(const struct memory *m, struct arena *a);
/* What the 'size' bytes at (obj, off) hold; AV_TOP if not known. */
struct av memory_read(const struct memory *m, struct values *t, struct obj obj, s32 off, u32 size);
void memory_write(struct memory *m, struct obj obj, s32 off, u32 size, struct av v);
void memory_put(struct memory *m, struct cell c);	/* the same, with a member */
/* Is anything known of these bytes?  off OFF_ANY: of the object. */
bool memory_has(const struct memory *m, struct obj obj, s32 off, u32 size);
/* Forgets [off, off + size); off OFF_ANY: the whole object. */
void memory_forget(struct memory *m, struct obj obj, s32 off, u32 size);
/* Copies what is known of [src_off, src_off + size) to dst. */
void memory_copy(struct memory *m, struct obj dst, s32 dst_off, struct obj src, s32 src_off, u32 size);
void memory_drop_object(struct memory *m, struct obj obj);
void memory_free(struct memory *m);

/* The bytes on which both agree, joined; *changed_ret if the result is not a. */
struct cells cells_join(struct values *t, struct cells a, struct cells b, struct arena *arena,
			bool *changed_ret);
bool cells_equal(struct cells a, struct cells b);

/*
 * into becomes the join of itself and from; true if it changed.  When widen is
 * set a value that changed becomes "anything" at once.
 */
bool state_join(struct values *t, struct state *into, const struct state *from, bool widen,
		struct arena *a);

#endif
