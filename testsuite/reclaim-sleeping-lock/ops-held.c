// SPDX-License-Identifier: MIT
/*
 * check-name: a table is a target only where a member can point to it
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct bo;
struct bo_ops { long (*evict)(struct bo *bo); };

struct bo { const struct bo_ops *ops, *other_ops, *lent_ops; struct mutex lock; };
static struct bo *coldest;

static long purge_ok(struct bo *bo)
{
	return 1;
}
static long backup_bad(struct bo *bo)
{
	mutex_lock(&bo->lock);		/* expect: reclaim-sleeping-lock "bo.lock" root=held_scan_bad */
					/* expect@-1: reclaim-sleeping-lock "bo.lock" root=lent_scan_bad */
	mutex_unlock(&bo->lock);
	return 1;
}
static const struct bo_ops purge_ops = { .evict = purge_ok };
static const struct bo_ops backup_ops = { .evict = backup_bad };

struct bo *bo_create(int purgeable)
{
	struct bo *bo = kzalloc(sizeof(*bo), GFP_KERNEL);

	if (!bo)
		return NULL;
	bo->ops = &purge_ops;
	bo->other_ops = purgeable ? &purge_ops : &backup_ops;
	bo->lent_ops = &purge_ops;
	coldest = bo;
	return bo;
}

/* The member keeps what it is, whichever object it is copied from. */
void bo_copy(struct bo *to, struct bo *from)
{
	to->ops = from->ops;
}

void set_ops(const struct bo_ops **where);
void bo_lend(struct bo *bo)
{
	set_ops(&bo->lent_ops);
}

static unsigned long bo_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long purge_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return coldest->ops->evict(coldest);
}
static unsigned long held_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return coldest->other_ops->evict(coldest);
}
static unsigned long lent_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return coldest->lent_ops->evict(coldest);
}

static struct shrinker purge = { .count_objects = bo_count_ok, .scan_objects = purge_scan_ok };
static struct shrinker held = { .count_objects = bo_count_ok, .scan_objects = held_scan_bad };
static struct shrinker lent = { .count_objects = bo_count_ok, .scan_objects = lent_scan_bad };

int bo_init(void)
{
	return register_shrinker(&purge, "purge") || register_shrinker(&held, "held") || register_shrinker(&lent, "lent");
}
