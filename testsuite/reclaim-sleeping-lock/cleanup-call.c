// SPDX-License-Identifier: MIT
/*
 * check-name: what a variable's cleanup runs when its scope ends
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct handle { struct mutex lock; };
static struct handle handle;

static struct handle *handle_get(bool some)
{
	return some ? &handle : NULL;
}
static void handle_put(struct handle *h)
{
	mutex_lock(&h->lock);		/* expect: reclaim-sleeping-lock "handle.lock" contexts=all */
	mutex_unlock(&h->lock);
}
DEFINE_FREE(handle, struct handle *, if (_T) handle_put(_T))

static unsigned long handle_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long put_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct handle *h __free(handle) = handle_get(true);	/* the scope ends two lines below */

	return h ? 1 : 0;
}

static unsigned long null_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct handle *h __free(handle) = handle_get(false);

	return h ? 1 : 0;
}

/* Handed on before the scope ends. */
static unsigned long kept_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct handle *h __free(handle) = handle_get(true);

	s->private_data = no_free_ptr(h);
	return 1;
}

static struct shrinker put = { .count_objects = handle_count_ok, .scan_objects = put_scan_bad };
static struct shrinker null = { .count_objects = handle_count_ok, .scan_objects = null_scan_ok };
static struct shrinker kept = { .count_objects = handle_count_ok, .scan_objects = kept_scan_ok };

int handle_init(void)
{
	return register_shrinker(&put, "put") ?: register_shrinker(&null, "null") ?:
	       register_shrinker(&kept, "kept");
}
