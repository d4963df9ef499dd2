/* SPDX-License-Identifier: MIT */
/*
 * Whose an object is, by what it is embedded in: "makers" of the rules say which entry of
 * a table makes objects that have this table.  When all that the alloc_inode() of one
 * file system returns is the inode within its own struct, the inode within such a struct
 * is one of that file system.
 */
#ifndef ANALYSIS_MAKER_H
#define ANALYSIS_MAKER_H

#include "analysis/engine.h"

struct made {
	u32 member;			/* an object that is this member of something */
	const struct rule_maker *rule;
	struct av tables;		/* has one of these */
};

/* What is known of the object at this member; NULL: nothing. */
const struct made *maker_find(struct engine *e, u32 member);

#endif
