// SPDX-License-Identifier: MIT
/* base/vec.h: the macros, on elements of odd sizes. */
#include "base/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

struct triple {
	char a, b, c;
};

static void test_push_and_pop(void **state)
{
	VEC(int) v = VEC_INIT;

	for (int i = 0; i < 1000; i++)
		vec_push(&v, i);
	assert_int_equal(v.n, 1000);
	assert_int_equal(v.a[999], 999);
	assert_int_equal(*vec_last(&v), 999);
	for (int i = 999; i >= 0; i--)
		assert_int_equal(vec_pop(&v), i);
	assert_int_equal(v.n, 0);
	vec_free(&v);
	assert_null(v.a);
	assert_int_equal(v.cap, 0);
}

static void test_add_is_zeroed(void **state)
{
	VEC(struct triple) v = VEC_INIT;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 100; i++) {
			struct triple *t = vec_add(&v);

			assert_int_equal(t->a | t->b | t->c, 0);
			*t = (struct triple){ 1, 2, 3 };
		}
		assert_int_equal(v.n, 100);
		vec_clear(&v);
	}
	vec_free(&v);
}

static void test_reserve(void **state)
{
	VEC(u64) v = VEC_INIT;
	const u64 *before;

	vec_reserve(&v, 100);
	assert_true(v.cap >= 100);
	before = v.a;
	for (u64 i = 0; i < 100; i++)
		vec_push(&v, i);
	assert_ptr_equal(before, v.a);
	vec_free(&v);
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void test_sort(void **state)
{
	VEC(int) v = VEC_INIT;

	vec_sort(&v, by_value);
	for (int i = 0; i < 50; i++)
		vec_push(&v, i * 37 % 50);
	vec_sort(&v, by_value);
	for (int i = 0; i < 50; i++)
		assert_int_equal(v.a[i], i);
	vec_free(&v);
}

static void test_next_cap(void **state)
{
	assert_int_equal(vec_next_cap(0, 1), 8);
	assert_int_equal(vec_next_cap(8, 9), 16);
	assert_int_equal(vec_next_cap(8, 1000), 1024);
	assert_int_equal(vec_next_cap(1u << 31, UINT32_MAX), UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_push_and_pop),
		cmocka_unit_test(test_add_is_zeroed),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_next_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
