// SPDX-License-Identifier: MIT
/*
 * check-name: a callback that an initialiser was given for one part of objects is not called for another
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct active { int count; void (*retire)(struct active *active); };
struct vma { int pins; struct active active; };
struct front { int bits; struct active write; };
struct node { int age; struct active active; };

static DEFINE_MUTEX(psr_lock);
static DEFINE_MUTEX(pool_lock);
static struct vma *some_vma;
static struct node *some_node;
static struct active *some_active;

static void active_init(struct active *active, void (*retire)(struct active *active))
{
	active->count = 0;
	active->retire = retire;
}

/* One level more. */
static void active_init_counted(void (*retire)(struct active *active), struct active *active, int count)
{
	active_init(active, retire);
	active->count = count;
}

static void vma_retire(struct active *active)
{
}

static void front_retire(struct active *active)
{
	mutex_lock(&psr_lock);		/* expect: reclaim-sleeping-lock "psr_lock" root=any_scan_bad */
	mutex_unlock(&psr_lock);
}

static void node_retire(struct active *active)
{
	mutex_lock(&pool_lock);		/* expect: reclaim-sleeping-lock "pool_lock" root=node_scan_bad */
					/* expect@-1: reclaim-sleeping-lock "pool_lock" root=any_scan_bad */
	mutex_unlock(&pool_lock);
}

void vma_create(struct vma *vma)
{
	active_init(&vma->active, vma_retire);
}

void front_create(struct front *front)
{
	active_init_counted(front_retire, &front->write, 1);
}

void node_create(struct node *node)
{
	active_init_counted(node_retire, &node->active, 0);
}

static void active_release(struct active *active)
{
	if (!--active->count)
		active->retire(active);
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long vma_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	active_release(&some_vma->active);
	return 1;
}

static unsigned long node_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	active_release(&some_node->active);
	return 1;
}

/* Of what is not known. */
static unsigned long any_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	active_release(some_active);
	return 1;
}

static struct shrinker vma_shrinker = { .count_objects = count_ok, .scan_objects = vma_scan_ok };
static struct shrinker node_shrinker = { .count_objects = count_ok, .scan_objects = node_scan_bad };
static struct shrinker any_shrinker = { .count_objects = count_ok, .scan_objects = any_scan_bad };

int init(void)
{
	return register_shrinker(&vma_shrinker, "vma") ?: register_shrinker(&node_shrinker, "node") ?:
	       register_shrinker(&any_shrinker, "any");
}
