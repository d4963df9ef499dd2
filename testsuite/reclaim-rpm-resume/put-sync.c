// SPDX-License-Identifier: MIT
/*
 * check-name: a synchronous put suspends the device on the spot
 */
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>

struct codec { struct device *dev; };
static struct codec *codec;

static unsigned long codec_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long codec_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (pm_runtime_get_if_in_use(codec->dev) <= 0)
		return SHRINK_STOP;
	pm_runtime_put_sync(codec->dev);	/* expect: reclaim-rpm-resume contexts=all */
	return 1;
}

static unsigned long codec_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (pm_runtime_get_if_in_use(codec->dev) <= 0)
		return SHRINK_STOP;
	pm_runtime_put(codec->dev);
	return 1;
}

static struct shrinker bad = { .count_objects = codec_count_ok, .scan_objects = codec_scan_bad };
static struct shrinker ok = { .count_objects = codec_count_ok, .scan_objects = codec_scan_ok };

int codec_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
