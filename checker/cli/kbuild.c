// SPDX-License-Identifier: MIT
/*
 * kbuild's checker: one C file's facts, beside its object.
 */
#include "cli/kbuild.h"

#include "base/err.h"

bool kbuild_is_call(int argc, char **argv)
{
	size_t n = strlen(argv[argc - 1]);

	return argv[1][0] == '-' || (n > 2 && strcmp(argv[argc - 1] + n - 2, ".c") == 0);
}

int kbuild_main(int argc UNUSED, char **argv UNUSED)
{
	return err_report(err_new("kbuild's mode is not built yet"));
}
