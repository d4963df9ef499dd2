/* SPDX-License-Identifier: MIT */
/*
 * What a facts file says, as comparable lines by kind of fact.  The order of
 * instructions and the numbers of values are left out: two front-ends may differ in them
 * and say the same.
 */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "base/vec.h"
#include "fact/fact.h"

enum diff_kind {
#define DIFF_KIND(name, text) DIFF_##name,
#include "cli/diff.def"
#undef DIFF_KIND
	DIFF_KIND_COUNT
};

struct diff_item {
	const char *function;	/* "file:line name" whose body says it; NULL: of no body */
	const char *text;
};
typedef VEC(struct diff_item) diff_item_vec;

struct diff_items {
	diff_item_vec kinds[DIFF_KIND_COUNT];	/* sorted by text, each once */
};

const char *diff_kind_text(enum diff_kind kind);
/* Memory from a; path is for messages. */
MUST_CHECK struct err *diff_collect(struct arena *a, struct fact_tu *tu, const char *path,
				    struct diff_items *ret);
void diff_items_free(struct diff_items *items);

#endif
