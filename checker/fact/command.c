// SPDX-License-Identifier: MIT
/*
 * What both front-ends need of a compiler's command line, and how facts name files.
 *
 * The arguments are those of the process: the shell's quotes are gone, the
 * compiler's own ("-DKBUILD_MODNAME=\"i915\"") are still there.
 * Ignored: response files (@file), and a -U that takes back a -D.
 */
#include "fact/fact.h"

#include "base/file.h"

/* Options whose value may be the next argument, and then is not a source. */
static const char *const takes_value[] = {
	"-o", "-D", "-U", "-I", "-L", "-l", "-B", "-T", "-u", "-x", "-z", "-e", "-A", "-G",
	"-MF", "-MT", "-MQ", "-include", "-imacros", "-isystem", "-iquote", "-idirafter",
	"-iprefix", "-iwithprefix", "-iwithprefixbefore", "-isysroot", "-include-pch",
	"-imultilib", "-Xclang", "-Xpreprocessor", "-Xassembler", "-Xlinker", "-mllvm",
	"-arch", "-target", "--param", "--sysroot", "-aux-info", "-dumpbase", "-dumpdir",
	"-dumpbase-ext", "-wrapper", "-specs", "-gcc-toolchain", "-gcc-base-dir", "-multi-lib-dir",
	"-working-directory",
};

static bool needs_value(const char *arg)
{
	for (size_t i = 0; i < ARRAY_LEN(takes_value); i++)
		if (!strcmp(arg, takes_value[i]))
			return true;
	return false;
}

/* The text behind prefix, or NULL. */
static const char *after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

static bool ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n > m && strcmp(s + n - m, suffix) == 0;
}

static char *text_of(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	memcpy(copy, s, n);
	return copy;
}

/* "i915", \"i915\" and KBUILD_STR(i915) are i915. */
static const char *unquoted(struct arena *a, const char *s)
{
	const char *inner = after(s, "KBUILD_STR(");
	size_t n;

	s = inner ? inner : s;
	s += strspn(s, "\"'\\");
	n = strcspn(s, inner ? ")\"'\\" : "\"'\\");
	return text_of(a, s, n);
}

static void parse_define(const char *def, struct arena *a, struct fact_command *c)
{
	const char *value;

	if ((value = after(def, "KBUILD_MODNAME=")) != NULL)
		c->module = unquoted(a, value);
	else if ((value = after(def, "KBUILD_MODFILE=")) != NULL)
		c->modfile = unquoted(a, value);
	else if (!strcmp(def, "MODULE") || after(def, "MODULE="))
		c->is_module = true;
}

static void parse_include(const char *path, struct arena *a, struct fact_command *c)
{
	static const char kconfig[] = "include/linux/kconfig.h";
	size_t n = strlen(path), m = sizeof(kconfig) - 1;

	if (n < m || strcmp(path + n - m, kconfig) != 0)
		return;
	if (n == m)
		c->srctree = ".";
	else if (n == m + 1 && *path == '/')
		c->srctree = "/";
	else if (path[n - m - 1] == '/')
		c->srctree = text_of(a, path, n - m - 1);
}

/* "DIR/.NAME.o.d" is DIR/NAME.o; NULL for what does not look so. */
static const char *object_of_depfile(struct arena *a, const char *arg)
{
	const char *dep = text_of(a, arg, strcspn(arg, ",")), *base = strrchr(dep, '/');
	size_t n = strlen(dep);

	base = base ? base + 1 : dep;
	if (*base != '.' || !ends_in(base, ".o.d"))
		return NULL;
	return arena_printf(a, "%.*s%.*s", (int)(base - dep), dep,
			    (int)(dep + n - 2 - (base + 1)), base + 1);
}

static void parse_preprocessor(const char *arg, struct arena *a, struct fact_command *c)
{
	const char *dep = after(arg, "-MMD,");

	if (!dep)
		dep = after(arg, "-MD,");
	if (dep && !c->object)
		c->object = object_of_depfile(a, dep);
}

/* An option with its value, which may be joined to it or be the next argument. */
static void parse_option(const char *option, const char *value, struct arena *a,
			 struct fact_command *c)
{
	if (!strcmp(option, "-D"))
		parse_define(value, a, c);
	else if (!strcmp(option, "-include"))
		parse_include(value, a, c);
	else if (!strcmp(option, "-o"))
		c->object = value;
}

static void parse_joined(const char *arg, struct arena *a, struct fact_command *c)
{
	const char *rest;

	if ((rest = after(arg, "-Wp,")) != NULL)
		parse_preprocessor(rest, a, c);
	else if ((rest = after(arg, "-include")) != NULL && *rest != '-')
		parse_option("-include", rest, a, c);
	else if ((rest = after(arg, "-D")) != NULL)
		parse_option("-D", rest, a, c);
	else if ((rest = after(arg, "-o")) != NULL && *rest)
		c->object = rest;
}

static const char *folder_module(struct arena *a, const char *source, const char *module)
{
	const char *slash = strrchr(source, '/');

	return slash ? arena_printf(a, "%.*s/%s", (int)(slash - source), source, module) : module;
}

void fact_command_parse(int argc, char *const *argv, struct arena *a, struct fact_command *ret)
{
	struct fact_command c = { 0 };

	for (int i = 1; i < argc && argv[i]; i++) {
		const char *arg = argv[i];

		if (*arg != '-') {
			if (ends_in(arg, ".c"))
				c.source = arg;
		} else if (needs_value(arg) && i + 1 < argc && argv[i + 1]) {
			parse_option(arg, argv[++i], a, &c);
		} else {
			parse_joined(arg, a, &c);
		}
	}
	/* Linux 6.1 gives KBUILD_MODNAME only: a module is one folder's objects there */
	if (c.module && !c.modfile && c.source)
		c.modfile = folder_module(a, c.source, c.module);
	*ret = c;
}

const char *fact_path(struct arena *a, const char *path, const char *cwd, const char *srctree)
{
	const char *full = file_join(a, cwd, path), *name;

	if (srctree) {
		name = file_relative(a, full, file_join(a, cwd, srctree));
		if (name != full)
			return name;
	}
	return file_relative(a, full, file_normalise(a, cwd));
}
