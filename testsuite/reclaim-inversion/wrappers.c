// SPDX-License-Identifier: MIT
/*
 * check-name: locks taken by wrappers, guards and trylocks, and by callers
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct pool {
	struct mutex wrapped, guarded, tried, failed, outer, dropped, cond, flag;
	struct rw_semaphore sem;
	void *p;
	bool busy;
};
static struct pool pool;

static unsigned long pool_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

#define TAKE(l) do { mutex_lock(&pool.l); mutex_unlock(&pool.l); } while (0)

static unsigned long pool_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	TAKE(wrapped);	/* expect: reclaim-sleeping-lock "pool.wrapped" */ /* expect: reclaim-inversion "pool.wrapped" */
	TAKE(guarded);	/* expect: reclaim-sleeping-lock "pool.guarded" */ /* expect: reclaim-inversion "pool.guarded" */
	TAKE(tried);	/* expect: reclaim-sleeping-lock "pool.tried" */ /* expect: reclaim-inversion "pool.tried" */
	TAKE(failed);	/* expect: reclaim-sleeping-lock "pool.failed" */
	TAKE(outer);	/* expect: reclaim-sleeping-lock "pool.outer" */ /* expect: reclaim-inversion "pool.outer" */
	TAKE(dropped);	/* expect: reclaim-sleeping-lock "pool.dropped" */
	TAKE(cond);	/* expect: reclaim-sleeping-lock "pool.cond" */
	TAKE(flag);	/* expect: reclaim-sleeping-lock "pool.flag" */ /* expect: reclaim-inversion "pool.flag" */
	down_write(&pool.sem);	/* expect: reclaim-sleeping-lock "pool.sem" */ /* expect: reclaim-inversion "pool.sem" */
	up_write(&pool.sem);
	return 1;
}

static int pool_lock(struct pool *p)
{
	if (p->busy)
		return -1;
	return mutex_lock_interruptible(&p->wrapped);
}

static void pool_unlock(struct pool *p)
{
	mutex_unlock(&p->wrapped);
}

int wrapped_bad(struct pool *p)
{
	if (pool_lock(p))
		return -1;
	p->p = kmalloc(8, GFP_KERNEL);
	pool_unlock(p);
	return 0;
}

int not_wrapped_ok(struct pool *p)
{
	if (!pool_lock(p)) {
		pool_unlock(p);
		return 0;
	}
	p->p = kmalloc(8, GFP_KERNEL);
	return 0;
}

int guarded_bad(struct pool *p)
{
	guard(mutex)(&p->guarded);
	p->p = kmalloc(8, GFP_KERNEL);
	return 0;
}

int tried_bad(struct pool *p)
{
	if (mutex_trylock(&p->tried)) {
		p->p = kmalloc(8, GFP_KERNEL);
		mutex_unlock(&p->tried);
	}
	if (!mutex_trylock(&p->failed)) {
		p->p = kmalloc(8, GFP_KERNEL);
		return 0;
	}
	mutex_unlock(&p->failed);
	return 0;
}

static noinline void *pool_grow(gfp_t gfp)
{
	return kmalloc(64, gfp);
}

static void *pool_refill(struct pool *p, gfp_t gfp)
{
	return pool_grow(gfp | __GFP_ZERO);
}

int outer_bad(struct pool *p)
{
	mutex_lock(&p->outer);
	p->p = pool_refill(p, GFP_KERNEL);
	mutex_unlock(&p->outer);
	down_read(&p->sem);
	p->p = pool_refill(p, GFP_KERNEL);
	up_read(&p->sem);
	return 0;
}

/* The callee drops what its caller took. */
static void *pool_drop_and_grow(struct pool *p)
{
	void *r;

	mutex_unlock(&p->dropped);
	r = kmalloc(64, GFP_KERNEL);
	mutex_lock(&p->dropped);
	return r;
}

int dropped_ok(struct pool *p)
{
	mutex_lock(&p->dropped);
	p->p = pool_drop_and_grow(p);
	mutex_unlock(&p->dropped);
	return 0;
}

/* Locked by a flag, and released by it before the next round allocates. */
int cond_ok(struct pool *p, bool locked)
{
	int i;

	for (i = 0; i < 8; i++) {
		p->p = kmalloc(64, GFP_KERNEL);
		if (!locked)
			mutex_lock(&p->cond);
		p->busy = !p->busy;
		if (!locked)
			mutex_unlock(&p->cond);
	}
	return 0;
}

/* Whether the callee locks is known where it is called. */
static void maybe_locked(struct pool *p, bool lock)
{
	if (lock)
		mutex_lock(&p->flag);
	p->p = kmalloc(64, GFP_KERNEL);
	if (lock)
		mutex_unlock(&p->flag);
}

int flag_bad(struct pool *p)
{
	maybe_locked(p, true);
	return 0;
}

static struct shrinker shrinker = { .count_objects = pool_count_ok, .scan_objects = pool_scan_bad };

int pool_init(void)
{
	return register_shrinker(&shrinker, "pool");
}
