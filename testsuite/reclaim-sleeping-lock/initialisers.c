// SPDX-License-Identifier: MIT
/*
 * check-name: memset, memcpy, struct copies and initialisers
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/string.h>

struct control { bool wait, sync; unsigned int range[2]; };
struct cell { struct mutex wait_lock, sync_lock; };
static struct cell cell;

static const struct control careful = { .wait = false, .sync = false };

static void cell_run(const struct control *c)
{
	if (c->wait) {
		mutex_lock(&cell.wait_lock);	/* expect: reclaim-sleeping-lock "cell.wait_lock" contexts=all root=copy_scan_bad */ /* expect: reclaim-sleeping-lock "cell.wait_lock" contexts=all root=memcpy_scan_bad */
		mutex_unlock(&cell.wait_lock);
	}
	if (c->sync || c->range[1]) {
		mutex_lock(&cell.sync_lock);	/* expect: reclaim-sleeping-lock "cell.sync_lock" contexts=all root=range_scan_bad */
		mutex_unlock(&cell.sync_lock);
	}
}

static void cell_run_copy(struct control c)
{
	cell_run(&c);
}

static unsigned long cell_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long zero_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct control c, d = { .range[0] = 4 }, f = { };

	memset(&c, 0, sizeof(c));
	cell_run(&c);
	cell_run(&d);
	cell_run_copy(f);
	cell_run(&careful);
	cell_run(&(struct control){ .range = { 1 } });
	return 1;
}

static unsigned long copy_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct control patient = { .wait = true }, c, d;

	c = patient;
	d = c;
	cell_run_copy(d);
	return 1;
}

static unsigned long memcpy_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct control patient = { .wait = true }, c = { 0 };

	memcpy(&c, &patient, sizeof(c));
	cell_run(&c);
	return 1;
}

static unsigned long range_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct control c = { .wait = true };

	memset(&c, 0, sizeof(c));
	c.range[1] = 1;
	cell_run(&c);
	return 1;
}

static struct shrinker zero = { .count_objects = cell_count_ok, .scan_objects = zero_scan_ok };
static struct shrinker copy = { .count_objects = cell_count_ok, .scan_objects = copy_scan_bad };
static struct shrinker cpy = { .count_objects = cell_count_ok, .scan_objects = memcpy_scan_bad };
static struct shrinker range = { .count_objects = cell_count_ok, .scan_objects = range_scan_bad };

int cell_init(void)
{
	register_shrinker(&zero, "zero");
	register_shrinker(&copy, "copy");
	register_shrinker(&cpy, "memcpy");
	return register_shrinker(&range, "range");
}
