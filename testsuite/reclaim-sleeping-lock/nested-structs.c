// SPDX-License-Identifier: MIT
/*
 * check-name: a walk's control struct, filled in by one function and passed by another
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* As ttm_lru_walk and its kin: a table and arguments inside a private struct. */
struct lru_walk;
struct lru_walk_ops {
	long (*process)(struct lru_walk *walk);
};
struct lru_walk_arg { bool trylock_only; unsigned int no_wait : 1; };
struct lru_walk {
	const struct lru_walk_ops *ops;
	struct lru_walk_arg arg;
};
struct evict_walk {
	unsigned long target;
	struct lru_walk walk;
};
struct bo { struct mutex resv, wait_lock; };
static struct bo *bo;

#define to_evict(w) ((struct evict_walk *)((char *)(w) - __builtin_offsetof(struct evict_walk, walk)))

static long evict_process(struct lru_walk *walk)
{
	struct evict_walk *e = to_evict(walk);

	if (e->target > 1 && !walk->arg.no_wait) {
		mutex_lock(&bo->wait_lock);	/* expect: reclaim-sleeping-lock "bo.wait_lock" contexts=all root=wait_scan_bad */
		mutex_unlock(&bo->wait_lock);
	}
	return 1;
}
static const struct lru_walk_ops evict_ops = { .process = evict_process };

static bool lru_walk_lock(struct lru_walk_arg *arg)
{
	if (arg->trylock_only)
		return mutex_trylock(&bo->resv);
	mutex_lock(&bo->resv);			/* expect: reclaim-sleeping-lock "bo.resv" contexts=all root=lock_scan_bad */
	return true;
}

static long lru_walk_all(struct lru_walk *walk, unsigned long n)
{
	long done = 0;

	while (n--) {
		if (!lru_walk_lock(&walk->arg))
			continue;
		done += walk->ops->process(walk);	/* expect-note: reclaim-sleeping-lock "evict_process" */
		mutex_unlock(&bo->resv);
	}
	return done;
}

static long evict(struct lru_walk_arg arg, unsigned long target, unsigned long n)
{
	struct evict_walk e = {
		.target = target,
		.walk = { .ops = &evict_ops, .arg = arg },
	};

	return lru_walk_all(&e.walk, n);
}

static unsigned long bo_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return evict((struct lru_walk_arg){ .trylock_only = true }, 2, sc->nr_to_scan);
}

static unsigned long lock_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return evict((struct lru_walk_arg){ .no_wait = 1 }, 2, sc->nr_to_scan);
}

static unsigned long small_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct lru_walk_arg arg = { .trylock_only = true };

	arg.no_wait = true;
	return evict(arg, 2, sc->nr_to_scan) +
	       evict((struct lru_walk_arg){ .trylock_only = true }, 1, sc->nr_to_scan);
}

static struct shrinker wait = { .count_objects = bo_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker lock = { .count_objects = bo_count_ok, .scan_objects = lock_scan_bad };
static struct shrinker small = { .count_objects = bo_count_ok, .scan_objects = small_scan_ok };

int bo_init(void)
{
	return register_shrinker(&wait, "wait") ?: register_shrinker(&lock, "lock") ?:
	       register_shrinker(&small, "small");
}
