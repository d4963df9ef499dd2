/* SPDX-License-Identifier: MIT */
/*
 * Cycles of three: a class that reclaim takes is held while another one, or a work item, is
 * waited for, and that one is held across an allocation (it allocates before it is done).
 */
#ifndef ANALYSIS_CYCLE_H
#define ANALYSIS_CYCLE_H

#include "analysis/inversion.h"

/* What the holders of the class that were evaluated wait for meanwhile. */
void cycles_see_pairs(struct inversions *inv, struct lock_walk *w, u32 token);
/* For each class of inv->a that has no partner of its own; and whatever work items are waited for. */
void cycles_find(struct inversions *inv);

#endif
