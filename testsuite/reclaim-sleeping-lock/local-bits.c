// SPDX-License-Identifier: MIT
/*
 * check-name: bits tested in a local word, a local list, a constant configuration
 */
#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

#define CONFIG_SLOW_PATH 0
#define WAIT_BIT 3

struct page_set { struct mutex bit_lock, list_lock, config_lock; };
static struct page_set set;

static unsigned long set_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static void set_free(unsigned long *flags, struct list_head *list)
{
	if (test_bit(WAIT_BIT, flags)) {
		mutex_lock(&set.bit_lock);	/* expect: reclaim-sleeping-lock "page_set.bit_lock" contexts=all root=bits_scan_bad */
		mutex_unlock(&set.bit_lock);
	}
	if (!list_empty(list)) {
		mutex_lock(&set.list_lock);	/* expect: reclaim-sleeping-lock "page_set.list_lock" contexts=all root=list_scan_bad */
		mutex_unlock(&set.list_lock);
	}
}

static unsigned long bits_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long flags = BIT(WAIT_BIT);
	LIST_HEAD(list);

	set_free(&flags, &list);
	return 1;
}

static unsigned long list_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long flags = ~BIT(WAIT_BIT);
	struct list_head item;
	LIST_HEAD(list);

	list_add(&item, &list);
	set_free(&flags, &list);
	return 1;
}

static unsigned long none_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long flags = 0;
	struct list_head list;

	INIT_LIST_HEAD(&list);
	if (CONFIG_SLOW_PATH) {
		mutex_lock(&set.config_lock);
		mutex_unlock(&set.config_lock);
	}
	set_free(&flags, &list);
	return 1;
}

static struct shrinker bits = { .count_objects = set_count_ok, .scan_objects = bits_scan_bad };
static struct shrinker list = { .count_objects = set_count_ok, .scan_objects = list_scan_bad };
static struct shrinker none = { .count_objects = set_count_ok, .scan_objects = none_scan_ok };

int set_init(void)
{
	return register_shrinker(&bits, "bits") ?: register_shrinker(&list, "list") ?:
	       register_shrinker(&none, "none");
}
