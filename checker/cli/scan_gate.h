/* SPDX-License-Identifier: MIT */
/*
 * Facts that are read while a scan goes on: which of them are what they will be.
 *
 * Closed at first.  Once the scan knows which facts it makes again, all others may be
 * read; once it has extracted the last one, all.
 */
#ifndef CLI_SCAN_GATE_H
#define CLI_SCAN_GATE_H

#include <pthread.h>

#include "base/arena.h"
#include "base/vec.h"

struct scan_gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct arena arena;
	VEC(const char *) stale;	/* "/NAME.facts" */
	bool is_known;			/* ..these are all of them */
	bool is_open;
};

void scan_gate_init(struct scan_gate *g);
void scan_gate_free(struct scan_gate *g);
/* name: a unit's, which is extracted; before scan_gate_known(). */
void scan_gate_add(struct scan_gate *g, const char *name);
void scan_gate_known(struct scan_gate *g);
/* Nothing is extracted any more, whatever the reason; not only once. */
void scan_gate_open(struct scan_gate *g);
/* Returns when the facts file may be read. */
void scan_gate_wait(void *gate, const char *path);

#endif
