// SPDX-License-Identifier: MIT
/*
 * reclint-clang: one translation unit in, one facts file out.
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
	const struct front_program program = { "clang", shim_version(), usage_text, run };

	front_main(&program, argc, argv);
}
