// SPDX-License-Identifier: MIT
/*
 * check-name: a function that was stored into what is a part of one thing is not called for a part of another
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

/* As crypto's transforms: each type puts its own exit into the common part. */
struct transform {
	int refcnt;
	void (*exit)(struct transform *t);
};
struct packer { long reqsize; struct transform base; };
struct cipher { long keysize, ivsize; struct transform base; };
struct digest { long size; struct transform base; };
struct seal { long key, nonce; void *p; struct transform base; };
static DEFINE_MUTEX(packer_lock);
static DEFINE_MUTEX(digest_lock);
static struct packer *packer;
static struct cipher *cipher;
static DEFINE_MUTEX(seal_lock);
static DEFINE_MUTEX(any_lock);
static struct digest *digest;
static struct seal *seal;

static void exit_packer(struct transform *t)
{
	mutex_lock(&packer_lock);	/* expect: reclaim-sleeping-lock "packer_scan_bad.*packer_lock" contexts=all */
	mutex_unlock(&packer_lock);
}

static void exit_digest(struct transform *t)
{
	mutex_lock(&digest_lock);	/* expect: reclaim-sleeping-lock "digest_scan_bad.*digest_lock" contexts=all */
	mutex_unlock(&digest_lock);
}

static void exit_cipher(struct transform *t)
{
	container_of(t, struct cipher, base)->keysize = 0;
}

static inline struct packer *packer_of(struct transform *t)
{
	return container_of(t, struct packer, base);
}

/* by a helper: the store itself says nothing of a packer */
int packer_init(struct transform *t)
{
	struct packer *p = packer_of(t);

	p->reqsize = 8;
	t->exit = exit_packer;
	return 0;
}

/* at once */
int digest_init(struct transform *t)
{
	struct digest *d = container_of(t, struct digest, base);

	d->size = 16;
	t->exit = exit_digest;
	return 0;
}

/* by a place in it */
int cipher_init(struct cipher *c)
{
	c->base.exit = exit_cipher;
	return 0;
}

static void exit_seal(struct transform *t)
{
	mutex_lock(&seal_lock);		/* expect: reclaim-sleeping-lock "seal_scan_bad.*seal_lock" contexts=all */
	mutex_unlock(&seal_lock);
}

/* Only its callers know of what it is a part. */
int seal_set_ops(struct transform *t)
{
	t->refcnt = 1;
	t->exit = exit_seal;
	return 0;
}

int seal_init(struct transform *t)
{
	struct seal *x = container_of(t, struct seal, base);

	x->nonce = 1;
	return seal_set_ops(t);
}

int seal_init_again(struct seal *x)
{
	return seal_set_ops(&x->base);
}

static void exit_any(struct transform *t)
{
	mutex_lock(&any_lock);		/* expect: reclaim-sleeping-lock "cipher_scan_bad.*any_lock" contexts=all */
					/* expect@-1: reclaim-sleeping-lock "packer_scan_bad.*any_lock" contexts=all */
					/* expect@-2: reclaim-sleeping-lock "digest_scan_bad.*any_lock" contexts=all */
					/* expect@-3: reclaim-sleeping-lock "seal_scan_bad.*any_lock" contexts=all */
	mutex_unlock(&any_lock);
}

/* Callers that say different things: of any. */
int any_set_ops(struct transform *t)
{
	t->exit = exit_any;
	return 0;
}

int packer_init_any(struct packer *p)
{
	return any_set_ops(&p->base);
}

int digest_init_any(struct digest *d)
{
	return any_set_ops(&d->base);
}

static noinline void transform_put(struct transform *t)
{
	if (!--t->refcnt && t->exit)
		t->exit(t);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return sc->nr_to_scan;
}

static unsigned long cipher_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	transform_put(&cipher->base);
	return 1;
}

static unsigned long packer_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	transform_put(&packer->base);
	return 1;
}

static unsigned long digest_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	transform_put(&digest->base);
	return 1;
}

static unsigned long seal_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	transform_put(&seal->base);
	return 1;
}

static struct shrinker seal_shrinker = { .count_objects = count, .scan_objects = seal_scan_bad };
static struct shrinker cipher_shrinker = { .count_objects = count, .scan_objects = cipher_scan_bad };
static struct shrinker packer_shrinker = { .count_objects = count, .scan_objects = packer_scan_bad };
static struct shrinker digest_shrinker = { .count_objects = count, .scan_objects = digest_scan_bad };

int part_of_init(void)
{
	return register_shrinker(&cipher_shrinker, "cipher") ?: register_shrinker(&packer_shrinker, "packer") ?:
	       register_shrinker(&digest_shrinker, "digest") ?: register_shrinker(&seal_shrinker, "seal");
}
