// SPDX-License-Identifier: MIT
/*
 * check-name: branches on what the allocation may do
 */
#include <linux/gfp.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct fs { struct mutex journal, bitmap, quota, tree, odd; };
static struct fs fs;

static unsigned long fs_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static bool may_enter_fs(gfp_t gfp)
{
	return (gfp & __GFP_FS) != 0;
}

static unsigned long fs_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	gfp_t gfp = sc->gfp_mask;

	if (!(gfp & __GFP_IO))
		return SHRINK_STOP;
	mutex_lock(&fs.bitmap);		/* expect: reclaim-sleeping-lock "fs.bitmap" contexts=!direct-noio */
	mutex_unlock(&fs.bitmap);
	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	mutex_lock(&fs.journal);	/* expect: reclaim-sleeping-lock "fs.journal" contexts=!direct-noio,direct-nofs */
	mutex_unlock(&fs.journal);
	return 1;
}

static unsigned long helper_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (may_enter_fs(sc->gfp_mask))
		return 0;
	mutex_lock(&fs.quota);		/* expect: reclaim-sleeping-lock "fs.quota" contexts=direct-noio,direct-nofs,memcg */
	mutex_unlock(&fs.quota);
	return 1;
}

/* Both bits at once, and the other way round than above. */
static unsigned long mask_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	const gfp_t need = __GFP_FS | __GFP_IO;

	if ((sc->gfp_mask & need) == need) {
		mutex_lock(&fs.tree);	/* expect: reclaim-sleeping-lock "fs.tree" contexts=!direct-noio,direct-nofs */
		mutex_unlock(&fs.tree);
	}
	return 1;
}

/* Nothing but the charge of a group may come with any mask. */
static unsigned long odd_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if ((sc->gfp_mask & __GFP_FS) && !(sc->gfp_mask & __GFP_IO)) {
		mutex_lock(&fs.odd);	/* expect: reclaim-sleeping-lock "fs.odd" contexts=memcg */
		mutex_unlock(&fs.odd);
	}
	return 1;
}

static struct shrinker plain = { .count_objects = fs_count_ok, .scan_objects = fs_scan_bad };
static struct shrinker helper = { .count_objects = fs_count_ok, .scan_objects = helper_scan_bad };
static struct shrinker mask = { .count_objects = fs_count_ok, .scan_objects = mask_scan_bad };
static struct shrinker odd = { .count_objects = fs_count_ok, .scan_objects = odd_scan_bad };

int fs_init(void)
{
	register_shrinker(&plain, "plain");
	register_shrinker(&helper, "helper");
	register_shrinker(&mask, "mask");
	return register_shrinker(&odd, "odd");
}
