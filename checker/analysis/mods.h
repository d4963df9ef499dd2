/* SPDX-License-Identifier: MIT */
/*
 * What a function writes and reads of what its arguments point to, by its code and that of
 * what it calls by name, whatever the values.  What it writes is for calls that are not
 * followed; what it does not read need not be handed to it.
 */
#ifndef ANALYSIS_MODS_H
#define ANALYSIS_MODS_H

#include "analysis/engine.h"

/* Bytes [off, off + size) of what argument 'arg' points to; off OFF_ANY: any of them. */
struct mod { u32 arg; s32 off; u32 size; };
struct mods {
	struct mod *a;	u32 n;		/* written */
	struct mod *reads; u32 n_reads;
	u64 returns;			/* bits: arguments of which it returns an address in what they point to */
};

/*
 * Memory of the engine; the same each time.  Left out of what is written: what calls by
 * pointer write, what is written through a pointer that was loaded, and what is more than a
 * few calls away.  A function without a body writes anything, and calls by pointer and what
 * is further away read anything.
 */
const struct mods *mods_of(struct engine *e, u32 fn);
/* May it read these bytes of what the argument points to? */
bool mods_reads(const struct mods *m, u32 arg, s32 off, u32 size);

#endif
