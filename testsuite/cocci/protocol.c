// SPDX-License-Identifier: MIT
/* What callbacks return, and what they have to look at. */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

static struct mutex lock;
static unsigned long n;

static unsigned long count_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (n > 100)
		return -EBUSY;	/* cocci: shrinker-count-error */
	if (n > 50)
		return SHRINK_STOP;	/* cocci: shrinker-count-error */
	return n;
}

static unsigned long scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (!mutex_trylock(&lock))
		return 0;	/* cocci: shrinker-scan-stop */
	n -= sc->nr_to_scan;
	mutex_unlock(&lock);
	return sc->nr_to_scan;
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return n ? n : SHRINK_EMPTY;
}

static unsigned long scan_all(struct shrinker *s, struct shrink_control *sc)	/* cocci: shrinker-nr-to-scan stays */
{
	n = 0;
	return 1;
}

static unsigned long walk(struct shrink_control *sc)
{
	return sc->nr_to_scan;
}

static unsigned long scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (!n)
		return 0;
	if (!mutex_trylock(&lock))
		return SHRINK_STOP;
	mutex_unlock(&lock);
	return walk(sc);
}

/* No callback. */
int try_ok(void)
{
	if (!mutex_trylock(&lock))
		return 0;
	mutex_unlock(&lock);
	return -EBUSY;
}

static struct shrinker bad = { .count_objects = count_bad, .scan_objects = scan_bad };
static struct shrinker all = { .count_objects = count_ok, .scan_objects = scan_all };
static struct shrinker ok = { .count_objects = count_ok, .scan_objects = scan_ok };

int cache_init(void)
{
	return register_shrinker(&bad, "a") | register_shrinker(&all, "b") | register_shrinker(&ok, "c");
}
