/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PERCPU_REFCOUNT_H
#define _LINUX_PERCPU_REFCOUNT_H

#include <linux/types.h>

struct percpu_ref;
typedef void (percpu_ref_func_t)(struct percpu_ref *ref);
struct percpu_ref { percpu_ref_func_t *release; atomic_long_t count; };

void percpu_ref_get(struct percpu_ref *ref);
void percpu_ref_put(struct percpu_ref *ref);
void percpu_ref_kill(struct percpu_ref *ref);

#endif
