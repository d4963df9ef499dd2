// SPDX-License-Identifier: MIT
/*
 * check-name: ops tables inside other structs, arrays of them, members of members
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct engine;
struct engine_funcs {
	void (*park)(struct engine *e);
	void (*reset)(struct engine *e);
};
struct engine_class {
	const char *name;
	struct engine_funcs funcs;
};
struct engine {
	const struct engine_class *class;
	struct mutex park_lock, copy_lock, reset_lock;
};
struct device_info {
	struct { struct engine *main; } engines;
};

static void render_park(struct engine *e)
{
	mutex_lock(&e->park_lock);	/* expect: reclaim-sleeping-lock "engine.park_lock" contexts=all */
	mutex_unlock(&e->park_lock);
}
static void copy_park(struct engine *e)
{
	mutex_lock(&e->copy_lock);	/* expect: reclaim-sleeping-lock "engine.copy_lock" contexts=all */
	mutex_unlock(&e->copy_lock);
}
static void render_reset_ok(struct engine *e)
{
	mutex_lock(&e->reset_lock);
	mutex_unlock(&e->reset_lock);
}

static const struct engine_class classes[] = {
	{ .name = "render", .funcs = { .park = render_park, .reset = render_reset_ok } },
	{ .name = "copy", .funcs.park = copy_park },
};

static struct device_info *info;

void engine_probe(struct engine *e, bool is_copy)
{
	e->class = &classes[is_copy];
}

static unsigned long engine_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* Which element is not known here: either may be. */
static unsigned long engine_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct engine *e = info->engines.main;

	e->class->funcs.park(e);	/* expect-via: ops "render_park" */	/* expect-via: ops "copy_park" */
	return 1;
}

static struct shrinker engine_shrinker = {
	.count_objects = engine_count,
	.scan_objects = engine_scan_bad,
};

int engine_init(void)
{
	return register_shrinker(&engine_shrinker, "engine");
}
