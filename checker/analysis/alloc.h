/* SPDX-License-Identifier: MIT */
/* Does an allocation enter reclaim, by its mask and by the task's flags? */
#ifndef ANALYSIS_ALLOC_H
#define ANALYSIS_ALLOC_H

#include "analysis/eval.h"

/*
 * ALLOC_UNSURE: nothing is known of the mask, or of the bits that decide.  It is the
 * token of the event of an allocation that enters reclaim, or may.
 */
enum alloc_effect { ALLOC_ENTERS, ALLOC_UNSURE, ALLOC_HARMLESS };

/* An allocation with this mask in the current state of ev.  Of a mask that can be one
 * of several constants, one that enters is enough. */
enum alloc_effect alloc_effect(struct eval *ev, struct av mask);

#endif
