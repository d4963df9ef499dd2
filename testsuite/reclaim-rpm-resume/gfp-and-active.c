// SPDX-License-Identifier: MIT
/*
 * check-name: the mask decides between asking and resuming
 */
#include <linux/gfp.h>
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct npu { struct device *dev; };
static struct npu *npu;

static int npu_wake(struct npu *n, bool may_resume)
{
	int ret;

	if (!may_resume) {
		ret = pm_runtime_get_if_active(n->dev);
		return ret > 0 ? 0 : -1;
	}
	ret = pm_runtime_resume_and_get(n->dev);	/* expect: reclaim-rpm-resume contexts=!direct-nofs,direct-noio */
	return ret;
}

static unsigned long npu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long npu_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	bool fs = !!(sc->gfp_mask & __GFP_FS);

	if (npu_wake(npu, fs))
		return SHRINK_STOP;
	/* One more reference on a device that is awake. */
	pm_runtime_get_sync(npu->dev);
	pm_runtime_put(npu->dev);
	pm_runtime_put(npu->dev);
	return 1;
}

static struct shrinker shrinker = { .count_objects = npu_count_ok, .scan_objects = npu_scan_bad };

int npu_init(void)
{
	return register_shrinker(&shrinker, "npu");
}
