// SPDX-License-Identifier: MIT
/* cli/cache.c and cli/manifest.c: what counts as unchanged, and what a broken manifest does. */
#include "cli/cache.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOUR_S 3600

static char dir[] = P_tmpdir "/reclint-cache-XXXXXX";
static struct arena arena = ARENA_INIT;

static const char *path_of(const char *name)
{
	return arena_printf(&arena, "%s/%s", dir, name);
}

/* A file whose time of change is that many seconds ago, and no whole second. */
static void put_file(const char *name, const char *text, u32 age_s)
{
	struct timespec times[2];
	struct err *err = file_write(path_of(name), text, strlen(text));
	u64 then = cache_now_ns() - (u64)age_s * 1000000000u;

	assert_null(err);
	times[0].tv_sec = times[1].tv_sec = (time_t)(then / 1000000000u);
	times[0].tv_nsec = times[1].tv_nsec = (long)(then % 1000000000u) | 1;
	assert_int_equal(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

static struct hash128 command(u64 n)
{
	return hash128(&n, sizeof(n));
}

static struct cache *read_back(struct cache *c)
{
	struct cache *ret;

	assert_null(cache_write(c, path_of("manifest")));
	cache_free(c);
	assert_null(cache_read(path_of("manifest"), &ret));
	return ret;
}

static void put(struct cache *c, const char *name, u64 n, const char *facts)
{
	const char *inputs[] = { path_of("a.c"), path_of("a.h") };
	struct cache_extraction x = {
		.name = name, .command = command(n), .facts = path_of(facts), .inputs = inputs,
		.n_inputs = 2, .started_ns = cache_now_ns(), .has_problems = n == 2,
	};

	cache_put(c, &x);
}

/* A cache of two entries whose inputs are old enough to be trusted. */
static struct cache *two_entries(void)
{
	struct cache *c = cache_create();

	put_file("a.c", "int a;\n", HOUR_S);
	put_file("a.h", "int b;\n", HOUR_S);
	put_file("1.facts", "one", 0);
	put_file("2.facts", "two", 0);
	put(c, "one", 1, "1.facts");
	put(c, "two", 2, "2.facts");
	assert_int_equal(cache_count(c), 2);
	return read_back(c);
}

static bool is_fresh(struct cache *c, const char *name, u64 n, const char *facts)
{
	bool has_problems;

	return cache_is_fresh(c, name, command(n), path_of(facts), &has_problems);
}

static void unchanged(void **state UNUSED)
{
	struct cache *c = two_entries();
	bool has_problems;

	assert_int_equal(cache_count(c), 2);
	assert_true(cache_is_fresh(c, "one", command(1), path_of("1.facts"), &has_problems));
	assert_false(has_problems);
	assert_true(cache_is_fresh(c, "two", command(2), path_of("2.facts"), &has_problems));
	assert_true(has_problems);
	assert_false(is_fresh(c, "three", 3, "1.facts"));
	c = read_back(c);
	assert_true(is_fresh(c, "one", 1, "1.facts"));
	cache_free(c);
}

static void changed(void **state UNUSED)
{
	struct cache *c = two_entries();

	assert_false(is_fresh(c, "one", 7, "1.facts"));		/* another command */
	put_file("1.facts", "1", 0);				/* another facts file */
	assert_false(is_fresh(c, "one", 1, "1.facts"));
	assert_true(is_fresh(c, "two", 2, "2.facts"));
	c = read_back(c);
	put_file("a.h", "int c;\n", HOUR_S - 1);		/* same size */
	assert_false(is_fresh(c, "two", 2, "2.facts"));
	c = read_back(c);
	put_file("a.h", "int b;\n", 0);				/* back again: contents count */
	assert_true(is_fresh(c, "two", 2, "2.facts"));
	cache_drop(c, "two");
	assert_false(is_fresh(c, "two", 2, "2.facts"));
	assert_int_equal(cache_count(c), 1);
	cache_free(c);
}

static void missing(void **state UNUSED)
{
	struct cache *c = two_entries();

	unlink(path_of("a.h"));
	assert_false(is_fresh(c, "one", 1, "1.facts"));
	cache_free(c);
	c = two_entries();
	unlink(path_of("2.facts"));
	assert_true(is_fresh(c, "one", 1, "1.facts"));
	assert_false(is_fresh(c, "two", 2, "2.facts"));
	cache_free(c);
}

/* The same stamp with other contents: only believed when the stamp is old. */
static void racily_clean(void **state UNUSED)
{
	struct timespec times[2];
	struct stat st;
	struct cache *c = two_entries();
	FILE *f;

	/* A whole second may be a coarse file system's: then two seconds are recent. */
	put_file("a.h", "int b;\n", 0);
	assert_int_equal(stat(path_of("a.h"), &st), 0);
	times[0] = times[1] = (struct timespec){ st.st_mtim.tv_sec, 0 };
	assert_int_equal(utimensat(AT_FDCWD, path_of("a.h"), times, 0), 0);
	assert_true(is_fresh(c, "one", 1, "1.facts"));
	c = read_back(c);
	assert_int_equal(stat(path_of("a.h"), &st), 0);
	f = fopen(path_of("a.h"), "r+");	/* same inode, size and, set back, time */
	assert_non_null(f);
	fputs("int x;\n", f);
	fclose(f);
	times[0] = times[1] = st.st_mtim;
	assert_int_equal(utimensat(AT_FDCWD, path_of("a.h"), times, 0), 0);
	assert_false(is_fresh(c, "one", 1, "1.facts"));
	cache_free(c);
}

/* An input that was written during the extraction makes no entry. */
static void written_meanwhile(void **state UNUSED)
{
	struct cache *c = two_entries();

	put_file("a.h", "int b; /* new */\n", 0);
	assert_int_equal(utimensat(AT_FDCWD, path_of("a.h"), NULL, 0), 0);
	put(c, "one", 1, "1.facts");
	assert_false(is_fresh(c, "one", 1, "1.facts"));
	cache_free(c);
}

/* A file that changes after it was looked at takes along what was extracted in the same run. */
static void changed_later(void **state UNUSED)
{
	struct cache *c = two_entries();

	put(c, "one", 1, "1.facts");
	assert_true(is_fresh(c, "one", 1, "1.facts"));
	assert_true(is_fresh(c, "two", 2, "2.facts"));
	put_file("a.c", "int other;\n", HOUR_S / 2);
	c = read_back(c);
	assert_false(is_fresh(c, "two", 2, "2.facts"));
	cache_free(c);
	c = two_entries();
	put(c, "one", 1, "1.facts");
	put_file("a.c", "int other;\n", HOUR_S / 2);
	c = read_back(c);
	put_file("a.c", "int a;\n", HOUR_S);
	assert_false(is_fresh(c, "one", 1, "1.facts"));
	assert_true(is_fresh(c, "two", 2, "2.facts"));	/* the facts are of these bytes */
	cache_free(c);
}

static void broken(void **state UNUSED)
{
	struct cache *c = two_entries();
	struct blob good;

	assert_null(file_read(path_of("manifest"), &good));
	cache_free(c);
	for (size_t i = 0; i < good.n; i++) {
		struct err *err;
		struct err *write_err;

		good.p[i] ^= 0x20;
		write_err = file_write(path_of("manifest"), good.p, good.n);
		assert_null(write_err);
		err = cache_read(path_of("manifest"), &c);
		assert_non_null(err);
		assert_non_null(strstr(err_text(err), "manifest"));
		err_free(err);
		good.p[i] ^= 0x20;
		assert_null(file_write(path_of("manifest"), good.p, i));
		err = cache_read(path_of("manifest"), &c);
		assert_non_null(err);
		err_free(err);
	}
	blob_free(&good);
	unlink(path_of("manifest"));
	assert_null(cache_read(path_of("manifest"), &c));
	assert_int_equal(cache_count(c), 0);
	cache_free(c);
}

static int make_dir(void **state UNUSED)
{
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state UNUSED)
{
	static const char *const names[] = { "a.c", "a.h", "1.facts", "2.facts", "manifest" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(path_of(names[i]));
	rmdir(dir);
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unchanged),
		cmocka_unit_test(changed),
		cmocka_unit_test(missing),
		cmocka_unit_test(racily_clean),
		cmocka_unit_test(written_meanwhile),
		cmocka_unit_test(changed_later),
		cmocka_unit_test(broken),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
