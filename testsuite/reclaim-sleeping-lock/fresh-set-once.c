// SPDX-License-Identifier: MIT
/*
 * check-name: what only its initialiser sets stays as it was set, also while the task sleeps
 */
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct resource { int type, state; struct list_head lru; };
static LIST_HEAD(lru);
static DEFINE_MUTEX(card_lock);
static DEFINE_MUTEX(state_lock);
static struct completion moved;

static void resource_init(struct resource *r, int type)
{
	r->type = type;
	r->state = 1;
	list_add(&r->lru, &lru);
}

/* Whoever has it may say so. */
void resource_done(struct resource *r)
{
	r->state = 2;
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct resource *r = kzalloc(sizeof(*r), GFP_NOWAIT);

	if (!r)
		return 0;
	resource_init(r, 1);
	wait_for_completion(&moved);	/* expect: reclaim-sleeping-lock "moved" */
	if (r->type == 2) {
		mutex_lock(&card_lock);
		mutex_unlock(&card_lock);
	}
	if (r->state == 2) {
		mutex_lock(&state_lock);	/* expect: reclaim-sleeping-lock "state_lock" */
		mutex_unlock(&state_lock);
	}
	return 1;
}

static struct shrinker shrinker = { .count_objects = count_ok, .scan_objects = scan_bad };

int init(void)
{
	return register_shrinker(&shrinker, "resource");
}
