// SPDX-License-Identifier: MIT
/*
 * check-name: loops that change what decides
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct log { struct mutex lock, retry_lock, once_lock, dead_lock; unsigned long n; };
static struct log log;

static unsigned long log_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* false on the first turn, true on a later one. */
static unsigned long later_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	bool wait = false;

	while (log.n) {
		if (wait) {
			mutex_lock(&log.lock);	/* expect: reclaim-sleeping-lock "log.lock" contexts=all */
			mutex_unlock(&log.lock);
		}
		wait = true;
	}
	return 1;
}

/* Stays as it was. */
static unsigned long constant_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	bool wait = false;

	for (unsigned long i = 0; i < sc->nr_to_scan; i++) {
		if (wait) {
			mutex_lock(&log.dead_lock);
			wait = true;
		}
	}
	return 1;
}

/* Counts to three. */
static unsigned long retry_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	int tries = 0;

	do {
		if (mutex_trylock(&log.retry_lock)) {
			mutex_unlock(&log.retry_lock);
			return 1;
		}
	} while (++tries < 3);
	mutex_lock(&log.retry_lock);		/* expect: reclaim-sleeping-lock "log.retry_lock" contexts=all */
	mutex_unlock(&log.retry_lock);
	return 1;
}

/* The loop never ends but by return. */
static unsigned long endless_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	for (;;) {
		if (!log.n)
			return SHRINK_STOP;
		log.n--;
	}
	mutex_lock(&log.dead_lock);
	return 1;
}

/* Tries until it has it: spins, but does not sleep. */
static unsigned long spin_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	while (!mutex_trylock(&log.once_lock))
		__asm__ __volatile__("pause");
	mutex_unlock(&log.once_lock);
	return 1;
}

static struct shrinker later = { .count_objects = log_count_ok, .scan_objects = later_scan_bad };
static struct shrinker constant = { .count_objects = log_count_ok, .scan_objects = constant_scan_ok };
static struct shrinker retry = { .count_objects = log_count_ok, .scan_objects = retry_scan_bad };
static struct shrinker endless = { .count_objects = log_count_ok, .scan_objects = endless_scan_ok };
static struct shrinker spin = { .count_objects = log_count_ok, .scan_objects = spin_scan_ok };

int log_init(void)
{
	register_shrinker(&later, "later");
	register_shrinker(&constant, "constant");
	register_shrinker(&retry, "retry");
	register_shrinker(&endless, "endless");
	return register_shrinker(&spin, "spin");
}
