/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/list_lru.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>
#include <linux/wait.h>

struct inode;
struct super_block;
struct writeback_control;

struct address_space_operations {
	int (*writepages)(struct address_space *mapping, struct writeback_control *wbc);
	bool (*release_folio)(struct address_space *mapping, gfp_t gfp);
};
struct address_space {
	struct inode *host;
	gfp_t gfp_mask;
	const struct address_space_operations *a_ops;
};
struct super_operations {
	void (*evict_inode)(struct inode *inode);
	void (*put_super)(struct super_block *sb);
	long (*nr_cached_objects)(struct super_block *sb, struct shrink_control *sc);
	long (*free_cached_objects)(struct super_block *sb, struct shrink_control *sc);
};
struct super_block {
	struct rw_semaphore s_umount;
	const struct super_operations *s_op;
	struct shrinker *s_shrink;
	struct list_lru s_inode_lru;
	void *s_fs_info;
};
struct inode {
	struct rw_semaphore i_rwsem;
	struct super_block *i_sb;
	struct address_space *i_mapping;
	unsigned long i_state;
	struct list_head i_lru;
};
#define I_NEW (1 << 0)
#define I_FREEING (1 << 5)

static inline void inode_lock(struct inode *inode)
{
	down_write(&inode->i_rwsem);
}
static inline int inode_trylock(struct inode *inode)
{
	return down_write_trylock(&inode->i_rwsem);
}
static inline void inode_unlock(struct inode *inode)
{
	up_write(&inode->i_rwsem);
}
static inline gfp_t mapping_gfp_mask(struct address_space *mapping)
{
	return mapping->gfp_mask;
}
void iput(struct inode *inode);

#endif
