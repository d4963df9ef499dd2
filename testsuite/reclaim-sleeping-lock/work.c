// SPDX-License-Identifier: MIT
/*
 * check-name: work runs elsewhere; waiting for it or calling it does not
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/workqueue.h>

struct monitor {
	struct work_struct work;
	struct delayed_work later;
	struct mutex lock;
};
static struct monitor monitor;

static void monitor_run(struct work_struct *work)
{
	mutex_lock(&monitor.lock);	/* expect: reclaim-sleeping-lock "monitor.lock" root=call_scan_bad contexts=all */
	mutex_unlock(&monitor.lock);
}

static unsigned long monitor_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long queue_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	schedule_work(&monitor.work);
	queue_delayed_work(system_unbound_wq, &monitor.later, HZ);
	return 1;
}

static unsigned long flush_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	schedule_work(&monitor.work);
	flush_work(&monitor.work);		/* expect: reclaim-sleeping-lock "flush_work" root=flush_scan_bad contexts=all */
	cancel_delayed_work_sync(&monitor.later);	/* expect: reclaim-sleeping-lock "cancel_delayed_work_sync" root=flush_scan_bad */
	return 1;
}

/* The same function, called. */
static unsigned long call_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	monitor_run(&monitor.work);
	return 1;
}

static struct shrinker queue = { .count_objects = monitor_count, .scan_objects = queue_scan_ok };
static struct shrinker flush = { .count_objects = monitor_count, .scan_objects = flush_scan_bad };
static struct shrinker call = { .count_objects = monitor_count, .scan_objects = call_scan_bad };

int monitor_init(void)
{
	INIT_WORK(&monitor.work, monitor_run);
	INIT_DELAYED_WORK(&monitor.later, monitor_run);
	return register_shrinker(&queue, "queue") ?: register_shrinker(&flush, "flush") ?:
	       register_shrinker(&call, "call");
}
