// SPDX-License-Identifier: MIT
/*
 * check-name: what a wrapper returns is new memory, also where it comes from a reserve
 * check-options: --rules=fresh-reserve.yaml
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/* As rpc_task and its callers' operations. */
struct task;
struct task_ops { void (*done)(struct task *t); void (*release)(struct task *t); };
struct task { const struct task_ops *ops; struct task *next; int state; };
struct owner { struct mutex callback_lock, reserve_lock; };
static struct owner owner;
static spinlock_t queue_lock;
static struct task *queue, *spare;
static struct kmem_cache *cache;
struct pool { void *elements[4]; int n; };
static struct pool pool;

static noinline void *pool_take(struct pool *p)
{
	return p->n ? p->elements[--p->n] : NULL;
}

/* The rules say of the kernel's what it says of itself here: see fresh-reserve.yaml. */
noinline void *reserve_alloc(struct pool *p)
{
	mutex_lock(&owner.reserve_lock);	/* expect: reclaim-sleeping-lock "reserve_lock" contexts=all */
	void *element = pool_take(p);
	mutex_unlock(&owner.reserve_lock);
	return element;
}

static noinline struct task *task_alloc(void)
{
	struct task *t = kmem_cache_alloc(cache, GFP_NOWAIT);

	if (t)
		return t;
	return reserve_alloc(&pool);
}

static noinline struct task *task_run(const struct task_ops *ops)
{
	struct task *t = task_alloc();

	if (!t)
		return NULL;
	t->ops = ops;
	t->state = 0;
	spin_lock(&queue_lock);
	t->next = queue;
	queue = t;
	spin_unlock(&queue_lock);
	return t;
}

static noinline void task_put(struct task *t)
{
	if (t->ops->release)
		t->ops->release(t);
}

static void callback_release(struct task *t)
{
	mutex_lock(&owner.callback_lock);	/* expect: reclaim-sleeping-lock "spare_scan_bad.*callback_lock" contexts=all */
	mutex_unlock(&owner.callback_lock);
}
static void null_done(struct task *t) { t->state = 1; }
static const struct task_ops null_ops = { .done = null_done };
static const struct task_ops callback_ops = { .done = null_done, .release = callback_release };

static unsigned long task_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long null_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct task *t = task_run(&null_ops);

	if (t)
		task_put(t);
	return 1;
}

static unsigned long spare_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (spare)
		task_put(spare);
	return 1;
}

static struct shrinker null = { .count_objects = task_count_ok, .scan_objects = null_scan };
static struct shrinker other = { .count_objects = task_count_ok, .scan_objects = spare_scan_bad };

int task_init(void)
{
	spare = task_run(&callback_ops);
	return register_shrinker(&null, "null") ?: register_shrinker(&other, "spare");
}
