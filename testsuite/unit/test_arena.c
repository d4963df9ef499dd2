// SPDX-License-Identifier: MIT
/* base/arena.c: memory is zeroed, aligned, given back by marks, and zeroed again. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static bool is_zero(const void *p, size_t n)
{
	const char *s = p;

	for (size_t i = 0; i < n; i++)
		if (s[i])
			return false;
	return true;
}

static void test_zeroed_and_aligned(void **state)
{
	struct arena a = ARENA_INIT;

	for (size_t n = 0; n < 3000; n++) {
		char *p = arena_alloc(&a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 8, 0);
		assert_true(is_zero(p, n));
		memset(p, 0xff, n);
	}
	arena_free(&a);
	assert_int_equal(a.total, 0);
}

static void test_objects_do_not_overlap(void **state)
{
	struct arena a = ARENA_INIT;
	u32 *p[1000];

	for (u32 i = 0; i < ARRAY_LEN(p); i++) {
		p[i] = arena_array(&a, u32, i + 1);
		for (u32 k = 0; k <= i; k++)
			p[i][k] = i;
	}
	for (u32 i = 0; i < ARRAY_LEN(p); i++)
		for (u32 k = 0; k <= i; k++)
			assert_int_equal(p[i][k], i);
	arena_free(&a);
}

static void test_larger_than_any_chunk(void **state)
{
	struct arena a = ARENA_INIT;
	size_t n = (size_t)5 << 20;
	char *big = arena_alloc(&a, n), *small = arena_alloc(&a, 1);

	assert_true(is_zero(big, n));
	memset(big, 1, n);
	*small = 2;
	assert_int_equal(big[n - 1], 1);
	arena_free(&a);
}

static void test_release_in_one_chunk(void **state)
{
	struct arena a = ARENA_INIT;
	char *kept = arena_strdup(&a, "kept"), *first, *second;
	struct arena_mark mark = arena_mark(&a);

	first = arena_alloc(&a, 100);
	memset(first, 0xff, 100);
	arena_release(&a, mark);
	second = arena_alloc(&a, 200);
	assert_ptr_equal(first, second);
	assert_true(is_zero(second, 200));
	assert_string_equal(kept, "kept");
	arena_free(&a);
}

static void test_release_over_chunks(void **state)
{
	struct arena a = ARENA_INIT;
	char *kept = arena_strdup(&a, "kept");
	struct arena_mark mark = arena_mark(&a);

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 5000; i++) {
			char *p = arena_alloc(&a, 333);

			assert_true(is_zero(p, 333));
			memset(p, 0xff, 333);
		}
		arena_release(&a, mark);
		assert_int_equal(a.total, mark.total);
	}
	assert_string_equal(kept, "kept");
	arena_free(&a);
}

/* A mark from before the first allocation, as a loop with a scratch arena takes it. */
static void test_release_to_nothing(void **state)
{
	struct arena a = ARENA_INIT;
	struct arena_mark mark = arena_mark(&a);

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) {
			char *p = arena_alloc(&a, 1000);

			assert_true(is_zero(p, 1000));
			memset(p, 0xff, 1000);
		}
		arena_release(&a, mark);
		assert_int_equal(a.total, 0);
	}
	arena_alloc(&a, (size_t)3 << 20);
	arena_release(&a, mark);
	assert_null(a.chunk);	/* a chunk that large is not kept */
	arena_free(&a);
}

static void test_nested_marks(void **state)
{
	struct arena a = ARENA_INIT;
	struct arena_mark outer = arena_mark(&a), inner;
	char *p = arena_alloc(&a, 10);

	memset(p, 1, 10);
	inner = arena_mark(&a);
	memset(arena_alloc(&a, 100000), 2, 100000);
	arena_release(&a, inner);
	assert_int_equal(p[9], 1);
	arena_release(&a, outer);
	assert_true(is_zero(arena_alloc(&a, 4000), 4000));
	arena_free(&a);
}

static void test_text(void **state)
{
	struct arena a = ARENA_INIT;
	char *s = arena_printf(&a, "%s-%d", "abc", 42), *copy = arena_strdup(&a, s);

	assert_string_equal(s, "abc-42");
	assert_string_equal(copy, "abc-42");
	assert_ptr_not_equal(s, copy);
	assert_int_equal(strlen(arena_printf(&a, "%1000s", "")), 1000);
	assert_memory_equal(arena_dup(&a, "a\0b", 3), "a\0b", 3);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed_and_aligned),
		cmocka_unit_test(test_objects_do_not_overlap),
		cmocka_unit_test(test_larger_than_any_chunk),
		cmocka_unit_test(test_release_in_one_chunk),
		cmocka_unit_test(test_release_over_chunks),
		cmocka_unit_test(test_release_to_nothing),
		cmocka_unit_test(test_nested_marks),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
