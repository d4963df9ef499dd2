// SPDX-License-Identifier: MIT
/*
 * A pool of child processes, run by one loop around ppoll().
 *
 * Each child leads a process group of its own; when it ends or runs out of time,
 * what is left of its group is killed.  SIGCHLD, SIGINT, SIGTERM and SIGHUP are
 * blocked but inside ppoll(), so no wake-up is lost.  When one of the last three
 * arrives, all groups are killed and the signal is raised again with the caller's
 * own disposition.
 *
 * Ignored: children that leave their process group, and threads (one job_run()
 * at a time).
 */
#include "base/job.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)1 << 20)	/* kept of one job; the rest is read and dropped */
#define TICK_MS 100

struct running {
	struct job job;
	pid_t pid;
	int fd;			/* its stdout and stderr; -1 after the end */
	struct buf output;
	u64 deadline_ms;	/* 0: none */
	bool timed_out;
};
struct job_pool {
	const struct job_ops *ops;
	void *ctx;
	u32 n_parallel;
	VEC(struct running) running;
	VEC(struct pollfd) fds;
	u64 last_tick_ms;
	sigset_t old_mask;	/* the caller's, and the children's */
	sigset_t wait_mask;	/* old_mask without handled_signals */
};
/* What the child tells its parent when it cannot become the program. */
struct start_failure {
	int errnum;
	bool is_cwd;
};

static const int handled_signals[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP };
static volatile sig_atomic_t fatal_signal;

static void on_signal(int sig)
{
	if (sig != SIGCHLD)
		fatal_signal = sig;
}

static u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000 + (u64)t.tv_nsec / 1000000;
}

/* ---- starting ----------------------------------------------------------- */

static void close_pair(int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

NORETURN static void child_fails(int report_fd, bool is_cwd)
{
	struct start_failure f = { .errnum = errno, .is_cwd = is_cwd };

	/* Less than PIPE_BUF: all or nothing, and nothing reads as "started". */
	if (write(report_fd, &f, sizeof(f)) != (ssize_t)sizeof(f))
		_exit(126);
	_exit(127);
}

/* Runs between fork() and exec(): only async-signal-safe calls. */
NORETURN static void child(const struct job_pool *pool, const struct job *job, pid_t parent,
			   int out_fd, int report_fd)
{
	int null_fd = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	for (size_t i = 0; i < ARRAY_LEN(handled_signals); i++) {
		struct sigaction sa;

		/* Ignored stays ignored; our handlers do not survive exec(). */
		if (sigaction(handled_signals[i], NULL, &sa) == 0 && sa.sa_handler == on_signal)
			signal(handled_signals[i], SIG_DFL);
	}
	sigprocmask(SIG_SETMASK, &pool->old_mask, NULL);
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(out_fd, STDOUT_FILENO) < 0 ||
	    dup2(out_fd, STDERR_FILENO) < 0)
		child_fails(report_fd, false);
	if (null_fd > STDERR_FILENO)
		close(null_fd);
	if (job->cwd && chdir(job->cwd))
		child_fails(report_fd, true);
	execvp(job->argv[0], job->argv);
	child_fails(report_fd, false);
}

/* True if exec() worked, which closes the other end; else fills *f. */
static bool child_started(int report_fd, struct start_failure *f)
{
	ssize_t n;

	do {
		n = read(report_fd, f, sizeof(*f));
	} while (n < 0 && errno == EINTR);
	return n != (ssize_t)sizeof(*f);
}

static void deliver_not_started(struct job_pool *pool, const struct job *job,
				const struct start_failure *f)
{
	struct job_result r = { .exit_status = -1, .not_started = true };
	struct buf text = BUF_INIT;

	if (f->is_cwd)
		buf_addf(&text, "cannot enter folder '%s': %s", job->cwd, strerror(f->errnum));
	else
		buf_addf(&text, "cannot run '%s': %s", job->argv[0], strerror(f->errnum));
	r.output = buf_text(&text);
	r.output_len = text.len;
	pool->ops->done(pool->ctx, job, &r);
	buf_free(&text);
}

