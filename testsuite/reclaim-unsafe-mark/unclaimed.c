// SPDX-License-Identifier: MIT
/*
 * check-name: what no mark speaks of is not judged
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct codec { struct device *dev; void *save; };

static int codec_runtime_resume_ok(struct device *dev)
{
	struct codec *d = dev_get_drvdata(dev);

	d->save = kmalloc(64, GFP_KERNEL);
	return 0;
}
const struct dev_pm_ops codec_pm_ops = { .runtime_resume = codec_runtime_resume_ok };

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long codec_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct codec *d = s->private_data;

	pm_runtime_get_sync(d->dev);	/* expect: reclaim-rpm-resume contexts=all */
	pm_runtime_put(d->dev);
	return 1;
}
static struct shrinker shrinker = { .count_objects = count_ok, .scan_objects = codec_scan_bad };

int codec_init(void)
{
	return register_shrinker(&shrinker, "codec");
}
