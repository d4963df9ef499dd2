// SPDX-License-Identifier: MIT
/*
 * check-name: allocations in an OOM notifier and in a vmap-purge notifier
 */
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/slab.h>

struct gem { struct notifier_block oom, vmap; void *list; gfp_t mask; };

static int gem_oom_bad(struct notifier_block *nb, unsigned long event, void *data)
{
	struct gem *gem = container_of(nb, struct gem, oom);

	gem->list = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-alloc contexts=oom-notifier */
	return NOTIFY_OK;
}

/* Any task runs this, also one that reclaims. */
static int gem_vmap_bad(struct notifier_block *nb, unsigned long event, void *data)
{
	struct gem *gem = container_of(nb, struct gem, vmap);

	if (current->flags & PF_MEMALLOC)
		gem->list = kmalloc(64, GFP_KERNEL);
	else
		gem->list = kmalloc(64, GFP_KERNEL);	/* expect: reclaim-alloc contexts=vmap-purge */
	return NOTIFY_OK;
}

/* A mask that is read from memory is not known. */
static int fn_gem_mask_bad(struct notifier_block *nb, unsigned long event, void *data)
{
	struct gem *gem = container_of(nb, struct gem, oom);

	gem->list = kmalloc(64, gem->mask);	/* expect-missing: reclaim-alloc "kmalloc" */
	return NOTIFY_OK;
}

void gem_register(struct gem *gem, struct gem *other)
{
	gem->oom.notifier_call = gem_oom_bad;
	gem->vmap.notifier_call = gem_vmap_bad;
	register_oom_notifier(&gem->oom);
	register_vmap_purge_notifier(&gem->vmap);
	other->oom.notifier_call = fn_gem_mask_bad;
	register_oom_notifier(&other->oom);
}