/* All fds above 2, so that dup2() in the child never closes one that it needs. */
static int move_fds_up(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		int up;

		if (fds[i] > STDERR_FILENO)
			continue;
		up = fcntl(fds[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (up < 0)
			return -1;
		close(fds[i]);
		fds[i] = up;
	}
	return 0;
}

static int open_pipe(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC))
		return -1;
	if (move_fds_up(fds)) {
		int errnum = errno;

		close_pair(fds);
		errno = errnum;
		return -1;
	}
	return 0;
}

static void add_running(struct job_pool *pool, const struct job *job, pid_t pid, int fd)
{
	struct running *r = vec_add(&pool->running);

	fcntl(fd, F_SETFL, O_NONBLOCK);
	r->job = *job;
	r->pid = pid;
	r->fd = fd;
	if (job->timeout_s)
		r->deadline_ms = now_ms() + (u64)job->timeout_s * 1000;
}

static struct err *start(struct job_pool *pool, const struct job *job)
{
	struct start_failure failure = { 0 };
	int out[2], report[2];
	pid_t parent = getpid(), pid;

	if (open_pipe(out))
		return err_errno(errno, "cannot make a pipe");
	if (open_pipe(report)) {
		close_pair(out);
		return err_errno(errno, "cannot make a pipe");
	}
	pid = fork();
	if (pid == 0)
		child(pool, job, parent, out[1], report[1]);
	if (pid < 0) {
		struct err *err = err_errno(errno, "cannot start a process");

		close_pair(out);
		close_pair(report);
		return err;
	}
	setpgid(pid, pid);
	close(out[1]);
	close(report[1]);
	if (child_started(report[0], &failure)) {
		add_running(pool, job, pid, out[0]);
	} else {
		close(out[0]);
		waitpid(pid, NULL, 0);
		deliver_not_started(pool, job, &failure);
	}
	close(report[0]);
	return NULL;
}

/* ---- ending ------------------------------------------------------------- */

/*
 * Reads what is there, but not for ever from one that writes without end; closes
 * at the end of the stream.  The limit is above what any pipe holds.
 */
static void drain(struct running *r)
{
	char bytes[65536];

	for (int i = 0; i < 64 && r->fd >= 0; i++) {
		ssize_t n = read(r->fd, bytes, sizeof(bytes));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			close(r->fd);
			r->fd = -1;
			return;
		}
		if (r->output.len < OUTPUT_MAX) {
			size_t room = OUTPUT_MAX - r->output.len;

			buf_add(&r->output, bytes, (size_t)n < room ? (size_t)n : room);
		}
	}
}

static u64 micros(struct timeval t)
{
	return (u64)t.tv_sec * 1000000 + (u64)t.tv_usec;
}

static void release(struct running *r)
{
	if (r->fd >= 0)
		close(r->fd);
	buf_free(&r->output);
}

static void deliver(struct job_pool *pool, struct running *r, int status, const struct rusage *ru)
{
	struct job_result result = {
		.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		.timed_out = r->timed_out,
		.output = buf_text(&r->output),
		.output_len = r->output.len,
		.user_us = micros(ru->ru_utime),
		.sys_us = micros(ru->ru_stime),
		.max_rss_kib = (u64)ru->ru_maxrss,
	};

	pool->ops->done(pool->ctx, &r->job, &result);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == pid;
}

/* Kills what it left behind while its id cannot be another's yet, then reaps it. */
static void finish(struct job_pool *pool, u32 i)
{
	struct running r = pool->running.a[i];
	struct rusage ru = { 0 };
	int status = 0;

	kill(-r.pid, SIGKILL);
	while (wait4(r.pid, &status, 0, &ru) < 0 && errno == EINTR)
		;
	drain(&r);
	pool->running.a[i] = *vec_last(&pool->running);
	(void)vec_pop(&pool->running);
	deliver(pool, &r, status, &ru);
	release(&r);
}

static void kill_all(struct job_pool *pool)
{
	for (u32 i = 0; i < pool->running.n; i++)
		kill(-pool->running.a[i].pid, SIGKILL);
	for (u32 i = 0; i < pool->running.n; i++) {
		struct running *r = &pool->running.a[i];

		while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
			;
		release(r);
	}
	vec_clear(&pool->running);
}

