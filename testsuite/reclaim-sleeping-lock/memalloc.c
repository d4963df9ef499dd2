// SPDX-License-Identifier: MIT
/*
 * check-name: reclaim runs with PF_MEMALLOC, drop_caches does not
 */
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>

struct xattr { struct mutex lock, reserve_lock, scope_lock, outer_lock; };
static struct xattr xattr;

static unsigned long xattr_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long plain_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (!(current->flags & PF_MEMALLOC)) {
		mutex_lock(&xattr.lock);		/* expect: reclaim-sleeping-lock "xattr.lock" contexts=drop-caches */
		mutex_unlock(&xattr.lock);
	} else {
		mutex_lock(&xattr.reserve_lock);	/* expect: reclaim-sleeping-lock "xattr.reserve_lock" contexts=!drop-caches */
		mutex_unlock(&xattr.reserve_lock);
	}
	return 1;
}

/* A scope sets the bit until it ends. */
static unsigned long scope_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned int flags = memalloc_noreclaim_save();

	if (!(current->flags & PF_MEMALLOC)) {
		mutex_lock(&xattr.scope_lock);
		mutex_unlock(&xattr.scope_lock);
	}
	memalloc_noreclaim_restore(flags);
	if (!(current->flags & PF_MEMALLOC)) {
		mutex_lock(&xattr.outer_lock);		/* expect: reclaim-sleeping-lock "xattr.outer_lock" contexts=drop-caches */
		mutex_unlock(&xattr.outer_lock);
	}
	return 1;
}

static unsigned long scope_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	unsigned int flags = memalloc_nofs_save();

	if (!(current->flags & PF_MEMALLOC_NOFS)) {
		mutex_lock(&xattr.scope_lock);
		mutex_unlock(&xattr.scope_lock);
	}
	memalloc_nofs_restore(flags);
	return 1;
}

static struct shrinker plain = { .count_objects = xattr_count_ok, .scan_objects = plain_scan_bad };
static struct shrinker scope = { .count_objects = xattr_count_ok, .scan_objects = scope_scan_bad };
static struct shrinker nofs = { .count_objects = xattr_count_ok, .scan_objects = scope_scan_ok };

int xattr_init(void)
{
	return register_shrinker(&plain, "plain") ?: register_shrinker(&scope, "scope") ?:
	       register_shrinker(&nofs, "nofs");
}
