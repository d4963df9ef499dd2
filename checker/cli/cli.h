/* SPDX-License-Identifier: MIT */
/* The subcommands; each parses its own arguments with argp and returns the exit
 * status: 0 clean, 1 findings, 2 tool error or any TU that failed. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "reclint.h"

#define CLI_COMMAND(name, fn, summary) int fn(int argc, char **argv);
#include "cli/commands.def"
#undef CLI_COMMAND

#endif
