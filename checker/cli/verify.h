/* SPDX-License-Identifier: MIT */
/*
 * Annotated test cases: C files whose comments say what a checker must find in
 * them (docs/testing.md).  verify_parse.c reads the comments, verify_run.c takes a
 * case through the pipeline, verify_match.c compares.
 */
#ifndef CLI_VERIFY_H
#define CLI_VERIFY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

#include <regex.h>

struct report;
struct ruleset;

enum expect_kind {
	EXPECT_FINDING,	/* "expect": a finding whose path or sink is at this line */
	EXPECT_MISSING,	/* a finding that should be there, and is known not to be */
	EXPECT_FALSE,	/* a finding that should not be there, and is known to be */
	EXPECT_MARKED,	/* a finding that a mark silences */
	EXPECT_NOTE,	/* a hop or a guard of some finding */
	EXPECT_GUARD,	/* a guard of some finding, its text in full */
	EXPECT_VIA,	/* how a call at this line was resolved */
	EXPECT_GAP,	/* something the analysis could not see */
	EXPECT_ROOT,	/* the function that starts at this line is a root: its member's name */
	EXPECT_KIND_COUNT
};

struct name_list { const char **a; u32 n; };

struct expectation {
	enum expect_kind kind;
	u32 line;		/* that it speaks of */
	u32 at;			/* where it stands */
	const char *word;	/* rule id; VIA, GAP, ROOT: the kind; NULL: any */
	const char *text;	/* the quoted text; NULL: any */
	regex_t regex;		/* of text, unless kind is EXPECT_GUARD */
	const char *root;	/* root=FUNCTION; NULL: any */
	const char *value;	/* value=true or value=false, of a guard; NULL: any */
	struct name_list contexts;
	bool has_contexts, is_all_but;	/* contexts=A,B; contexts=!A,B; contexts=all is all but none */
	u32 n_matched;
};

struct case_file {
	const char *path;	/* as the user reads it */
	const char *full;	/* absolute */
	const char *fact_name;	/* as the facts name it */
	const char *facts;	/* where the front-end writes */
	const char *module;	/* check-module: built as this module; NULL: built in */
	VEC(struct expectation) expectations;
	bool has_run, is_failed, has_problems;
	const char *output;	/* of the front-end, when it failed or complained */
};

struct verify_case {
	const char *name;	/* "reclaim-rpm-resume/direct.c", "link/two-callers" */
	const char *title;	/* check-name */
	const char *known_to_fail;	/* check-known-to-fail: why; NULL: it must pass */
	struct name_list frontends;	/* check-frontend; n == 0: all */
	struct name_list overlays;	/* check-options: --rules=FILE, as paths */
	struct name_list defines;	/* check-options: -DNAME=VALUE */
	VEC(struct case_file) files;	/* the last one is the probe for constants */
	u32 n_sources;			/* without the probe */
};

struct verify_counts { u32 n_missing, n_false; };

/*
 * Adds the annotations of file's text to it, and its header tags to c.  The error
 * names file and line.
 */
MUST_CHECK struct err *verify_parse(struct arena *a, const char *text, struct case_file *file,
				    struct verify_case *c);
void verify_case_free(struct verify_case *c);

struct verify_options {
	const char *frontend;		/* its path */
	const char *rules_dir, *include, *srctree;
	const char *temporary;		/* an empty folder for facts */
	u32 n_parallel;
};
typedef VEC(struct verify_case) verify_case_vec;

/* The front-end on every file of every case. */
MUST_CHECK struct err *verify_extract(struct arena *a, const struct verify_options *o,
				      verify_case_vec *cases);
/* Link and walk of one case, whose facts are there. */
MUST_CHECK struct err *verify_check(struct arena *a, const struct verify_options *o,
				    struct verify_case *c, struct ruleset **rules_ret,
				    struct report **report_ret);

/*
 * Compares; appends a line "file:line: ..." to out for each difference, sorted, and
 * returns how many there are.  Adds to *counts what is known to be missed or false.
 */
u32 verify_match(struct verify_case *c, const struct report *r, const struct ruleset *rules,
		 struct verify_counts *counts, struct buf *out);

#endif
