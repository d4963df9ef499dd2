/* SPDX-License-Identifier: MIT */
/*
 * What a run found, as plain data for the printers: no ids, no pointers into the
 * program; strings live in report->arena.  Mirrors docs/json.md.
 */
#ifndef REPORT_DIAG_H
#define REPORT_DIAG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

struct diag_place { const char *function, *file, *module; u32 line, col; };

/* A branch on the way, with the arm that the path takes. */
struct diag_guard {
	const char *text;	/* source text of the condition; NULL: the printer reads it from file:line:col */
	const char *file;
	u32 line, col;
	bool value;		/* text given: whether it holds; NULL: whether the branch is taken.. */
	bool is_zero_test;	/* ..that is on "something == 0", not on "something": both front-ends
				 * branch on x for if (!x) and if (x == NULL), and swap the arms; the
				 * printer turns value round to fit the text it reads */
};

/* One call on a path: 'at.function' calls 'calls' at at.file:at.line. */
struct diag_hop {
	struct diag_place at;
	const char *calls;	/* "": it is about no call */
	const char *via;	/* "direct", "ops", "argument", "store", "signature" */
	const char *via_detail;	/* "struct vm_operations_struct.fault, table i915_gem_vm_ops"; NULL for direct */
	u32 n_targets;		/* of the call site; 1 for direct */
	u32 n_own;		/* ..of which are in the module that it leads into; 0: a direct call */
	VEC(struct diag_guard) guards;	/* in this function, in order of execution */
};

/* Another way to a finding's cause: the hop's function and line of each call, the last one
 * calls the sink. */
struct diag_way {
	VEC(const char *) contexts;	/* in which it is one */
	VEC(struct diag_place) calls;
};

struct diag_lock { const char *class_name, *kind, *mode; };	/* class_name NULL: no lock */

/* In a cycle of three the lock is held while this is waited for, which waits for memory. */
struct diag_second {
	const char *name;	/* the class of a lock, or where the work item is; NULL: no cycle of three */
	bool is_work;		/* a work item: what it runs allocates */
	u32 hop;		/* of the witness: the first of who holds that lock, or of the work */
};

struct diag_finding {
	const char *id;			/* 12 hex digits of the fingerprint; unique within the report */
	const char *rule, *severity;
	struct diag_place root;
	const char *root_kind, *root_member;	/* "shrinker", "scan_objects" */
	VEC(const char *) contexts;	/* in which the cause is reached, in the rules' order */
	VEC(const char *) path_contexts; /* in which 'chain' is the way; empty: in all of contexts */
	struct diag_place sink;		/* where the sink is called; .function is the sink's name */
	struct diag_lock lock;
	VEC(struct diag_hop) chain;	/* first: the root; last: calls the sink */
	VEC(struct diag_hop) witness;	/* R3: the allocation half */
	bool is_stated;			/* the reclaim half is a statement for lockdep, not a path */
	bool is_ended;			/* the other half ends what reclaim waits for, and holds nothing */
	struct diag_second second;	/* ..or is in two parts, with this in between */
	const char *marked;		/* NULL, or what silences it */
	const char *confidence;		/* "certain", "likely", "possible" */
	const char *fingerprint;	/* 32 hex digits */
	const char *message;		/* one line, complete without the chain */
	bool is_allowed;		/* it is a comment in the source that silences it */
	bool by_cocci, only_cocci;	/* a semantic patch found it, too; ..and nothing else did */
	const char *baseline;		/* "new", "worse", "unchanged"; NULL: there is no baseline */
	u32 n_paths;			/* further sites of the same cause that were folded in */
	VEC(struct diag_place) also;	/* those sites */
	VEC(struct diag_way) ways;	/* to them, and to the same one in other contexts; the chain is not among them */
};

void diag_finding_free(struct diag_finding *f);	/* what it holds, not itself */
/*
 * Where to look first: the last call of the chain that does not stand in a header.  A sink in a
 * header is in somebody's inline helper (that of guard(mutex) is include/linux/mutex.h), which nobody
 * would edit; then the headline is the line that uses the helper.
 */
