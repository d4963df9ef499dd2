// SPDX-License-Identifier: MIT
/*
 * reclint doctor: what this installation and a tree have, what they lack, and the command
 * that mends it.  Nothing is written or run but the front-ends' own --version.
 */
#include "cli/cli.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "cli/cocci.h"
#include "cli/compdb.h"
#include "cli/facts_dir.h"
#include "cli/frontend.h"
#include "cli/paths.h"
#include "rule/rule.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct doctor {
	struct arena arena;
	const char *build;
	u32 n_missing;	/* of what a check cannot do without */
};

static const struct argp_option options[] = {
	{ "build", 'p', "DIR", 0, "the build folder (default: .)", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct doctor *d = state->input;

	switch (key) {
	case 'p':
		d->build = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument '%s'", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.doc = "Say what this installation and a build folder have, and what is missing.\v"
	       "Exit status: 0 when 'reclint check' can be run, 1 when something for it is missing, 2 an error.",
};

/* ---- saying --------------------------------------------------------------- */

static void PRINTF(1, 2) ok(const char *fmt, ...)
{
	va_list ap;

	fputs("ok       ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* What lacks and what to do; is_fatal: nothing can be checked without it. */
static void lacks(struct doctor *d, bool is_fatal, const char *what, const char *mend)
{
	printf("%s %s\n         %s\n", is_fatal ? "MISSING " : "missing ", what, mend);
	d->n_missing += is_fatal;
}

/* ---- what there is -------------------------------------------------------- */

static void look_at_installation(struct doctor *d)
{
	struct ruleset *rules = NULL;
	const char *dir = NULL;
	u32 n = 0;
	struct err *err;

	for (const char *const *name = frontend_names; *name; name++) {
		struct frontend frontend;

		err = frontend_find(&d->arena, *name, &frontend);
		if (err) {
			lacks(d, false, arena_printf(&d->arena, "the front-end '%s': %s", *name, err_text(err)),
			      "build reclint with it if you want it; one of the two is enough");
			err_free(err);
			continue;
		}
		n++;
		ok("front-end %s", frontend.version);
	}
	if (!n)
		lacks(d, true, "any front-end", "install reclint-sparse or reclint-clang beside reclint");
	err = paths_rules(&d->arena, NULL, &dir);
	if (!err)
		err = ruleset_load(dir, NULL, 0, &rules);
	if (err) {
		lacks(d, true, arena_printf(&d->arena, "the rules: %s", err_text(err)), "install reclint again");
		err_free(err);
	} else {
		ok("rules: %u kinds of findings, %u roots, %u entries for functions", rules->descs.n, rules->roots.n,
		   rules->fns.n);
	}
	ruleset_free(rules);
}

static bool is_on_path(struct doctor *d, const char *name)
{
	char *save = NULL, *dirs = arena_strdup(&d->arena, getenv("PATH") ? getenv("PATH") : "");

	for (char *dir = strtok_r(dirs, ":", &save); dir; dir = strtok_r(NULL, ":", &save))
		if (!access(arena_printf(&d->arena, "%s/%s", dir, name), X_OK))
			return true;
	return false;
}

/* What single commands need besides. */
static void look_at_helpers(struct doctor *d)
{
	static const struct { const char *name, *mend; } programs[] = {
		{ "spatch", "install Coccinelle for 'reclint cocci' and 'reclint fix'" },
		{ "git", "install git for --since" },
	};
	struct cocci_rules patches = { VEC_INIT };
	const char *dir;
	struct err *err = paths_cocci(&d->arena, NULL, &dir);
	u32 i;

	if (!err)
		err = cocci_rules_read(&d->arena, dir, NULL, &patches);
	if (err) {
		lacks(d, false, err_text(err), "install reclint again");
		err_free(err);
	} else {
		ok("semantic patches: %u", patches.a.n);
	}
	cocci_rules_free(&patches);
	for (i = 0; i < ARRAY_LEN(programs); i++) {
		if (is_on_path(d, programs[i].name))
			ok("%s", programs[i].name);
		else
			lacks(d, false, programs[i].name, programs[i].mend);
	}
}

/* The sources of a kernel, configured, or those of a module with its makefile. */
static void look_at_tree(struct doctor *d, const char *srctree)
{
	const char *config = file_join(&d->arena, d->build, "include/generated/autoconf.h");

	if (srctree)
		ok("sources in '%s'", srctree);
	if (file_exists(config))
		ok("a configured kernel (include/generated/autoconf.h)");
	else if (file_exists(file_join(&d->arena, d->build, "Kconfig")))
		lacks(d, true, "the kernel's configuration", "make defconfig modules_prepare, or copy a .config and make "
		      "olddefconfig modules_prepare");
	else
		lacks(d, false, "a configured kernel in this folder", "fine for a module; for a kernel use -p with its "
		      "output folder");
}

static u32 look_at_database(struct doctor *d)
{
	const char *path = file_join(&d->arena, d->build, "compile_commands.json");
	struct compdb db = { 0 };
	struct err *err;

	if (!file_exists(path)) {
		lacks(d, false, "compile_commands.json", "reclint record -- make ... writes it without compiling; "
		      "make C=2 CHECK=reclint needs none");
		return 0;
	}
	err = compdb_read(&d->arena, path, &db);
	if (err) {
		lacks(d, true, err_text(err), "make it again: reclint record -- make ...");
		err_free(err);
		return 0;
	}
	ok("compile_commands.json: %u commands", db.n_commands);
	return db.n_commands;
}

/* Sources that were changed after their facts were written. */
static u32 count_stale(struct doctor *d, const struct facts_dir *dir)
{
	u32 n = 0;

	for (u32 i = 0; i < dir->n_facts; i++) {
		const char *name = dir->facts[i], *at = strstr(name, "/.reclint/facts/");
		u64 facts_ns, source_ns, size;
		const char *source;

		if (!at)
			continue;
		at += strlen("/.reclint/facts/");
		source = arena_printf(&d->arena, "%s/%.*s", dir->srctree ? dir->srctree : d->build,
				      (int)(strlen(at) - strlen(".facts")), at);
		n += file_stamp(name, &facts_ns, &size) && file_stamp(source, &source_ns, &size) && source_ns > facts_ns;
	}
	return n;
}

static void look_at_facts(struct doctor *d)
{
	struct facts_dir dir;
	struct err *err = facts_dir_open(&d->arena, d->build, &dir);
	u32 n_stale;

	if (err) {
		look_at_tree(d, NULL);
		look_at_database(d);
		lacks(d, true, arena_printf(&d->arena, "facts: %s", err_text(err)),
		      "reclint scan -p DIR extracts them from compile_commands.json");
		err_free(err);
		return;
	}
	look_at_tree(d, dir.srctree);
	look_at_database(d);
	ok("facts of %u files", dir.n_facts - dir.has_probe);
	if (!dir.has_probe)
		lacks(d, false, "the values of the kernel's constants (facts of the probe)",
		      "reclint scan makes them if the folder is a kernel's; without them contexts cannot be told apart");
	if (dir.n_failed)
		lacks(d, false, arena_printf(&d->arena, "facts of %u files that could not be read, such as %s", dir.n_failed,
					     dir.failed[0]), "reclint scan says why; what they define is not seen");
	if (dir.n_missing)
		lacks(d, false, arena_printf(&d->arena, "facts of %u further commands", dir.n_missing),
		      "reclint scan without --file extracts them all");
	n_stale = count_stale(d, &dir);
	if (n_stale)
		lacks(d, false, arena_printf(&d->arena, "new facts of %u files that have changed", n_stale),
		      "reclint scan extracts what changed");
}

int cmd_doctor(int argc, char **argv)
{
	struct doctor d = { .arena = ARENA_INIT, .build = "." };

	cli_parse(&parser, argc, argv, 0, &d);
	if (!file_is_dir(d.build)) {
		arena_free(&d.arena);
		return err_report(err_new("no folder '%s'", d.build));
	}
	look_at_installation(&d);
	look_at_helpers(&d);
	look_at_facts(&d);
	if (d.n_missing)
		printf("%u thing%s missing that 'reclint check' cannot do without\n", d.n_missing,
		       d.n_missing == 1 ? " is" : "s are");
	else
		puts("ready: reclint check");
	arena_free(&d.arena);
	return d.n_missing ? 1 : 0;
}
