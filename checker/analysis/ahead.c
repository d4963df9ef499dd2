// SPDX-License-Identifier: MIT
/*
 * A thread beside the evaluation of the roots.
 *
 * Requires: a linked program, which several threads may ask.  Where no thread can be
 * started it is done at once.
 */
#include "analysis/ahead.h"

static void *find(void *arg)
{
	struct ahead *a = arg;

	allows_find(a->e.p, a->srctree, a->objtree, &a->allows);
	a->graph = callgraph_build(a->e.p);
	scopes_find(&a->e, a->graph, &a->scopes);
	distances_find(&a->e, a->graph, &a->distances);
	lock_sites_find(&a->e, a->graph, &a->sites);
	return NULL;
}

void ahead_start(struct ahead *a, struct engine *e, const char *srctree, const char *objtree)
{
	memset(a, 0, sizeof(*a));
	a->srctree = srctree;
	a->objtree = objtree;
	engine_init(&a->e, e->p, e->rules, e->fn_rules);
	e->ahead = a;
	a->is_running = !pthread_create(&a->thread, NULL, find, a);
	if (!a->is_running)
		find(a);
}

void ahead_wait(struct ahead *a)
{
	if (a->is_running)
		pthread_join(a->thread, NULL);
	a->is_running = false;
}

void ahead_free(struct ahead *a)
{
	ahead_wait(a);
	callgraph_free(a->graph);
	scopes_free(&a->scopes);
	distances_free(&a->distances);
	lock_sites_free(&a->sites);
	allows_free(&a->allows);
	engine_free(&a->e);
}
