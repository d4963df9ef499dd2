// SPDX-License-Identifier: MIT
/*
 * check-name: from an embedded struct to the one around it, and back
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct op { unsigned int kind; };
struct vm_op {
	struct op base;
	bool wait;
	struct { struct op inner; bool force; } nested;
};
struct gem { struct mutex wait_lock, force_lock; };
static struct gem gem;

static void op_run(struct op *op)
{
	struct vm_op *v = container_of(op, struct vm_op, base);

	if (op->kind == 1 && v->wait) {
		mutex_lock(&gem.wait_lock);	/* expect: reclaim-sleeping-lock "gem.wait_lock" contexts=all root=wait_scan_bad */
		mutex_unlock(&gem.wait_lock);
	}
}

static void op_run_nested(struct op *op)
{
	struct vm_op *v = container_of(op, struct vm_op, nested.inner);

	op_run(&v->base);
	if (v->nested.force) {
		mutex_lock(&gem.force_lock);	/* expect: reclaim-sleeping-lock "gem.force_lock" contexts=all root=force_scan_bad */
		mutex_unlock(&gem.force_lock);
	}
}

static unsigned long gem_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct vm_op v = { .base.kind = 1, .wait = true };

	op_run_nested(&v.nested.inner);
	return 1;
}

static unsigned long force_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct vm_op v = { .base.kind = 2, .wait = true, .nested.force = true };

	op_run_nested(&v.nested.inner);
	return 1;
}

static unsigned long plain_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct vm_op v = { .base.kind = 1 };

	op_run(&v.base);
	op_run_nested(&v.nested.inner);
	return 1;
}

static struct shrinker wait = { .count_objects = gem_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker force = { .count_objects = gem_count_ok, .scan_objects = force_scan_bad };
static struct shrinker plain = { .count_objects = gem_count_ok, .scan_objects = plain_scan_ok };

int gem_init(void)
{
	return register_shrinker(&wait, "wait") ?: register_shrinker(&force, "force") ?:
	       register_shrinker(&plain, "plain");
}
