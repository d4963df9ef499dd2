// SPDX-License-Identifier: MIT
/*
 * The plug-in: `clang -fplugin=reclint-clang.so -c ... -o DIR/x.o` leaves DIR/x.facts.
 *
 * Only what kbuild compiles for the kernel (KBUILD_MODFILE, KBUILD_MODNAME) is wanted. A TU
 * that gives no facts leaves DIR/x.nofacts that says why, as `make C=2 CHECK=reclint` does,
 * and never breaks the build.
 */
#include "frontend/clang/front.h"
#include "frontend/common/options.h"

#include "base/err.h"
#include "base/file.h"

#include <unistd.h>

struct plugin_tu {
	struct fact_tu tu;
	struct front front;
	const char *facts, *nofacts;
};

static char *with_suffix(struct arena *a, const char *object, const char *suffix)
{
	size_t n = strlen(object);

	if (n > 2 && !strcmp(object + n - 2, ".o"))
		n -= 2;
	return arena_printf(a, "%.*s%s", (int)n, object, suffix);
}

static void *begin(int argc, char **argv)
{
	static struct plugin_tu p;	/* one TU for each run of clang */
	struct arena *a = &p.tu.arena;
	struct fact_command command;

	fact_tu_init(&p.tu);
	fact_command_parse(argc, argv, a, &command);
	if (!command.source || !command.object || (!command.modfile && !command.module)) {
		fact_tu_free(&p.tu);
		return NULL;
	}
	p.front = (struct front){ .tu = &p.tu, .arena = a, .cwd = file_cwd(a) };
	if (command.srctree)
		p.front.srctree = file_join(a, p.front.cwd, command.srctree);
	p.tu.source = str_intern(p.tu.strings, fact_path(a, command.source, p.front.cwd, p.front.srctree));
	p.tu.module = str_intern(p.tu.strings, command.module);
	p.tu.modfile = str_intern(p.tu.strings, command.modfile);
	p.tu.is_module = command.is_module;
	p.tu.frontend = str_internf(p.tu.strings, "clang %s", shim_version());
	p.facts = with_suffix(a, command.object, ".facts");
	p.nofacts = with_suffix(a, command.object, ".nofacts");
	unlink(p.facts);	/* what is there afterwards is new */
	return &p.front;
}

static void end(void *ctx)
{
	struct front *f = ctx;
	struct plugin_tu *p = (struct plugin_tu *)((char *)f - offsetof(struct plugin_tu, front));
	front_sort(f->tu);
	struct err *err = f->module ? fact_write(f->tu, p->facts)
				    : err_new("clang lowered nothing");

	if (err) {
		const char *text = arena_printf(f->arena, "%s: %s\n", str_text(f->tu->strings, f->tu->source),
						err_text(err));
		err_free(err);
		err_free(file_write(p->nofacts, text, strlen(text)));
	} else {
		unlink(p->nofacts);
	}
	fact_tu_free(f->tu);
}

const struct shim_plugin shim_plugin = { .ops = &module_ops, .begin = begin, .end = end };
