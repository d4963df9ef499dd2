// SPDX-License-Identifier: MIT
/*
 * check-name: the caller's flags say whether a wake-up is allowed
 */
#include <linux/bits.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

#define SHRINK_UNBOUND	BIT(0)
#define SHRINK_BOUND	BIT(1)
#define SHRINK_ACTIVE	BIT(2)
#define SHRINK_PURGE	BIT(3)

struct ppgtt { struct device *dev; };
static struct ppgtt *vm;

static unsigned long vm_unbind(struct ppgtt *v, unsigned int flags)
{
	if (flags & SHRINK_BOUND)
		pm_runtime_get_sync(v->dev);	/* expect: reclaim-rpm-resume contexts=all root=bound_scan_bad */
	return 1;
}

static unsigned long vm_shrink(struct ppgtt *v, unsigned long n, unsigned int flags)
{
	unsigned long freed = 0;

	if (!(flags & (SHRINK_BOUND | SHRINK_UNBOUND)))
		return 0;
	while (freed < n)
		freed += vm_unbind(v, flags & ~SHRINK_PURGE);
	return freed;
}

static unsigned long vm_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long bound_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return vm_shrink(vm, sc->nr_to_scan, SHRINK_BOUND | SHRINK_UNBOUND);
}

static unsigned long unbound_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return vm_shrink(vm, sc->nr_to_scan, SHRINK_UNBOUND | SHRINK_ACTIVE);
}

static struct shrinker bound = { .count_objects = vm_count_ok, .scan_objects = bound_scan_bad };
static struct shrinker unbound = { .count_objects = vm_count_ok, .scan_objects = unbound_scan_ok };

int vm_init(void)
{
	return register_shrinker(&bound, "bound") ?: register_shrinker(&unbound, "unbound");
}
