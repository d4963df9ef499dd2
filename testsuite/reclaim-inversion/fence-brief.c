// SPDX-License-Identifier: MIT
/*
 * check-name: who waits for a fence for a moment ends, whoever has to signal it; the wait is a finding all the same
 * check-module: gpu
 */
#include <linux/dma-resv.h>
#include <linux/jiffies.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct drm_sched_job { void *dump; };
struct drm_sched_backend_ops {
	struct dma_fence *(*run_job)(struct drm_sched_job *job);
};

static struct dma_resv *resvs[2];
static long patience;

static unsigned long gpu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* A stall at most. */
static unsigned long brief_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	long left = dma_resv_wait_timeout(resvs[0], DMA_RESV_USAGE_BOOKKEEP, false, 10);	/* expect: reclaim-sleeping-lock "fence-or-timeout" */

	if (left <= 0)
		return SHRINK_STOP;
	return dma_resv_wait_timeout(resvs[0], DMA_RESV_USAGE_BOOKKEEP, false, 0) > 0;
}

/* How long is not known. */
static unsigned long patient_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	dma_resv_wait_timeout(resvs[1], DMA_RESV_USAGE_BOOKKEEP, false, patience);	/* expect: reclaim-sleeping-lock "fence" root=patient_scan_bad */
						/* expect@-1: reclaim-inversion "fence of gpu is waited for .*patient_scan_bad.* gpu_run_bad" */
	return 1;
}

static struct dma_fence *gpu_run_bad(struct drm_sched_job *job)
{
	job->dump = kmalloc(64, GFP_KERNEL);
	return NULL;
}

int gpu_set_patience(long ms)
{
	patience = ms;
	return 0;
}

const struct drm_sched_backend_ops gpu_sched_ops = { .run_job = gpu_run_bad };
static struct shrinker brief = { .count_objects = gpu_count_ok, .scan_objects = brief_scan_bad };
static struct shrinker patient = { .count_objects = gpu_count_ok, .scan_objects = patient_scan_bad };

int gpu_init(void)
{
	return register_shrinker(&brief, "brief") ?: register_shrinker(&patient, "patient");
}