const struct diag_place *diag_headline(const struct diag_finding *f);

struct diag_root { struct diag_place at; const char *context, *member; };

/* A lock or wait on a resume path: to be checked against what is held across allocations. */
struct diag_lock_use { struct diag_lock lock; struct diag_place at; };

/* What the check of a mark gave for one part of the resume, under one assumption. */
struct diag_judgement {
	const char *part;	/* "driver": the driver's own callbacks; "driver-bus": what they call of the
				 * bus's code; "bus": what the bus does around them */
	const char *when;	/* "gpu_reclaim_safe() is true"; NULL: always */
	const char *assumes;	/* what follows for members: "struct gpu.d3cold is 0"; NULL: nothing */
	bool is_claimed;	/* the mark claims it; false: judged for comparison only */
	const char *verdict, *why;	/* why: one line; NULL when it holds */
	u32 n_allocations;	/* causes that refute it */
	u32 n_held;		/* ..locks that others hold across an allocation */
	u32 n_gaps;		/* of report->gaps, met on this part */
	VEC(struct diag_hop) evidence;		/* the shortest path that refutes it */
	VEC(struct diag_lock_use) locks;	/* one of each class */
};

struct diag_mark {
	const char *source, *name, *device, *verdict, *why;	/* why: the verdict is that */
	const char *claim;	/* the reason that the mark gives; may be NULL */
	struct diag_place at;	/* where it stands; function NULL, line 0 if not known */
	u32 n_silenced;		/* findings */
	const char *warning;	/* NULL, or what is wrong with the mark itself */
	VEC(struct diag_hop) evidence;		/* of the first judgement that refutes a claim */
	VEC(struct diag_judgement) judgements;
};

/* A comment that allows findings. */
struct diag_allow {
	const char *file, *rules /* "reclaim-alloc, ..." */, *why /* NULL: it gives none */;
	u32 line, n_silenced;
	const char *warning;	/* NULL, or what is wrong with it */
};

struct diag_lock_summary {
	struct diag_lock lock;
	VEC(struct diag_place) taken_in_reclaim;
	VEC(struct diag_place) primed;		/* where developers state that it is */
	VEC(struct diag_hop) held_across;	/* from the call that takes it to an allocation; empty: none found */
	const char *snippet;			/* that would state it; NULL if somebody does */
	bool leaf;
};

struct diag_gap { const char *kind, *function, *file, *detail; u32 line; };

/* What a baseline says of a finding, and of a root: report/baseline.h. */
struct diag_known {
	const char *fingerprint, *rule, *severity, *root, *sink, *lock /* NULL: none */, *file /* the root's */;
	const char *why;	/* why it is accepted, as somebody wrote it into the file; may be NULL */
	const char **contexts;
	u32 n_contexts;
};
struct diag_known_root { const char *function, *file, *member; };

/* A source without facts that may hold a root: then absence of findings means nothing. */
struct diag_lost { const char *file, *why; };

/* Of numbers of targets. */
struct diag_spread { u32 n, n_one /* with one target */, median, p90, max; double mean; };

/* Calls by pointer that the walk came to, of which targets are known. */
struct diag_walked {
	struct diag_spread sites;	/* of each place in the source, over all evaluations */
	struct diag_spread calls;	/* of each evaluation of such a place */
	u32 n_via[8];			/* sites by enum via (link/program.h) */
};

