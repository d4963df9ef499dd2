// SPDX-License-Identifier: MIT
/*
 * reclint help-rule: the page of a rule, docs/rules/ID.md of this installation.
 *
 * Without an id, the list of rules with the first sentence that each page makes its
 * claim with.
 */
#include "cli/cli.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "cli/paths.h"

#include <stdio.h>

enum { OPTION_IDS = 256 };

struct help_rule {
	const char *id;
	bool only_ids;
};

static const struct argp_option options[] = {
	{ "ids", OPTION_IDS, NULL, 0, "list the ids alone, one on each line", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct help_rule *o = state->input;

	switch (key) {
	case OPTION_IDS:
		o->only_ids = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->id)
			argp_error(state, "one rule at a time");
		o->id = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.args_doc = "RULE-ID",
	.doc = "Print what a rule claims, bad and good code, how to mend and to silence it, and what it does "
	       "not see.  Without RULE-ID: list the rules.\v"
	       "Exit status: 0, or 2 when there is no such rule.",
};

/* "reclaim-alloc" of ".../reclaim-alloc.md" */
static const char *page_id(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return arena_printf(a, "%.*s", (int)(strlen(name) - strlen(".md")), name);
}

/* What "Severity: ... **CLAIM**" of a page says in bold; "" when it has none. */
static const char *page_claim(struct arena *a, const struct blob *page)
{
	const char *text = arena_printf(a, "%.*s", (int)page->n, (const char *)page->p);
	const char *from = strstr(text, "**");
	const char *to = from ? strstr(from + 2, "**") : NULL;

	return to ? arena_printf(a, "%.*s", (int)(to - from - 2), from + 2) : "";
}

static struct err *list_pages(struct arena *a, const char *dir, bool only_ids)
{
	char **paths;
	u32 n = 0;
	struct err *err = file_find(a, dir, ".md", &paths, &n);

	for (u32 i = 0; !err && i < n; i++) {
		const char *id = page_id(a, paths[i]);
		struct blob page;

		if (only_ids) {
			puts(id);
			continue;
		}
		err = file_read(paths[i], &page);
		if (err)
			break;
		printf("%-24s %s\n", id, page_claim(a, &page));
		blob_free(&page);
	}
	if (!err && !n)
		err = err_new("no pages of rules in '%s'", dir);
	return err;
}

static struct err *print_page(struct arena *a, const char *dir, const char *id)
{
	const char *path = arena_printf(a, "%s/%s.md", dir, id);
	struct blob page;
	struct err *err;

	if (strchr(id, '/') || !file_exists(path))
		return err_new("no rule '%s': 'reclint help-rule' lists them", id);
	err = file_read(path, &page);
	if (err)
		return err;
	fwrite(page.p, 1, page.n, stdout);
	blob_free(&page);
	return NULL;
}

int cmd_help_rule(int argc, char **argv)
{
	struct help_rule o = { 0 };
	struct arena a = ARENA_INIT;
	const char *dir;
	struct err *err;

	cli_parse(&parser, argc, argv, 0, &o);
	err = paths_rule_pages(&a, &dir);
	if (!err)
		err = o.id ? print_page(&a, dir, o.id) : list_pages(&a, dir, o.only_ids);
	arena_free(&a);
	return err ? err_report(err) : 0;
}
