/* SPDX-License-Identifier: MIT */
/* A buffer object of a made-up framework that two drivers use. */
#ifndef BO_H
#define BO_H

#include <linux/mutex.h>

struct bo;
struct bo_funcs {
	void (*evict)(struct bo *bo);
};
struct bo {
	const struct bo_funcs *funcs;
	struct mutex lock;
};

#endif
