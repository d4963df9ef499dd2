// SPDX-License-Identifier: MIT
/*
 * check-name: a context struct on the caller's stack, bit-fields in it
 */
#include <linux/dma-resv.h>
#include <linux/shrinker.h>

struct operation_ctx {
	bool interruptible, no_wait_gpu;
	struct dma_resv *resv;
	unsigned int trylock_only : 1;
	unsigned int allow_res_evict : 1;
	unsigned int mode : 2;
};
struct bo {
	struct dma_resv resv, evict_resv;
	struct dma_fence *fence;
};
static struct bo *bo;

static int bo_wait(struct bo *b, const struct operation_ctx *ctx)
{
	if (ctx->no_wait_gpu)
		return 0;
	return dma_fence_wait(b->fence, ctx->interruptible);	/* expect: reclaim-sleeping-lock "dma_fence" root=wait_scan_bad contexts=all */
}

static int bo_evict(struct bo *b, struct operation_ctx *ctx)
{
	if (ctx->trylock_only) {
		if (!dma_resv_trylock(&b->resv))
			return 0;
	} else {
		dma_resv_lock(&b->resv, NULL);	/* expect: reclaim-sleeping-lock "dma_resv|ww_mutex" root=lock_scan_bad contexts=all */
	}
	bo_wait(b, ctx);
	if (ctx->allow_res_evict && ctx->mode == 2)
		dma_fence_wait(b->fence, false);	/* expect: reclaim-sleeping-lock "dma_fence" root=mode_scan_bad contexts=all */
	dma_resv_unlock(&b->resv);
	return 1;
}

static unsigned long bo_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long try_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct operation_ctx ctx = { .no_wait_gpu = true, .trylock_only = 1, .mode = 2 };

	return bo_evict(bo, &ctx);
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct operation_ctx ctx = { .trylock_only = 1, .mode = 1, .allow_res_evict = 1 };

	return bo_evict(bo, &ctx);
}

static unsigned long lock_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct operation_ctx ctx = { 0 };

	ctx.no_wait_gpu = true;
	ctx.allow_res_evict = 1;
	return bo_evict(bo, &ctx);
}

static unsigned long mode_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct operation_ctx ctx = { .no_wait_gpu = true };

	ctx.trylock_only = 1;
	ctx.mode = 3;
	ctx.allow_res_evict = 1;
	ctx.mode--;
	return bo_evict(bo, &ctx);
}

static struct shrinker try = { .count_objects = bo_count_ok, .scan_objects = try_scan_ok };
static struct shrinker wait = { .count_objects = bo_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker lock = { .count_objects = bo_count_ok, .scan_objects = lock_scan_bad };
static struct shrinker mode = { .count_objects = bo_count_ok, .scan_objects = mode_scan_bad };

int bo_init(void)
{
	register_shrinker(&try, "try");
	register_shrinker(&wait, "wait");
	register_shrinker(&lock, "lock");
	return register_shrinker(&mode, "mode");
}
