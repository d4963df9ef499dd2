// SPDX-License-Identifier: MIT
/*
 * check-name: an indirect call that nothing resolves is a gap
 */
#include <linux/shrinker.h>

struct foreign;
struct foreign_ops {
	void (*trim)(struct foreign *f, unsigned long how_far, const char *why);
};
struct foreign { const struct foreign_ops *ops; };

/* Nothing in this program fills in a struct foreign_ops. */
static struct foreign *foreign;

static unsigned long foreign_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long foreign_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	foreign->ops->trim(foreign, sc->nr_to_scan, "reclaim");	/* expect-gap: unresolved-call */
	return 1;
}

static struct shrinker foreign_shrinker = {
	.count_objects = foreign_count_ok,
	.scan_objects = foreign_scan_ok,
};

int foreign_init(void)
{
	return register_shrinker(&foreign_shrinker, "foreign");
}
