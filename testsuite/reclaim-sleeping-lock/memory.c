// SPDX-License-Identifier: MIT
/*
 * check-name: bits kept in memory: unions, masks, stores through pointers
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

#define REQ_WAIT	0x01
#define REQ_FORCE	0x02

struct request {
	union {
		unsigned int flags;
		struct { unsigned char op, prio; };
	};
	bool *cancel;
};
struct disk { struct mutex wait_lock, force_lock, alias_lock, union_lock; };
static struct disk disk;

/* Elsewhere: may write to it. */
void touch(void *p);			/* expect-gap: no-body */

static void disk_submit(struct request *r)
{
	if (r->flags & REQ_WAIT) {
		mutex_lock(&disk.wait_lock);	/* expect: reclaim-sleeping-lock "disk.wait_lock" contexts=all root=wait_scan_bad */
		mutex_unlock(&disk.wait_lock);
	}
	if (r->flags & REQ_FORCE) {
		mutex_lock(&disk.force_lock);	/* expect: reclaim-sleeping-lock "disk.force_lock" contexts=all root=escape_scan_bad */
		mutex_unlock(&disk.force_lock);
	}
}

static unsigned long disk_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

/* Set and cleared again through a pointer to the word. */
static unsigned long clear_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct request r = { .flags = REQ_WAIT | REQ_FORCE };
	unsigned int *flags = &r.flags;

	*flags &= ~REQ_WAIT;
	r.flags &= ~REQ_FORCE;
	disk_submit(&r);
	return 1;
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct request r = { 0 };
	struct request *p = &r;

	p->flags |= REQ_WAIT;
	disk_submit(p);
	return 1;
}

/* Somebody else may have written to it. */
static unsigned long escape_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct request r = { .flags = REQ_WAIT };

	touch(&r);
	r.flags &= ~REQ_WAIT;
	disk_submit(&r);
	return 1;
}

/* One of two, by a pointer: either may have changed. */
static unsigned long alias_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	bool a = false, b = false;
	bool *p = sc->nid ? &a : &b;

	*p = true;
	if (a) {
		mutex_lock(&disk.alias_lock);	/* expect: reclaim-sleeping-lock "disk.alias_lock" contexts=all */
		mutex_unlock(&disk.alias_lock);
	}
	return 1;
}

/* The low byte of the word is the op. */
static unsigned long union_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct request r = { .flags = 0x0200 };

	if (r.op) {
		mutex_lock(&disk.wait_lock);
		mutex_unlock(&disk.wait_lock);
	}
	if (r.prio == 2) {
		mutex_lock(&disk.union_lock);	/* expect: reclaim-sleeping-lock "disk.union_lock" contexts=all */
		mutex_unlock(&disk.union_lock);
	}
	return 1;
}

static struct shrinker clear = { .count_objects = disk_count_ok, .scan_objects = clear_scan_ok };
static struct shrinker wait = { .count_objects = disk_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker escape = { .count_objects = disk_count_ok, .scan_objects = escape_scan_bad };
static struct shrinker alias = { .count_objects = disk_count_ok, .scan_objects = alias_scan_bad };
static struct shrinker overlay = { .count_objects = disk_count_ok, .scan_objects = union_scan_bad };

int disk_init(void)
{
	register_shrinker(&clear, "clear");
	register_shrinker(&wait, "wait");
	register_shrinker(&escape, "escape");
	register_shrinker(&alias, "alias");
	return register_shrinker(&overlay, "overlay");
}
