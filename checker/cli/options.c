// SPDX-License-Identifier: MIT
/*
 * Parses a command's arguments by its argp table, or lists that table for programs:
 * shells complete from it, and tests compare the manual pages with it.  So there is
 * one description of each option.
 *
 * Requires that every command parses with cli_parse().
 */
#include "cli/cli.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#define CHILDREN_DEPTH 4	/* of argp tables in argp tables; ours have one */

/* "option TAB -p TAB --build TAB DIR TAB what it is for"; what an option lacks is empty. */
static void list_option(const struct argp_option *o)
{
	char letter[3] = { '-', (char)o->key, 0 };
	bool has_letter = o->key > ' ' && o->key < 127;

	if (o->flags & OPTION_HIDDEN)
		return;
	printf("option\t%s\t%s%s\t%s\t%s\n", has_letter ? letter : "", o->name ? "--" : "",
	       o->name ? o->name : "", o->arg ? o->arg : "", o->doc ? o->doc : "");
}

static void list(const struct argp *argp, int depth)
{
	const struct argp_option *o = argp->options;

	for (; o && (o->name || o->key || o->doc); o++)
		if (o->name || o->key)
			list_option(o);
	for (const struct argp_child *c = argp->children; c && c->argp && depth < CHILDREN_DEPTH; c++)
		list(c->argp, depth + 1);
}

error_t cli_parse(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input)
{
	if (argc == 2 && strcmp(argv[1], CLI_LIST_OPTIONS) == 0) {
		list(argp, 0);
		puts("option\t-?\t--help\t\tGive this help list\noption\t\t--usage\t\tGive a short usage message");
		if (argp->args_doc)
			printf("operand\t%s\n", argp->args_doc);
		exit(fflush(stdout) || ferror(stdout) ? 2 : 0);
	}
	return argp_parse(argp, argc, argv, flags, NULL, input);
}
