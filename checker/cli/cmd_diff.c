// SPDX-License-Identifier: MIT
/*
 * reclint diff: two facts files, or two folders of them, by kind of fact.
 *
 * What a function says is compared when both files have that function; that only
 * one has it is a difference of its own.  Files of folders are paired by their path.
 * Exit status: 0 equal, 1 different, 2 error.
 */
#include "cli/cli.h"
#include "cli/diff.h"

#include "base/err.h"
#include "base/file.h"
#include "base/map.h"

#include <argp.h>
#include <stdio.h>

struct diff_options {
	const char *paths[2];
	u32 n_paths;
	bool is_summary;
};

static const struct argp_option options[] = {
	{ "summary", 's', NULL, 0, "only how many of each kind agree", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct diff_options *o = state->input;

	switch (key) {
	case 's':
		o->is_summary = true;
		break;
	case ARGP_KEY_ARG:
		if (o->n_paths == 2)
			argp_error(state, "more than two files");
		o->paths[o->n_paths++] = arg;
		break;
	case ARGP_KEY_END:
		if (o->n_paths < 2)
			argp_error(state, "two facts files, or two folders of them, are needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.args_doc = "A B",
	.doc = "Compare two facts files, or the facts files of two folders, by kind of fact.\v"
	       "Lines with - are of A only, lines with + of B only.",
};

struct tally { u32 both, only_a, only_b; };

struct comparison {
	struct tally kinds[DIFF_KIND_COUNT];
	u32 n_files, n_unpaired;
	bool is_summary;
};

static void put_functions(struct map *m, const diff_item_vec *functions)
{
	for (u32 i = 0; i < functions->n; i++) {
		const char *name = functions->a[i].function;
		*map_put_bytes(m, name, strlen(name), NULL) += 1;
	}
}

static bool is_in_both(const struct map *functions, const struct diff_item *item)
{
	u64 *n = item->function ? map_get_bytes(functions, item->function, strlen(item->function)) : NULL;

	return !item->function || (n && *n > 1);
}

static void print_item(const struct comparison *c, char sign, const struct diff_item *item)
{
	if (!c->is_summary)
		printf("%c %s\n", sign, item->text);
}

static void compare_kind(struct comparison *c, enum diff_kind kind, const diff_item_vec *a,
			 const diff_item_vec *b, const struct map *functions)
{
	struct tally *t = &c->kinds[kind];
	u32 before = t->only_a + t->only_b;

	for (u32 i = 0, k = 0; i < a->n || k < b->n;) {
		int order = i == a->n ? 1 : k == b->n ? -1 : strcmp(a->a[i].text, b->a[k].text);
		const struct diff_item *item = order <= 0 ? &a->a[i] : &b->a[k];
		i += order <= 0;
		k += order >= 0;
		if (kind != DIFF_FUNCTION && !is_in_both(functions, item))
			continue;
		if (order == 0) {
			t->both++;
			continue;
		}
		if (t->only_a + t->only_b == before && !c->is_summary)
			printf("%s:\n", diff_kind_text(kind));
		t->only_a += order < 0;
		t->only_b += order > 0;
		print_item(c, order < 0 ? '-' : '+', item);
	}
}

static struct err *compare_files(struct comparison *c, const char *a_path, const char *b_path)
{
	struct arena a = ARENA_INIT;
	struct diff_items items[2] = { 0 };
	const char *const paths[2] = { a_path, b_path };
	struct map functions = MAP_INIT;
	struct fact_tu tus[2];
	struct err *err = NULL;
	u32 n = 0;

	for (; n < 2 && !err; n++) {
		err = fact_read(paths[n], &tus[n]);
		if (err)
			break;
		err = diff_collect(&a, &tus[n], paths[n], &items[n]);
		put_functions(&functions, &items[n].kinds[DIFF_FUNCTION]);
	}
	for (u32 k = 0; k < DIFF_KIND_COUNT && !err; k++)
		compare_kind(c, (enum diff_kind)k, &items[0].kinds[k], &items[1].kinds[k], &functions);
	c->n_files += !err;
	for (u32 i = 0; i < n; i++) {
		diff_items_free(&items[i]);
		fact_tu_free(&tus[i]);
	}
	map_free(&functions);
	arena_free(&a);
	return err;
}

static struct err *compare_folders(struct comparison *c, const char *a_dir, const char *b_dir)
{
	struct arena a = ARENA_INIT;
	char **paths;
	u32 n = 0, n_b = 0;
	struct err *err = file_find(&a, a_dir, ".facts", &paths, &n);
	char **others;

	if (!err)
		err = file_find(&a, b_dir, ".facts", &others, &n_b);
	for (u32 i = 0; i < n && !err; i++) {
		const char *name = paths[i] + strlen(a_dir);
		const char *other = arena_printf(&a, "%s%s%s", b_dir, *name == '/' ? "" : "/", name);
		if (!file_exists(other)) {
			c->n_unpaired++;
			continue;
		}
		if (!c->is_summary)
			printf("== %s\n", other + strlen(b_dir) + 1);
		err = compare_files(c, paths[i], other);
	}
	c->n_unpaired += n_b > c->n_files ? n_b - c->n_files : 0;
	arena_free(&a);
	return err;
}

static bool print_summary(const struct comparison *c)
{
	bool differs = c->n_unpaired != 0;

	printf("%-24s %9s %9s %9s %10s\n", "", "both", "only A", "only B", "agreement");
	for (u32 k = 0; k < DIFF_KIND_COUNT; k++) {
		const struct tally *t = &c->kinds[k];
		u32 all = t->both + t->only_a + t->only_b;
		differs |= t->only_a || t->only_b;
		if (all)
			printf("%-24s %9u %9u %9u %9.3f%%\n", diff_kind_text((enum diff_kind)k), t->both,
			       t->only_a, t->only_b, 100.0 * t->both / all);
	}
	if (c->n_unpaired)
		printf("%u files are in one folder only\n", c->n_unpaired);
	return differs;
}

int cmd_diff(int argc, char **argv)
{
	struct diff_options o = { 0 };
	struct comparison c = { 0 };
	struct err *err;

	cli_parse(&parser, argc, argv, 0, &o);
	c.is_summary = o.is_summary;
	bool is_folder = file_is_dir(o.paths[0]);
	err = is_folder ? compare_folders(&c, o.paths[0], o.paths[1]) : compare_files(&c, o.paths[0], o.paths[1]);
	if (err)
		return err_report(err);
	bool differs = print_summary(&c);
	return fflush(stdout) ? 2 : differs;
}