struct report {
	struct arena arena;
	const char *version;		/* of reclint; NULL: not said */
	const char *srctree;		/* to read source text from; may be NULL */
	const char *objtree;
	VEC(const char *) frontends;
	VEC(const char *) sources;		/* of the TUs that were read */
	u32 n_tus, n_failed, n_functions, n_indirect_sites;
	bool has_cocci;				/* semantic patches were asked, too */
	u32 n_missing;				/* further commands of the build that were not scanned */
	VEC(struct diag_root) roots;		/* sorted by file, line, member */
	VEC(struct diag_finding) findings;	/* sorted: see report_sort() */
	VEC(struct diag_finding) marked;	/* silenced by a mark */
	VEC(struct diag_finding) unchanged;	/* in the baseline: no findings any more */
	VEC(struct diag_known) fixed;		/* in the baseline, and not found */
	VEC(struct diag_known_root) gone;	/* roots in the baseline that are none any more */
	VEC(struct diag_lost) lost;
	const char *baseline, *since;		/* file, revision; NULL: not asked for */
	u32 n_elsewhere;			/* findings left out, as their paths touch nothing that changed */
	VEC(struct diag_mark) marks;
	VEC(struct diag_allow) allows;		/* sorted by place */
	VEC(struct diag_lock_summary) locks;
	VEC(struct diag_gap) gaps;
	struct diag_walked walked;
};

struct ruleset;

struct report *report_create(void);
void report_free(struct report *r);
/* Order of output: severity, rule, root file and line, length of the path, sink file and
 * line, fingerprint. */
void report_sort(struct report *r);

/* Each fills out; none of them prints. */
struct report_text_options { bool color, verbose, show_gaps, show_marked, show_paths; };
void report_text(const struct report *r, const struct ruleset *rs,
		 const struct report_text_options *opt, struct buf *out);
void report_json(const struct report *r, struct buf *out);
/* file:line:col: warning: <message> [rule], then "note:" lines: what reads sparse's output reads this. */
void report_lines(const struct report *r, struct buf *out);
/* SARIF 2.1.0 (OASIS): both traces of an inversion as code flows, marks as suppressions. */
void report_sarif(const struct report *r, const struct ruleset *rs, struct buf *out);
/* Workflow commands, which GitHub shows as annotations of a change. */
void report_github(const struct report *r, struct buf *out);
/* GitLab's code quality report (Code Climate's JSON). */
void report_gitlab(const struct report *r, struct buf *out);
/* JUnit's XML: a test case for each root, which fails by its findings; a lost file is an error. */
void report_junit(const struct report *r, struct buf *out);
/* One page for a browser, with nothing else to load: 'page' with @REPORT@, @SOURCES@ and @RULES@ filled in. */
void report_html(const struct report *r, const struct ruleset *rs, const char *page, struct buf *out);
/* One finding with the source lines around each hop; ctx: lines before and after. */
void report_explain(const struct report *r, const struct diag_finding *f, const struct ruleset *rs,
		    u32 ctx, bool color, struct buf *out);

/* Classes whose name matches (NULL: all): where taken and held; what developers state of them.
 * Both return how many there are. */
u32 report_locks(const struct report *r, const char *glob, struct buf *out);
u32 report_priming(const struct report *r, const char *glob, struct buf *out);

/*
 * Source text: a cache of files below srctree/objtree.  What is returned lives as
 * long as the cache.
 */
struct source_cache;
struct source_cache *source_create(const char *srctree, const char *objtree);
void source_free(struct source_cache *sc);
/* clang places the last operand's branch of "a && b" at the first token of the whole. */
void source_set_clang(struct source_cache *sc, bool is_clang);
/* Without its newline; NULL when the file can't be read or is shorter. */
const char *source_line(struct source_cache *sc, const char *file, u32 line);
/*
 * The operand of && and || that stands at line:col (in bytes from 1; 0: not known,
 * then the whole condition), outer parentheses stripped, white space folded, comments
 * dropped, a lone ! kept; for a macro that loops or branches, its invocation; for a
 * switch "switch (x)".  NULL when the file can't be read or there is no code there.
 */
const char *source_condition(struct source_cache *sc, const char *file, u32 line, u32 col);
/* Does the text ask whether something is zero: !x, x == 0, x == NULL, !(x != 0)? */
bool source_tests_zero(const char *text);
/* Is it more than one operand, so that one branch can't decide it? */
bool source_is_compound(const char *text);

#endif
