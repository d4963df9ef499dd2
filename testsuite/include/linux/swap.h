/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SWAP_H
#define _LINUX_SWAP_H

#include <linux/mm.h>
#include <linux/sched.h>

struct reclaim_state { unsigned long reclaimed; };

static inline int current_is_kswapd(void)
{
	return current->flags & PF_KSWAPD;
}

#endif
