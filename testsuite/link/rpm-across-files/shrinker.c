// SPDX-License-Identifier: MIT
/*
 * Two shrinkers, two modes.
 * check-module: tile
 */
#include <linux/shrinker.h>

#include "pm.h"

static struct tile *tile;

static unsigned long tile_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long shrink(enum power_mode mode)
{
	if (!tile_power_get(tile, mode))
		return SHRINK_STOP;
	tile_power_put(tile);
	return 1;
}

static unsigned long wake_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	return shrink(POWER_WAKE);
}

static unsigned long ask_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	return shrink(POWER_ASK);
}

static struct shrinker wake = { .count_objects = tile_count_ok, .scan_objects = wake_scan_bad };
static struct shrinker ask = { .count_objects = tile_count_ok, .scan_objects = ask_scan_ok };

int tile_init(void)
{
	return register_shrinker(&wake, "wake") ?: register_shrinker(&ask, "ask");
}
