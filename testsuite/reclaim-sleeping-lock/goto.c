// SPDX-License-Identifier: MIT
/*
 * check-name: goto, forwards and backwards
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct ring { struct mutex lock, again_lock; unsigned long n; };
static struct ring ring;

static int ring_drain(struct ring *r, int how)
{
	int ret = -EAGAIN;

	if (how == 0)
		goto out;
	if (how == 1)
		goto locked;
	mutex_lock(&r->lock);			/* expect: reclaim-sleeping-lock "ring.lock" root=lock_scan_bad contexts=all */
locked:
	ret = 0;
	if (how == 2)
		mutex_unlock(&r->lock);
out:
	return ret;
}

static unsigned long again_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	bool again = false;

retry:
	if (again) {
		mutex_lock(&ring.again_lock);	/* expect: reclaim-sleeping-lock "ring.again_lock" contexts=all */
		mutex_unlock(&ring.again_lock);
		return 1;
	}
	if (ring.n) {
		again = true;
		goto retry;
	}
	return 0;
}

static unsigned long ring_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long out_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return ring_drain(&ring, 0) < 0 || ring_drain(&ring, 1) < 0;
}

static unsigned long lock_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return ring_drain(&ring, 2) < 0;
}

static struct shrinker again = { .count_objects = ring_count_ok, .scan_objects = again_scan_bad };
static struct shrinker out = { .count_objects = ring_count_ok, .scan_objects = out_scan_ok };
static struct shrinker lock = { .count_objects = ring_count_ok, .scan_objects = lock_scan_bad };

int ring_init(void)
{
	return register_shrinker(&again, "again") ?: register_shrinker(&out, "out") ?:
	       register_shrinker(&lock, "lock");
}
