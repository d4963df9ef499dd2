// SPDX-License-Identifier: MIT
/* base/file.c: reading, atomic writing, finding, paths as text, zstd. */
#include "base/file.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = P_tmpdir "/reclint-file-XXXXXX";
static struct arena arena = ARENA_INIT;

static const char *path_of(const char *name)
{
	return arena_printf(&arena, "%s/%s", dir, name);
}

static void check_error(struct err *err, const char *part)
{
	assert_non_null(err);
	if (!strstr(err_text(err), part))
		fail_msg("'%s' is not in '%s'", part, err_text(err));
	err_free(err);
}

static u32 count_files(const char *suffix)
{
	char **paths;
	u32 n;

	assert_null(file_find(&arena, dir, suffix, &paths, &n));
	return n;
}

static void test_write_and_read(void **state)
{
	struct blob b;

	assert_null(file_write(path_of("a/b/c.facts"), "x\0y", 3));
	assert_null(file_read(path_of("a/b/c.facts"), &b));
	assert_int_equal(b.n, 3);
	assert_memory_equal(b.p, "x\0y", 4);
	blob_free(&b);
	assert_null(file_write(path_of("a/b/c.facts"), NULL, 0));
	assert_null(file_read(path_of("a/b/c.facts"), &b));
	assert_int_equal(b.n, 0);
	assert_string_equal(b.p, "");
	blob_free(&b);
	assert_int_equal(count_files(".tmp"), 0);
}

static void test_large(void **state)
{
	size_t n = 3000001;
	char *p = arena_alloc(&arena, n);
	struct blob b;

	memset(p, 'z', n);
	assert_null(file_write(path_of("large"), p, n));
	assert_null(file_read(path_of("large"), &b));
	assert_int_equal(b.n, n);
	assert_memory_equal(b.p, p, n);
	blob_free(&b);
}

/* A size of 0 that is none: files below /proc. */
static void test_size_unknown(void **state)
{
	struct blob b;

	assert_null(file_read("/proc/self/maps", &b));
	assert_true(b.n > 0);
	blob_free(&b);
}

