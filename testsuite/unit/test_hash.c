// SPDX-License-Identifier: MIT
/* base/hash.c: values are frozen, since files carry them. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static void test_frozen_values(void **state)
{
	char hex[33];

	assert_int_equal(hash64("", 0), 0x2d06800538d394c2ull);
	hash128_hex(hash128("", 0), hex);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
	assert_int_equal(hash64("reclint", 7), hash64("reclint", 7));
}

static void test_mix(void **state)
{
	struct hash128 a = hash128("a", 1), b = hash128("b", 1);
	struct hash128 ab = hash128_mix(a, b), ba = hash128_mix(b, a);

	assert_true(hash128_eq(ab, hash128_mix(a, b)));
	assert_false(hash128_eq(ab, ba));
	assert_false(hash128_eq(ab, a));
}

static void test_every_bit_counts(void **state)
{
	u8 bytes[300] = { 0 };
	u64 h = hash64(bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(bytes) * 8; i++) {
		bytes[i / 8] ^= (u8)(1u << (i % 8));
		assert_int_not_equal(hash64(bytes, sizeof(bytes)), h);
		bytes[i / 8] ^= (u8)(1u << (i % 8));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frozen_values),
		cmocka_unit_test(test_mix),
		cmocka_unit_test(test_every_bit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
