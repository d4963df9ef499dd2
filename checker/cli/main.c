// SPDX-License-Identifier: MIT
/*
 * Picks the subcommand: the table is commands.def, each entry parses its own
 * arguments.  A first argument that can only be a compiler's goes to kbuild.c.
 * Last of all, what was written to stdout must have arrived.
 *
 * Commands are declared weak, so that a build that leaves one out still links
 * and says so.  record-cc runs thousands of times in a build: nothing is set up
 * before the table is searched.
 */
#include "cli/cli.h"

#include "base/arena.h"
#include "base/err.h"
#include "cli/frontend.h"
#include "cli/kbuild.h"

#include <argp.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>

#define CLI_COMMAND(name, fn, summary) int fn(int argc, char **argv) __attribute__((weak));
#include "cli/commands.def"
#undef CLI_COMMAND

struct command {
	const char *name, *title;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static const struct command commands[] = {
#define CLI_COMMAND(name, fn, summary) { name, "reclint " name, fn, summary },
#include "cli/commands.def"
#undef CLI_COMMAND
};

static void print_help(FILE *out)
{
	fputs("Usage: reclint COMMAND [ARGUMENT...]\n"
	      "       make C=2 CHECK=reclint          in a kernel tree\n"
	      "Finds what must not be reached in memory reclaim, with the path that reaches it.\n\n",
	      out);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].summary && commands[i].run)
			fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\n'reclint COMMAND --help' lists its options.\n"
	      "Exit status: 0 nothing found, 1 findings, 2 an error or files that gave no facts.\n",
	      out);
}

/* One line for each program of this installation that reads C. */
static void print_version(void)
{
	struct arena a = ARENA_INIT;

	printf("reclint %s\n", RECLINT_VERSION);
	for (const char *const *name = frontend_names; *name; name++) {
		struct frontend frontend;
		struct err *err = frontend_find(&a, *name, &frontend);

		if (err)
			err_free(err);
		else
			printf("front-end: %s\n", frontend.version);
	}
	arena_free(&a);
}

static void list_commands(void)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].summary && commands[i].run)
			printf("%s\t%s\n", commands[i].name, commands[i].summary);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_help(stderr);
		return 2;
	}
	command = find_command(argv[1]);
	if (command && command->run) {
		argp_err_exit_status = 2;
		argv[1] = (char *)command->title;	/* what --help calls it */
		return command->run(argc - 1, argv + 1);
	}
	if (command)
		return err_report(err_new("this reclint was built without '%s'", argv[1]));
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		print_version();
		return 0;
	}
	if (strcmp(argv[1], CLI_LIST_COMMANDS) == 0) {
		list_commands();
		return 0;
	}
	if (kbuild_is_call(argc, argv))
		return kbuild_main(argc, argv);
	return err_report(err_new("no command '%s': 'reclint --help' lists them", argv[1]));
}

/*
 * What is freed will be asked for again: thousands of TUs are read one after the other.  As
 * glibc comes, each would be mapped, faulted in and unmapped anew (mallopt(3)).
 */
static void keep_freed_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

int main(int argc, char **argv)
{
	int status;

	keep_freed_memory();
	status = run(argc, argv);

	if (fflush(stdout) != 0 || ferror(stdout))
		status = err_report(err_errno(errno, "cannot write to standard output"));
	return status;
}
