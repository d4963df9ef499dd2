// SPDX-License-Identifier: MIT
/*
 * check-name: a device is attached late in a kdump kernel only, which a static key decides
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct device { int x; };
struct iommu_domain { int x; };
struct heap { struct mutex lock; };
static struct heap late, early;

static int attach(struct heap *h)
{
	mutex_lock(&h->lock);		/* expect: reclaim-sleeping-lock "heap.lock" root=map_scan_bad contexts=all */
	mutex_unlock(&h->lock);
	return 0;
}

int iommu_deferred_attach(struct device *dev, struct iommu_domain *domain)
{
	return attach(&late);
}

/* The same without the key. */
static int attach_at_once(struct device *dev, struct iommu_domain *domain)
{
	return attach(&early);
}

static struct device device;
static struct iommu_domain domain;

static unsigned long map_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long late_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return iommu_deferred_attach(&device, &domain) ? SHRINK_STOP : 1;
}

static unsigned long map_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return attach_at_once(&device, &domain) ? SHRINK_STOP : 1;
}

static struct shrinker in_late = { .count_objects = map_count_ok, .scan_objects = late_scan_ok };
static struct shrinker in_early = { .count_objects = map_count_ok, .scan_objects = map_scan_bad };

int map_init(void)
{
	return register_shrinker(&in_late, "late") ?: register_shrinker(&in_early, "early");
}
