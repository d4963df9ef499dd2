// SPDX-License-Identifier: MIT
/*
 * check-name: an object whose table had one function has the others of that table
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct object;
struct object_ops {
	void (*shrink)(struct object *o);
	void (*truncate)(struct object *o);
};
struct type_ops {
	void (*shrink)(struct object *o);
	void (*truncate)(struct object *o);
};
struct type { const struct type_ops *ops; };
struct object {
	struct list_head link;
	const struct object_ops *ops;
	struct type *type;
	struct mutex disk_lock, ram_lock;
};
static LIST_HEAD(objects);
static LIST_HEAD(typed);

static void ram_truncate_ok(struct object *o)
{
}
static void disk_truncate(struct object *o)
{
	mutex_lock(&o->disk_lock);	/* expect: reclaim-sleeping-lock "object.disk_lock" contexts=all */
	mutex_unlock(&o->disk_lock);
}

/* Only objects in RAM shrink by truncation: theirs is the other function. */
static void ram_shrink(struct object *o)
{
	o->ops->truncate(o);
}
static void ram_shrink_typed(struct object *o)
{
	o->type->ops->truncate(o);
}
static void disk_shrink_ok(struct object *o)
{
}
const struct object_ops ram_ops = { .shrink = ram_shrink, .truncate = ram_truncate_ok };
const struct type_ops ram_type = { .shrink = ram_shrink_typed, .truncate = ram_truncate_ok };
const struct type_ops disk_type = { .shrink = disk_shrink_ok, .truncate = disk_truncate };
const struct object_ops disk_ops = { .shrink = disk_shrink_ok, .truncate = disk_truncate };

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long direct_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct object *o = list_first_entry(&objects, struct object, link);

	o->ops->shrink(o);
	return 1;
}
static unsigned long through_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct object *o = list_first_entry(&typed, struct object, link);

	o->type->ops->shrink(o);
	return 1;
}
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct object *o = list_first_entry(&objects, struct object, link);

	o->ops->truncate(o);
	return 1;
}
struct shrinker direct_shrinker = { .count_objects = count, .scan_objects = direct_scan_ok };
struct shrinker through_shrinker = { .count_objects = count, .scan_objects = through_scan_ok };
struct shrinker any_shrinker = { .count_objects = count, .scan_objects = any_scan_bad };
