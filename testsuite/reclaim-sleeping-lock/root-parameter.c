// SPDX-License-Identifier: MIT
/*
 * check-name: callbacks that reach the shrinker through parameters
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

static DEFINE_MUTEX(entry_lock);

static unsigned long entry_count_ok(struct shrinker *s, struct shrink_control *sc)	/* expect-root: count_objects */
{
	return 1;
}

static unsigned long entry_scan_bad(struct shrinker *s, struct shrink_control *sc)	/* expect-root: scan_objects */
{
	mutex_lock(&entry_lock);	/* expect: reclaim-sleeping-lock "entry_lock" contexts=all */
	mutex_unlock(&entry_lock);
	return 1;
}

static int xattr_shrinker_init(struct shrinker **ret,
			       unsigned long (*count)(struct shrinker *, struct shrink_control *),
			       unsigned long (*scan)(struct shrinker *, struct shrink_control *))
{
	struct shrinker *s = shrinker_alloc(SHRINKER_MEMCG_AWARE, "xattr");

	if (!s)
		return -ENOMEM;
	s->count_objects = count;
	s->scan_objects = scan;
	*ret = s;
	shrinker_register(s);
	return 0;
}

static struct shrinker *entry_shrinker;

int xattr_init(void)
{
	return xattr_shrinker_init(&entry_shrinker, entry_count_ok, entry_scan_bad);
}
