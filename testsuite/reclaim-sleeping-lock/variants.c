// SPDX-License-Identifier: MIT
/*
 * check-name: many callers with many constants do not blur each other
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct bank { struct mutex lock; };
static struct bank bank;

static unsigned long bank_do(unsigned int cmd)
{
	if (cmd == 13) {
		mutex_lock(&bank.lock);		/* expect: reclaim-sleeping-lock "bank.lock" contexts=all root=unlucky_scan_bad */
		mutex_unlock(&bank.lock);
	}
	return cmd;
}

#define EIGHT(n) (bank_do(n) + bank_do(n + 1) + bank_do(n + 2) + bank_do(n + 3) +	\
		  bank_do(n + 4) + bank_do(n + 5) + bank_do(n + 6) + bank_do(n + 7))

static unsigned long bank_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return EIGHT(100);
}

static unsigned long lucky_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return EIGHT(0) + EIGHT(16) + EIGHT(24) + EIGHT(32);
}

static unsigned long unlucky_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return EIGHT(8);
}

static struct shrinker lucky = { .count_objects = bank_count_ok, .scan_objects = lucky_scan_ok };
static struct shrinker unlucky = { .count_objects = bank_count_ok, .scan_objects = unlucky_scan_bad };

int bank_init(void)
{
	return register_shrinker(&lucky, "lucky") ?: register_shrinker(&unlucky, "unlucky");
}
