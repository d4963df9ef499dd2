// SPDX-License-Identifier: MIT
/*
 * check-name: an error number that is a word of one interface comes from where it is said
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct bo { int mem; };
static DEFINE_MUTEX(hop_lock);
static DEFINE_MUTEX(last_lock);
static DEFINE_MUTEX(other_lock);
static struct bo some_bo;

long hw_wait(void);		/* expect-gap: no-body "nowhere" */

/* What the hardware says is some error, and never the request for a stop on the way. */
static int bo_move(struct bo *bo, int to)
{
	int ret = hw_wait();

	if (ret < 0)
		goto out;
	if (bo->mem == 2 && to == 0) {
		ret = -EMULTIHOP;
		goto out;
	}
	bo->mem = to;
	ret = hw_wait();
out:
	return ret;
}

static int bo_validate(struct bo *bo)
{
	int ret = bo_move(bo, 0);

	if (ret == -EMULTIHOP) {
		mutex_lock(&hop_lock);		/* expect: reclaim-sleeping-lock "hop_lock" root=bo_scan_bad */
		mutex_unlock(&hop_lock);
		return 0;
	}
	/* it is something else now */
	if (ret == -EMULTIHOP) {
		mutex_lock(&last_lock);
		mutex_unlock(&last_lock);
	}
	if (ret == -EIO) {
		mutex_lock(&other_lock);	/* expect: reclaim-sleeping-lock "other_lock" root=bo_scan_bad */
						/* expect@-1: reclaim-sleeping-lock "other_lock" root=bo_count_bad */
		mutex_unlock(&other_lock);
	}
	return ret;
}

/* In system memory: it need not hop. */
static unsigned long bo_count_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct bo bo = { .mem = 1 };

	return bo_validate(&bo) ? 0 : 1;
}

static unsigned long bo_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return bo_validate(&some_bo) ? 0 : 1;
}

static struct shrinker shrinker = { .count_objects = bo_count_bad, .scan_objects = bo_scan_bad };

int bo_init(void)
{
	return register_shrinker(&shrinker, "bo");
}
