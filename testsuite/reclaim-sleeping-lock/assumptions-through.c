// SPDX-License-Identifier: MIT
/*
 * check-name: what the rules know of what a function is handed, behind its pointers
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct inode { int i_count; unsigned int i_nlink; struct mutex delete_lock; };
struct dentry { struct list_head d_lru; struct inode *d_inode; };
struct address_space { int flags; };
struct folio { unsigned long flags; struct list_head lru; struct address_space *mapping; struct mutex anon_lock; };
struct fsnotify_mark_connector { int lock; unsigned short type, flags; struct mutex last_lock; };
struct fsnotify_mark { struct list_head link; struct fsnotify_mark_connector *connector; };
static LIST_HEAD(dentries);
static LIST_HEAD(folios);
static LIST_HEAD(marks);

static noinline void unlink_inode(struct inode *inode)
{
	if (!inode->i_nlink) {
		mutex_lock(&inode->delete_lock);	/* expect: reclaim-sleeping-lock "unknown_dentry_scan_bad.*inode.delete_lock" contexts=all */
		mutex_unlock(&inode->delete_lock);
	}
}
static noinline void __dentry_kill(struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;

	dentry->d_inode = (void *)0;
	unlink_inode(inode);
}
/* By its name, as those below: an entry of rules/assumptions.yaml. */
static noinline void shrink_dentry_list(struct list_head *head)
{
	__dentry_kill(list_first_entry(head, struct dentry, d_lru));
}

/* Defined nowhere; rules/returns.yaml says what it returns. */
struct folio *page_fixed_fake_head(struct folio *folio);

static noinline int split_folio(struct folio *folio)
{
	struct folio *head = (void *)((unsigned long)folio->lru.next & 1 ? (unsigned long)folio->lru.next - 1 :
				      (unsigned long)page_fixed_fake_head(folio));

	if ((unsigned long)head->mapping & 1) {
		mutex_lock(&head->anon_lock);	/* expect: reclaim-sleeping-lock "unknown_folio_scan_bad.*folio.anon_lock" contexts=all */
		mutex_unlock(&head->anon_lock);
	}
	return 0;
}
static noinline void shmem_unused_huge_shrink(void)
{
	struct folio *folio = list_first_entry(&folios, struct folio, lru);

	list_del(&folio->lru);
	split_folio(folio);
}

static noinline void fsnotify_put_mark(struct fsnotify_mark *mark)
{
	struct fsnotify_mark_connector *conn = READ_ONCE(mark->connector);

	if (conn->flags & 2) {
		mutex_lock(&conn->last_lock);	/* expect: reclaim-sleeping-lock "unknown_mark_scan_bad.*connector.last_lock" contexts=all */
		mutex_unlock(&conn->last_lock);
	}
}
static noinline void fsnotify_destroy_marks(void)
{
	fsnotify_put_mark(list_first_entry(&marks, struct fsnotify_mark, link));
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long known_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	shrink_dentry_list(&dentries);
	shmem_unused_huge_shrink();
	fsnotify_destroy_marks();
	return 1;
}
static unsigned long unknown_dentry_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	__dentry_kill(list_first_entry(&dentries, struct dentry, d_lru));
	return 1;
}
static unsigned long unknown_folio_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	split_folio(list_first_entry(&folios, struct folio, lru));
	return 1;
}
static unsigned long unknown_mark_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	fsnotify_put_mark(list_first_entry(&marks, struct fsnotify_mark, link));
	return 1;
}
struct shrinker known_shrinker = { .count_objects = count, .scan_objects = known_scan_ok };
struct shrinker dentry_shrinker = { .count_objects = count, .scan_objects = unknown_dentry_scan_bad };
struct shrinker folio_shrinker = { .count_objects = count, .scan_objects = unknown_folio_scan_bad };
struct shrinker mark_shrinker = { .count_objects = count, .scan_objects = unknown_mark_scan_bad };
