// SPDX-License-Identifier: MIT
/*
 * Reads facts files in threads, a few ahead of the one thread that merges them,
 * and hands them over in the order of their paths.
 *
 * Requires: paths that stay.  Provides: each file's TU with its keys, or why it has
 * none.  A TU is freed by the reader that takes its place: at most 'window' of
 * them are in memory.
 */
#include "link/internal.h"

#include <pthread.h>
#include <stdlib.h>

struct loader {
	const char *const *paths;
	u32 n;
	const struct link_options *opt;
	struct loaded *slots;		/* window of them; file i is in slot i % window */
	u32 window;
	pthread_t *threads;
	u32 n_threads;
	pthread_mutex_t lock;		/* of all below */
	pthread_cond_t room;		/* half of the slots are free, or is_stopped */
	pthread_cond_t ready;		/* the file that the caller waits for */
	bool *is_ready;			/* by slot: read, and not yet replaced */
	u32 n_taken;			/* files that a reader has taken */
	u32 n_out;			/* files that the caller got */
	bool is_stopped;
};

static void clear(struct loaded *l)
{
	if (!l->err && l->path)
		fact_tu_free(&l->tu);
	err_free(l->err);
	*l = (struct loaded){ 0 };
}

/* What the reader leaves to its users. */
static struct err *check(const struct loaded *l)
{
	for (u32 i = 1; i < l->tu.fns.n; i++)
		if (!l->tu.syms.a[l->tu.fns.a[i].sym].is_fn)
			return err_new("'%s' is damaged: a variable has a body", l->path);
	return NULL;
}

static void read_one(const struct link_options *opt, struct loaded *l, const char *path)
{
	clear(l);
	l->path = path;
	if (opt->wait)
		opt->wait(opt->wait_ctx, path);
	l->err = fact_read(path, &l->tu);
	if (l->err)
		return;
	l->err = check(l);
	if (l->err)
		fact_tu_free(&l->tu);
	else
		merkle_keys(l);
}

/*
 * The file that the caller has now is n_out - 1: its slot is not free.  Once all are full,
 * readers sleep until half of them are free again: waking one for each file costs more
 * than reading it.
 */
static void wait_for_room(struct loader *l)
{
	if (l->n_taken + 1 < l->n_out + l->window)
		return;
	while (!l->is_stopped && l->n_taken < l->n && l->n_taken + 1 >= l->n_out + l->window / 2)
		pthread_cond_wait(&l->room, &l->lock);
}

static void *reader(void *arg)
{
	struct loader *l = arg;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		u32 i;

		wait_for_room(l);
		if (l->is_stopped || l->n_taken == l->n)
			break;
		i = l->n_taken++;
		pthread_mutex_unlock(&l->lock);
		read_one(l->opt, &l->slots[i % l->window], l->paths[i]);
		pthread_mutex_lock(&l->lock);
		l->is_ready[i % l->window] = true;
		if (i + 1 == l->n_out)
			pthread_cond_signal(&l->ready);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct loader *loader_start(const char *const *paths, u32 n, const struct link_options *opt)
{
	struct loader *l = mem_realloc(NULL, 1, sizeof(*l));
	u32 n_threads = opt->n_threads;

	*l = (struct loader){ .paths = paths, .n = n, .opt = opt, .window = (opt->wait ? 128 : 16) * (n_threads + 1) };
	l->slots = mem_realloc(NULL, l->window, sizeof(*l->slots));
	memset(l->slots, 0, l->window * sizeof(*l->slots));
	l->is_ready = mem_realloc(NULL, l->window, sizeof(*l->is_ready));
	memset(l->is_ready, 0, l->window * sizeof(*l->is_ready));
	l->threads = mem_realloc(NULL, n_threads, sizeof(*l->threads));
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->room, NULL);
	pthread_cond_init(&l->ready, NULL);
	while (l->n_threads < n_threads &&
	       pthread_create(&l->threads[l->n_threads], NULL, reader, l) == 0)
		l->n_threads++;
	return l;
}

struct loaded *loader_next(struct loader *l)
{
	u32 at = l->n_out % l->window;

	if (l->n_out == l->n)
		return NULL;
	if (!l->n_threads) {
		read_one(l->opt, &l->slots[at], l->paths[l->n_out++]);
		return &l->slots[at];
	}
	pthread_mutex_lock(&l->lock);
	if (l->n_out)
		l->is_ready[(l->n_out - 1) % l->window] = false;
	l->n_out++;
	if (l->n_taken + 1 < l->n_out + l->window / 2)
		pthread_cond_broadcast(&l->room);
	while (!l->is_ready[at])
		pthread_cond_wait(&l->ready, &l->lock);
	pthread_mutex_unlock(&l->lock);
	return &l->slots[at];
}

void loader_stop(struct loader *l)
{
	pthread_mutex_lock(&l->lock);
	l->is_stopped = true;
	pthread_cond_broadcast(&l->room);
	pthread_mutex_unlock(&l->lock);
	for (u32 i = 0; i < l->n_threads; i++)
		pthread_join(l->threads[i], NULL);
	for (u32 i = 0; i < l->window; i++)
		clear(&l->slots[i]);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->room);
	pthread_cond_destroy(&l->ready);
	free(l->threads);
	free(l->is_ready);
	free(l->slots);
	free(l);
}
