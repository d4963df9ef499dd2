/* SPDX-License-Identifier: MIT */
/* A loop whose passes do not need each other, in several threads. */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include "reclint.h"

/* Calls f for each number below n, once, in no order and on up to n_threads threads; the caller's is one of them. */
void parallel_each(u32 n, u32 n_threads, void (*f)(void *ctx, u32 i), void *ctx);

#endif
