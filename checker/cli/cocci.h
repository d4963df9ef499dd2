/* SPDX-License-Identifier: MIT */
/*
 * The semantic patches of cocci/, run with Coccinelle's spatch: what a pattern in one file
 * can tell, beside what the walk over the whole program found.
 */
#ifndef CLI_COCCI_H
#define CLI_COCCI_H

#include "base/arena.h"
#include "base/vec.h"
#include "report/diag.h"
#include "rule/rule.h"

/* A semantic patch, by what its header says. */
struct cocci_rule {
	const char *path, *name;	/* name: of the file, without folder */
	const char *confidence;		/* "High", "Moderate" or "Low" */
	const char *root;		/* what the last function of a path is: "shrinker"; "// Root:" */
	VEC(char *) options;		/* of spatch: of "// Options:", and -D for what applies of "// Define:" */
	bool has_patch;			/* it has a patch mode */
	VEC(const char *) needs;	/* words, one of which a file must have: "// Needs:"; none: any file */
};
struct cocci_rules { VEC(struct cocci_rule) a; };

/* option: a folder, or NULL for the one that came with reclint. */
MUST_CHECK struct err *paths_cocci(struct arena *a, const char *option, const char **ret);
/* Every *.cocci of dir, by name.  tree: where the files lie that a "// Define:" asks about; may be NULL. */
MUST_CHECK struct err *cocci_rules_read(struct arena *a, const char *dir, const char *tree, struct cocci_rules *ret);
void cocci_rules_free(struct cocci_rules *r);
bool cocci_rule_wants(const struct cocci_rule *r, const char *text);

/* One line of a semantic patch's report. */
struct cocci_hit {
	const struct cocci_rule *by;
	const char *rule;		/* "reclaim-sleeping-lock" */
	const char *what, *more;	/* "mutex_lock()"; what else it says, or NULL */
	const char *file;
	u32 line, col;			/* from 1 */
	VEC(struct diag_place) calls;	/* from the function that has it to the root; only function and line */
};
/* A file that was not, or not wholly, seen. */
struct cocci_gap { const char *file, *detail; u32 line; };
struct cocci_results {
	struct arena arena;
	VEC(struct cocci_hit) hits;	/* by file, line, column, rule */
	VEC(struct cocci_gap) gaps;	/* by file, line, text */
	u32 n_files, n_runs;
};

/*
 * Runs each rule on each file that it wants, one process each, in parallel.  files are relative to tree, or
 * absolute.  An error is that spatch can't be run at all.
 */
MUST_CHECK struct err *cocci_run(const struct cocci_rules *rules, const char *tree, char *const *files, u32 n_files,
				 struct cocci_results *ret);
void cocci_results_free(struct cocci_results *r);
/* The diff that the rule's patch mode makes of the file, into *ret (from arena); "" if it changes nothing. */
MUST_CHECK struct err *cocci_patch(struct arena *a, const struct cocci_rule *rule, const char *tree, const char *file,
				   const char **ret);

/*
 * Adds the results to the report.  What the walk found as well is marked so and keeps its fingerprint; what a mark
 * or a comment silences stays silent; what the walk could have found and did not is a note; the rest is new.
 * root_glob: only what begins at functions of this name; NULL: all.
 */
void cocci_merge(const struct cocci_results *results, const char *root_glob, const struct ruleset *rules,
		 struct report *r);

/*
 * All of it: files, or folders of which every .c file counts; none: the files that hold the report's roots.
 */
struct cocci_options {
	const char *dir, *tree;	/* of the patches, of the kernel; NULL: those of reclint, of the report */
	const char *const *paths;	u32 n_paths;
	const char *root;	/* glob; NULL: all */
};
MUST_CHECK struct err *cocci_report(const struct cocci_options *opt, const struct ruleset *rules, struct arena *a,
				    struct report *r);

#endif
