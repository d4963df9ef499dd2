// SPDX-License-Identifier: MIT
/*
 * The probe: one C file that holds the constants which rules name, compiled as the
 * kernel's own files are, because only the kernel's headers know their values.
 * Its command is that of a file of the same kernel with the source replaced.
 */
#include "cli/scan.h"

#include "base/err.h"
#include "cli/probe.h"

/* Built-in code of the kernel proper, whose flags are the kernel's and not a
 * helper's (vdso, boot code); mm/ is such a place in every version. */
static const struct scan_unit *find_model(const struct scan *s)
{
	const struct scan_unit *any = NULL;

	for (u32 i = 0; i < s->units.n; i++) {
		const struct scan_unit *u = &s->units.a[i];

		if (!u->srctree)
			continue;
		if (strncmp(u->source, "mm/", 3) == 0)
			return u;
		if (!any)
			any = u;
	}
	return any;
}

struct err *scan_probe_add(struct scan *s)
{
	const struct scan_unit *model = find_model(s);
	const char *path = scan_path(s, PROBE_SOURCE);
	struct probe probe = {
		.rules_dir = s->opt->rules_dir,
		.overlays = s->opt->overlays.a,
		.n_overlays = s->opt->overlays.n,
	};
	struct scan_unit u;
	bool is_needed;
	struct err *err;

	if (!model)
		return NULL;
	probe.argv = model->argv;
	probe.dir = model->dir;
	err = probe_write(&probe, path, &is_needed);
	if (err || !is_needed)
		return err;
	u = *model;
	u.name = u.source = PROBE_NAME;
	u.outcome = UNIT_WAITING;
	u.argv = probe_command(&s->arena, u.argv, path, &u.argc);
	u.command = hash128_mix(u.command, hash128(path, strlen(path)));
	vec_push(&s->units, u);
	return NULL;
}
