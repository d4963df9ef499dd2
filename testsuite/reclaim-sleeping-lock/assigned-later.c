// SPDX-License-Identifier: MIT
/*
 * check-name: a static with an initialiser that is assigned further down in the file
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct pool { struct mutex lock; };
static struct pool pool;
static int may_wait = 0;
static const int may_never = 0;

static unsigned long pool_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long pool_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (may_wait) {
		mutex_lock(&pool.lock);	/* expect: reclaim-sleeping-lock "pool.lock" contexts=all */
		mutex_unlock(&pool.lock);
	}
	return 1;
}

static unsigned long never_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (may_never)
		mutex_lock(&pool.lock);
	return 1;
}

static struct shrinker shrinker = { .count_objects = pool_count_ok, .scan_objects = pool_scan_bad };
static struct shrinker never = { .count_objects = pool_count_ok, .scan_objects = never_scan_ok };

int pool_init(int wait)
{
	may_wait = wait;
	register_shrinker(&never, "never");
	return register_shrinker(&shrinker, "pool");
}
