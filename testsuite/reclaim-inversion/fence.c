// SPDX-License-Identifier: MIT
/*
 * check-name: a fence that is waited for in reclaim is signalled by code that allocates
 * check-module: gpu
 */
#include <linux/dma-fence.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct drm_sched_job { void *dump; };
struct drm_sched_backend_ops {
	struct dma_fence *(*run_job)(struct drm_sched_job *job);
	int (*timedout_job)(struct drm_sched_job *job);
	void (*free_job)(struct drm_sched_job *job);
};

static struct dma_fence *idle_fence, *busy_fence;

static unsigned long gpu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* Waits twice: one finding. */
static unsigned long gpu_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	dma_fence_wait(idle_fence, false);	/* expect: reclaim-sleeping-lock "fence" */
						/* expect@-1: reclaim-inversion "fence of gpu is waited for .* gpu_timedout_bad.. allocates" contexts=!drop-caches */
	dma_fence_wait(busy_fence, false);	/* expect: reclaim-sleeping-lock "fence" */
	return 1;
}

static struct dma_fence *gpu_run_ok(struct drm_sched_job *job)
{
	job->dump = kmalloc(64, GFP_NOWAIT);
	return NULL;
}

/* Dumps the state of the device, which nobody waits for but in vain. */
static int gpu_timedout_bad(struct drm_sched_job *job)
{
	job->dump = kmalloc(4096, GFP_KERNEL);
	return 0;
}

/* Runs when the fence is signalled. */
static void gpu_free_ok(struct drm_sched_job *job)
{
	kfree(kmalloc(64, GFP_KERNEL));
}

const struct drm_sched_backend_ops gpu_sched_ops = {
	.run_job = gpu_run_ok, .timedout_job = gpu_timedout_bad, .free_job = gpu_free_ok,
};
static struct shrinker shrinker = { .count_objects = gpu_count_ok, .scan_objects = gpu_scan_bad };

int gpu_init(void)
{
	return register_shrinker(&shrinker, "gpu");
}
