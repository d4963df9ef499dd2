/* SPDX-License-Identifier: MIT */
/*
 * What a callee knows of its arguments beyond the values that its caller has for them:
 * what a rule says of this call, which table the call went through, and who made what
 * they are embedded in (maker.h).
 */
#ifndef ANALYSIS_HANDED_H
#define ANALYSIS_HANDED_H

#include "analysis/eval.h"

/* The cell that a rule's "known" is, in object o; false: this kernel has no such member. */
bool handed_known(struct engine *e, const struct rule_known *k, struct obj o, struct cell *ret);

/*
 * The call of a function that a table holds: p->ops->entry(p), where 'callee' was loaded
 * from the entry at 'off' of the table.  The callee's p has that table.
 */
struct handed_table { u32 var; s32 off; };	/* var 0: no table */

/* Do rules say that the table through which the call goes can't be this one? */
bool handed_excludes(struct eval *ev, const struct fact_insn *call, struct handed_table table);

/*
 * Adds to the input of a callee.  in->args and in->cells are in the callee's names; objects
 * that the caller has none for are numbered from *n_objects on.
 */
void handed_add(struct eval *ev, const struct fact_insn *call, struct handed_table table, struct engine_input *in,
		u32 *n_objects, u32 max_objects);

#endif
