// SPDX-License-Identifier: MIT
/*
 * check-name: timers and RCU callbacks run in another context
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/shrinker.h>
#include <linux/timer.h>

struct session {
	struct rcu_head rcu;
	struct timer_list timer;
	struct mutex lock;
};
static struct session *session;

/* Wrong for other reasons, but not in reclaim. */
static void session_free_ok(struct rcu_head *head)
{
	struct session *s = container_of(head, struct session, rcu);

	mutex_lock(&s->lock);
	mutex_unlock(&s->lock);
}

static void session_expire_ok(struct timer_list *timer)
{
	struct session *s = container_of(timer, struct session, timer);

	mutex_lock(&s->lock);
	mutex_unlock(&s->lock);
}

static unsigned long session_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long session_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	timer_setup(&session->timer, session_expire_ok, 0);
	mod_timer(&session->timer, jiffies + HZ);
	call_rcu(&session->rcu, session_free_ok);
	return 1;
}

static struct shrinker session_shrinker = {
	.count_objects = session_count_ok,
	.scan_objects = session_scan_ok,
};

int session_init(void)
{
	return register_shrinker(&session_shrinker, "session");
}
