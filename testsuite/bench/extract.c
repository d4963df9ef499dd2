// SPDX-License-Identifier: MIT
/*
 * bench-extract DATABASE N SEED REPEAT A B: CPU time (user and system) of the programs
 * A (reclint-sparse) and B (sparse) on the same N files of a compile database, chosen
 * by SEED, one after the other in turn, the best of REPEAT runs of each.
 *
 * B is called as kbuild calls its checker.  Both write nothing that is kept.
 */
#include "base/err.h"
#include "base/job.h"
#include "base/vec.h"
#include "cli/compdb.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* kbuild's CHECKFLAGS for x86-64, 6.1 to 7.3. */
static const char *const check_flags[] = {
	"-D__linux__", "-Dlinux", "-D__STDC__", "-Dunix", "-D__unix__",
	"-Wno-return-void", "-Wno-unknown-attribute", "-D__x86_64__", "--arch=x86", "-mlittle-endian",
};

struct sample {
	const struct compdb_command *command;
	u64 us[2];		/* A, B: the best so far */
	bool is_failed[2];
};

struct bench {
	struct arena arena;
	const char *program[2];
	const char *facts;
	struct sample *samples;
	u32 n, repeat;
	u64 at;			/* jobs started */
};

static u64 next_random(u64 *state)
{
	/* xorshift64* */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

static bool is_c(const char *file)
{
	size_t n = strlen(file);

	return n > 2 && strcmp(file + n - 2, ".c") == 0;
}

/* The first n of a shuffle: no file twice. */
static void choose(struct bench *b, const struct compdb *db, u64 seed)
{
	u32 *order = arena_array(&b->arena, u32, db->n_commands);
	u32 n = 0;

	for (u32 i = 0; i < db->n_commands; i++)
		if (is_c(db->commands[i].file))
			order[n++] = i;
	if (b->n > n)
		b->n = n;
	b->samples = arena_array(&b->arena, struct sample, b->n);
	for (u32 i = 0; i < b->n; i++) {
		u32 k = i + (u32)(next_random(&seed) % (n - i)), chosen = order[k];

		order[k] = order[i];
		b->samples[i].command = &db->commands[chosen];
	}
}

static char **argv_of_reclint(struct bench *b, const struct compdb_command *c)
{
	char **argv = arena_array(&b->arena, char *, c->argc + 7);
	u32 n = 0;

	argv[n++] = (char *)b->program[0];
	argv[n++] = "--facts";
	argv[n++] = (char *)b->facts;
	argv[n++] = "--cwd";
	argv[n++] = (char *)c->dir;
	argv[n++] = "--";
	memcpy(argv + n, c->argv, c->argc * sizeof(*argv));
	return argv;
}

static char **argv_of_sparse(struct bench *b, const struct compdb_command *c)
{
	char **argv = arena_array(&b->arena, char *, c->argc + ARRAY_LEN(check_flags) + 1);
	u32 n = 0;

	argv[n++] = (char *)b->program[1];
	for (size_t i = 0; i < ARRAY_LEN(check_flags); i++)
		argv[n++] = (char *)check_flags[i];
	for (u32 i = 1; i < c->argc; i++) {
		if (strcmp(c->argv[i], "-o") == 0)
			i++;
		else if (strcmp(c->argv[i], "-c") != 0)
			argv[n++] = c->argv[i];
	}
	return argv;
}

static bool next_job(void *ctx, struct job *job)
{
	struct bench *b = ctx;
	u64 round = b->at / 2;
	struct sample *s;

	if (round >= (u64)b->n * b->repeat)
		return false;
	s = &b->samples[round / b->repeat];
	*job = (struct job){ .cwd = s->command->dir, .timeout_s = 300, .data = s };
	/* Each program goes first in every other round. */
	job->argv = (b->at + round) % 2 ? argv_of_sparse(b, s->command)
					: argv_of_reclint(b, s->command);
	b->at++;
	return true;
}

static void job_done(void *ctx, const struct job *job, const struct job_result *r)
{
	struct bench *b = ctx;
	struct sample *s = job->data;
	int which = strcmp(job->argv[0], b->program[0]) != 0;
	u64 us = r->user_us + r->sys_us;

	if (!s->us[which] || us < s->us[which])
		s->us[which] = us;
	if (r->exit_status < 0 || r->exit_status > 1)
		s->is_failed[which] = true;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void report(struct bench *b)
{
	double *ratios = arena_array(&b->arena, double, b->n);
	u64 total[2] = { 0, 0 };
	u32 n = 0;

	printf("%9s %9s %6s  file\n", "A ms", "B ms", "A/B");
	for (u32 i = 0; i < b->n; i++) {
		const struct sample *s = &b->samples[i];

		if (s->is_failed[0] || s->is_failed[1]) {
			printf("%9s %9s %6s  %s\n", s->is_failed[0] ? "failed" : "",
			       s->is_failed[1] ? "failed" : "", "", s->command->file);
			continue;
		}
		total[0] += s->us[0];
		total[1] += s->us[1];
		ratios[n] = (double)s->us[0] / (double)s->us[1];
		printf("%9.1f %9.1f %6.3f  %s\n", (double)s->us[0] / 1e3, (double)s->us[1] / 1e3,
		       ratios[n], s->command->file);
		n++;
	}
	if (!n)
		return;
	qsort(ratios, n, sizeof(*ratios), by_value);
	printf("%u files: A %.2f s, B %.2f s, total ratio %.3f; per file: median %.3f, "
	       "tenth %.3f, ninetieth %.3f\n", n, (double)total[0] / 1e6, (double)total[1] / 1e6,
	       (double)total[0] / (double)total[1], ratios[n / 2], ratios[n / 10], ratios[n * 9 / 10]);
}

int main(int argc, char **argv)
{
	static const struct job_ops ops = { .next = next_job, .done = job_done };
	struct bench b = { .arena = ARENA_INIT };
	struct compdb db;
	struct err *err;

	if (argc != 7) {
		fputs("usage: bench-extract DATABASE N SEED REPEAT A B\n", stderr);
		return 2;
	}
	b.n = (u32)atoi(argv[2]);
	b.repeat = (u32)atoi(argv[4]);
	b.program[0] = argv[5];
	b.program[1] = argv[6];
	b.facts = arena_printf(&b.arena, "%s/bench-extract-%d.facts", P_tmpdir, (int)getpid());
	err = compdb_read(&b.arena, argv[1], &db);
	if (!err) {
		choose(&b, &db, (u64)atoll(argv[3]) * 2 + 1);
		err = job_run(&ops, &b, 1);
	}
	unlink(b.facts);
	if (err)
		return err_report(err);
	report(&b);
	arena_free(&b.arena);
	return 0;
}
