// SPDX-License-Identifier: MIT
/*
 * check-name: RPM flags that are computed
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct npu { struct device *dev; };
static struct npu *npu;

static int npu_power(struct npu *n, bool wait)
{
	int flags = RPM_GET_PUT;

	if (!wait)
		flags |= RPM_ASYNC;
	return __pm_runtime_resume(n->dev, flags);	/* expect: reclaim-rpm-resume contexts=all root=wait_scan_bad */
}

static unsigned long npu_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return npu_power(npu, true) < 0 ? SHRINK_STOP : 1;
}

static unsigned long nowait_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return npu_power(npu, false) < 0 ? SHRINK_STOP : 1;
}

static struct shrinker wait = { .count_objects = npu_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker nowait = { .count_objects = npu_count_ok, .scan_objects = nowait_scan_ok };

int npu_init(void)
{
	return register_shrinker(&wait, "wait") ?: register_shrinker(&nowait, "nowait");
}
