// SPDX-License-Identifier: MIT
/*
 * check-name: what the rules know of folios that are split: whose they are, and by which operations
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct folio;
struct address_space_operations { void (*release_folio)(struct folio *folio); };
struct address_space { const struct address_space_operations *a_ops; };
struct folio {
	struct list_head lru;
	struct address_space *mapping;
	struct mutex anon_lock, file_lock, disk_lock, shmem_lock;
};
static LIST_HEAD(queue);

static void disk_release_ok(struct folio *folio)
{
	mutex_lock(&folio->disk_lock);
	mutex_unlock(&folio->disk_lock);
}
static void shmem_release(struct folio *folio)
{
	mutex_lock(&folio->shmem_lock);	/* expect: reclaim-sleeping-lock "huge_scan.*shmem_lock" contexts=all */
	mutex_unlock(&folio->shmem_lock);
}
const struct address_space_operations disk_aops = { .release_folio = disk_release_ok };
const struct address_space_operations shmem_aops = { .release_folio = shmem_release };

/* What the mapping points to is read by way of the folio, although it is an argument as well. */
static noinline void release(struct address_space *mapping, struct folio *folio)
{
	if (folio->mapping != mapping)
		return;
	folio->mapping->a_ops->release_folio(folio);
}

/* By its name and its callers': an entry of rules/assumptions.yaml each. */
static noinline void split_folio_to_list(struct folio *folio)
{
	if ((unsigned long)folio->mapping & 1) {
		mutex_lock(&folio->anon_lock);	/* expect: reclaim-sleeping-lock "deferred_split_scan.*anon_lock" contexts=all */
		mutex_unlock(&folio->anon_lock);
		return;
	}
	mutex_lock(&folio->file_lock);	/* expect: reclaim-sleeping-lock "huge_scan.*file_lock" contexts=all */
	mutex_unlock(&folio->file_lock);
	release(folio->mapping, folio);
}
static noinline void shmem_unused_huge_shrink(void)
{
	split_folio_to_list(list_first_entry(&queue, struct folio, lru));
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long huge_scan(struct shrinker *s, struct shrink_control *sc)
{
	shmem_unused_huge_shrink();
	return 1;
}
static unsigned long deferred_split_scan(struct shrinker *s, struct shrink_control *sc)
{
	split_folio_to_list(list_first_entry(&queue, struct folio, lru));
	return 1;
}
struct shrinker huge_shrinker = { .count_objects = count, .scan_objects = huge_scan };
struct shrinker deferred_shrinker = { .count_objects = count, .scan_objects = deferred_split_scan };
