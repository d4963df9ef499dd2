// SPDX-License-Identifier: MIT
/*
 * check-name: functions that return functions, objects and tables
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>

struct codec { struct mutex lock, zero_lock; };
static struct codec codec;

struct codec_ops { void (*flush)(struct codec *c); };

static void codec_flush(struct codec *c)
{
	mutex_lock(&c->lock);	/* expect: reclaim-sleeping-lock "codec.lock" contexts=all root=result_scan_bad */ /* expect: reclaim-sleeping-lock "codec.lock" contexts=all root=table_scan_bad */
	mutex_unlock(&c->lock);
}
static void codec_nop_ok(struct codec *c)
{
}

static const struct codec_ops real_ops = { .flush = codec_flush };
static const struct codec_ops nop_ops = { .flush = codec_nop_ok };

static void (*codec_method(bool real))(struct codec *c)
{
	return real ? codec_flush : codec_nop_ok;
}

static const struct codec_ops *codec_table(int version)
{
	switch (version) {
	case 1:
		return &nop_ops;
	case 2:
		return &real_ops;
	}
	return NULL;
}

static unsigned long codec_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long result_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	codec_method(true)(&codec);
	return 1;
}

static unsigned long table_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	codec_table(2)->flush(&codec);
	return 1;
}

static unsigned long nop_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	const struct codec_ops *none = codec_table(3);

	codec_method(false)(&codec);
	codec_table(1)->flush(&codec);
	if (none) {
		mutex_lock(&codec.zero_lock);
		mutex_unlock(&codec.zero_lock);
	}
	return 1;
}

static struct shrinker method = { .count_objects = codec_count_ok, .scan_objects = result_scan_bad };
static struct shrinker table = { .count_objects = codec_count_ok, .scan_objects = table_scan_bad };
static struct shrinker nop = { .count_objects = codec_count_ok, .scan_objects = nop_scan_ok };

int codec_init(void)
{
	return register_shrinker(&method, "method") ?: register_shrinker(&table, "table") ?:
	       register_shrinker(&nop, "nop");
}
