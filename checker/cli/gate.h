/* SPDX-License-Identifier: MIT */
/*
 * The gate: what of a report counts, and what its exit status is.  Compares with a baseline,
 * leaves out what a change has nothing to do with, and fails when a source gave no facts that
 * may hold a root.  docs/gate.md is its documentation.
 */
#ifndef CLI_GATE_H
#define CLI_GATE_H

#include "report/diag.h"
#include "rule/rule.h"

enum fail_on { FAIL_ON_NOTE, FAIL_ON_WARNING, FAIL_ON_ERROR, FAIL_ON_NONE, FAIL_ON_COUNT };
extern const char *const fail_on_names[FAIL_ON_COUNT];

struct gate_options {
	const char *baseline;	/* file; NULL: none */
	const char *since;	/* revision; NULL: none */
	const char *root_glob;	/* what was looked for; NULL: everything */
	bool update;		/* write the baseline anew */
	bool is_asked;		/* one of the gate's options was given: failed sources without a root are forgiven */
	enum fail_on fail_on;
};

/* What only options can be wrong with: before anything is read. */
MUST_CHECK struct err *gate_check_options(const struct gate_options *o);
/* Fills the report's unchanged, fixed, gone, lost; writes the baseline if that is asked for. */
MUST_CHECK struct err *gate_apply(const struct gate_options *o, const struct ruleset *rules, struct report *r);
/* 0, 1 or 2. */
int gate_status(const struct gate_options *o, const struct report *r);

/* Fills r->lost: failed sources that held a root when the baseline was made, or whose text
 * names what makes one, or that cannot be read. */
void lost_find(const struct diag_known_root *gone, u32 n_gone, const struct ruleset *rules, struct report *r);

#endif
