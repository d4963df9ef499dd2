// SPDX-License-Identifier: MIT
/*
 * reclint-sparse: one translation unit in, one facts file out.
 */
#include "front.h"

#include "frontend/common/options.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SPARSE_VERSION	/* not from a package: what the library says of itself */
#define SPARSE_VERSION (*sparse_version == 'v' ? sparse_version + 1 : sparse_version)
#endif

static const char usage_text[] =
"usage: reclint-sparse [--facts FILE] [--dump] [--srctree DIR] [--cwd DIR]\n"
"                      [--sparse-warnings] -- COMPILER ARGUMENTS\n"
"\n"
"Writes what one C file does as facts, by way of libsparse.\n"
"\n"
"  --facts FILE        write the facts there\n"
"  --dump              print the facts as text on stdout\n"
"  --srctree DIR       file names below DIR are written relative to it\n"
"  --cwd DIR           the folder that the arguments are relative to\n"
"  --sparse-warnings   print what sparse itself has to say\n";

/* Everything from the arguments to a complete tu. */
static void read_tu(struct front *f, const struct front_options *o, char *source)
{
	struct string_list *files = NULL;
	struct front_args args;

	f->gnu89_inline = args_gnu89_inline(o->argc, o->argv);
	args_for_sparse(f->arena, o->argc, o->argv, f->print_warnings, &args);
	do_output = 0;
	diag_attach(f);
	bits_in_bool = 8;	/* the library's 1 is for its own IR; a bit-field may not start behind it */
	sparse_initialize(args.argc, args.argv, &files);
	parse_prepare(f->print_warnings);
	struct symbol_list *list = parse_file(f, source);
	diag_catch_faults();
	decl_collect(f, list);
	annotate_collect(f);
	decl_write_all(f, list);
	loc_inputs(f);
}

/*
 * Reads the TU in a child that only prints: with sparse's checks on, bitwise
 * types and address spaces would change what the facts say.
 */
static void print_warnings(struct front *f, const struct front_options *o, char *source)
{
	pid_t pid = fork();

	if (pid == 0) {
		f->print_warnings = true;
		read_tu(f, o, source);
		fflush(stderr);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static struct err *run(int argc, char **argv, bool *has_problems_ret)
{
	struct front_options o = { 0 };
	struct front_place place;
	struct fact_tu tu;
	struct front f = { .tu = &tu, .arena = &tu.arena };

	fact_tu_init(&tu);
	struct err *err = front_options_parse(&tu.arena, argc, argv, "--sparse-warnings", &o);
	if (!err)
		err = front_enter(&o, &tu, &place);
	if (err)
		return err;
	f.cwd = place.cwd;
	f.srctree = place.srctree;
	tu.frontend = str_internf(tu.strings, "sparse %s", SPARSE_VERSION);
	char *source = arena_strdup(&tu.arena, place.source);
	if (o.has_extra)
		print_warnings(&f, &o, source);
	read_tu(&f, &o, source);
	err = front_write(&o, &tu);
	*has_problems_ret = tu.problems.n > 1;
	return err;
}

int main(int argc, char **argv)
{
	const struct front_program program = { "sparse", SPARSE_VERSION, usage_text, run };

	front_main(&program, argc, argv);
}
