// SPDX-License-Identifier: MIT
/*
 * The compiler that a recorded build sees: `reclint record-cc STATE COMPILER... --
 * ARGUMENTS`.  A command that makes an object of a kernel .c is logged and answered
 * with a stub, and with the dependency file that fixdep reads.  Everything else is
 * handed on: probes, -E and -S, host programs, assembly, and those kernel objects
 * that the build reads before the link.  Runs thousands of times: does nothing else.
 */
#include "cli/cli.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "cli/record.h"

extern char **environ;

struct cc_line {
	char **cc;		/* the compiler's own words */
	u32 n_cc;
	char **args;		/* behind them; NULL-terminated */
	u32 n_args;
	const char *file, *output, *dep;
	u32 n_files;
	bool is_kernel, is_compile, is_other;
};

static bool starts_with(const char *s, const char *start)
{
	return !strncmp(s, start, strlen(start));
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* Options whose value is the next word, and may look like a source file. */
static bool takes_word(const char *arg)
{
	static const char *const options[] = {
		"-include", "-imacros", "-MT", "-MQ", "-I", "-isystem", "-idirafter",
		"-iquote", "-D", "-U", "-T", "-Xclang", "-mllvm", "-target", "--param",
	};

	for (u32 i = 0; i < ARRAY_LEN(options); i++)
		if (!strcmp(arg, options[i]))
			return true;
	return false;
}

/* -S, -E and friends make no object; -x says that the name says nothing. */
static bool is_other_job(const char *arg)
{
	return !strcmp(arg, "-S") || !strcmp(arg, "-E") || !strcmp(arg, "-M") ||
	       !strcmp(arg, "-MM") || !strcmp(arg, "-fsyntax-only") || starts_with(arg, "-x") ||
	       !strcmp(arg, "-");
}

/* One word; returns how many words of the line it took. */
static u32 parse_word(struct cc_line *l, u32 i)
{
	const char *arg = l->args[i], *next = i + 1 < l->n_args ? l->args[i + 1] : NULL;

	if (!strcmp(arg, "-o") && next) {
		l->output = next;
		return 2;
	}
	if (!strcmp(arg, "-MF") && next) {
		l->dep = next;
		return 2;
	}
	if (takes_word(arg))
		return 2;
	if (!strcmp(arg, "-D__KERNEL__"))
		l->is_kernel = true;
	else if (!strcmp(arg, "-c"))
		l->is_compile = true;
	else if (starts_with(arg, "-Wp,-MMD,") || starts_with(arg, "-Wp,-MD,"))
		l->dep = strchr(arg + 4, ',') + 1;
	else if (is_other_job(arg))
		l->is_other = true;
	else if (arg[0] != '-' && (ends_with(arg, ".c") || ends_with(arg, ".S"))) {
		l->file = arg;
		l->n_files++;
	}
	return 1;
}

static bool parse_line(int argc, char **argv, struct cc_line *l)
{
	u32 n = (u32)argc, i = 0;

	while (i < n && strcmp(argv[i], "--"))
		i++;
	if (i == 0 || i == n)
		return false;
	*l = (struct cc_line){ .cc = argv, .n_cc = i, .args = argv + i + 1, .n_args = n - i - 1 };
	for (i = 0; i < l->n_args;)
		i += parse_word(l, i);
	return true;
}

static bool makes_kernel_object(const struct cc_line *l)
{
	return l->is_kernel && l->is_compile && !l->is_other && l->output && l->n_files == 1;
}

/*
 * Objects that the build itself looks into: code for another place than the kernel's
 * address space, which is linked and embedded before the kernel is (the vDSO,
 * real-mode and boot code, the purgatory, KVM's EL2 code), and the build's own tools.
 */
static bool is_read_by_build(const char *output)
{
	static const char *const folders[] = {
		"boot", "realmode", "purgatory", "nvhe", "scripts", "tools",
	};
	bool below_arch = false;

	for (const char *at = output, *slash; (slash = strchr(at, '/')); at = slash + 1) {
		size_t n = (size_t)(slash - at);

		if (n >= 4 && !memcmp(at, "vdso", 4))
			return true;
		for (u32 i = 0; i < ARRAY_LEN(folders); i++) {
			bool needs_arch = i == 0;	/* "boot" is no rare name */

			if (strlen(folders[i]) == n && !memcmp(at, folders[i], n) &&
			    (below_arch || !needs_arch))
				return true;
		}
		below_arch |= n == 4 && !memcmp(at, "arch", 4);
	}
	return false;
}

/* Flags that decide the format of an object, so that a linker takes the stub. */
static bool decides_format(const char *arg)
{
	static const char *const starts[] = {
		"-m16", "-m31", "-m32", "-m64", "-mx32", "-mabi=", "-march=", "-mcpu=", "-EB",
		"-EL", "-mbig-endian", "-mlittle-endian", "-mfloat-abi=", "--target=",
		"-msoft-float", "-mips",
	};

	for (u32 i = 0; i < ARRAY_LEN(starts); i++)
		if (starts_with(arg, starts[i]))
			return true;
	return false;
}

/* The compiler's command up to and with the flags above, NULL-terminated with room
 * for 'extra' more words. */
static char **format_command(struct arena *a, const struct cc_line *l, u32 extra, u32 *n_ret)
{
	char **argv = arena_array(a, char *, l->n_cc + l->n_args + extra + 1);
	u32 n = 0;

	for (u32 i = 0; i < l->n_cc; i++)
		argv[n++] = l->cc[i];
	for (u32 i = 0; i < l->n_args; i++)
		if (decides_format(l->args[i]))
			argv[n++] = l->args[i];
	*n_ret = n;
	return argv;
}

static bool run(char **argv)
{
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ))
		return false;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The stub for this line's format, compiled on first need; NULL if that fails. */
