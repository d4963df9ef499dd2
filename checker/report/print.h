/* SPDX-License-Identifier: MIT */
/* What the printers share; inside report/ only. */
#ifndef REPORT_PRINT_H
#define REPORT_PRINT_H

#include "report/diag.h"
#include "rule/rule.h"

#define PRINT_WIDTH 92	/* of running text: fits a mail once it is quoted */

struct printer {
	const struct report *r;
	const struct ruleset *rules;	/* may be NULL */
	struct source_cache *source;
	struct buf *out;
	bool color;
};

struct printer printer_open(const struct report *r, const struct ruleset *rules, bool color,
			    struct buf *out);
void printer_close(struct printer *p);

/* s as valid UTF-8: bytes that are not are taken as Latin-1, newlines become blanks,
 * control characters '?'; print_utf8_raw() leaves both. */
void print_utf8(struct buf *out, const char *s);
void print_utf8_raw(struct buf *out, const char *s);

enum print_style { STYLE_NONE, STYLE_BOLD, STYLE_ERROR, STYLE_WARNING, STYLE_NOTE, STYLE_GUARD,
		   STYLE_DIM };
void print_style(const struct printer *p, enum print_style style);	/* STYLE_NONE ends it */
void print_styled(const struct printer *p, enum print_style style, const char *text);

/* Adds text, broken at blanks: the current column is 'col', further lines start at 'indent'. */
void print_wrapped(const struct printer *p, u32 col, u32 indent, const char *text);
/* "file:line"; "(place not known)" without a file. */
void print_place(struct buf *out, const char *file, u32 line);

/* A guard with its text read and its value fitted to that text. */
struct guard_view {
	const char *text;	/* NULL: not readable */
	const char *word;	/* "when", "unless", or "after" where the arm can't be told */
	const char *shown;	/* text, without a lone ! that turned word round */
	bool value;
};
struct guard_view guard_view(const struct printer *p, const struct diag_guard *g);

/* The blocks of a finding that the list and the single view have in common. */
void print_claim(const struct printer *p, const struct diag_finding *f);
void print_facts(const struct printer *p, const struct diag_finding *f, bool with_titles);
void print_contexts(const struct printer *p, const struct diag_finding *f, u32 indent);
void print_rule(const struct printer *p, const struct diag_finding *f);
/* "ops, through struct ..": how an indirect hop was resolved; nothing for a direct one. */
void print_via(const struct printer *p, const struct diag_hop *hop, u32 col);
/* " calls f()"; nothing for a place that is about no call. */
void print_called(struct buf *out, const struct diag_hop *hop);
/* What the last hop reaches. */
void print_sink(const struct printer *p, const struct diag_finding *f, const char *sink);
bool finding_is_inversion(const struct diag_finding *f);

/* One trace of a finding; of what it is about, 'title' is complete without a name. */
struct trace {
	const char *title;
	const struct diag_hop *hops;	/* the finding's own */
	u32 n;
	bool takes;			/* the first hop takes the lock that the trace is about */
	const char *waits_for;		/* the last hop waits for it; else NULL */
	bool allocates;			/* ..or allocates */
};
#define TRACES_MAX 3
/* The way in reclaim first; how many. */
u32 finding_traces(const struct diag_finding *f, struct trace ret[TRACES_MAX]);
/* How the traces of an inversion meet. */
const char *finding_together(const struct diag_finding *f);

#endif
