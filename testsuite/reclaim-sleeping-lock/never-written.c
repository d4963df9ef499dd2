// SPDX-License-Identifier: MIT
/*
 * check-name: static options that nothing writes to are as good as const
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct options { unsigned int n_places; bool may_wait; };
struct pool { struct mutex kept_lock, set_lock, shown_lock, helped_lock, twice_lock, round_lock; };
static struct pool pool;

static struct options kept_ok = { .n_places = 1 };
static struct options set = { .n_places = 1 };
static struct options shown = { .n_places = 1 };
static struct options helped = { .n_places = 1 };
static struct options twice = { .n_places = 1 };
static struct options round = { .n_places = 1 };
struct options *whoever_wants;

static noinline void use(const struct options *o, struct mutex *lock)
{
	if (!o->n_places) {
		mutex_lock(lock);	/* expect: reclaim-sleeping-lock "mutex_lock" contexts=all */
		mutex_unlock(lock);
	}
}
static noinline void clear(struct options *o)
{
	o->n_places = 0;
}
/* One of two that call each other writes: then what is given to either of them is written. */
static void clear_all(struct options *o, int n);
static noinline void clear_rest(struct options *o, int n)
{
	if (n)
		clear_all(o, n - 1);
}
static noinline void clear_all(struct options *o, int n)
{
	clear_rest(o, n);
	o->n_places = 0;
}
void elsewhere(void);
void elsewhere(void)
{
	set.n_places = 0;
	whoever_wants = &shown;
	clear(&helped);
	clear_all(&twice, 1);
	clear_rest(&round, 1);
}

/* Whose address others have, but whose entries nobody stores to: the one that is left out is not there. */
struct funcs { void (*unmap)(void); void (*wait)(void); };
struct changed { void (*wait)(void); };
static struct { struct mutex wait_lock, fallback_lock, changed_lock; } locks;
static void unmap(void) { }
static void wait_bad(void)
{
	mutex_lock(&locks.changed_lock);	/* expect: reclaim-sleeping-lock "changed_lock" root=changed_scan_bad */
}
static struct funcs funcs = { .unmap = unmap };
static struct funcs other_funcs = { .wait = wait_bad };
static struct changed changed;
const void *table_for(int which);
const void *table_for(int which)
{
	changed.wait = wait_bad;
	return which ? (const void *)&funcs : (const void *)&other_funcs;
}
static noinline void call(const struct funcs *f)
{
	if (f->wait)
		f->wait();
	if (!f->unmap)
		mutex_lock(&locks.fallback_lock);
}

static unsigned long count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long entries_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	call(&funcs);
	return 1;
}
static unsigned long changed_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	if (changed.wait)
		changed.wait();
	return 1;
}
static unsigned long kept_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	use(&kept_ok, &pool.kept_lock);
	return 1;
}
static unsigned long set_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	use(&set, &pool.set_lock);	/* expect: reclaim-sleeping-lock "pool.set_lock" contexts=all */
	return 1;
}
static unsigned long shown_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	use(&shown, &pool.shown_lock);	/* expect: reclaim-sleeping-lock "pool.shown_lock" contexts=all */
	return 1;
}
static unsigned long helped_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	use(&helped, &pool.helped_lock);	/* expect: reclaim-sleeping-lock "pool.helped_lock" contexts=all */
	return 1;
}
static unsigned long round_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	use(&twice, &pool.twice_lock);	/* expect: reclaim-sleeping-lock "pool.twice_lock" contexts=all */
	use(&round, &pool.round_lock);	/* expect: reclaim-sleeping-lock "pool.round_lock" contexts=all */
	return 1;
}
struct shrinker kept_shrinker = { .count_objects = count, .scan_objects = kept_scan_ok };
struct shrinker set_shrinker = { .count_objects = count, .scan_objects = set_scan_bad };
struct shrinker round_shrinker = { .count_objects = count, .scan_objects = round_scan_bad };
struct shrinker shown_shrinker = { .count_objects = count, .scan_objects = shown_scan_bad };
struct shrinker helped_shrinker = { .count_objects = count, .scan_objects = helped_scan_bad };
struct shrinker entries_shrinker = { .count_objects = count, .scan_objects = entries_scan_ok };
struct shrinker changed_shrinker = { .count_objects = count, .scan_objects = changed_scan_bad };
