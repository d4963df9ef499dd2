// SPDX-License-Identifier: MIT
/*
 * Turns a compiler's command line into one for libsparse.
 *
 * What decides the preprocessed text and the sizes of types is kept; what names
 * outputs, warnings or code generation is dropped, so that kbuild's call of a
 * checker and a replayed command of compile_commands.json mean the same.
 * Added is what kbuild adds for sparse.  Ignores the compiler's own include
 * folders: kernels are built with -nostdinc.
 */
#include "front.h"

#include <stdlib.h>

struct arg_list {
	struct arena *a;
	VEC(char *) v;
};

/* Options that are kept together with a separate argument. */
static const char *const keep_pair[] = {
	"-include", "-imacros", "-isystem", "-idirafter", "-I", "-D", "-U", "-gcc-base-dir",
	"-multiarch-dir",
};
/* Dropped together with a separate argument. */
static const char *const drop_pair[] = {
	"-o", "-x", "-MF", "-MT", "-MQ", "--param", "-Xclang", "-mllvm", "-target", "-iquote",
	"-Xassembler", "-Xpreprocessor", "-arch", "-z", "-aux-info",
};
static const char *const keep_prefix[] = {
	"-I", "-D", "-U", "-std=", "-O", "--arch=", "-mcmodel=", "-mabi=",
};
static const char *const keep_word[] = {
	"-nostdinc", "-m64", "-m32", "-mx32", "-m16", "-fshort-wchar", "-funsigned-char",
	"-fsigned-char", "-fno-signed-char", "-fno-unsigned-char", "-funsigned-bitfields",
	"-mlittle-endian", "-mbig-endian", "-fpic", "-fPIC", "-fpie", "-fPIE", "-fno-pic",
	"-fno-PIC", "-fno-pie", "-fno-PIE", "-ffreestanding", "-ansi", "-msize-long",
};
/* What kbuild defines for a checker besides the compiler's own arguments, and what
 * include/reclint/annotations.h asks for. */
static const char *const added[] = {
	"-D__RECLINT__", "-D__linux__", "-Dlinux", "-D__STDC__", "-Dunix", "-D__unix__",
	"-Wno-return-void", "-Wno-unknown-attribute", "-Wno-decl", "-ftabstop=1",
	"-fmax-warnings=unlimited",
};
/* arch/NAME of a kernel, when it is not the name the library knows. */
static const struct { const char *folder, *arch; } arch_names[] = {
	{ "x86", NULL }, { "powerpc", "ppc" }, { "arm64", "aarch64" },
};

static bool in_list(const char *const *list, size_t n, const char *arg)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i], arg))
			return true;
	return false;
}

static bool has_prefix(const char *const *list, size_t n, const char *arg)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(list[i], arg, strlen(list[i])))
			return true;
	return false;
}

static void add(struct arg_list *l, const char *arg)
{
	vec_push(&l->v, arena_strdup(l->a, arg));
}

static bool names_source(const char *arg)
{
	size_t n = strlen(arg);

	return arg[0] != '-' && n > 2 && arg[n - 2] == '.' && (arg[n - 1] == 'c' || arg[n - 1] == 'h');
}

/* -I.../arch/NAME/include says what a cross compiler's name says. */
static void add_arch(struct arg_list *l, const char *arg)
{
	const char *p = strstr(arg, "arch/");
	const char *end = p ? strchr(p + 5, '/') : NULL;

	if (!end || strcmp(end, "/include"))
		return;
	int n = (int)(end - p - 5);
	for (size_t i = 0; i < ARRAY_LEN(arch_names); i++) {
		if (strlen(arch_names[i].folder) != (size_t)n ||
		    strncmp(arch_names[i].folder, p + 5, (size_t)n))
			continue;
		if (arch_names[i].arch)
			vec_push(&l->v, arena_printf(l->a, "--arch=%s", arch_names[i].arch));
		return;
	}
	vec_push(&l->v, arena_printf(l->a, "--arch=%.*s", n, p + 5));
}

/* How many of argv[0..] one option takes; copies what is kept. */
static int take(struct arg_list *l, int argc, char *const *argv, bool keep_warnings)
{
	const char *arg = argv[0];

	if (argc > 1 && in_list(drop_pair, ARRAY_LEN(drop_pair), arg))
		return 2;
	if (argc > 1 && in_list(keep_pair, ARRAY_LEN(keep_pair), arg)) {
		bool joined = arg[1] == 'I' || arg[1] == 'D' || arg[1] == 'U';

		if (joined && !arg[2]) {
			vec_push(&l->v, arena_printf(l->a, "%s%s", arg, argv[1]));
		} else {
			add(l, arg);
			add(l, argv[1]);
		}
		return 2;
	}
	if (names_source(arg) || in_list(keep_word, ARRAY_LEN(keep_word), arg) ||
	    has_prefix(keep_prefix, ARRAY_LEN(keep_prefix), arg) ||
	    (keep_warnings && arg[0] == '-' && arg[1] == 'W' && !strchr(arg, ',')))
		add(l, arg);
	return 1;
}

void args_for_sparse(struct arena *a, int argc, char *const *argv, bool keep_warnings,
		     struct front_args *ret)
{
	struct arg_list l = { .a = a };
	bool arch = false;

	add(&l, "sparse");
	for (size_t i = 0; i < ARRAY_LEN(added); i++)
		add(&l, added[i]);
	for (size_t i = 0; vaopt_macros[i]; i++)
		add(&l, vaopt_macros[i]);
	for (int i = 0; i < argc; i++)
		arch |= !strncmp(argv[i], "--arch=", 7);
	for (int i = 0; !arch && i < argc; i++)
		if (!strncmp(argv[i], "-I", 2))
			add_arch(&l, argv[i]);
	int i = argc && argv[0][0] != '-' && !names_source(argv[0]) ? 1 : 0;
	while (i < argc)
		i += take(&l, argc - i, argv + i, keep_warnings);
	ret->argc = (int)l.v.n;
	vec_push(&l.v, NULL);
	ret->argv = arena_dup(a, l.v.a, l.v.n * sizeof(l.v.a[0]));
	vec_free(&l.v);
}

bool args_gnu89_inline(int argc, char *const *argv)
{
	static const char *const old[] = {
		"-ansi", "-std=gnu89", "-std=gnu90", "-std=c89", "-std=c90",
		"-std=iso9899:1990", "-std=iso9899:199409",
	};
	bool is_old = false;

	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-fgnu89-inline"))
			return true;
		if (!strcmp(argv[i], "-ansi") || !strncmp(argv[i], "-std=", 5))
			is_old = in_list(old, ARRAY_LEN(old), argv[i]);
	}
	return is_old;
}