static char *stub_object(struct arena *a, const char *state, const struct cc_line *l)
{
	struct buf key = BUF_INIT;
	u32 n;
	char **argv = format_command(a, l, 4, &n);

	for (u32 i = 0; i < n; i++)
		buf_add(&key, argv[i], strlen(argv[i]) + 1);
	char *path = arena_printf(a, "%s/stub-%016llx.o", state,
				  (unsigned long long)hash64(key.s, key.len));

	buf_free(&key);
	if (file_exists(path))
		return path;
	char *temporary = arena_printf(a, "%s.%ld", path, (long)getpid());

	argv[n++] = "-c";
	argv[n++] = "-o";
	argv[n++] = temporary;
	argv[n++] = arena_printf(a, "%s/" RECORD_STUB_SOURCE, state);
	if (!run(argv) || rename(temporary, path))
		return NULL;
	return path;
}

static struct err *write_stub(struct arena *a, const char *stub, const struct cc_line *l)
{
	struct err *err;
	struct blob blob;

	if (l->dep) {
		const char *rule = arena_printf(a, "%s: %s\n", l->output, l->file);

		if ((err = file_write(l->dep, rule, strlen(rule))))
			return err;
	}
	if ((err = file_read(stub, &blob)))
		return err;
	err = file_write(l->output, blob.p, blob.n);
	blob_free(&blob);
	return err;
}

static struct err *log_line(struct arena *a, const char *state, const struct cc_line *l,
			    enum record_kind kind)
{
	struct record r = {
		.kind = kind,
		.cwd = file_cwd(a),
		.file = l->file,
		.output = l->output,
		.dep = l->dep ? l->dep : "",
		.args = arena_array(a, const char *, l->n_cc + l->n_args),
	};

	for (u32 i = 0; i < l->n_cc; i++)
		r.args[r.n_args++] = l->cc[i];
	for (u32 i = 0; i < l->n_args; i++)
		r.args[r.n_args++] = l->args[i];
	return record_log_append(arena_printf(a, "%s/" RECORD_LOG, state), &r);
}

/* Logs the command; *is_done_ret says that a stub has answered it. */
static struct err *record_line(struct arena *a, const char *state, const struct cc_line *l,
			       bool *is_done_ret)
{
	struct err *err;
	const char *stub = NULL;
	enum record_kind kind = RECORD_REAL;

	if (ends_with(l->file, ".S"))
		kind = RECORD_ASM;
	else if (!is_read_by_build(l->output) && (stub = stub_object(a, state, l)))
		kind = RECORD_STUB;
	if ((err = log_line(a, state, l, kind)))
		return err;
	if (stub && (err = write_stub(a, stub, l)))
		return err;
	*is_done_ret = stub != NULL;
	return NULL;
}

/* Becomes the real compiler. */
static struct err *hand_on(struct arena *a, const struct cc_line *l)
{
	char **argv = arena_array(a, char *, l->n_cc + l->n_args + 1);

	memcpy(argv, l->cc, l->n_cc * sizeof(*argv));
	memcpy(argv + l->n_cc, l->args, l->n_args * sizeof(*argv));
	execvp(argv[0], argv);
	return err_errno(errno, "cannot run '%s'", argv[0]);
}

int cmd_record_cc(int argc, char **argv)
{
	struct err *err = NULL;
	struct arena a = ARENA_INIT;
	struct cc_line line;
	bool is_done = false;

	if (argc < 3 || !parse_line(argc - 2, argv + 2, &line))
		return err_report(err_new("'record-cc' is for builds that 'record' runs"));
	if (makes_kernel_object(&line))
		err = record_line(&a, argv[1], &line, &is_done);
	if (!err && !is_done)
		err = hand_on(&a, &line);
	arena_free(&a);
	return err ? err_report(err) : 0;
}
