/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DMA_FENCE_H
#define _LINUX_DMA_FENCE_H

#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/spinlock.h>

struct dma_fence;
struct dma_fence_ops {
	const char *(*get_driver_name)(struct dma_fence *fence);
	bool (*enable_signaling)(struct dma_fence *fence);
	bool (*signaled)(struct dma_fence *fence);
	void (*release)(struct dma_fence *fence);
};
struct dma_fence {
	spinlock_t *lock;
	const struct dma_fence_ops *ops;
	unsigned long flags;
	struct kref refcount;
};

long dma_fence_wait_timeout(struct dma_fence *fence, bool intr, long timeout);
int dma_fence_signal(struct dma_fence *fence);
bool dma_fence_is_signaled(struct dma_fence *fence);
void dma_fence_release(struct kref *kref);

static inline bool dma_fence_begin_signalling(void)
{
	return true;
}

static inline void dma_fence_end_signalling(bool cookie)
{
}

static inline long dma_fence_wait(struct dma_fence *fence, bool intr)
{
	long ret = dma_fence_wait_timeout(fence, intr, MAX_SCHEDULE_TIMEOUT);

	return ret < 0 ? ret : 0;
}
static inline void dma_fence_put(struct dma_fence *fence)
{
	if (fence)
		kref_put(&fence->refcount, dma_fence_release);
}

#endif
