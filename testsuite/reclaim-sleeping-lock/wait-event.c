// SPDX-License-Identifier: MIT
/*
 * check-name: wait_event() sleeps unless its condition holds already
 */
#include <linux/shrinker.h>
#include <linux/wait.h>

struct queue { wait_queue_head_t wq; bool done; };
static struct queue queue;

static void queue_wait(struct queue *q, bool known)
{
	wait_event(q->wq, known || q->done);	/* expect: reclaim-sleeping-lock "schedule|wait" contexts=all root=wait_scan_bad */
}

static unsigned long queue_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long wait_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	queue_wait(&queue, false);
	return 1;
}

static unsigned long done_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	queue_wait(&queue, true);
	wake_up_all(&queue.wq);
	return 1;
}

static struct shrinker wait = { .count_objects = queue_count_ok, .scan_objects = wait_scan_bad };
static struct shrinker done = { .count_objects = queue_count_ok, .scan_objects = done_scan_ok };

int queue_init(void)
{
	return register_shrinker(&wait, "wait") ?: register_shrinker(&done, "done");
}
