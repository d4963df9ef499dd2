// SPDX-License-Identifier: MIT
/*
 * check-name: who waits for a work item of a part in which it is never queued does not wait
 * check-options: --rules=idle-work.yaml
 */
#include <linux/shrinker.h>
#include <linux/workqueue.h>

struct active { int count, flags; struct work_struct work; };
struct bo { int pins; struct active active; };
struct front { int bits; struct active write; };

static struct bo *bos;
static struct front *fronts;

static void active_wait(struct active *ref)
{
	if (ref->count)
		ref->count--;
	flush_work(&ref->work);	/* expect: reclaim-sleeping-lock "struct active.work" root=front_scan_bad */
}

static unsigned long bo_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	active_wait(&bos->active);
	return 1;
}

/* Retires in a work item. */
static unsigned long front_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	active_wait(&fronts->write);
	return 1;
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static struct shrinker of_bos = { .count_objects = count_ok, .scan_objects = bo_scan_ok };
static struct shrinker of_fronts = { .count_objects = count_ok, .scan_objects = front_scan_bad };

int active_init(void)
{
	return register_shrinker(&of_bos, "bos") ?: register_shrinker(&of_fronts, "fronts");
}
