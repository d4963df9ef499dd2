/* SPDX-License-Identifier: MIT */
/* The subcommands; each parses its own arguments with cli_parse() and returns the exit
 * status: 0 clean, 1 findings, 2 tool error or any TU that failed. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "reclint.h"

#include <argp.h>

#define CLI_COMMAND(name, fn, summary) int fn(int argc, char **argv);
#include "cli/commands.def"
#undef CLI_COMMAND

/*
 * argp_parse(), for the table of one command.  When CLI_LIST_OPTIONS is the only
 * argument, prints the table as lines with TABs and exits, as --help does:
 *	option	-p	--build	DIR	the build folder ...
 *	operand	FROM TO
 * An argument "a|b|c" is one of these words.
 */
error_t cli_parse(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input);
#define CLI_LIST_OPTIONS "--list-options"
#define CLI_LIST_COMMANDS "--list-commands"	/* alone: lines "name TAB summary" */

#endif
