// SPDX-License-Identifier: MIT
/*
 * check-name: OOM and vmap-purge notifiers are roots, other notifiers are not
 */
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/swap.h>

struct gem { struct mutex oom_lock, purge_lock, reboot_lock; };
static struct gem gem;

int register_reboot_notifier(struct notifier_block *nb);

static int gem_oom_bad(struct notifier_block *nb, unsigned long event, void *data)	/* expect-root: notifier_call */
{
	if (current_is_kswapd() || (current->flags & PF_MEMALLOC))
		return NOTIFY_DONE;
	mutex_lock(&gem.oom_lock);	/* expect: reclaim-sleeping-lock "gem.oom_lock" contexts=oom-notifier */
	mutex_unlock(&gem.oom_lock);
	return NOTIFY_OK;
}

static int gem_purge_bad(struct notifier_block *nb, unsigned long event, void *data)	/* expect-root: notifier_call */
{
	mutex_lock(&gem.purge_lock);	/* expect: reclaim-sleeping-lock "gem.purge_lock" contexts=vmap-purge */
	mutex_unlock(&gem.purge_lock);
	return NOTIFY_OK;
}

static int gem_reboot_ok(struct notifier_block *nb, unsigned long event, void *data)
{
	mutex_lock(&gem.reboot_lock);
	mutex_unlock(&gem.reboot_lock);
	return NOTIFY_OK;
}

static struct notifier_block oom = { .notifier_call = gem_oom_bad };
static struct notifier_block reboot = { .notifier_call = gem_reboot_ok };

struct gem_private { struct notifier_block vmap; };

int gem_init(struct gem_private *p)
{
	p->vmap.notifier_call = gem_purge_bad;
	register_vmap_purge_notifier(&p->vmap);
	register_reboot_notifier(&reboot);
	return register_oom_notifier(&oom);
}
