// SPDX-License-Identifier: MIT
/*
 * check-name: a driver marks its device by a call
 * check-module: dmac
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct dmac { struct device dev; };
struct chan { struct device *dev, *phy; };
static struct chan chan;

/* chan.dev is the device that is marked; chan.phy is another one. */
int dmac_probe(struct dmac *d, struct device *phy)
{
	chan.dev = &d->dev;
	chan.phy = phy;
	pm_runtime_irq_safe(&d->dev);
	return 0;
}

static int dmac_runtime_resume_ok(struct device *dev)
{
	return 0;
}
const struct dev_pm_ops dmac_pm_ops = { .runtime_resume = dmac_runtime_resume_ok };

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long covered_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct dmac *d = s->private_data;

	pm_runtime_get_sync(&d->dev);	/* expect-marked: reclaim-rpm-resume contexts=all */
	pm_runtime_put(&d->dev);
	return 1;
}

/* The same device by another name. */
static unsigned long alias_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct chan *c = s->private_data;

	pm_runtime_get_sync(c->dev);	/* expect-marked: reclaim-rpm-resume root=alias_scan_ok */
	pm_runtime_put(c->dev);
	return 1;
}

static unsigned long other_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct chan *c = s->private_data;

	pm_runtime_get_sync(c->phy);	/* expect: reclaim-rpm-resume contexts=all */
	pm_runtime_put(c->phy);
	return 1;
}

static struct shrinker covered = { .count_objects = count_ok, .scan_objects = covered_scan_ok };
static struct shrinker alias = { .count_objects = count_ok, .scan_objects = alias_scan_ok };
static struct shrinker other = { .count_objects = count_ok, .scan_objects = other_scan_bad };

int dmac_init(void)
{
	return register_shrinker(&covered, "covered") ?: register_shrinker(&alias, "alias") ?:
	       register_shrinker(&other, "other");
}
