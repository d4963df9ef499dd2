// SPDX-License-Identifier: MIT
/*
 * check-name: a struct that is copied from a const template, by a compiler that folds it
 * check-frontend: clang
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct control { bool wait; };
struct cell { struct mutex wait_lock; };
static struct cell cell;

static const struct control careful = { .wait = false };

static void template_run_ok(const struct control *c)
{
	if (c->wait) {
		mutex_lock(&cell.wait_lock);
		mutex_unlock(&cell.wait_lock);
	}
}

static unsigned long cell_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long template_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct control e = careful;

	template_run_ok(&e);
	return 1;
}

static struct shrinker template = { .count_objects = cell_count_ok, .scan_objects = template_scan_ok };

int cell_init(void)
{
	return register_shrinker(&template, "template");
}
