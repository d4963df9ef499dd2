// SPDX-License-Identifier: MIT
/*
 * Threads that take the next number until there is none.
 *
 * A thread that cannot be started is one less: the caller's does what is left.
 */
#include "base/parallel.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"

struct loop {
	void (*f)(void *ctx, u32 i);
	void *ctx;
	u32 n, next;	/* next: of those that nobody took, atomic */
};

static void *worker(void *arg)
{
	struct loop *l = arg;
	u32 i;

	while ((i = __atomic_fetch_add(&l->next, 1, __ATOMIC_RELAXED)) < l->n)
		l->f(l->ctx, i);
	return NULL;
}

void parallel_each(u32 n, u32 n_threads, void (*f)(void *ctx, u32 i), void *ctx)
{
	struct loop l = { .f = f, .ctx = ctx, .n = n };
	u32 n_others = n_threads < n ? n_threads : n, started = 0;
	pthread_t *threads = mem_realloc(NULL, n_others, sizeof(*threads));

	while (started + 1 < n_others && pthread_create(&threads[started], NULL, worker, &l) == 0)
		started++;
	worker(&l);
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
}
