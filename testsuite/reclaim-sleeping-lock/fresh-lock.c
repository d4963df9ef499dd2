// SPDX-License-Identifier: MIT
/*
 * check-name: nobody can have the lock of an object that nobody else has seen
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct note { struct mutex lock, shared_lock; unsigned long n; struct list_head link; };
static LIST_HEAD(notes);

static void note_fill_ok(struct note *note, unsigned long n)
{
	mutex_lock(&note->lock);
	note->n = n;
	mutex_unlock(&note->lock);
}

static void note_share_bad(struct note *note)
{
	list_add(&note->link, &notes);
	mutex_lock(&note->shared_lock);		/* expect: reclaim-sleeping-lock "note.shared_lock" */
	note->n++;
	mutex_unlock(&note->shared_lock);
}

static unsigned long note_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long note_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	struct note *note = kmalloc(sizeof(*note), GFP_NOWAIT);

	if (!note)
		return SHRINK_STOP;
	note_fill_ok(note, sc->nr_to_scan);
	note_share_bad(note);
	return 1;
}
static struct shrinker shrinker = { .count_objects = note_count_ok, .scan_objects = note_scan_bad };

int note_init(void)
{
	return register_shrinker(&shrinker, "notes");
}
