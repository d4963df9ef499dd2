// SPDX-License-Identifier: MIT
/*
 * What the queries share: options, finding and linking the facts, the text of an
 * edge.  The rules are read for what they say of core paths and roots.
 */
#include "cli/query.h"

#include "base/err.h"
#include "base/job.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/paths.h"

#include <stdio.h>

enum { OPTION_FACTS = 256, OPTION_RULES_DIR, OPTION_RULES };

static const struct argp_option options[] = {
	{ "build", 'p', "DIR", 0, "the build folder that was scanned (default: .)", 0 },
	{ "facts", OPTION_FACTS, "DIR", 0, "the folder with the facts, or one facts file", 0 },
	{ "rules-dir", OPTION_RULES_DIR, "DIR", 0, "rules to use instead of reclint's own", 0 },
	{ "rules", OPTION_RULES, "FILE", 0, "more rules; repeatable", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct query *q = state->input;

	switch (key) {
	case 'p':
	case OPTION_FACTS:
		q->facts = arg;
		break;
	case OPTION_RULES_DIR:
		q->rules_dir = arg;
		break;
	case OPTION_RULES:
		vec_push(&q->overlays, arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

const struct argp query_argp = { .options = options, .parser = parse_option };

static struct err *load(struct query *q)
{
	struct link_options opt;
	const char *rules_dir;
	struct err *err = paths_rules(&q->arena, q->rules_dir, &rules_dir);

	if (!err)
		err = ruleset_load(rules_dir, q->overlays.a, q->overlays.n, &q->rules);
	if (!err)
		err = facts_dir_open(&q->arena, q->facts, &q->dir);
	if (err)
		return err;
	opt = (struct link_options){
		.facts = (const char *const *)q->dir.facts, .n_facts = q->dir.n_facts,
		.failed = q->dir.failed, .n_failed = q->dir.n_failed,
		.core_paths = q->rules->core_paths.a, .n_core_paths = q->rules->core_paths.n,
		.constant_prefix = RULE_PROBE_PREFIX, .n_threads = job_cpus(),
	};
	return program_link(&opt, &q->p);
}

static void release(struct query *q)
{
	program_free(q->p);
	if (q->rules)
		ruleset_free(q->rules);
	vec_free(&q->overlays);
	vec_free(&q->words);
	arena_free(&q->arena);
}

static void note_missing(const struct query *q)
{
	if (q->p->n_failed)
		log_note("%u files gave no facts: what they call is not known", q->p->n_failed);
	if (q->dir.n_missing)
		log_note("%u files of the build were not scanned", q->dir.n_missing);
}

int query_main(const struct argp *parser, int argc, char **argv, struct query *q,
	       struct err *(*f)(struct query *q, bool *found_ret))
{
	bool is_found = false;
	struct err *err;

	q->facts = ".";
	cli_parse(parser, argc, argv, 0, q);
	err = load(q);
	if (!err) {
		note_missing(q);
		err = f(q, &is_found);
	}
	release(q);
	if (err)
		return err_report(err);
	return is_found ? 0 : 1;
}

static void print_evidence(const struct program *p, const struct call_edge *e)
{
	const struct pmember *m = &p->members.a[e->member];

	printf(" [%s", via_text(e->via));
	if (e->member)
		printf(": %s.%s", program_str(p, m->tag), program_str(p, m->path));
	if (e->n_targets)
		printf(", %u target%s", e->n_targets, e->n_targets == 1 ? "" : "s");
	printf("]");
}

void query_print_edge(const struct program *p, const struct call_edge *e)
{
	printf("%s:%u: %s -> %s", program_str(p, p->fns.a[e->caller].file), e->line,
	       pfn_name(p, e->caller), e->callee ? pfn_name(p, e->callee) : "?");
	if (e->via != VIA_DIRECT)
		print_evidence(p, e);
	putchar('\n');
}

struct err *query_find(struct query *q, const char *name, u32 **fns_ret, u32 *n_ret)
{
	u32 n = 0;

	for (u32 fn = program_find_fn(q->p, name); fn; fn = q->p->next_same_name[fn])
		n++;
	if (!n)
		return err_new("no function '%s' in these facts", name);
	*fns_ret = arena_array(&q->arena, u32, n);
	*n_ret = 0;
	for (u32 fn = program_find_fn(q->p, name); fn; fn = q->p->next_same_name[fn])
		(*fns_ret)[(*n_ret)++] = fn;
	return NULL;
}
