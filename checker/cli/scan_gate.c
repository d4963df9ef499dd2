// SPDX-License-Identifier: MIT
/*
 * A gate between a scan and those who read its facts; see scan_gate.h.
 */
#include "cli/scan_gate.h"

#define STALE_MAX 256u	/* with more to extract, nothing is gained by reading the others first */

void scan_gate_init(struct scan_gate *g)
{
	*g = (struct scan_gate){ .is_open = false };
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, NULL);
}

void scan_gate_free(struct scan_gate *g)
{
	pthread_mutex_destroy(&g->lock);
	pthread_cond_destroy(&g->changed);
	vec_free(&g->stale);
	arena_free(&g->arena);
}

void scan_gate_add(struct scan_gate *g, const char *name)
{
	vec_push(&g->stale, arena_printf(&g->arena, "/%s.facts", name));
}

void scan_gate_known(struct scan_gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->is_known = g->stale.n <= STALE_MAX;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

void scan_gate_open(struct scan_gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->is_open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

/* A longer path of the same end waits as well, and loses nothing by it. */
static bool is_stale(const struct scan_gate *g, const char *path)
{
	size_t n = strlen(path);

	for (u32 i = 0; i < g->stale.n; i++) {
		size_t len = strlen(g->stale.a[i]);

		if (n >= len && !strcmp(path + n - len, g->stale.a[i]))
			return true;
	}
	return false;
}

void scan_gate_wait(void *gate, const char *path)
{
	struct scan_gate *g = gate;

	pthread_mutex_lock(&g->lock);
	while (!g->is_open && (!g->is_known || is_stale(g, path)))
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
}
