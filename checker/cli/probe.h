/* SPDX-License-Identifier: MIT */
/* The TU that tells the values of the constants in rules, for scan and kbuild. */
#ifndef CLI_PROBE_H
#define CLI_PROBE_H

#include "reclint.h"

#define PROBE_NAME "constants"		/* of the facts, before ".facts" */
#define PROBE_SOURCE "constants.c"

/* Where the probe's command comes from, and which rules it asks for. */
struct probe {
	char *const *argv;	/* a command of the kernel, NULL-terminated */
	const char *dir;	/* where it runs */
	const char *rules_dir;	/* NULL: reclint's own */
	const char *const *overlays;
	u32 n_overlays;
};

/* Loads the rules and writes the probe's source, leaving a file that is right
 * already untouched.  Not needed: the rules name no constant. */
MUST_CHECK struct err *probe_write(const struct probe *p, const char *path, bool *is_needed_ret);
/* The command with 'source' in place of its source and without its output. */
char **probe_command(struct arena *a, char *const *argv, const char *source, u32 *argc_ret);

#endif
