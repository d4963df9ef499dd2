// SPDX-License-Identifier: MIT
/* base/err.c: texts grow to the left; a BUG aborts. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_texts(void **state)
{
	struct err *err = err_new("unknown key '%s'", "relese");

	assert_string_equal(err_text(err), "unknown key 'relese'");
	err = err_wrap(err, "%s:%d", "locks.yaml", 7);
	assert_string_equal(err_text(err), "locks.yaml:7: unknown key 'relese'");
	err_free(err);
	err_free(NULL);
}

static void test_errno(void **state)
{
	struct err *err = err_errno(ENOENT, "cannot open '%s'", "x");

	assert_string_equal(err_text(err), "cannot open 'x': No such file or directory");
	err_free(err);
}

static void test_report(void **state)
{
	int saved = dup(STDERR_FILENO);

	assert_non_null(freopen("/dev/null", "w", stderr));
	assert_int_equal(err_report(err_new("bad")), 2);
	dup2(saved, STDERR_FILENO);
	close(saved);
}

static void test_bug_aborts(void **state)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		close(STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		BUG_ON(1 + 1 == 2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_bug_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
