// SPDX-License-Identifier: MIT
/*
 * What can be said of one file while the kernel is still being built.
 *
 * Ignores everything beyond that file: paths that leave it are found by `reclint
 * check` on the whole build.
 */
#include "cli/kbuild.h"

void kbuild_check_tu(const char *facts UNUSED, const char *probe UNUSED)
{
}
