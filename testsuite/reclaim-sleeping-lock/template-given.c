// SPDX-License-Identifier: MIT
/*
 * check-name: a struct that is as good as const is copied to where a pointer leads
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct place { int type; };
struct placement { unsigned int n; const struct place *place; };

static const struct place system_place = { .type = 0 };
static const struct place card_place = { .type = 2 };
static struct placement system_placement = { .n = 1, .place = &system_place };
static struct placement card_placement = { .n = 1, .place = &card_place };
static struct placement open_placement = { .n = 1, .place = &system_place };

struct mode { unsigned char kind; };
struct setup { struct mode mode; unsigned char open; };
static const struct mode plain_mode = { .kind = 1 };

static DEFINE_MUTEX(mode_lock);
static DEFINE_MUTEX(purge_lock);
static DEFINE_MUTEX(card_lock);

void choose_open(const struct place *place)
{
	open_placement.place = place;
}

static void choose_system(struct placement *p)
{
	*p = system_placement;
}

static void choose(struct placement *p, int is_card)
{
	if (is_card)
		*p = card_placement;
	else
		*p = system_placement;
}

static void move(const struct placement *p)
{
	if (!p->n) {
		mutex_lock(&purge_lock);	/* expect: reclaim-sleeping-lock "purge_lock" root=open_scan_bad */
		mutex_unlock(&purge_lock);
		return;
	}
	if (p->place->type == 2) {
		mutex_lock(&card_lock);		/* expect: reclaim-sleeping-lock "card_lock" root=open_scan_bad */
						/* expect@-1: reclaim-sleeping-lock "card_lock" root=either_scan_bad */
		mutex_unlock(&card_lock);
	}
}

/* What stands behind the copy is not part of it. */
static void choose_mode(struct mode *mode)
{
	*mode = plain_mode;
}

static void set_up(struct setup *s)
{
	choose_mode(&s->mode);
	if (s->open) {
		mutex_lock(&mode_lock);		/* expect: reclaim-sleeping-lock "mode_lock" root=open_scan_bad */
		mutex_unlock(&mode_lock);
	}
}

static unsigned long count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long system_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	struct placement p;

	choose_system(&p);
	move(&p);
	return 1;
}

static unsigned long either_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct placement p;

	choose(&p, sc->nr_to_scan > 8);
	move(&p);
	return 1;
}

/* This one is written to. */
static unsigned long open_scan_bad(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct setup s;
	struct placement p;

	set_up(&s);
	p = open_placement;
	move(&p);
	return 1;
}

static struct shrinker system_shrinker = { .count_objects = count_ok, .scan_objects = system_scan_ok };
static struct shrinker either_shrinker = { .count_objects = count_ok, .scan_objects = either_scan_bad };
static struct shrinker open_shrinker = { .count_objects = count_ok, .scan_objects = open_scan_bad };

int init(void)
{
	return register_shrinker(&system_shrinker, "system") ?: register_shrinker(&either_shrinker, "either") ?:
	       register_shrinker(&open_shrinker, "open");
}
