/* SPDX-License-Identifier: MIT */
#ifndef ANALYSIS_DUMPNODE_H
#define ANALYSIS_DUMPNODE_H

#include "analysis/engine.h"
#include "base/buf.h"

/* Every evaluated node of the functions whose name matches. */
void dump_nodes(struct engine *e, const char *glob, struct buf *out);

#endif
