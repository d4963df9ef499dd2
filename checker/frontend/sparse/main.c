// SPDX-License-Identifier: MIT
/*
 * reclint-sparse: one translation unit in, one facts file out.
 *
 * Exit status: 0, 1 when the facts are written but some of the TU could not be
 * read, 2 when nothing was written.
 */
#include "front.h"

#include "base/buf.h"
#include "base/file.h"

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

struct options {
	const char *facts, *srctree, *cwd;
	bool dump, warnings;
	int argc;
	char **argv;		/* the compiler's */
};

static struct err *parse_options(int argc, char **argv, struct options *ret)
{
	struct options o = { 0 };
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		const char **value = NULL;
		if (!strcmp(argv[i], "--facts"))
			value = &o.facts;
		else if (!strcmp(argv[i], "--srctree"))
			value = &o.srctree;
		else if (!strcmp(argv[i], "--cwd"))
			value = &o.cwd;
		else if (!strcmp(argv[i], "--dump"))
			o.dump = true;
		else if (!strcmp(argv[i], "--sparse-warnings"))
			o.warnings = true;
		else
			return err_new("unknown option '%s' (see --help)", argv[i]);
		if (value && ++i == argc)
			return err_new("option '%s' wants a value", argv[i - 1]);
		if (value)
			*value = argv[i];
	}
	if (i >= argc - 1)
		return err_new("no compiler arguments: they follow '--'");
	o.argc = argc - i - 1;
	o.argv = argv + i + 1;
	*ret = o;
	return NULL;
}

static struct err *fill_front(struct front *f, const struct options *o, char **source_ret)
{
	struct fact_tu *tu = f->tu;
	struct fact_command command;

	if (o->cwd && chdir(o->cwd))
		return err_new("cannot change to '%s'", o->cwd);
	f->cwd = file_cwd(f->arena);
	fact_command_parse(o->argc, o->argv, f->arena, &command);
	if (!command.source)
		return err_new("no C file among the arguments");
	f->srctree = o->srctree ? o->srctree : command.srctree;
	if (f->srctree)
		f->srctree = file_join(f->arena, f->cwd, f->srctree);
	*source_ret = arena_strdup(f->arena, command.source);
	tu->source = str_intern(tu->strings,
				fact_path(f->arena, command.source, f->cwd, f->srctree));
	tu->module = str_intern(tu->strings, command.module);
	tu->modfile = str_intern(tu->strings, command.modfile);
	tu->is_module = command.is_module;
	tu->frontend = str_internf(tu->strings, "sparse %s", SPARSE_VERSION);
	return NULL;
}

/* Everything from the arguments to a complete tu. */
static void read_tu(struct front *f, const struct options *o, char *source)
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
static void print_warnings(struct front *f, const struct options *o, char *source)
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

static struct err *print_dump(struct fact_tu *tu)
{
	struct buf out = BUF_INIT;
	struct err *err = fact_dump(tu, NULL, &out);

	if (!err && (fwrite(buf_text(&out), 1, out.len, stdout) != out.len || fflush(stdout)))
		err = err_new("cannot write to stdout");
	buf_free(&out);
	return err;
}

static struct err *run(int argc, char **argv, bool *has_problems_ret)
{
	struct options o = { 0 };
	struct fact_tu tu;
	struct front f = { .tu = &tu, .arena = &tu.arena };
	char *source = NULL;
	struct err *err = parse_options(argc, argv, &o);

	if (err)
		return err;
	if (o.facts) {	/* before --cwd changes what it is relative to */
		struct arena a = ARENA_INIT;
		o.facts = file_join(&a, file_cwd(&a), o.facts);
	}
	fact_tu_init(&tu);
	err = fill_front(&f, &o, &source);
	if (err)
		return err;
	if (o.warnings)
		print_warnings(&f, &o, source);
	read_tu(&f, &o, source);
	if (o.facts)
		err = fact_write(&tu, o.facts);
	if (!err && o.dump)
		err = print_dump(&tu);
	*has_problems_ret = tu.problems.n > 1;
	return err;
}

int main(int argc, char **argv)
{
	bool has_problems = false;

	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--version"))
			printf("sparse %s\n", SPARSE_VERSION);
		else if (!strcmp(argv[i], "--help"))
			fputs(usage_text, stdout);
		else
			continue;
		return fflush(stdout) ? 2 : 0;
	}
	struct err *err = run(argc, argv, &has_problems);
	int status = has_problems;
	if (err)
		status = err_report(err);
	if (fflush(stdout))
		status = 2;
	_exit(status);	/* all memory ends here: no time is spent on giving it back */
}
