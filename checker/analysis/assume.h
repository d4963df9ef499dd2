/* SPDX-License-Identifier: MIT */
/* What follows for members of structs when a predicate has a given answer. */
#ifndef ANALYSIS_ASSUME_H
#define ANALYSIS_ASSUME_H

#include "analysis/engine.h"

/* The bits 'mask' of the 'bits' that are loaded for the member are all zero, or are not:
 * of a bit-field, its own. */
struct assumption {
	u32 member, bits;
	u64 mask;
	bool is_zero;
	bool is_flags;		/* the mask is the code's own */
};
struct assumptions { VEC(struct assumption) a; };

/*
 * From the predicate's body, and short functions that it calls: a member that is read
 * there and that must be zero, or must not be, for the predicate to give that answer.
 * From those, what follows for members that functions of its module write: zero, if no
 * write of anything else can be reached.
 */
void assume_answer(const struct engine *like, u32 predicate, bool answer, struct assumptions *ret);
void assumptions_free(struct assumptions *as);
/* In e, which has evaluated nothing yet, every load gives what is assumed. */
void assumptions_apply(const struct assumptions *as, struct engine *e);
/* "struct foo.bar is 0, struct foo.baz is not 0"; NULL when there is none. */
const char *assumptions_text(const struct assumptions *as, const struct program *p, struct arena *a);

#endif
