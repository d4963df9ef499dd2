// SPDX-License-Identifier: MIT
/*
 * check-name: a result that is tested twice: what only success left behind is known after both tests
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct place { int type; };
struct object { struct mutex system_lock, vram_lock, retry_lock; };
static struct object object;
int busy;

static noinline int alloc_place(int type, struct place **ret)
{
	if (busy)
		return -16;
	*ret = kzalloc(sizeof(**ret), GFP_NOWAIT);
	if (!*ret)
		return -12;
	(*ret)->type = type;
	return 0;
}

static noinline void move(struct object *o, const struct place *place)
{
	if (place->type) {
		mutex_lock(&o->vram_lock);	/* expect: reclaim-sleeping-lock "vram_scan_bad.*vram_lock" contexts=all */
		mutex_unlock(&o->vram_lock);
	} else {
		mutex_lock(&o->system_lock);	/* expect: reclaim-sleeping-lock "system_scan.*system_lock" contexts=all */
		mutex_unlock(&o->system_lock);
	}
}

static noinline int validate(struct object *o, int type)
{
	struct place *place;
	int ret = alloc_place(type, &place);

	if (ret == -16) {
		mutex_lock(&o->retry_lock);	/* expect: reclaim-sleeping-lock "system_scan.*retry_lock" contexts=all *//* expect: reclaim-sleeping-lock "vram_scan_bad.*retry_lock" contexts=all */
		mutex_unlock(&o->retry_lock);
		return ret;
	}
	if (ret)
		return ret;
	move(o, place);
	kfree(place);
	return 0;
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long system_scan(struct shrinker *s, struct shrink_control *sc)
{
	validate(&object, 0);
	return 1;
}
static unsigned long vram_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	validate(&object, 2);
	return 1;
}
struct shrinker system_shrinker = { .count_objects = count, .scan_objects = system_scan };
struct shrinker vram_shrinker = { .count_objects = count, .scan_objects = vram_scan_bad };
