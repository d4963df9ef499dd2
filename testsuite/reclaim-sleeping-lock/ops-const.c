// SPDX-License-Identifier: MIT
/*
 * check-name: calls through a constant ops table
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct buffer;
struct buffer_ops {
	void (*discard)(struct buffer *b);
	void (*write)(struct buffer *b);
};
struct buffer {
	const struct buffer_ops *ops;
	struct mutex lock, io_lock;
};

static void ram_discard_bad(struct buffer *b)
{
	mutex_lock(&b->lock);		/* expect: reclaim-sleeping-lock "buffer.lock" root=direct_scan_bad */
	mutex_unlock(&b->lock);
}

/* The other member of the same table. */
static void ram_write_ok(struct buffer *b)
{
	mutex_lock(&b->io_lock);
	mutex_unlock(&b->io_lock);
}

static const struct buffer_ops ram_ops = { .discard = ram_discard_bad, .write = ram_write_ok };

static void null_discard_ok(struct buffer *b)
{
}
static const struct buffer_ops null_ops = { .discard = null_discard_ok, .write = ram_write_ok };

static unsigned long buffer_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static struct buffer ram_buffer = { .ops = &ram_ops };

/* The table is named where it is called. */
static unsigned long direct_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	const struct buffer_ops *ops = &ram_ops;

	ops->discard(&ram_buffer);	/* expect-note: reclaim-sleeping-lock "ram_discard_bad" */
	return 1;
}

/* So is this one, and it is another. */
static unsigned long direct_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	const struct buffer_ops *ops = &null_ops;

	ops->discard(&ram_buffer);
	return 1;
}

static struct shrinker bad = { .count_objects = buffer_count, .scan_objects = direct_scan_bad };
static struct shrinker ok = { .count_objects = buffer_count, .scan_objects = direct_scan_ok };

int buffer_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&ok, "ok");
}
