// SPDX-License-Identifier: MIT
/*
 * Finds the rules from the place of the running executable, so that a
 * build folder and an installation can be moved.  Ignores: more than one
 * installation at once.
 */
#include "cli/paths.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

#include <stdlib.h>

struct err *paths_rules(struct arena *a, const char *option, const char **ret)
{
	const char *from = "--rules-dir";
	const char *dir = option;

	if (!dir) {
		from = "RECLINT_RULES_DIR";
		dir = getenv("RECLINT_RULES_DIR");
		if (dir && !*dir)
			dir = NULL;
	}
	if (dir) {
		if (!file_is_dir(dir))
			return err_new("no folder '%s', which %s names", dir, from);
		*ret = dir;
		return NULL;
	}
	dir = file_join(a, file_self_dir(a), "../share/reclint/rules");
	if (!file_is_dir(dir))
		return err_new("no rules at '%s': say where with --rules-dir", dir);
	*ret = dir;
	return NULL;
}

struct err *paths_rule_pages(struct arena *a, const char **ret)
{
	const char *dir = file_join(a, file_self_dir(a), "../share/reclint/docs/rules");

	if (!file_is_dir(dir))
		return err_new("no pages of rules at '%s': this installation lacks them", dir);
	*ret = dir;
	return NULL;
}

struct err *paths_page(struct arena *a, const char **ret)
{
	const char *path = file_join(a, file_self_dir(a), "../share/reclint/html/report.html");

	if (!file_exists(path))
		return err_new("no page at '%s': this installation lacks it", path);
	*ret = path;
	return NULL;
}
