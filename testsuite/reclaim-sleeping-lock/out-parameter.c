// SPDX-License-Identifier: MIT
/*
 * check-name: results that come back through pointers
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct dir { struct mutex lock, deep_lock; };
static struct dir dir;

static int dir_policy(int mode, bool *may_block, unsigned int *depth)
{
	if (mode < 0)
		return -EINVAL;
	*may_block = mode > 1;
	*depth = mode + 1;
	return 0;
}

static unsigned long dir_shrink(int mode)
{
	unsigned int depth = 0;
	bool may_block;

	if (dir_policy(mode, &may_block, &depth))
		return SHRINK_STOP;
	if (may_block) {
		mutex_lock(&dir.lock);		/* expect: reclaim-sleeping-lock "dir.lock" root=block_scan_bad contexts=all */ /* expect: reclaim-sleeping-lock "dir.lock" root=any_scan_bad contexts=all */
		mutex_unlock(&dir.lock);
	}
	if (depth > 3) {
		mutex_lock(&dir.deep_lock);	/* expect: reclaim-sleeping-lock "dir.deep_lock" root=any_scan_bad contexts=all */
		mutex_unlock(&dir.deep_lock);
	}
	return 1;
}

static unsigned long dir_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long plain_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return dir_shrink(1);
}

static unsigned long invalid_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return dir_shrink(-1);
}

static unsigned long block_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return dir_shrink(2);
}

static unsigned long deep_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned int depth;
	bool may_block = true;

	if (dir_policy(3, &may_block, &depth) == 0 && depth == 4) {
		mutex_lock(&dir.deep_lock);	/* expect: reclaim-sleeping-lock "dir.deep_lock" root=deep_scan_bad contexts=all */
		mutex_unlock(&dir.deep_lock);
	}
	dir_policy(0, &may_block, &depth);
	if (may_block) {
		mutex_lock(&dir.lock);
		mutex_unlock(&dir.lock);
	}
	return 1;
}

/* Nothing is known of the mode. */
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return dir_shrink(sc->nid);
}

static struct shrinker plain = { .count_objects = dir_count_ok, .scan_objects = plain_scan_ok };
static struct shrinker invalid = { .count_objects = dir_count_ok, .scan_objects = invalid_scan_ok };
static struct shrinker block = { .count_objects = dir_count_ok, .scan_objects = block_scan_bad };
static struct shrinker deep = { .count_objects = dir_count_ok, .scan_objects = deep_scan_bad };
static struct shrinker any = { .count_objects = dir_count_ok, .scan_objects = any_scan_bad };

int dir_init(void)
{
	register_shrinker(&plain, "plain");
	register_shrinker(&invalid, "invalid");
	register_shrinker(&block, "block");
	register_shrinker(&deep, "deep");
	return register_shrinker(&any, "any");
}
