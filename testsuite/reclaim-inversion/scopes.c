// SPDX-License-Identifier: MIT
/*
 * check-name: pairs that cannot meet, and scopes that callers opened
 */
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct fs { struct mutex fs_lock, io_lock, any_lock, scope_lock, trans_lock, worker_lock, given_lock, other_lock; void *p; };
static struct fs fs;

static unsigned long fs_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

#define TAKE(l) do { mutex_lock(&fs.l); mutex_unlock(&fs.l); } while (0)

static unsigned long fs_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	TAKE(any_lock);		/* expect: reclaim-sleeping-lock "fs.any_lock" contexts=all */
				/* expect@-1: reclaim-inversion "fs.any_lock" contexts=direct-noio */
	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	TAKE(fs_lock);		/* expect: reclaim-sleeping-lock "fs.fs_lock" contexts=kswapd,direct,memcg,drop-caches */
	TAKE(io_lock);		/* expect: reclaim-sleeping-lock "fs.io_lock" contexts=kswapd,direct,memcg,drop-caches */
				/* expect@-1: reclaim-inversion "fs.io_lock" contexts=kswapd,direct,memcg */
	TAKE(scope_lock);	/* expect: reclaim-sleeping-lock "fs.scope_lock" contexts=kswapd,direct,memcg,drop-caches */
	TAKE(trans_lock);	/* expect: reclaim-sleeping-lock "fs.trans_lock" contexts=kswapd,direct,memcg,drop-caches */
	TAKE(given_lock);	/* expect: reclaim-sleeping-lock "fs.given_lock" contexts=kswapd,direct,memcg,drop-caches */
	TAKE(other_lock);	/* expect: reclaim-sleeping-lock "fs.other_lock" contexts=kswapd,direct,memcg,drop-caches */
				/* expect@-1: reclaim-inversion "fs.other_lock" contexts=kswapd,direct,memcg */
	TAKE(worker_lock);	/* expect: reclaim-sleeping-lock "fs.worker_lock" contexts=kswapd,direct,memcg,drop-caches */
	return 1;
}

/* The lock is taken with __GFP_FS only: GFP_NOFS does not get there. */
int nofs_ok(struct fs *f)
{
	mutex_lock(&f->fs_lock);
	f->p = kmalloc(8, GFP_NOFS);
	mutex_unlock(&f->fs_lock);
	return 0;
}

int noio_bad(struct fs *f)
{
	mutex_lock(&f->any_lock);
	f->p = kmalloc(8, GFP_NOIO);
	mutex_unlock(&f->any_lock);
	mutex_lock(&f->io_lock);
	f->p = kmalloc(8, GFP_KERNEL);
	mutex_unlock(&f->io_lock);
	return 0;
}

/* A scope makes GFP_KERNEL GFP_NOFS; one that was ended does not, but the lock is gone by then. */
int scope_ok(struct fs *f)
{
	unsigned int flags = memalloc_nofs_save();

	mutex_lock(&f->scope_lock);
	f->p = kmalloc(8, GFP_KERNEL);
	mutex_unlock(&f->scope_lock);
	memalloc_nofs_restore(flags);
	f->p = kmalloc(8, GFP_KERNEL);
	return 0;
}

/* Who is given a transaction is in its scope, whoever began it: an entry of rules/alloc.yaml. */
struct xfs_trans;
struct xfs_mount;
int given_ok(struct xfs_trans *tp, struct fs *f)
{
	mutex_lock(&f->given_lock);
	f->p = kmalloc(8, GFP_KERNEL);
	mutex_unlock(&f->given_lock);
	return 0;
}
int other_bad(struct xfs_mount *mp, struct fs *f)
{
	mutex_lock(&f->other_lock);
	f->p = kmalloc(8, GFP_KERNEL);
	mutex_unlock(&f->other_lock);
	return 0;
}

/* The transaction is a scope: whoever is called in it, by whatever function. */
struct trans { unsigned int flags; };

static int trans_begin(struct trans *t)
{
	t->flags = memalloc_nofs_save();
	return 0;
}

static void trans_end(struct trans *t)
{
	memalloc_nofs_restore(t->flags);
}

static noinline void trans_update_ok(struct fs *f)
{
	mutex_lock(&f->trans_lock);
	f->p = kmalloc(8, GFP_KERNEL);
	mutex_unlock(&f->trans_lock);
}

static noinline void trans_log_ok(struct fs *f)
{
	trans_update_ok(f);
}

int trans_run_ok(struct fs *f)
{
	struct trans t;

	trans_begin(&t);
	trans_log_ok(f);
	trans_end(&t);
	return 0;
}

/* A thread that is in a scope for good. */
int worker_ok(void *data)
{
	struct fs *f = data;

	memalloc_nofs_save();
	for (;;) {
		mutex_lock(&f->worker_lock);
		f->p = kmalloc(8, GFP_KERNEL);
		mutex_unlock(&f->worker_lock);
	}
	return 0;
}

static struct shrinker shrinker = { .count_objects = fs_count_ok, .scan_objects = fs_scan_bad };

int fs_init(void)
{
	return register_shrinker(&shrinker, "fs");
}
