// SPDX-License-Identifier: MIT
/*
 * reclint roots: the functions that the rules make roots of a walk, where each one
 * is, and the table that makes it one.
 */
#include "cli/cli.h"

#include "analysis/roots.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/query.h"

#include <stdio.h>

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct query *q = state->input;

	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = q;
	else if (key == ARGP_KEY_ARG && !q->words.n)
		vec_push(&q->words, arg);
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

/* "table i915_ops", "stored at drivers/...:12" */
static void print_table(const struct program *p, const struct pslot *slot)
{
	if (slot->var)
		printf("table %s", program_str(p, p->vars.a[slot->var].name));
	else
		printf("stored at %s:%u", program_str(p, p->fns.a[slot->in_fn].file), slot->line);
}

static void print_root(const struct program *p, const struct root *r)
{
	const struct pfn *fn = &p->fns.a[r->fn];

	printf("%s:%u: %s [%s: %s.%s, ", program_str(p, fn->file), fn->line, pfn_name(p, r->fn),
	       r->rule->kind, r->rule->tag, r->entry->member);
	if (fn->module)
		printf("module %s, ", program_str(p, p->modules.a[fn->module].name));
	print_table(p, &p->slots.a[r->slot]);
	printf("]\n");
}

static struct err *list_roots(struct query *q, bool *found_ret)
{
	struct roots roots;

	roots_find(q->p, q->rules, q->words.n ? q->words.a[0] : NULL, &roots);
	for (u32 i = 0; i < roots.a.n; i++)
		print_root(q->p, &roots.a.a[i]);
	if (!roots.a.n)
		log_note("no roots in these facts");
	*found_ret = roots.a.n;
	roots_free(&roots);
	return NULL;
}

int cmd_roots(int argc, char **argv)
{
	static const struct argp_child children[] = { { &query_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp parser = {
		.parser = parse_option, .children = children, .args_doc = "[GLOB]",
		.doc = "List the functions that a walk starts from.\v"
		       "GLOB: only those whose name matches.\n"
		       "Exit status: 0 there are some, 1 there are none, 2 an error.",
	};
	struct query q = { 0 };

	return query_main(&parser, argc, argv, &q, list_roots);
}
