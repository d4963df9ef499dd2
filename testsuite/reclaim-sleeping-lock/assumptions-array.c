// SPDX-License-Identifier: MIT
/*
 * check-name: what rules know behind a pointer of an array and around a member; stores elsewhere leave it alone
 * check-options: --rules=assumptions-array.yaml
 */
#include <linux/container_of.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct man_func { void (*free)(void); };
struct man { const struct man_func *func; int usage[4]; };
struct device { int counts[4]; struct man *man_drv[4]; int last; };
struct bo { struct device *bdev; int priority; void (*notify)(struct bo *bo); };

struct cfg { int quirks; void *(*alloc)(void); };
struct table_ops { int (*map)(struct table_ops *ops); };
struct table { struct cfg cfg; struct table_ops ops; };

static DEFINE_MUTEX(card_lock);
static DEFINE_MUTEX(page_lock);
static struct table_ops *some_ops;
static struct bo *some_bo;

static void sys_free(void)
{
}

static void card_free(void)
{
	mutex_lock(&card_lock);		/* expect: reclaim-sleeping-lock "card_lock" root=first_scan_bad */
					/* expect@-1: reclaim-sleeping-lock "card_lock" root=either_scan_bad */
	mutex_unlock(&card_lock);
}

const struct man_func sys_func = { .free = sys_free };
const struct man_func card_func = { .free = card_free };

static void bo_count(struct bo *bo)
{
	bo->bdev->counts[bo->priority & 3]++;
}

static noinline void bo_shrink(struct bo *bo, int kind)
{
	struct man *man;

	bo_count(bo);
	man = bo->bdev->man_drv[kind];
	man->usage[bo->priority & 3]--;
	man->func->free();
}

static noinline int table_map(struct table_ops *ops)
{
	struct table *table = container_of(ops, struct table, ops);

	if (!table->cfg.alloc) {
		mutex_lock(&page_lock);		/* expect: reclaim-sleeping-lock "page_lock" root=first_scan_bad */
		mutex_unlock(&page_lock);
	}
	return 0;
}

struct table_ops *table_ops(struct table *table)
{
	return &table->ops;
}

struct cfg *table_cfg(struct table *table)
{
	return &table->cfg;
}

static noinline void vm_map(struct table_ops *ops)
{
	table_map(ops);
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static noinline void system_scan(int kind)
{
	bo_shrink(some_bo, kind);
}

static unsigned long system_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	system_scan(1);
	vm_map(some_ops);
	return 1;
}

/* Of the first one the rule says nothing. */
static unsigned long first_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	system_scan(0);
	table_map(some_ops);
	return 1;
}

static unsigned long either_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	bo_shrink(some_bo, 1);
	return 1;
}

static struct shrinker system_shrinker = { .count_objects = count_ok, .scan_objects = system_scan_ok };
static struct shrinker first_shrinker = { .count_objects = count_ok, .scan_objects = first_scan_bad };
static struct shrinker either_shrinker = { .count_objects = count_ok, .scan_objects = either_scan_bad };

int init(void)
{
	return register_shrinker(&system_shrinker, "system") ?: register_shrinker(&first_shrinker, "first") ?:
	       register_shrinker(&either_shrinker, "either");
}
