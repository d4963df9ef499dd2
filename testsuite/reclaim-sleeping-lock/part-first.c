// SPDX-License-Identifier: MIT
/*
 * check-name: what begins where a member does may be a part of that member, and is not taken for it
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct transform {
	int refcnt;
	void (*exit)(struct transform *t);
};
struct packer { long reqsize; struct transform base; };
struct cipher { long keysize, ivsize; struct transform base; };
struct shell { struct transform base; long size; };
struct box { long size; struct shell shell; };	/* the store is into box.shell, the call by shell.base */
static DEFINE_MUTEX(box_lock);
static struct box *box;

static void exit_box(struct transform *t)
{
	mutex_lock(&box_lock);	/* expect: reclaim-sleeping-lock "box_scan_bad.*box_lock" contexts=all */
	mutex_unlock(&box_lock);
}

static void exit_packer(struct transform *t)
{
	container_of(t, struct packer, base)->reqsize = 0;
}

static void exit_cipher(struct transform *t)
{
	container_of(t, struct cipher, base)->keysize = 0;
}

static noinline void transform_put(struct transform *t)
{
	if (!--t->refcnt && t->exit)
		t->exit(t);
}

void packer_init(struct packer *p)
{
	p->base.exit = exit_packer;
	transform_put(&p->base);
}

void cipher_init(struct cipher *c)
{
	c->base.exit = exit_cipher;
	transform_put(&c->base);
}

static noinline void shell_init(struct shell *s)
{
	s->size = 2;
}

void box_init(struct box *b)
{
	b->size = 1;
	shell_init(&b->shell);
	b->shell.base.exit = exit_box;
}

static unsigned long box_count(struct shrinker *s, struct shrink_control *sc)
{
	return box->size;
}

static unsigned long box_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	transform_put(&box->shell.base);
	return 1;
}

static struct shrinker box_shrinker = { .count_objects = box_count, .scan_objects = box_scan_bad };

int part_first_init(void)
{
	return register_shrinker(&box_shrinker, "box");
}