static void test_errors(void **state)
{
	struct stat st;
	char byte;
	int fifo;
	struct blob b = { NULL, 77 };

	check_error(file_read(path_of("none"), &b), "cannot open '");
	check_error(file_read(dir, &b), "cannot read '");
	assert_int_equal(b.n, 77);
	assert_null(file_write(path_of("plain"), "x", 1));
	check_error(file_write(path_of("plain/below"), "x", 1), "cannot make folder '");
	assert_null(file_mkdirs(path_of("folder")));
	check_error(file_write(path_of("folder"), "x", 1), "cannot write '");
	assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
	fifo = open(path_of("pipe"), O_RDONLY | O_NONBLOCK);
	assert_true(fifo >= 0);
	assert_null(file_write(path_of("pipe"), "x", 1));
	assert_int_equal(read(fifo, &byte, 1), 1);
	assert_int_equal(stat(path_of("pipe"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(fifo);
	assert_int_equal(count_files(".tmp"), 0);
	check_error(file_mkdirs("/proc/nope/deep"), "cannot make folder '/proc/nope'");
}

static void test_questions(void **state)
{
	u64 mtime = 0, size = 0;

	assert_null(file_write(path_of("q"), "1234", 4));
	assert_true(file_exists(path_of("q")));
	assert_false(file_exists(path_of("no-q")));
	assert_false(file_is_dir(path_of("q")));
	assert_true(file_is_dir(dir));
	assert_true(file_stamp(path_of("q"), &mtime, &size));
	assert_int_equal(size, 4);
	assert_true(mtime > 1000000000ull * 1600000000);
	assert_false(file_stamp(path_of("no-q"), &mtime, &size));
}

static void test_find(void **state)
{
	char **paths;
	u32 n;

	assert_null(file_write(path_of("find/z.o"), "", 0));
	assert_null(file_write(path_of("find/b/2.o"), "", 0));
	assert_null(file_write(path_of("find/a/1.o"), "", 0));
	assert_null(file_write(path_of("find/a/1.c"), "", 0));
	assert_null(file_mkdirs(path_of("find/dir.o")));
	assert_int_equal(symlink("..", path_of("find/loop")), 0);
	assert_int_equal(symlink("z.o", path_of("find/link.o")), 0);
	assert_null(file_find(&arena, path_of("find"), ".o", &paths, &n));
	assert_int_equal(n, 3);
	assert_string_equal(paths[0], path_of("find/a/1.o"));
	assert_string_equal(paths[1], path_of("find/b/2.o"));
	assert_string_equal(paths[2], path_of("find/z.o"));
	assert_null(file_find(&arena, path_of("find/dir.o"), "", &paths, &n));
	assert_int_equal(n, 0);
	check_error(file_find(&arena, path_of("none"), "", &paths, &n), "cannot open folder");
}

static void test_normalise(void **state)
{
	static const char *const pairs[][2] = {
		{ "a/./b/../c", "a/c" }, { "", "." }, { ".", "." }, { "./", "." }, { "/", "/" },
		{ "//", "/" }, { "/..", "/" }, { "/../a", "/a" }, { "..", ".." },
		{ "../..", "../.." }, { "a/..", "." }, { "a/../..", ".." }, { "../a/..", ".." },
		{ "a//b///c/", "a/b/c" }, { "/a/b/..", "/a" }, { "/a/..", "/" },
		{ "..a/..b", "..a/..b" }, { "a/...", "a/..." }, { "./../x", "../x" },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		assert_string_equal(file_normalise(&arena, pairs[i][0]), pairs[i][1]);
}

static void test_join_and_relative(void **state)
{
	assert_string_equal(file_join(&arena, "/a/b", "../c"), "/a/c");
	assert_string_equal(file_join(&arena, "/a/b", "/c/./d"), "/c/d");
	assert_string_equal(file_join(&arena, "", "c"), "c");
	assert_string_equal(file_relative(&arena, "/a/b/c", "/a"), "b/c");
	assert_string_equal(file_relative(&arena, "/a/b/c", "/a/b/c"), ".");
	assert_string_equal(file_relative(&arena, "/ab/c", "/a"), "/ab/c");
	assert_string_equal(file_relative(&arena, "/a/b", "/"), "a/b");
	assert_string_equal(file_relative(&arena, "/a", "/a/b"), "/a");
}

static void test_where_we_are(void **state)
{
	assert_int_equal(file_cwd(&arena)[0], '/');
	assert_true(file_is_dir(file_self_dir(&arena)));
	assert_true(file_exists(file_join(&arena, file_self_dir(&arena),
					  program_invocation_short_name)));
}

static void test_compression(void **state)
{
	struct buf packed = BUF_INIT;
	char text[10000];
	struct blob b = { NULL, 77 };

	memset(text, 'a', sizeof(text));
	buf_adds(&packed, "before");
	file_compress(&packed, text, sizeof(text));
	assert_memory_equal(packed.s, "before", 6);
	assert_true(packed.len < 200);
	assert_null(file_decompress(packed.s + 6, packed.len - 6, sizeof(text), &b));
	assert_int_equal(b.n, sizeof(text));
	assert_memory_equal(b.p, text, sizeof(text));
	blob_free(&b);
	check_error(file_decompress(packed.s + 6, packed.len - 6, sizeof(text) - 1, &b),
		    "unpacks to 10000 bytes, more than 9999");
	check_error(file_decompress(packed.s + 6, packed.len - 7, 1 << 20, &b), "bad zstd data");
	check_error(file_decompress("nonsense", 8, 1 << 20, &b), "not a zstd frame");
	check_error(file_decompress("", 0, 1 << 20, &b), "not a zstd frame");
	buf_clear(&packed);
	file_compress(&packed, NULL, 0);
	assert_null(file_decompress(packed.s, packed.len, 0, &b));
	assert_int_equal(b.n, 0);
	blob_free(&b);
	buf_free(&packed);
}

static int make_dir(void **state)
{
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char *command = arena_printf(&arena, "rm -rf '%s'", dir);
	int status = system(command);

	arena_free(&arena);
	return status;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_and_read),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_size_unknown),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_join_and_relative),
		cmocka_unit_test(test_where_we_are),
		cmocka_unit_test(test_compression),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
