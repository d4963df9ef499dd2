// SPDX-License-Identifier: MIT
/*
 * reclint callers, callees, path: the call graph by type alone.  Each edge is printed
 * with the call's place and, where the call is indirect, with what the edge rests on.
 *
 * Ignored: what branches and arguments rule out; 'reclint check' looks at those.
 */
#include "cli/cli.h"

#include "base/err.h"
#include "base/log.h"
#include "cli/query.h"

#include <stdio.h>
#include <stdlib.h>

static error_t parse_words(struct argp_state *state, char *arg, int key, u32 n_wanted)
{
	struct query *q = state->input;

	if (key == ARGP_KEY_ARG) {
		if (q->words.n == n_wanted)
			argp_error(state, "too many arguments: '%s'", arg);
		vec_push(&q->words, arg);
	} else if (key == ARGP_KEY_END && q->words.n < n_wanted) {
		argp_error(state, n_wanted == 1 ? "no function" : "two functions are needed");
	} else if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = q;
	} else {
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	return parse_words(state, arg, key, 1);
}

static error_t parse_two(int key, char *arg, struct argp_state *state)
{
	return parse_words(state, arg, key, 2);
}

static const struct argp_child children[] = { { &query_argp, 0, NULL, 0 }, { 0 } };

/* ---- callers, callees ------------------------------------------------------------ */

typedef u32 edges_fn(const struct callgraph *g, u32 fn, const struct call_edge **ret);

static struct err *list(struct query *q, edges_fn *edges, bool *found_ret)
{
	struct callgraph *g;
	struct err *err;
	u32 *fns, n;

	err = query_find(q, q->words.a[0], &fns, &n);
	if (err)
		return err;
	g = callgraph_build(q->p);
	for (u32 i = 0; i < n; i++) {
		const struct call_edge *e;
		u32 n_edges = edges(g, fns[i], &e);

		for (u32 k = 0; k < n_edges; k++)
			query_print_edge(q->p, &e[k]);
		*found_ret = *found_ret || n_edges;
	}
	callgraph_free(g);
	return NULL;
}

static struct err *list_callers(struct query *q, bool *found_ret)
{
	struct err *err = list(q, callgraph_callers, found_ret);

	if (!err && !*found_ret)
		log_note("nothing calls '%s'", q->words.a[0]);
	return err;
}

static struct err *list_callees(struct query *q, bool *found_ret)
{
	struct err *err = list(q, callgraph_callees, found_ret);

	if (!err && !*found_ret)
		log_note("'%s' calls nothing", q->words.a[0]);
	return err;
}

int cmd_callers(int argc, char **argv)
{
	static const struct argp parser = {
		.parser = parse_one, .children = children, .args_doc = "FUNCTION",
		.doc = "List the calls that may reach a function.\v"
		       "Exit status: 0 there are some, 1 there are none, 2 an error.",
	};
	struct query q = { 0 };

	return query_main(&parser, argc, argv, &q, list_callers);
}

int cmd_callees(int argc, char **argv)
{
	static const struct argp parser = {
		.parser = parse_one, .children = children, .args_doc = "FUNCTION",
		.doc = "List what a function may call.\v"
		       "Exit status: 0 it calls something, 1 it does not, 2 an error.",
	};
	struct query q = { 0 };

	return query_main(&parser, argc, argv, &q, list_callees);
}

/* ---- path ------------------------------------------------------------------------- */

static struct err *find_path(struct query *q, bool *found_ret)
{
	const struct call_edge *e;
	struct callgraph *g;
	struct err *err;
	u32 *from, *to, n_from, n_to, n;

	err = query_find(q, q->words.a[0], &from, &n_from);
	if (!err)
		err = query_find(q, q->words.a[1], &to, &n_to);
	if (err)
		return err;
	g = callgraph_build(q->p);
	n = callgraph_path(g, from, n_from, to, n_to, &q->arena, &e);
	for (u32 i = 0; i < n; i++)
		query_print_edge(q->p, &e[i]);
	if (!n)
		log_note("no path from '%s' to '%s'", q->words.a[0], q->words.a[1]);
	*found_ret = n;
	callgraph_free(g);
	return NULL;
}

int cmd_path(int argc, char **argv)
{
	static const struct argp parser = {
		.parser = parse_two, .children = children, .args_doc = "FROM TO",
		.doc = "Show a shortest path of calls between two functions.\v"
		       "Exit status: 0 there is one, 1 there is none, 2 an error.",
	};
	struct query q = { 0 };

	return query_main(&parser, argc, argv, &q, find_path);
}
