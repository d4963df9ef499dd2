// SPDX-License-Identifier: MIT
/* cli/facts_dir.c: every place where facts may lie. */
#include "cli/facts_dir.h"

#include "base/err.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = P_tmpdir "/reclint-facts-XXXXXX";
static struct arena arena = ARENA_INIT;

static const char *path_of(const char *name)
{
	return arena_printf(&arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	struct err *err = file_write(path_of(name), text, strlen(text));

	assert_null(err);
}

static struct facts_dir open_dir(const char *name)
{
	struct facts_dir d;
	struct err *err = facts_dir_open(&arena, path_of(name), &d);

	assert_null(err);
	return d;
}

static void expect_scan(const struct facts_dir *d)
{
	assert_int_equal(d->n_facts, 3);
	assert_string_equal(d->facts[0], path_of("scan/.reclint/facts/a.c.facts"));
	assert_string_equal(d->facts[1], path_of("scan/.reclint/facts/constants.facts"));
	assert_true(d->has_probe);
	assert_int_equal(d->n_failed, 2);
	assert_string_equal(d->failed[1], "y.c: signal 11: b");
	assert_int_equal(d->n_missing, 7);
	assert_string_equal(d->srctree, "/a tree");
	assert_string_equal(d->objtree, "/o");
}

static void what_scan_left(void **state UNUSED)
{
	static const char *const places[] = { "scan", "scan/", "scan/.reclint", "scan/.reclint/facts" };

	put("scan/.reclint/facts/sub/b.c.facts", "");
	put("scan/.reclint/facts/a.c.facts", "");
	put("scan/.reclint/facts/constants.facts", "");
	put("scan/.reclint/failed", "x.c: reason\ny.c: signal 11: b\n");
	put("scan/.reclint/scan", "srctree /a tree\nobjtree /o\nunknown\nmore 3\nmissing 7\n");
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct facts_dir d = open_dir(places[i]);

		expect_scan(&d);
	}
}

static void what_kbuild_left(void **state UNUSED)
{
	struct facts_dir d;

	put("kbuild/mm/a.facts", "");
	put("kbuild/mm/b.nofacts", "mm/b.c: gave up\n");
	put("kbuild/fs/c.facts", "");
	d = open_dir("kbuild");
	assert_int_equal(d.n_facts, 2);
	assert_string_equal(d.facts[0], path_of("kbuild/fs/c.facts"));
	assert_false(d.has_probe);
	assert_null(d.srctree);
	assert_int_equal(d.n_failed, 1);
	assert_string_equal(d.failed[0], "mm/b.c: gave up");
	put("kbuild/.reclint-constants.facts", "");
	put("kbuild/.reclint-trees", "srctree /t\nobjtree /o\n");
	d = open_dir("kbuild");
	assert_true(d.has_probe);
	assert_string_equal(d.srctree, "/t");
}

static void one_file(void **state UNUSED)
{
	struct facts_dir d;

	put("one.facts", "");
	d = open_dir("one.facts");
	assert_int_equal(d.n_facts, 1);
	assert_string_equal(d.facts[0], path_of("one.facts"));
}

static void nothing(void **state UNUSED)
{
	struct facts_dir d;
	struct err *err;

	put("empty/file", "");
	err = facts_dir_open(&arena, path_of("empty"), &d);
	assert_non_null(strstr(err_text(err), "no facts below"));
	err_free(err);
	err = facts_dir_open(&arena, path_of("nowhere"), &d);
	assert_non_null(strstr(err_text(err), "no file or folder"));
	err_free(err);
}

static int make_dir(void **state UNUSED)
{
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state UNUSED)
{
	char *command = arena_printf(&arena, "rm -rf '%s'", dir);
	int status = system(command);

	arena_free(&arena);
	return status;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_scan_left),
		cmocka_unit_test(what_kbuild_left),
		cmocka_unit_test(one_file),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
