/* SPDX-License-Identifier: MIT */
/*
 * Recording a build's commands.  `reclint record` runs make with CC set to
 * `reclint record-cc STATE COMPILER --`.  That wrapper appends one entry to
 * STATE/log for every kernel object it is asked to make, and puts a stub in
 * place of most of them.  STATE is a folder of its own in each run: so the text
 * of every command differs from a real build's and from another recording's,
 * and kbuild, which compares that text, never takes a stub for its object.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "base/buf.h"
#include "base/vec.h"

#define RECORD_LOG "log"		/* in STATE */
#define RECORD_STUB_SOURCE "stub.c"
#define RECORD_MAKE_LOG "make.log"
#define RECORD_SELF "reclint"		/* a link to the running executable */
/* Stands in every stub, and in whatever a linker makes of it. */
#define RECORD_MARK "reclint record: stub object, not compiled"
#define RECORD_SECTION ".reclint.stub"

enum record_kind {
	RECORD_STUB,	/* a .c whose object is a stub */
	RECORD_REAL,	/* a .c compiled after all: the build reads its object */
	RECORD_ASM,	/* an assembly file; not in the database */
	RECORD_KIND_COUNT
};

/* One command as the build gave it. */
struct record {
	enum record_kind kind;
	const char *cwd;
	const char *file, *output;	/* as in the command: may be relative to cwd */
	const char *dep;		/* the dependency file asked for, or "" */
	const char **args;		/* the whole command; args[0] is the compiler */
	u32 n_args;
};
typedef VEC(struct record) record_vec;

/* record_log.c: the log, one append per entry, read back in the order written. */
MUST_CHECK struct err *record_log_append(const char *path, const struct record *r);
MUST_CHECK struct err *record_log_read(struct arena *a, const char *path, record_vec *ret);

/* What the user asked for. */
struct record_options {
	const char *database;	/* NULL: compile_commands.json in the build folder */
	const char *output;	/* -O: the folder to record in, or NULL */
	const char *make_log;	/* where to keep what make said, or NULL */
	bool append;		/* keep the commands the database has */
	bool in_place;		/* record where the objects of a build are */
	char **make;		/* the user's make command, NULL-terminated */
	u32 n_make;
};

/* record_plan.c: where make runs, where it builds, what it is called with. */
struct record_plan {
	const char *dir;	/* where make runs: the current folder or its -C */
	const char *build;	/* where the objects go */
	const char *config;	/* a .config to copy to build first, or NULL */
	const char *state;	/* STATE above */
	const char **make;	/* NULL-terminated */
	bool is_moved;		/* build is not the folder the command names */
};
/* state exists already.  Refuses what would cost the user a finished build. */
MUST_CHECK struct err *record_plan_make(struct arena *a, const struct record_options *options,
					const char *state, struct record_plan *ret);

/* record_make.c: run make, and tell what it could not do from its output. */
struct record_outcome {
	int status;			/* make's exit status; 128 + n for signal n */
	bool interrupted;		/* we were asked to stop */
	u32 n_links;			/* targets that fail by design, having stubs */
	VEC(const char *) failures;	/* the other targets, in make's order */
};
MUST_CHECK struct err *record_make_run(struct arena *a, const struct record_plan *plan,
				       struct record_outcome *ret);
/* Reads make's output; records tell which objects should have been made. */
MUST_CHECK struct err *record_make_judge(struct arena *a, const struct record_plan *plan,
					 const record_vec *records, struct record_outcome *ret);

/* record_clean.c: removes every object made through the wrapper, and whatever
 * was linked from a stub, with the files kbuild remembers their commands in, so
 * that the next make makes exactly those anew.  Returns how many objects went. */
u32 record_clean(const struct record_plan *plan, const record_vec *records);

/* record_db.c: the compile database, sorted and without duplicates. */
MUST_CHECK struct err *record_db_write(const char *path, bool append, const record_vec *records,
				       u32 *n_ret);

#endif
