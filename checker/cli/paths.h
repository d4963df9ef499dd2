/* SPDX-License-Identifier: MIT */
/*
 * Where an installed or a freshly built reclint finds the rest of itself.  Both
 * have the same shape: bin/reclint, bin/reclint-sparse, share/reclint/rules.
 */
#ifndef CLI_PATHS_H
#define CLI_PATHS_H

#include "reclint.h"

/*
 * The folder of rules: 'option' (--rules-dir, may be NULL), else $RECLINT_RULES_DIR,
 * else <folder of the executable>/../share/reclint/rules.
 */
MUST_CHECK struct err *paths_rules(struct arena *a, const char *option, const char **ret);

/* The folder of the rules' pages, ID.md: <folder of the executable>/../share/reclint/docs/rules. */
MUST_CHECK struct err *paths_rule_pages(struct arena *a, const char **ret);

/* The page that report_html() fills: <folder of the executable>/../share/reclint/html/report.html. */
MUST_CHECK struct err *paths_page(struct arena *a, const char **ret);

#endif
