// SPDX-License-Identifier: MIT
/*
 * Positions: libsparse's streams to the file names of facts, the leftmost
 * token of an expression, and the list of files that were read.
 *
 * What comes out of a macro stands where that is expanded, its arguments as
 * well: the library gives all their tokens that place.  Columns from 1,023 on are not known: the
 * library's field has ten bits.
 */
#include "front.h"

#define COLUMN_LIMIT 1023

struct str loc_file(struct front *f, struct position pos)
{
	u32 stream = pos.stream;

	while (f->stream_files.n <= stream)
		vec_push(&f->stream_files, 0);
	if (!f->stream_files.a[stream]) {
		const char *name = stream_name((int)stream);
		if (name && strcmp(name, "builtin") && strcmp(name, "command-line"))
			name = fact_path(f->arena, name, f->cwd, f->srctree);
		f->stream_files.a[stream] = str_intern(f->tu->strings, name ? name : "").n;
	}
	return (struct str){ f->stream_files.a[stream] };
}

void loc_in(struct front *f, struct position pos, struct str file, u32 *line_ret, u16 *col_ret)
{
	*line_ret = 0;
	*col_ret = 0;
	if (!str_eq(loc_file(f, pos), file))
		return;
	*line_ret = pos.line;
	*col_ret = pos.pos >= COLUMN_LIMIT ? 0 : (u16)pos.pos;
}

static bool before(struct position a, struct position b)
{
	return a.stream == b.stream && (a.line < b.line || (a.line == b.line && a.pos < b.pos));
}

struct position loc_start(const struct expression *expr)
{
	struct position best = expr->pos;

	while (expr) {
		if (before(expr->pos, best))
			best = expr->pos;
		switch (expr->type) {
		case EXPR_BINOP:
		case EXPR_COMPARE:
		case EXPR_LOGICAL:
		case EXPR_COMMA:
		case EXPR_ASSIGNMENT:
			expr = expr->left;
			break;
		case EXPR_CALL:
			expr = expr->fn;
			break;
		case EXPR_PREOP:
		case EXPR_POSTOP:
			expr = expr->unop;
			break;
		case EXPR_IMPLIED_CAST:
		case EXPR_CAST:
		case EXPR_FORCE_CAST:
			expr = expr->cast_expression;
			break;
		case EXPR_CONDITIONAL:
		case EXPR_SELECT:
			expr = expr->conditional;
			break;
		case EXPR_SLICE:
			expr = expr->base;
			break;
		default:
			return best;
		}
	}
	return best;
}

void loc_inputs(struct front *f)
{
	struct map seen = MAP_INIT;
	bool is_new;

	for (int i = 0; i < input_stream_nr; i++) {
		const char *name = stream_name(i);
		if (!name || input_streams[i].fd == -1 ||
		    !strcmp(name, "builtin") || !strcmp(name, "command-line"))
			continue;
		struct str s = str_intern(f->tu->strings, name);
		map_put(&seen, s.n, &is_new);
		if (is_new)
			vec_push(&f->tu->inputs, s);
	}
	map_free(&seen);
}
