// SPDX-License-Identifier: MIT
/*
 * check-name: a device is marked by a call, and its callbacks allocate
 * check-module: spi
 */
#include <linux/pm_runtime.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct spi { struct device *dev; void *save, *log; unsigned int *reg; };

int spi_probe(struct spi *d)
{
	pm_runtime_irq_safe(d->dev);
	return 0;
}

static void *spi_buffer(gfp_t gfp)
{
	return kmalloc(64, gfp);	/* expect: reclaim-unsafe-mark "spi_runtime_resume_bad.. may enter reclaim" */
}

static int spi_runtime_resume_bad(struct device *dev)
{
	struct spi *d = dev_get_drvdata(dev);

	*d->reg = 1;
	d->save = spi_buffer(GFP_KERNEL);
	d->log = spi_buffer(GFP_NOWAIT);
	return 0;
}

/* What may not enter reclaim: by the mask, or in a scope. */
static int spi_runtime_suspend_ok(struct device *dev)
{
	struct spi *d = dev_get_drvdata(dev);
	unsigned int flags = memalloc_noio_save();

	d->save = kmalloc(64, GFP_KERNEL);
	memalloc_noio_restore(flags);
	flags = memalloc_nofs_save();
	d->save = kmalloc(64, GFP_KERNEL);
	memalloc_nofs_restore(flags);
	flags = memalloc_noreclaim_save();
	d->save = kmalloc(64, GFP_KERNEL);
	memalloc_noreclaim_restore(flags);
	d->save = kmalloc(64, GFP_ATOMIC);
	d->save = kmalloc(64, GFP_NOIO);
	return 0;
}

const struct dev_pm_ops spi_pm_ops = {
	.runtime_resume = spi_runtime_resume_bad,
	.runtime_suspend = spi_runtime_suspend_ok,
};

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long spi_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct spi *d = s->private_data;

	pm_runtime_get_sync(d->dev);	/* expect-marked: reclaim-rpm-resume contexts=all */
	pm_runtime_put(d->dev);
	return 1;
}
static struct shrinker shrinker = { .count_objects = count_ok, .scan_objects = spi_scan_ok };

int spi_init(void)
{
	return register_shrinker(&shrinker, "spi");
}
