/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/mm.h>

/* Of include/linux/fs.h (6.12), which the real one includes; here for cases with an inode of their own. */
#define I_SYNC		(1 << 1)
#define I_LRU_ISOLATING	(1 << 2)
#define I_FREEING	(1 << 7)
#define S_ENCRYPTED	(1 << 14)

struct folio { struct page page; };

void __folio_lock(struct folio *folio);
bool folio_trylock(struct folio *folio);
void folio_unlock(struct folio *folio);
void folio_wait_writeback(struct folio *folio);

void lock_page(struct page *page);
int trylock_page(struct page *page);
void unlock_page(struct page *page);

static inline void folio_lock(struct folio *folio)
{
	if (!folio_trylock(folio))
		__folio_lock(folio);
}

#endif
