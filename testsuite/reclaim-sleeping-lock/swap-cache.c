// SPDX-License-Identifier: MIT
/*
 * check-name: a folio of the swap cache is in no file's page cache, and nothing of it is dropped after a write
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct page { unsigned long flags, compound_info; };

static struct mutex i_mutex;
static struct page *page;

void end_page_writeback(struct page *p);
void end_page_writeback(struct page *p)
{
	if (p->compound_info & 1)
		p = (struct page *)(p->compound_info - 1);
	if (!(p->flags & 0x80000))
		return;
	mutex_lock(&i_mutex);	/* expect: reclaim-sleeping-lock root=file_scan_bad */
	mutex_unlock(&i_mutex);
}

static noinline void swap_write_end(struct page *p)
{
	end_page_writeback(p);
}

static noinline void file_write_end(struct page *p)
{
	end_page_writeback(p);
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long swap_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	swap_write_end(page);
	return sc->nr_to_scan;
}

static unsigned long file_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	file_write_end(page);
	return sc->nr_to_scan;
}

static struct shrinker swap = { .count_objects = count_ok, .scan_objects = swap_scan_ok };
static struct shrinker file = { .count_objects = count_ok, .scan_objects = file_scan_bad };

int cache_init(void)
{
	return register_shrinker(&swap, "swap") | register_shrinker(&file, "file");
}
