// SPDX-License-Identifier: MIT
/*
 * Options of a front-end, what the compiler's command line says of the TU, and
 * the outputs.
 */
#include "frontend/common/options.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct err *front_options_parse(struct arena *a, int argc, char **argv, const char *extra,
				struct front_options *ret)
{
	struct front_options o = { 0 };
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
		else if (extra && !strcmp(argv[i], extra))
			o.has_extra = true;
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
	if (o.facts)	/* before --cwd changes what it is relative to */
		o.facts = file_join(a, file_cwd(a), o.facts);
	*ret = o;
	return NULL;
}

struct err *front_enter(const struct front_options *o, struct fact_tu *tu, struct front_place *ret)
{
	struct fact_command command;
	struct front_place p = { 0 };
	struct arena *a = &tu->arena;

	if (o->cwd && chdir(o->cwd))
		return err_new("cannot change to '%s'", o->cwd);
	p.cwd = file_cwd(a);
	fact_command_parse(o->argc, o->argv, a, &command);
	if (!command.source)
		return err_new("no C file among the arguments");
	p.srctree = o->srctree ? o->srctree : command.srctree;
	if (p.srctree)
		p.srctree = file_join(a, p.cwd, p.srctree);
	p.source = arena_strdup(a, command.source);
	tu->source = str_intern(tu->strings, fact_path(a, command.source, p.cwd, p.srctree));
	tu->module = str_intern(tu->strings, command.module);
	tu->modfile = str_intern(tu->strings, command.modfile);
	tu->is_module = command.is_module;
	*ret = p;
	return NULL;
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

static const struct fact_tu *sorted_tu;	/* qsort() passes no context */

static int compare_functions(const void *a, const void *b)
{
	const struct fact_fn *x = a, *y = b;
	const struct strtab *strings = sorted_tu->strings;
	int order = strcmp(str_text(strings, x->file), str_text(strings, y->file));

	if (order)
		return order;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return strcmp(str_text(strings, sorted_tu->syms.a[x->sym].name),
		      str_text(strings, sorted_tu->syms.a[y->sym].name));
}

void front_sort(struct fact_tu *tu)
{
	sorted_tu = tu;
	if (tu->fns.n > 2)
		qsort(tu->fns.a + 1, tu->fns.n - 1, sizeof(tu->fns.a[0]), compare_functions);
}

struct err *front_write(const struct front_options *o, struct fact_tu *tu)
{
	front_sort(tu);
	struct err *err = o->facts ? fact_write(tu, o->facts) : NULL;

	return err || !o->dump ? err : print_dump(tu);
}

/* --version and --help, wherever they stand before '--'; false: neither is there. */
static bool tell(const struct front_program *program, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--version"))
			printf("%s %s\n", program->name, program->version);
		else if (!strcmp(argv[i], "--help"))
			fputs(program->usage, stdout);
		else
			continue;
		return true;
	}
	return false;
}

void front_main(const struct front_program *program, int argc, char **argv)
{
	bool has_problems = false;
	int status = 0;

	if (!tell(program, argc, argv)) {
		struct err *err = program->run(argc, argv, &has_problems);

		status = err ? err_report(err) : has_problems;
	}
	if (fflush(stdout))
		status = 2;
	_exit(status);	/* all memory ends here: no time is spent on giving it back */
}
