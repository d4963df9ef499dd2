// SPDX-License-Identifier: MIT
/*
 * check-name: a lock three calls below the callback
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct pool {
	struct mutex lock;
	unsigned long n_pages;
};
static struct pool pool;

static void pool_free_one(struct pool *p)
{
	mutex_lock(&p->lock);		/* expect: reclaim-sleeping-lock "pool.lock" contexts=all */
	p->n_pages--;
	mutex_unlock(&p->lock);
}

static void pool_trim(struct pool *p, unsigned long n)
{
	while (n--)
		pool_free_one(p);	/* expect-note: reclaim-sleeping-lock "pool_free_one" */
}

static unsigned long pool_release(struct pool *p, unsigned long n)
{
	pool_trim(p, n);		/* expect-via: direct "pool_trim" */
	return n;
}

/* Nobody calls this one in reclaim. */
static void pool_drain_ok(struct pool *p)
{
	mutex_lock(&p->lock);
	p->n_pages = 0;
	mutex_unlock(&p->lock);
}

static unsigned long pool_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return pool.n_pages;
}

static unsigned long pool_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return pool_release(&pool, sc->nr_to_scan);
}

static struct shrinker pool_shrinker = {
	.count_objects = pool_count_ok,
	.scan_objects = pool_scan_bad,
};

int pool_init(void)
{
	pool_drain_ok(&pool);
	return register_shrinker(&pool_shrinker, "pool");
}
