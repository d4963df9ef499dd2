// SPDX-License-Identifier: MIT
/* base/map.c: numbers and bytes as keys, through many growths. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static void test_empty(void **state)
{
	struct map m = MAP_INIT;

	assert_null(map_get(&m, 0));
	assert_null(map_get_bytes(&m, "", 0));
	map_clear(&m);
	map_free(&m);
}

static void test_number_keys(void **state)
{
	struct map m = MAP_INIT;
	const u64 n = 100000;
	bool is_new;

	for (u64 i = 0; i < n; i++) {
		u64 *v = map_put(&m, i * i, &is_new);

		assert_true(is_new);
		assert_int_equal(*v, 0);
		*v = i + 1;
	}
	assert_int_equal(m.n, n);
	for (u64 i = 0; i < n; i++) {
		assert_int_equal(*map_get(&m, i * i), i + 1);
		assert_int_equal(*map_put(&m, i * i, &is_new), i + 1);
		assert_false(is_new);
	}
	assert_null(map_get(&m, 2));
	assert_int_equal(m.n, n);
	map_free(&m);
}

/* Keys that a poor mixer would send to one place. */
static void test_keys_in_patterns(void **state)
{
	struct map m = MAP_INIT;

	for (u32 i = 0; i < 300; i++) {
		for (u32 k = 0; k < 300; k++)
			*map_put(&m, map_key2(i, k), NULL) = i * 1000 + k;
		*map_put(&m, (u64)i << 55 | 1u << 31, NULL) = i;
	}
	for (u32 i = 0; i < 300; i++)
		for (u32 k = 0; k < 300; k++)
			assert_int_equal(*map_get(&m, map_key2(i, k)), i * 1000 + k);
	map_free(&m);
}

static void test_extreme_keys(void **state)
{
	struct map m = MAP_INIT;

	*map_put(&m, 0, NULL) = 1;
	*map_put(&m, UINT64_MAX, NULL) = 2;
	assert_int_equal(*map_get(&m, 0), 1);
	assert_int_equal(*map_get(&m, UINT64_MAX), 2);
	assert_null(map_get(&m, 1));
	map_free(&m);
}

static void test_byte_keys(void **state)
{
	static char keys[20000][8];
	struct map m = MAP_INIT;
	bool is_new;

	for (u32 i = 0; i < ARRAY_LEN(keys); i++) {
		int n = snprintf(keys[i], sizeof(keys[i]), "k%u", i);

		*map_put_bytes(&m, keys[i], (size_t)n, &is_new) = i;
		assert_true(is_new);
	}
	for (u32 i = 0; i < ARRAY_LEN(keys); i++) {
		char copy[8];

		memcpy(copy, keys[i], sizeof(copy));
		assert_int_equal(*map_get_bytes(&m, copy, strlen(copy)), i);
	}
	assert_null(map_get_bytes(&m, "k", 1));
	*map_put_bytes(&m, NULL, 0, &is_new) = 7;
	assert_true(is_new);
	assert_int_equal(*map_get_bytes(&m, "", 0), 7);
	map_free(&m);
}

static void test_clear_keeps_memory(void **state)
{
	struct map m = MAP_INIT;
	u32 cap;

	for (u64 i = 0; i < 100; i++)
		map_put(&m, i, NULL);
	cap = m.cap;
	map_clear(&m);
	assert_int_equal(m.n, 0);
	assert_int_equal(m.cap, cap);
	assert_null(map_get(&m, 5));
	*map_put(&m, 5, NULL) = 6;
	assert_int_equal(*map_get(&m, 5), 6);
	map_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_number_keys),
		cmocka_unit_test(test_keys_in_patterns),
		cmocka_unit_test(test_extreme_keys),
		cmocka_unit_test(test_byte_keys),
		cmocka_unit_test(test_clear_keeps_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
