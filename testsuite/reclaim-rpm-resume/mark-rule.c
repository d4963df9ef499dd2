// SPDX-License-Identifier: MIT
/*
 * check-name: entries of a rules file mark devices
 * check-module: tuner
 * check-options: --rules=mark-rule.yaml
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct tuner { struct device *dev, *i2c; };

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long tuner_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct tuner *t = s->private_data;

	pm_runtime_get_sync(t->dev);	/* expect-marked: reclaim-rpm-resume contexts=all */
	pm_runtime_put(t->dev);
	return 1;
}

static unsigned long tuner_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct tuner *t = s->private_data;

	pm_runtime_get_sync(t->i2c);	/* expect: reclaim-rpm-resume contexts=all */
	pm_runtime_put(t->i2c);
	return 1;
}
static struct shrinker a = { .count_objects = count_ok, .scan_objects = tuner_scan_ok };
static struct shrinker b = { .count_objects = count_ok, .scan_objects = tuner_scan_bad };

int tuner_init(void)
{
	return register_shrinker(&a, "a") ?: register_shrinker(&b, "b");
}
