// SPDX-License-Identifier: MIT
/*
 * check-name: a lock that rules say stays free is not waited for by who got it by a trylock before
 * check-options: --rules=stays-free.yaml
 */
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>

struct tnode { struct semaphore io, meta; struct mutex lock; int dirty; };

static struct tnode *nodes[4];

static void tnode_drain(struct tnode *n)
{
	down(&n->io);	/* expect: reclaim-sleeping-lock "struct tnode.io" root=drain_scan_bad */
			/* expect@-1: reclaim-sleeping-lock "struct tnode.io" root=late_scan_bad */
			/* expect-missing@-2: reclaim-sleeping-lock "struct tnode.io" root=fn_let_go_bad */
	up(&n->io);
}

/* Got it, let it go, and has the node's lock all along. */
static unsigned long tried_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct tnode *n = nodes[0];

	if (!mutex_trylock(&n->lock))
		return SHRINK_STOP;
	if (down_trylock(&n->io)) {
		mutex_unlock(&n->lock);
		return SHRINK_STOP;
	}
	up(&n->io);
	tnode_drain(n);
	mutex_unlock(&n->lock);
	return 1;
}

/* Nobody asked. */
static unsigned long drain_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	tnode_drain(nodes[1]);
	return 1;
}

/* Did not get it the second time; and what got it is another lock. */
static unsigned long late_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct tnode *n = nodes[2];

	if (down_trylock(&n->meta))
		return SHRINK_STOP;
	up(&n->meta);
	down(&n->meta);		/* expect: reclaim-sleeping-lock "struct tnode.meta" */
	up(&n->meta);
	if (!down_trylock(&n->io))
		up(&n->io);
	if (down_trylock(&n->io))
		tnode_drain(n);
	return 1;
}

/* Let the node's lock go as well: what the rule says holds no more, which is not followed. */
static unsigned long fn_let_go_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct tnode *n = nodes[3];

	if (!mutex_trylock(&n->lock))
		return SHRINK_STOP;
	if (down_trylock(&n->io)) {
		mutex_unlock(&n->lock);
		return SHRINK_STOP;
	}
	up(&n->io);
	mutex_unlock(&n->lock);
	tnode_drain(n);
	return 1;
}

static unsigned long tnode_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static struct shrinker tried = { .count_objects = tnode_count_ok, .scan_objects = tried_scan_ok };
static struct shrinker drain = { .count_objects = tnode_count_ok, .scan_objects = drain_scan_bad };
static struct shrinker late = { .count_objects = tnode_count_ok, .scan_objects = late_scan_bad };
static struct shrinker let_go = { .count_objects = tnode_count_ok, .scan_objects = fn_let_go_bad };

int tnode_init(void)
{
	return register_shrinker(&tried, "tried") ?: register_shrinker(&drain, "drain") ?:
	       register_shrinker(&late, "late") ?: register_shrinker(&let_go, "let_go");
}
