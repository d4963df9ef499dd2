/* SPDX-License-Identifier: MIT */
/* What value.c and value_make.c share. */
#ifndef ANALYSIS_VALUE_INTERNAL_H
#define ANALYSIS_VALUE_INTERNAL_H

#include "analysis/value.h"

/* An empty one: what is unused of its arrays is not cleared, which would take longer than all the rest. */
static inline void value_draft(struct avalue *v, u8 kind)
{
	memset(v, 0, offsetof(struct avalue, consts));
	v->kind = kind;
}

/* Which of the table's signals it may be. */
u8 value_signals(const struct values *t, const struct avalue *v);

/* Add to a sorted set; false when it is full. */
bool value_add_const(struct avalue *v, s64 c);
bool value_add_addr(struct avalue *v, struct addr a);

#endif
