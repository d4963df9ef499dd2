/* SPDX-License-Identifier: MIT */
/* Lock classes that the kernel's developers state to be taken in reclaim. */
#ifndef ANALYSIS_PRIMING_H
#define ANALYSIS_PRIMING_H

#include "analysis/lockset.h"

struct primed_class { u32 token, fn, line; };	/* the function that states it; line 0: the rules say so */
struct priming { VEC(struct primed_class) a; };	/* by token and function, each once */

void priming_find(struct engine *e, const struct callgraph *g, struct priming *ret);
void priming_free(struct priming *p);

#endif
