// SPDX-License-Identifier: MIT
/*
 * check-name: the second lock of a cycle is waited for some calls below the holder of the first, or by a call by pointer
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct pool;
struct pool_ops { void (*drop)(struct pool *p); };
struct pool {
	struct mutex lock, try_lock, drop_lock, flag_lock, gate_lock, ptr_lock, quiet_lock;
	const struct pool_ops *ops;
	void *p;
	int n;
};
static struct pool pool;
static DEFINE_MUTEX(registry_lock);
static DEFINE_MUTEX(ptr_registry_lock);
static DEFINE_MUTEX(gated_lock);
static DEFINE_MUTEX(quiet_registry_lock);

static unsigned long pool_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long pool_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&pool.lock);		/* expect: reclaim-sleeping-lock "pool.lock" */
					/* expect@-1: reclaim-inversion "pool.lock .*pool_retire_bad.. holds it while it waits for registry_lock, and registry_add_bad" */
	mutex_unlock(&pool.lock);
	mutex_lock(&pool.try_lock);	/* expect: reclaim-sleeping-lock "pool.try_lock" */
	mutex_unlock(&pool.try_lock);
	mutex_lock(&pool.drop_lock);	/* expect: reclaim-sleeping-lock "pool.drop_lock" */
	mutex_unlock(&pool.drop_lock);
	mutex_lock(&pool.flag_lock);	/* expect: reclaim-sleeping-lock "pool.flag_lock" */
	mutex_unlock(&pool.flag_lock);
	mutex_lock(&pool.quiet_lock);	/* expect: reclaim-sleeping-lock "pool.quiet_lock" */
	mutex_unlock(&pool.quiet_lock);
	mutex_lock(&pool.ptr_lock);	/* expect: reclaim-sleeping-lock "pool.ptr_lock" */
					/* expect@-1: reclaim-inversion "pool.ptr_lock .*pool_close_bad.. holds it while it waits for ptr_registry_lock" */
	mutex_unlock(&pool.ptr_lock);
	return 1;
}

int registry_add_bad(struct pool *p)
{
	mutex_lock(&registry_lock);
	p->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&registry_lock);
	return 0;
}

static void registry_remove(struct pool *p)
{
	mutex_lock(&registry_lock);
	p->n--;
	mutex_unlock(&registry_lock);
}

static void pool_forget(struct pool *p, bool wait)
{
	if (wait)
		registry_remove(p);
}

int pool_retire_bad(struct pool *p)
{
	mutex_lock(&p->lock);
	pool_forget(p, true);
	mutex_unlock(&p->lock);
	return 0;
}

/* The helper is told not to wait. */
int pool_mark_ok(struct pool *p)
{
	mutex_lock(&p->flag_lock);
	pool_forget(p, false);
	mutex_unlock(&p->flag_lock);
	return 0;
}

static void registry_try_remove(struct pool *p)
{
	if (!mutex_trylock(&registry_lock))
		return;
	p->n--;
	mutex_unlock(&registry_lock);
}

/* Does not wait. */
int pool_try_ok(struct pool *p)
{
	mutex_lock(&p->try_lock);
	registry_try_remove(p);
	mutex_unlock(&p->try_lock);
	return 0;
}

static void pool_unlock(struct pool *p)
{
	mutex_unlock(&p->drop_lock);
	registry_remove(p);
}

/* Dropped before the wait. */
int pool_drop_ok(struct pool *p)
{
	mutex_lock(&p->drop_lock);
	pool_unlock(p);
	return 0;
}

/* It takes the first lock, too, but not around the second one. */
int pool_twice_bad(struct pool *p)
{
	mutex_lock(&p->gate_lock);
	p->n++;
	mutex_unlock(&p->gate_lock);
	mutex_lock(&gated_lock);
	p->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&gated_lock);
	return 0;
}

static void gated_remove(struct pool *p)
{
	mutex_lock(&gated_lock);
	p->n--;
	mutex_unlock(&gated_lock);
}

int pool_gate_bad(struct pool *p)
{
	mutex_lock(&p->gate_lock);
	gated_remove(p);
	mutex_unlock(&p->gate_lock);
	return 0;
}

static unsigned long gate_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&pool.gate_lock);	/* expect: reclaim-sleeping-lock "pool.gate_lock" */
					/* expect@-1: reclaim-inversion "pool.gate_lock .*waits for gated_lock, and pool_twice_bad" */
	mutex_unlock(&pool.gate_lock);
	return 1;
}

static struct shrinker gate_shrinker = { .count_objects = pool_count_ok, .scan_objects = gate_scan_bad };

/* Nobody allocates under the second one what can enter reclaim. */
int quiet_add_ok(struct pool *p)
{
	mutex_lock(&quiet_registry_lock);
	p->p = kmalloc(64, GFP_NOWAIT);
	mutex_unlock(&quiet_registry_lock);
	return 0;
}

static void quiet_remove(struct pool *p)
{
	mutex_lock(&quiet_registry_lock);
	p->n--;
	mutex_unlock(&quiet_registry_lock);
}

int pool_quiet_ok(struct pool *p)
{
	mutex_lock(&p->quiet_lock);
	quiet_remove(p);
	mutex_unlock(&p->quiet_lock);
	return 0;
}

static void pool_drop_far(struct pool *p)
{
	mutex_lock(&ptr_registry_lock);
	p->n--;
	mutex_unlock(&ptr_registry_lock);
}

static const struct pool_ops pool_ops = { .drop = pool_drop_far };

int pool_close_bad(struct pool *p)
{
	mutex_lock(&p->ptr_lock);
	p->ops->drop(p);
	mutex_unlock(&p->ptr_lock);
	return 0;
}

int ptr_registry_add_bad(struct pool *p)
{
	mutex_lock(&ptr_registry_lock);
	p->p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&ptr_registry_lock);
	return 0;
}

static struct shrinker shrinker = { .count_objects = pool_count_ok, .scan_objects = pool_scan_bad };

int pool_init(struct pool *p)
{
	p->ops = &pool_ops;
	return register_shrinker(&shrinker, "pool") + register_shrinker(&gate_shrinker, "gate");
}
