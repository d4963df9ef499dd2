// SPDX-License-Identifier: MIT
/*
 * check-name: resumes in an OOM notifier and in a vmap-purge notifier
 */
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/pm_runtime.h>

struct gem {
	struct notifier_block oom, vmap;
	struct device *dev;
};

static int gem_oom_bad(struct notifier_block *nb, unsigned long event, void *data)
{
	struct gem *gem = container_of(nb, struct gem, oom);

	pm_runtime_get_sync(gem->dev);		/* expect: reclaim-rpm-resume contexts=oom-notifier */
	pm_runtime_put(gem->dev);
	return NOTIFY_OK;
}

static int gem_vmap_bad(struct notifier_block *nb, unsigned long event, void *data)
{
	struct gem *gem = container_of(nb, struct gem, vmap);

	pm_runtime_resume_and_get(gem->dev);	/* expect: reclaim-rpm-resume contexts=vmap-purge */
	pm_runtime_put(gem->dev);
	return NOTIFY_OK;
}

void gem_register(struct gem *gem)
{
	gem->oom.notifier_call = gem_oom_bad;
	gem->vmap.notifier_call = gem_vmap_bad;
	register_oom_notifier(&gem->oom);
	register_vmap_purge_notifier(&gem->vmap);
}
