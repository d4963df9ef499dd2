// SPDX-License-Identifier: MIT
/* fact/command.c: what is taken from a compiler's command line, and how files are named. */
#include "fact/fact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static struct arena arena = ARENA_INIT;

#define parse(...) \
	parse_argv((const char *const []){ "gcc", __VA_ARGS__, NULL })
static struct fact_command parse_argv(const char *const *argv)
{
	struct fact_command c;
	char *copy[64];
	int n = 0;

	for (; argv[n]; n++)
		copy[n] = arena_strdup(&arena, argv[n]);
	copy[n] = NULL;
	fact_command_parse(n, copy, &arena, &c);
	return c;
}

static int free_arena(void **state)
{
	arena_free(&arena);
	return 0;
}

static void test_kbuild(void **state)
{
	struct fact_command c = parse("-Wp,-MMD,drivers/gpu/drm/i915/.intel_uc.o.d", "-nostdinc",
		"-I./arch/x86/include", "-include", "./include/linux/compiler-version.h",
		"-include", "./include/linux/kconfig.h", "-D__KERNEL__", "-DMODULE",
		"-DKBUILD_BASENAME=\"intel_uc\"", "-DKBUILD_MODNAME=\"i915\"",
		"-DKBUILD_MODFILE=\"drivers/gpu/drm/i915/i915\"", "-D__KBUILD_MODNAME=kmod_i915",
		"-c", "-o", "drivers/gpu/drm/i915/intel_uc.o", "drivers/gpu/drm/i915/intel_uc.c");

	assert_string_equal(c.module, "i915");
	assert_string_equal(c.modfile, "drivers/gpu/drm/i915/i915");
	assert_true(c.is_module);
	assert_string_equal(c.source, "drivers/gpu/drm/i915/intel_uc.c");
	assert_string_equal(c.object, "drivers/gpu/drm/i915/intel_uc.o");
	assert_string_equal(c.srctree, ".");
}

static void test_values_apart(void **state)
{
	struct fact_command c = parse("-D", "KBUILD_MODNAME=\"xe\"", "-D", "MODULE=1", "-I", "x.c",
		"-Xclang", "y.c", "a.c", "-o", "b.o", "-MF", "z.c");

	assert_string_equal(c.module, "xe");
	assert_true(c.is_module);
	assert_string_equal(c.source, "a.c");
	assert_string_equal(c.object, "b.o");
}

static void test_spellings(void **state)
{
	assert_string_equal(parse("-DKBUILD_MODNAME=KBUILD_STR(xfs)").module, "xfs");
	assert_string_equal(parse("-DKBUILD_MODNAME=\\\"xfs\\\"").module, "xfs");
	assert_string_equal(parse("-DKBUILD_MODNAME='\"xfs\"'").module, "xfs");
	assert_string_equal(parse("-DKBUILD_MODNAME=xfs").module, "xfs");
	assert_string_equal(parse("-ofoo.o").object, "foo.o");
	assert_false(parse("-DMODULES", "-DNOT_MODULE").is_module);
}

static void test_object_from_depfile(void **state)
{
	assert_string_equal(parse("-Wp,-MMD,kernel/.fork.o.d").object, "kernel/fork.o");
	assert_string_equal(parse("-Wp,-MD,.fork.o.d,-MT,x").object, "fork.o");
	assert_string_equal(parse("-o", "x.o", "-Wp,-MMD,kernel/.fork.o.d").object, "x.o");
	assert_string_equal(parse("-Wp,-MMD,kernel/.fork.o.d", "-o", "x.o").object, "x.o");
	assert_null(parse("-Wp,-MMD,kernel/fork.d").object);
	assert_null(parse("-Wp,-MMD,kernel/.o.d").object);
	assert_null(parse("-Wp,-DFOO").object);
}

static void test_source_tree(void **state)
{
	assert_string_equal(parse("-include", "/src/linux/include/linux/kconfig.h").srctree,
			    "/src/linux");
	assert_string_equal(parse("-include", "../../include/linux/kconfig.h").srctree, "../..");
	assert_string_equal(parse("-include", "include/linux/kconfig.h").srctree, ".");
	assert_string_equal(parse("-include/k/include/linux/kconfig.h").srctree, "/k");
	assert_string_equal(parse("-include", "/include/linux/kconfig.h").srctree, "/");
	assert_null(parse("-include", "include/linux/compiler.h").srctree);
	assert_null(parse("-include", "myinclude/linux/kconfig.h").srctree);
}

static void test_nothing(void **state)
{
	struct fact_command c = parse("-c", "entry.S", "-o");

	assert_null(c.source);
	assert_null(c.object);
	assert_null(c.module);
	assert_null(c.modfile);
	assert_null(c.srctree);
	assert_false(c.is_module);
}

static void test_path(void **state)
{
	/* in the source tree, in the build's folder, elsewhere */
	assert_string_equal(fact_path(&arena, "./mm/vmscan.c", "/src", "."), "mm/vmscan.c");
	assert_string_equal(fact_path(&arena, "../mm/vmscan.c", "/src/out", ".."), "mm/vmscan.c");
	assert_string_equal(fact_path(&arena, "/src/mm/a.c", "/out", "/src"), "mm/a.c");
	assert_string_equal(fact_path(&arena, "include/generated/a.h", "/out", "/src"),
			    "include/generated/a.h");
	assert_string_equal(fact_path(&arena, "/usr/include/a.h", "/out", "/src"),
			    "/usr/include/a.h");
	assert_string_equal(fact_path(&arena, "a.c", "/home/x", NULL), "a.c");
	assert_string_equal(fact_path(&arena, "/srcs/a.c", "/out", "/src"), "/srcs/a.c");
	assert_string_equal(fact_path(&arena, "/src/drivers/../mm/a.c", "/src/", "./"), "mm/a.c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kbuild),
		cmocka_unit_test(test_values_apart),
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_object_from_depfile),
		cmocka_unit_test(test_source_tree),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, NULL, free_arena);
}
