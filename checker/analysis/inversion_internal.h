/* SPDX-License-Identifier: MIT */
/* What inversion.c and cycle.c share. */
#ifndef ANALYSIS_INVERSION_INTERNAL_H
#define ANALYSIS_INVERSION_INTERNAL_H

#include "analysis/inversion.h"

#define HOLDERS_MAX 40	/* of one class that are evaluated */
#define DIST_MAX 7	/* calls from a holder to an allocation, or to another lock */

/* A further pass; its classes are to be put into its tokens before it is started. */
struct lock_pass *inversion_open_pass(struct inversions *inv);
/* to_locks: what leads to calls that wait for a lock is followed, else what leads to allocations. */
void inversion_start_pass(struct inversions *inv, struct lock_pass *pass, bool to_locks);
/* Calls f for the results of each class, which stand together, in some thread with a walk of its own. */
typedef void class_fn(struct inversions *inv, struct lock_walk *w, struct lock_result *r, u32 n);
void inversion_each_class(struct inversions *inv, struct lock_pass *pass, struct lock_result *a, u32 n, class_fn *f);
/* Code that holds another class than its member says, or that runs before anybody else. */
bool inversion_is_other_holder(const struct engine *e, u32 fn, u32 token);
/* The first of the token's holders. */
u32 inversion_first_holder(const struct holders *h, u32 token);
/* An allocation while the class of r is held, or before what r waits for is done; false: none was found. */
bool inversion_find_half(struct inversions *inv, struct lock_walk *w, struct lock_result *r, bool only_direct);
/* The texts of a way, which outlive its nodes. */
void inversion_hops(struct inversions *inv, const struct witness *w, struct hops *ret);
void hops_free(struct hops *hops);
const char *inversion_called_at(struct engine *e, u32 fn, u32 insn);
/* The module of a function that is code of a driver or file system; else 0. */
u32 inversion_driver(const struct program *p, u32 fn);
/* For vec_sort(): by class. */
int lock_result_order(const void *pa, const void *pb);

#endif
