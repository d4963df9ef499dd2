// SPDX-License-Identifier: MIT
/*
 * Whether an allocation enters reclaim: what "reclaiming:" of the rules says of its mask
 * and of the task's flags, which scopes (memalloc_nofs_save()) have set on the way.
 */
#include "analysis/alloc.h"

/* Bits of v: all of 'bits' set, some of them clear, or neither is known. */
enum bits_known { BITS_SET, BITS_NOT_SET, BITS_UNKNOWN };

static enum bits_known all_set(const struct avalue *v, u64 bits)
{
	bool some = false, unknown = false;
	u32 i;

	switch ((enum av_kind)v->kind) {
	case AV_SET:
		for (i = 0; i < v->n_consts; i++)
			some = some || ((u64)v->consts[i] & bits) == bits;
		return v->n_addrs ? BITS_UNKNOWN : some ? BITS_SET : BITS_NOT_SET;
	case AV_BITS:
		unknown = (v->mask & bits) != bits;
		return (v->mask & ~v->val & bits) ? BITS_NOT_SET : unknown ? BITS_UNKNOWN : BITS_SET;
	default:
		return BITS_NOT_SET;
	}
}

/* Is one of these bits certainly set? */
static bool any_set(const struct avalue *v, u64 bits)
{
	u32 i;

	if (v->kind == AV_BITS)
		return v->val & bits;
	for (i = 0; i < v->n_consts; i++)
		if (!((u64)v->consts[i] & bits))
			return false;
	return v->kind == AV_SET && !v->n_addrs;
}

enum alloc_effect alloc_effect(struct eval *ev, struct av mask)
{
	struct engine *e = ev->e;
	const struct alloc_test *test = &e->alloc;
	enum bits_known known;
	struct av flags;

	if (!test->mask)
		return ALLOC_HARMLESS;
	known = all_set(av_get(&e->values, mask), test->mask);
	if (known == BITS_NOT_SET)
		return ALLOC_HARMLESS;
	e->nodes.a[ev->node].uses_objects = true;
	flags = memory_read(&ev->w.mem, &e->values, test->object, test->off, 4);
	if (any_set(av_get(&e->values, flags), test->unless))
		return ALLOC_HARMLESS;
	return known == BITS_SET ? ALLOC_ENTERS : ALLOC_UNSURE;
}
