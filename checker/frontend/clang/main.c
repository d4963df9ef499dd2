// SPDX-License-Identifier: MIT
/*
 * reclint-clang: one translation unit in, one facts file out.
 *
 * Exit status: 0, 1 when the facts are written but some of the TU could not be
 * read, 2 when nothing was written.
 */
#include "frontend/clang/front.h"
#include "frontend/common/options.h"

#include "base/err.h"

#include <stdio.h>
#include <unistd.h>

static const char usage_text[] =
"usage: reclint-clang [--facts FILE] [--dump] [--srctree DIR] [--cwd DIR]\n"
"                     -- COMPILER ARGUMENTS\n"
"\n"
"Writes what one C file does as facts, by way of clang's libraries.\n"
"\n"
"  --facts FILE        write the facts there\n"
"  --dump              print the facts as text on stdout\n"
"  --srctree DIR       file names below DIR are written relative to it\n"
"  --cwd DIR           the folder that the arguments are relative to\n";

static struct err *run(int argc, char **argv, bool *has_problems_ret)
{
	struct front_options o = { 0 };
	struct front_place place;
	struct fact_tu tu;
	struct front f = { .tu = &tu, .arena = &tu.arena };

	fact_tu_init(&tu);
	struct err *err = front_options_parse(&tu.arena, argc, argv, NULL, &o);
	if (!err)
		err = front_enter(&o, &tu, &place);
	if (err)
		return err;
	f.cwd = place.cwd;
	f.srctree = place.srctree;
	tu.frontend = str_internf(tu.strings, "clang %s", shim_version());
	if (!shim_run(o.argc, (const char *const *)o.argv, RECLINT_RESOURCE_DIR, &module_ops, &f) || !f.module)
		return err_new("clang could not make anything of '%s'%s%s", place.source,
			       tu.problems.n > 1 ? ": " : "",
			       tu.problems.n > 1 ? str_text(tu.strings, tu.problems.a[1].text) : "");
	err = front_write(&o, &tu);
	*has_problems_ret = tu.problems.n > 1;
	return err;
}

int main(int argc, char **argv)
{
	bool has_problems = false;

	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--version"))
			printf("clang %s\n", shim_version());
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
