// SPDX-License-Identifier: MIT
/* parallel_each(): each number once, whatever the number of threads. */
#include "base/parallel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define N 1000

static void count(void *ctx, u32 i)
{
	u32 *times = ctx;

	assert_true(i < N);
	__atomic_fetch_add(&times[i], 1, __ATOMIC_RELAXED);
}

static void each_once(void **state)
{
	static const u32 threads[] = { 0, 1, 2, 7, 2 * N };

	(void)state;
	for (u32 t = 0; t < ARRAY_LEN(threads); t++) {
		u32 times[N] = { 0 };

		parallel_each(N, threads[t], count, times);
		for (u32 i = 0; i < N; i++)
			assert_int_equal(times[i], 1);
	}
}

static void nothing(void **state)
{
	u32 times[N] = { 0 };

	(void)state;
	parallel_each(0, 4, count, times);
	for (u32 i = 0; i < N; i++)
		assert_int_equal(times[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_once),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
