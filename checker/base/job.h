/* SPDX-License-Identifier: MIT */
/*
 * A pool of child processes: at most n_parallel at once, each with a time
 * limit, its stdout and stderr kept (up to a cap).  Results are delivered to
 * the callback in order of completion; callers that print must order them.
 */
#ifndef BASE_JOB_H
#define BASE_JOB_H

#include "reclint.h"

struct job {
	char *const *argv;	/* NULL-terminated; argv[0] is looked up in PATH */
	const char *cwd;	/* NULL: as we are */
	u32 timeout_s;		/* 0: none; then SIGKILL to its process group */
	void *data;		/* the caller's */
};
struct job_result {
	int exit_status;	/* of a normal exit, else -1 */
	int signal;		/* that ended it, else 0 */
	bool timed_out, not_started;
	const char *output;	/* stdout and stderr together; NUL-terminated */
	size_t output_len;
	u64 user_us, sys_us;	/* CPU time */
	u64 max_rss_kib;
};
struct job_pool;

/* next: fills *job and returns true while there is more to start.
 * done: called once for each job. */
struct job_ops {
	bool (*next)(void *ctx, struct job *job);
	void (*done)(void *ctx, const struct job *job, const struct job_result *result);
	void (*tick)(void *ctx);	/* about ten times a second; may be NULL */
};
/*
 * Runs until next() has no more and all have ended; next() is asked again after
 * each end, so done() may make more work.  An error is of our own making (no
 * process or pipe to be had): jobs that were running are killed without a done(),
 * as on SIGINT, SIGTERM and SIGHUP, which are then raised again.
 */
MUST_CHECK struct err *job_run(const struct job_ops *ops, void *ctx, u32 n_parallel);
u32 job_cpus(void);		/* processors this process may use */

#endif
