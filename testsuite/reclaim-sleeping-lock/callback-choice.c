// SPDX-License-Identifier: MIT
/*
 * check-name: two callbacks, one chosen by ?: and passed on
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

typedef void (*visit_t)(void *arg);

struct graph { struct mutex lock; unsigned long n; };
static struct graph graph;

static void visit_wait(void *arg)
{
	struct graph *g = arg;

	mutex_lock(&g->lock);	/* expect: reclaim-sleeping-lock "graph.lock" contexts=!kswapd root=choose_scan_bad */ /* expect: reclaim-sleeping-lock "graph.lock" contexts=all root=unknown_scan_bad */
	mutex_unlock(&g->lock);
}

static void visit_try_ok(void *arg)
{
	struct graph *g = arg;

	if (mutex_trylock(&g->lock))
		mutex_unlock(&g->lock);
}

static void graph_walk(struct graph *g, visit_t visit)
{
	for (unsigned long i = 0; i < g->n; i++)
		visit(g);		/* expect-via: argument "visit_wait" */
}

static unsigned long graph_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return graph.n;
}

static unsigned long choose_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	graph_walk(&graph, current_is_kswapd() ? visit_try_ok : visit_wait);
	return 1;
}

static unsigned long unknown_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	graph_walk(&graph, sc->nid ? visit_try_ok : visit_wait);
	return 1;
}

static unsigned long try_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	graph_walk(&graph, visit_try_ok);
	return 1;
}

static struct shrinker choose = { .count_objects = graph_count_ok, .scan_objects = choose_scan_bad };
static struct shrinker unknown = { .count_objects = graph_count_ok, .scan_objects = unknown_scan_bad };
static struct shrinker try = { .count_objects = graph_count_ok, .scan_objects = try_scan_ok };

int graph_init(void)
{
	graph.n = 4;
	return register_shrinker(&choose, "choose") ?: register_shrinker(&unknown, "unknown") ?:
	       register_shrinker(&try, "try");
}
