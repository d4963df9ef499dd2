// SPDX-License-Identifier: MIT
/*
 * check-name: a struct that an argument points to, copied into an object: its members are known there
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct bo { int type, kind, last; };
struct ghost { struct bo base; struct bo *bo; };
struct head { int age; };
struct node { struct head head; int state, last; };
struct shadow { struct head head; int other; };
static DEFINE_MUTEX(type_lock);
static DEFINE_MUTEX(other_lock);
static DEFINE_MUTEX(local_lock);
static struct node *some_node;
static DEFINE_MUTEX(kind_lock);
static struct bo *some_bo;

static void bo_transfer(struct bo *bo, struct ghost *g)
{
	g->base = *bo;
	g->bo = bo;
	g->base.kind = g->base.last;
}

static int bo_move(struct bo *bo)
{
	struct ghost *g = kmalloc(sizeof(*g), GFP_NOWAIT);

	if (!g || bo->type != 1 || bo->kind != 1)
		return 0;
	bo_transfer(bo, g);
	if (g->base.type == 2) {
		mutex_lock(&type_lock);
		mutex_unlock(&type_lock);
	}
	if (g->base.kind == 2) {
		mutex_lock(&kind_lock);		/* expect: reclaim-sleeping-lock "kind_lock" */
		mutex_unlock(&kind_lock);
	}
	kfree(g);
	return 1;
}

/* Its first member is not the whole. */
static void node_shadow(struct node *node, struct shadow *s)
{
	if (node->state)
		s->head = node->head;
}

static void node_shadow_local(int age, struct shadow *s)
{
	struct node node = { .head.age = age, .state = 1 };

	s->head = node.head;
}

static void node_move(struct node *node)
{
	struct shadow *s = kmalloc(sizeof(*s), GFP_NOWAIT);

	if (!s || node->head.age != 1 || node->state != 1 || node->last)
		return;
	node_shadow(node, s);
	if (s->other == 2) {
		mutex_lock(&other_lock);	/* expect: reclaim-sleeping-lock "other_lock" */
		mutex_unlock(&other_lock);
	}
	kfree(s);
}

static void local_move(void)
{
	struct shadow *s = kmalloc(sizeof(*s), GFP_NOWAIT);

	if (!s)
		return;
	node_shadow_local(1, s);
	if (s->other == 2) {
		mutex_lock(&local_lock);	/* expect: reclaim-sleeping-lock "local_lock" */
		mutex_unlock(&local_lock);
	}
	kfree(s);
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	node_move(some_node);
	local_move();
	return bo_move(some_bo);
}

static struct shrinker shrinker = { .count_objects = count_ok, .scan_objects = scan_bad };

int init(void)
{
	return register_shrinker(&shrinker, "bo");
}
