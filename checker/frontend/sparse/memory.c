// SPDX-License-Identifier: MIT
/*
 * libsparse's source of memory: one large region, filled from its start.
 *
 * The library asks for a page table's worth of 32 KiB mappings per TU, and
 * clearing their 4 KiB pages costs a third of its time; a region the kernel may
 * back with huge pages costs a tenth.  Requires that the build lets these
 * definitions replace the library's own.  Nothing is given back: the
 * process ends with the TU.
 */
#include "libsparse.h"

#include <sys/mman.h>

#define REGION_SIZE ((size_t)1 << 30)
#define HUGE_PAGE ((size_t)1 << 21)

void *sparse_blob_alloc(unsigned long size);
void sparse_blob_free(void *addr, unsigned long size);

static char *region_at, *region_end;

static bool region_map(void)
{
	char *p = mmap(NULL, REGION_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return false;
	madvise(p, REGION_SIZE, MADV_HUGEPAGE);
	region_end = p + REGION_SIZE;
	region_at = (char *)(((uintptr_t)p + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
	return true;
}

/* Zeroed memory, or NULL: the caller ends the process then. */
void *sparse_blob_alloc(unsigned long size)
{
	if ((!region_at || (size_t)(region_end - region_at) < size) && !region_map())
		return NULL;
	void *p = region_at;
	region_at += size;
	return p;
}

void sparse_blob_free(void *addr, unsigned long size)
{
	(void)addr;
	(void)size;
}
