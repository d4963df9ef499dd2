// SPDX-License-Identifier: MIT
/*
 * check-name: a wait ends when what is done under a class is done: SRCU readers, fence signalling
 * check-module: gpu
 */
#include <linux/dma-fence.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/srcu.h>

struct gpu {
	struct srcu_struct readers, quick_readers;
	struct dma_fence *fence;
	void *p;
};
static struct gpu gpu;

static unsigned long gpu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long gpu_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	synchronize_srcu(&gpu.readers);		/* expect: reclaim-sleeping-lock "gpu.readers" */
						/* expect@-1: reclaim-inversion "gpu.readers is waited for .* gpu_read_bad.. holds it across" contexts=!drop-caches */
	synchronize_srcu(&gpu.quick_readers);	/* expect: reclaim-sleeping-lock "gpu.quick_readers" */
	dma_fence_wait(gpu.fence, false);	/* expect: reclaim-sleeping-lock "fence" */
						/* expect@-1: reclaim-inversion "dma_fence_map is waited for .* gpu_signal_bad.. holds it across" contexts=!drop-caches */
	return 1;
}

void gpu_read_bad(struct gpu *g)
{
	int idx = srcu_read_lock(&g->readers);

	g->p = kmalloc(64, GFP_KERNEL);
	srcu_read_unlock(&g->readers, idx);
}

void gpu_read_ok(struct gpu *g)
{
	int idx = srcu_read_lock(&g->quick_readers);

	g->p = kmalloc(64, GFP_NOWAIT);
	srcu_read_unlock(&g->quick_readers, idx);
	g->p = kmalloc(64, GFP_KERNEL);
}

void gpu_signal_bad(struct gpu *g)
{
	bool cookie = dma_fence_begin_signalling();

	g->p = kmalloc(64, GFP_KERNEL);
	dma_fence_end_signalling(cookie);
}

void gpu_signal_ok(struct gpu *g)
{
	bool cookie;

	g->p = kmalloc(64, GFP_KERNEL);
	cookie = dma_fence_begin_signalling();
	g->fence = NULL;
	dma_fence_end_signalling(cookie);
}

static struct shrinker shrinker = { .count_objects = gpu_count_ok, .scan_objects = gpu_scan_bad };

int gpu_init(void)
{
	return register_shrinker(&shrinker, "gpu");
}
