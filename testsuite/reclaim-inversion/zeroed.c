// SPDX-License-Identifier: MIT
/*
 * check-name: what a holder leaves zero in a struct on its stack, past calls that are not looked into
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

struct cpa { unsigned long numpages; void *pgd, *pud; int flags; };
struct map { struct mutex pgd_lock, pud_lock; spinlock_t stat_lock; unsigned long n; };
static struct map map;

static unsigned long map_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long map_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&map.pgd_lock);	/* expect: reclaim-sleeping-lock "pgd_lock" */
	mutex_unlock(&map.pgd_lock);
	mutex_lock(&map.pud_lock);	/* expect: reclaim-sleeping-lock "pud_lock" */
					/* expect@-1: reclaim-inversion "pud_lock.* map_pud_bad" */
	mutex_unlock(&map.pud_lock);
	return 1;
}

/* Far from any allocation: writes the members that it names. */
static noinline void count_pages(struct cpa *cpa)
{
	spin_lock(&map.stat_lock);
	map.n += cpa->numpages;
	cpa->numpages = 0;
	cpa->flags |= 1;
	spin_unlock(&map.stat_lock);
}

static noinline void find_pud(struct cpa *cpa)
{
	void **pud = &cpa->pud;

	spin_lock(&map.stat_lock);
	*pud = &map;
	spin_unlock(&map.stat_lock);
}

static noinline void *populate(struct cpa *cpa)
{
	if (!cpa->pgd)
		return NULL;
	return kmalloc(64, GFP_KERNEL);
}

static noinline void *populate_pud(struct cpa *cpa)
{
	if (!cpa->pud)
		return NULL;
	return kmalloc(64, GFP_KERNEL);
}

void *map_pgd_ok(struct map *m, unsigned long n)
{
	struct cpa cpa;
	void *r;

	memset(&cpa, 0, sizeof(cpa));
	cpa.numpages = n;
	mutex_lock(&m->pgd_lock);
	count_pages(&cpa);
	find_pud(&cpa);
	r = populate(&cpa);
	mutex_unlock(&m->pgd_lock);
	return r;
}

void *map_pud_bad(struct map *m, unsigned long n)
{
	struct cpa cpa = { .numpages = n };
	void *r;

	mutex_lock(&m->pud_lock);
	find_pud(&cpa);
	r = populate_pud(&cpa);
	mutex_unlock(&m->pud_lock);
	return r;
}

static struct shrinker shrinker = { .count_objects = map_count_ok, .scan_objects = map_scan_bad };

int map_init(void)
{
	return register_shrinker(&shrinker, "map");
}
