/* SPDX-License-Identifier: MIT */
/* Work items by the member or variable they are, and the functions that run for them. */
#ifndef ANALYSIS_WORK_H
#define ANALYSIS_WORK_H

#include "analysis/engine.h"

struct work_item { u32 token, fn; };
struct work_items { VEC(struct work_item) a; };	/* by token, then function */

/* What a wait with an 'ended_by' waits for when it is made for a module: "fence of xe". */
u32 work_of_module(struct engine *e, const struct rule_fn *r, u32 module);
/* Stores of a function into a member that a kind of wait 'runs', with all members and the variable
 * around it: flush_delayed_work(&x->work) names another one than the store does.  And for a queue the
 * functions of all items that the program puts on it. */
void work_find(struct engine *e, struct callgraph *g, struct work_items *ret);
void work_free(struct work_items *w);

#endif
