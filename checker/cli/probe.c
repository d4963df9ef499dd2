// SPDX-License-Identifier: MIT
/*
 * Writes the probe and its command.  What the probe says is rule/probe.c's.
 */
#include "cli/probe.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "cli/paths.h"
#include "fact/fact.h"
#include "rule/rule.h"

static struct err *write_if_changed(const char *path, const struct buf *text)
{
	bool is_same = false;
	struct blob old;

	if (file_exists(path)) {
		struct err *err = file_read(path, &old);

		if (err)
			return err;
		is_same = old.n == text->len && memcmp(old.p, text->s, old.n) == 0;
		blob_free(&old);
	}
	return is_same ? NULL : file_write(path, buf_text(text), text->len);
}

/* Is there such a header in a folder that the command names with -I? */
static bool has_header(struct arena *a, const struct probe *p, const char *header)
{
	for (char *const *arg = p->argv; *arg; arg++) {
		const char *dir = *arg + 2;

		if (strncmp(*arg, "-I", 2) != 0)
			continue;
		if (!*dir && !(dir = *++arg))
			break;
		if (file_exists(file_join(a, file_join(a, p->dir, dir), header)))
			return true;
	}
	return false;
}

/*
 * libsparse knows no __has_include.  For it, headers that this kernel lacks are left
 * out here, and of the others it is told that they are there.
 */
static void write_source(struct arena *a, const struct probe *p, struct ruleset *rules,
			 struct buf *out)
{
	u32 n = 0;

	for (u32 i = 0; i < rules->includes.n; i++)
		if (has_header(a, p, rules->includes.a[i]))
			rules->includes.a[n++] = rules->includes.a[i];
	rules->includes.n = n;
	buf_adds(out, "#ifndef __has_include\n#define __has_include(header) 1\n#endif\n");
	rule_probe_source(rules, out);
}

struct err *probe_write(const struct probe *p, const char *path, bool *is_needed_ret)
{
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT;
	struct ruleset *rules;
	const char *rules_dir;
	struct err *err = paths_rules(&a, p->rules_dir, &rules_dir);

	if (!err)
		err = ruleset_load(rules_dir, p->overlays, p->n_overlays, &rules);
	if (!err) {
		*is_needed_ret = rules->constants.n > 0;
		write_source(&a, p, rules, &text);
		if (*is_needed_ret)
			err = write_if_changed(path, &text);
		ruleset_free(rules);
	}
	buf_free(&text);
	arena_free(&a);
	return err;
}

char **probe_command(struct arena *a, char *const *argv, const char *source, u32 *argc_ret)
{
	struct fact_command c;
	char **out;
	u32 argc = 0, n = 0;

	while (argv[argc])
		argc++;
	fact_command_parse((int)argc, argv, a, &c);
	out = arena_array(a, char *, argc + 1);
	for (u32 i = 0; i < argc; i++) {
		if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			i++;
		else
			out[n++] = argv[i] == c.source ? arena_strdup(a, source) : argv[i];
	}
	*argc_ret = n;
	return out;
}
