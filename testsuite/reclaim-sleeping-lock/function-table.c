// SPDX-License-Identifier: MIT
/*
 * check-name: function pointers in a constant array, one of two by a condition
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct store { struct mutex drop_lock, sync_lock; };
static struct store store;

static unsigned long store_drop(unsigned long n)
{
	mutex_lock(&store.drop_lock);	/* expect: reclaim-sleeping-lock "store.drop_lock" contexts=all root=index_scan_bad */ /* expect: reclaim-sleeping-lock "store.drop_lock" contexts=kswapd root=choice_scan_bad */ /* expect: reclaim-sleeping-lock "store.drop_lock" contexts=all root=any_scan_bad */
	mutex_unlock(&store.drop_lock);
	return n;
}

static unsigned long store_skip_ok(unsigned long n)
{
	return 0;
}

static unsigned long (*const methods[])(unsigned long) = { store_skip_ok, store_drop };

static unsigned long store_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long index_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return methods[1](sc->nr_to_scan);
}

static unsigned long index_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return methods[0](sc->nr_to_scan);
}

static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long n = 0;

	for (int i = 0; i < 2; i++)
		n += methods[i](sc->nr_to_scan);
	return n;
}

/* Only one of the two is right in each context. */
static unsigned long choice_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long (*method)(unsigned long) = current_is_kswapd() ? store_drop : store_skip_ok;

	return method(sc->nr_to_scan);
}

static unsigned long choice_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	unsigned long (*method)(unsigned long) = store_drop;

	if (sc)
		method = store_skip_ok;
	return sc ? method(sc->nr_to_scan) : 0;
}

static struct shrinker index = { .count_objects = store_count_ok, .scan_objects = index_scan_bad };
static struct shrinker skip = { .count_objects = store_count_ok, .scan_objects = index_scan_ok };
static struct shrinker any = { .count_objects = store_count_ok, .scan_objects = any_scan_bad };
static struct shrinker choice = { .count_objects = store_count_ok, .scan_objects = choice_scan_bad };
static struct shrinker both = { .count_objects = store_count_ok, .scan_objects = choice_scan_ok };

int store_init(void)
{
	register_shrinker(&index, "index");
	register_shrinker(&skip, "skip");
	register_shrinker(&any, "any");
	register_shrinker(&choice, "choice");
	return register_shrinker(&both, "both");
}
