/* SPDX-License-Identifier: MIT */
/*
 * Marks: claims that resuming a device is safe in reclaim (or that a lock may be taken
 * there), from four sources.  What each covers is decided for one event at a time.
 */
#ifndef ANALYSIS_MARKS_H
#define ANALYSIS_MARKS_H

#include "analysis/engine.h"

enum mark_source { MARK_PREDICATE, MARK_CALL, MARK_ANNOTATION, MARK_RULE };

struct mark {
	enum mark_source source;
	const char *name;	/* for people: the predicate, the function called, what is annotated */
	const char *why;	/* NULL: the source does not say */
	const char *file;	/* where it stands; 0 line: not known */
	u32 line;
	/* What it covers: all of these that are set have to fit. */
	u32 module;		/* code that acts for it; 0: any */
	bool is_absent;		/* the module or member is not in this kernel: covers nothing */
	VEC(u32) tokens;	/* devices or locks (engine_token()); none: every device */
	struct str tag;		/* any member of this struct; {0}: not asked */
	u32 fn;			/* on the way through this function; 0: not asked.  Of a predicate: itself */
	u32 predicate;		/* MARK_PREDICATE: ruleset->fns */
	bool covers_locks;	/* locks and waits as well as resumes */
	bool is_for_us;		/* somebody wrote it for this check: if it silences nothing, say so */
	u32 n_silenced;		/* findings */
	struct bitset modules;	/* that those of them act for that are resumes */
};

struct marks { VEC(struct mark) a; };

/* Those that the program and the rules hold.  Sorted by source, then as they stand there;
 * texts live as long as the engine. */
void marks_find(struct engine *e, struct marks *ret);
void marks_free(struct marks *m);

/* The mark that covers the event when the way to it passes no annotated function: its
 * number, from 1; 0: none. */
u32 marks_cover_event(const struct marks *m, const struct engine *e, u32 node,
		      const struct node_event *ev);
/* The mark of an annotated function: all resumes below it are covered.  From 1; 0: none. */
u32 marks_cover_function(const struct marks *m, u32 fn);
/* Does one of them cover anything that e has met? */
bool marks_cover_any(const struct marks *m, const struct engine *e);
/* Is the event a resume, which every kind of mark speaks of? */
bool marks_is_resume(const struct engine *e, const struct node_event *ev);
/* "predicate", "call", "annotation", "rule". */
const char *mark_source_text(enum mark_source s);

#endif
