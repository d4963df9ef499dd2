/* SPDX-License-Identifier: MIT */
/* compile_commands.json: which command compiles which file, and where. */
#ifndef CLI_COMPDB_H
#define CLI_COMPDB_H

#include "base/arena.h"

struct compdb_command {
	const char *dir;	/* where it runs; absolute and normalised, as the next */
	const char *file;
	const char *output;	/* as written; NULL when the entry has none */
	char **argv;		/* the whole command, NULL-terminated; argv[0] is the compiler */
	u32 argc;
};
struct compdb {
	struct compdb_command *commands;	/* in the file's order */
	u32 n_commands;
};

/* Reads all entries; an error names file, line and column. */
MUST_CHECK struct err *compdb_read(struct arena *a, const char *path, struct compdb *ret);

/*
 * Splits a command line into words as a POSIX shell does with its quotes: '', "",
 * and backslash.  Nothing is expanded; ; & | < > ( ) are letters like any other.
 */
MUST_CHECK struct err *shell_split(struct arena *a, const char *line, char ***argv_ret,
				   u32 *argc_ret);

#endif
