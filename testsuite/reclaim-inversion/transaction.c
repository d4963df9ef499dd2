// SPDX-License-Identifier: MIT
/*
 * check-name: a transaction is a lock that its functions take and release, and they are walked as well
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

/* Names and structure as fs/jbd2 and fs/btrfs have them: one opens a scope, the other does not. */
struct journal_s { int commits; };
typedef struct journal_s journal_t;
typedef struct jbd2_journal_handle { unsigned int saved_alloc_context; journal_t *journal; } handle_t;
struct btrfs_root { int valid; };
struct btrfs_trans_handle { int blocks; };

static journal_t journal;
static struct btrfs_root fs_root;
static void *cached;
static handle_t *current_handle;
static DEFINE_MUTEX(pages_lock);

handle_t *jbd2__journal_start(journal_t *j, int nblocks)
{
	handle_t *handle = current->journal_info;

	if (handle)		/* the one that it has, in its scope */
		return handle;
	handle = kmalloc(sizeof(*handle), GFP_NOFS);
	if (!handle)
		return ERR_PTR(-12);
	handle->journal = j;
	current->journal_info = handle;
	handle->saved_alloc_context = memalloc_nofs_save();
	return handle;
}

int jbd2_journal_stop(handle_t *handle)
{
	current->journal_info = NULL;
	memalloc_nofs_restore(handle->saved_alloc_context);
	return 0;
}

struct btrfs_trans_handle *btrfs_start_transaction(struct btrfs_root *root, unsigned int items)
{
	if (!root->valid)
		return ERR_PTR(-30);
	return kmalloc(sizeof(struct btrfs_trans_handle), GFP_NOFS);
}

int btrfs_end_transaction(struct btrfs_trans_handle *trans)
{
	return 0;
}

/* A wrapper, as file systems have them. */
static struct btrfs_trans_handle *evict_join(struct btrfs_root *root)
{
	return btrfs_start_transaction(root, 1);
}

static unsigned long trans_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long trans_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct btrfs_trans_handle *trans;
	handle_t *handle;

	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	trans = evict_join(&fs_root);	/* expect: reclaim-sleeping-lock "btrfs transaction" */
					/* expect@-1: reclaim-inversion "btrfs transaction.*log_inode_bad" contexts=kswapd,direct,memcg */
	if (!IS_ERR(trans))
		btrfs_end_transaction(trans);
	mutex_lock(&pages_lock);	/* expect: reclaim-sleeping-lock "pages_lock" */
					/* expect@-1: reclaim-inversion "pages_lock.*write_pages_bad" */
	mutex_unlock(&pages_lock);
	handle = jbd2__journal_start(&journal, 1);	/* expect: reclaim-sleeping-lock "jbd2_handle" */
	if (!IS_ERR(handle))
		jbd2_journal_stop(handle);
	return 1;
}

/* Holds the transaction through a wrapper. */
int log_inode_bad(struct btrfs_root *root)
{
	struct btrfs_trans_handle *trans = evict_join(root);

	if (IS_ERR(trans))
		return -1;
	cached = kmalloc(64, GFP_KERNEL);
	return btrfs_end_transaction(trans);
}

/* Without one: it was not begun, or has ended. */
int log_inode_ok(struct btrfs_root *root)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(root, 1);

	if (IS_ERR(trans)) {
		cached = kmalloc(64, GFP_KERNEL);
		return -1;
	}
	btrfs_end_transaction(trans);
	cached = kmalloc(64, GFP_KERNEL);
	return 0;
}

/*
 * Another lock of the shrinker: whether the scope that was opened on one arm is closed again is not
 * known (the handle has been where others look), but it was not opened on the other.
 */
int write_pages_bad(journal_t *j, bool is_inline)
{
	mutex_lock(&pages_lock);
	if (is_inline) {
		handle_t *handle = jbd2__journal_start(j, 1);

		if (!IS_ERR(handle)) {
			current_handle = handle;
			jbd2_journal_stop(current_handle);
		}
	}
	cached = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&pages_lock);
	return 0;
}

/* The handle is held, but it is a scope as well. */
int write_inode_ok(journal_t *j)
{
	handle_t *handle = jbd2__journal_start(j, 1);

	if (IS_ERR(handle))
		return -1;
	cached = kmalloc(64, GFP_KERNEL);
	return jbd2_journal_stop(handle);
}

static struct shrinker shrinker = { .count_objects = trans_count_ok, .scan_objects = trans_scan_bad };

int trans_init(void)
{
	return register_shrinker(&shrinker, "trans");
}
