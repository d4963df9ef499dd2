// SPDX-License-Identifier: MIT
/*
 * check-name: a strong definition replaces a weak one
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

static DEFINE_MUTEX(generic_lock);

/* Replaced by arch.c. */
void __weak arch_flush_cache(void)
{
	mutex_lock(&generic_lock);
	mutex_unlock(&generic_lock);
}

/* Nobody replaces this one. */
void __weak arch_drain_cache(void)
{
	mutex_lock(&generic_lock);	/* expect: reclaim-sleeping-lock "generic_lock" root=drain_scan_bad contexts=all */
	mutex_unlock(&generic_lock);
}

void __weak arch_trim_cache(void)
{
}

static unsigned long cache_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long flush_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	arch_flush_cache();
	return 1;
}

static unsigned long drain_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	arch_drain_cache();
	return 1;
}

static unsigned long trim_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	arch_trim_cache();
	return 1;
}

static struct shrinker flush = { .count_objects = cache_count, .scan_objects = flush_scan_ok };
static struct shrinker drain = { .count_objects = cache_count, .scan_objects = drain_scan_bad };
static struct shrinker trim = { .count_objects = cache_count, .scan_objects = trim_scan_bad };

int cache_init(void)
{
	return register_shrinker(&flush, "flush") ?: register_shrinker(&drain, "drain") ?:
	       register_shrinker(&trim, "trim");
}