/* ---- the loop ----------------------------------------------------------- */

static void check_deadlines(struct job_pool *pool, u64 now)
{
	for (u32 i = 0; i < pool->running.n; i++) {
		struct running *r = &pool->running.a[i];

		if (!r->deadline_ms || now < r->deadline_ms || r->timed_out)
			continue;
		r->timed_out = true;
		kill(-r->pid, SIGKILL);
	}
}

static void tick(struct job_pool *pool, u64 now)
{
	if (!pool->ops->tick || now - pool->last_tick_ms < TICK_MS)
		return;
	pool->last_tick_ms = now;
	pool->ops->tick(pool->ctx);
}

static void wait_for_something(struct job_pool *pool)
{
	struct timespec limit = { 0, TICK_MS * 1000000L };

	vec_clear(&pool->fds);
	for (u32 i = 0; i < pool->running.n; i++) {
		struct pollfd p = { .fd = pool->running.a[i].fd, .events = POLLIN };

		vec_push(&pool->fds, p);	/* poll skips negative ones */
	}
	ppoll(pool->fds.a, pool->fds.n, &limit, &pool->wait_mask);
	for (u32 i = 0; i < pool->running.n; i++)
		drain(&pool->running.a[i]);
	for (u32 i = pool->running.n; i-- > 0;)
		if (has_ended(pool->running.a[i].pid))
			finish(pool, i);
}

static struct err *run(struct job_pool *pool)
{
	while (!fatal_signal) {
		struct job job = { 0 };
		u64 now;

		while (pool->running.n < pool->n_parallel && !fatal_signal &&
		       pool->ops->next(pool->ctx, &job)) {
			struct err *err = start(pool, &job);

			if (err)
				return err;
			job = (struct job){ 0 };
		}
		if (!pool->running.n)
			return NULL;
		wait_for_something(pool);
		now = now_ms();
		check_deadlines(pool, now);
		tick(pool, now);
	}
	return NULL;
}

struct saved_signals {
	struct sigaction old[ARRAY_LEN(handled_signals)];
};

static void take_signals(struct job_pool *pool, struct saved_signals *saved)
{
	struct sigaction ours = { .sa_handler = on_signal };
	sigset_t blocked;

	fatal_signal = 0;
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_LEN(handled_signals); i++)
		sigaddset(&blocked, handled_signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &pool->old_mask);
	pool->wait_mask = pool->old_mask;
	for (size_t i = 0; i < ARRAY_LEN(handled_signals); i++) {
		int sig = handled_signals[i];

		sigaction(sig, NULL, &saved->old[i]);
		if (sig == SIGCHLD || saved->old[i].sa_handler != SIG_IGN)
			sigaction(sig, &ours, NULL);
		sigdelset(&pool->wait_mask, sig);
	}
}

static void give_signals_back(struct job_pool *pool, const struct saved_signals *saved)
{
	for (size_t i = 0; i < ARRAY_LEN(handled_signals); i++)
		sigaction(handled_signals[i], &saved->old[i], NULL);
	sigprocmask(SIG_SETMASK, &pool->old_mask, NULL);
}

struct err *job_run(const struct job_ops *ops, void *ctx, u32 n_parallel)
{
	struct job_pool pool = { .ops = ops, .ctx = ctx, .n_parallel = n_parallel ? n_parallel : 1 };
	struct saved_signals saved;
	struct err *err;
	int sig;

	take_signals(&pool, &saved);
	err = run(&pool);
	kill_all(&pool);
	vec_free(&pool.running);
	vec_free(&pool.fds);
	sig = fatal_signal;
	give_signals_back(&pool, &saved);
	if (sig)
		raise(sig);
	if (sig && !err)
		err = err_new("interrupted by signal %d", sig);
	return err;
}

u32 job_cpus(void)
{
	cpu_set_t set;
	long n;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (u32)CPU_COUNT(&set);
	n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (u32)n : 1;
}
