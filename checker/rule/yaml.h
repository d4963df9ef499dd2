/* SPDX-License-Identifier: MIT */
/*
 * A small tree of one YAML document, with the place of every node, so that any
 * later check can point at what it speaks of.  Anchors, aliases, tags and
 * further documents are refused: rules have no use for them.
 */
#ifndef RULE_YAML_H
#define RULE_YAML_H

#include "base/arena.h"
#include "base/err.h"

struct yaml_file {
	const char *path;	/* as messages name it */
	const char *text;
	size_t n;
};

enum yaml_kind { YAML_SCALAR, YAML_SEQ, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	bool is_quoted;		/* SCALAR: in quotes, or a block */
	u32 line, col;		/* from 1 */
	const struct yaml_file *file;
	const char *text;	/* SCALAR: NUL-terminated, without NUL inside */
	/* SEQ: the items.  MAP: a key (always a scalar), its value, a key, ...  */
	struct yaml_node *first, *next;
	u32 n;			/* children */
};

/* *ret is NULL for a document that holds nothing.  Nodes live in 'a', 'file' must outlive them. */
MUST_CHECK struct err *yaml_parse(const struct yaml_file *file, struct arena *a,
				  struct yaml_node **ret);

/* "FILE:LINE:COL: <text>", then the source line with a caret below the node. */
MUST_CHECK struct err *yaml_error(const struct yaml_node *at, const char *fmt, ...) PRINTF(2, 3);
/* As yaml_error(), 'skip' bytes into the scalar. */
MUST_CHECK struct err *yaml_error_in(const struct yaml_node *at, u32 skip, const char *fmt, ...)
	PRINTF(3, 4);

/* "mapping", "list" or "text". */
const char *yaml_kind_text(enum yaml_kind kind);

#endif
