// SPDX-License-Identifier: MIT
/*
 * Whole files and what zstd makes of them, folders, and paths as text.
 *
 * Paths are normalised by their text alone: "a/../b" is "b" even when a is a
 * symbolic link.  Writing is atomic against other processes and against our own
 * death, not against power failure: nothing is synced to the disk.
 */
#include "base/file.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define AUTO_FD __attribute__((cleanup(close_fd))) int

/* ---- reading ------------------------------------------------------------ */

static struct err *read_all(int fd, size_t expect, struct blob *ret)
{
	size_t cap = expect + 1, n = 0;
	char *p = mem_realloc(NULL, cap, 1);

	for (;;) {
		ssize_t got;

		if (n + 1 >= cap) {
			/* Full as expected, unless one more byte can be read. */
			cap = cap < 4096 ? 8192 : cap * 2;
			p = mem_realloc(p, cap, 1);
		}
		got = read(fd, p + n, cap - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			free(p);
			return err_new("%s", strerror(errno));
		}
		if (!got)
			break;
		n += (size_t)got;
	}
	p[n] = 0;
	*ret = (struct blob){ p, n };
	return NULL;
}

struct err *file_read(const char *path, struct blob *ret)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct err *err;
	struct stat st;

	if (fd < 0)
		return err_errno(errno, "cannot open '%s'", path);
	if (fstat(fd, &st))
		return err_errno(errno, "cannot read '%s'", path);
	/* One byte more than its size, so that its end is seen without growing. */
	err = read_all(fd, S_ISREG(st.st_mode) ? (size_t)st.st_size + 1 : 4096, ret);
	return err ? err_wrap(err, "cannot read '%s'", path) : NULL;
}

void blob_free(struct blob *b)
{
	free(b->p);
	*b = (struct blob){ NULL, 0 };
}

/* ---- writing ------------------------------------------------------------ */

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

static struct err *make_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct arena a = ARENA_INIT;
	struct err *err;
	char *dir;

	if (!slash || slash == path)
		return NULL;
	dir = arena_dup(&a, path, (size_t)(slash - path) + 1);
	dir[slash - path] = 0;
	err = file_is_dir(dir) ? NULL : file_mkdirs(dir);
	arena_free(&a);
	return err;
}

/* An open new file beside path, its name in *tmp; -1 and errno on failure. */
static int open_temporary(const char *path, struct buf *tmp)
{
	static unsigned int serial;

	for (int tries = 0; tries < 100; tries++) {
		int fd;

		buf_clear(tmp);
		buf_addf(tmp, "%s.%ld.%u.tmp", path, (long)getpid(), serial++);
		fd = open(buf_text(tmp), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* A device or a pipe is written to, not replaced: /dev/null stays what it is. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static struct err *write_special(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), errnum = fd < 0 ? errno : write_all(fd, p, n);

	if (fd >= 0 && close(fd) && !errnum)
		errnum = errno;
	return errnum ? err_errno(errnum, "cannot write '%s'", path) : NULL;
}

struct err *file_write(const char *path, const void *p, size_t n)
{
	struct buf tmp = BUF_INIT;
	struct err *err = make_parent(path);
	int fd, errnum;

	if (err)
		return err;
	if (is_special(path))
		return write_special(path, p, n);
	fd = open_temporary(path, &tmp);
	if (fd < 0) {
		err = err_errno(errno, "cannot write '%s'", path);
		goto out;
	}
	errnum = write_all(fd, p, n);
	if (close(fd) && !errnum)
		errnum = errno;
	if (!errnum && rename(buf_text(&tmp), path))
		errnum = errno;
	if (errnum) {
		unlink(buf_text(&tmp));
		err = err_errno(errnum, "cannot write '%s'", path);
	}
out:
	buf_free(&tmp);
	return err;
}

struct err *file_begin(const char *path, struct file_out *ret)
{
	struct buf tmp = BUF_INIT;
	struct err *err = make_parent(path);
	int fd;

	*ret = (struct file_out){ NULL, path, NULL };
	if (err)
		return err;
	fd = is_special(path) ? open(path, O_WRONLY | O_CLOEXEC) : open_temporary(path, &tmp);
	if (fd >= 0)
		ret->to = fdopen(fd, "w");
	if (!ret->to) {
		err = err_errno(errno, "cannot write '%s'", path);
		if (fd >= 0)
			close(fd);
		if (fd >= 0 && tmp.len)
			unlink(buf_text(&tmp));
	} else if (tmp.len) {
		ret->temporary = tmp.s;
		return NULL;
	}
	buf_free(&tmp);
	return err;
}

struct err *file_end(struct file_out *out)
{
	int errnum = fflush(out->to) || ferror(out->to) ? errno : 0;

	if (fclose(out->to) && !errnum)
		errnum = errno;
	if (out->temporary && !errnum && rename(out->temporary, out->path))
		errnum = errno;
	if (out->temporary && errnum)
		unlink(out->temporary);
	free(out->temporary);
	return errnum ? err_errno(errnum, "cannot write '%s'", out->path) : NULL;
}

static struct err *mkdir_one(const char *dir)
{
	if (mkdir(dir, 0777) == 0 || (errno == EEXIST && file_is_dir(dir)))
		return NULL;
	return err_errno(errno, "cannot make folder '%s'", dir);
}

struct err *file_mkdirs(const char *dir)
{
	struct arena a = ARENA_INIT;
	struct err *err = NULL;
	char *s = arena_strdup(&a, dir);

	for (char *slash = strchr(s + (*s == '/'), '/'); slash && !err;
	     slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (!file_is_dir(s))
			err = mkdir_one(s);
		*slash = '/';
	}
	if (!err && *s && !file_is_dir(s))
		err = mkdir_one(s);
	arena_free(&a);
	return err;
}

/* ---- questions ---------------------------------------------------------- */

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_stamp(const char *path, u64 *mtime_ns_ret, u64 *size_ret)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	*mtime_ns_ret = (u64)st.st_mtim.tv_sec * 1000000000u + (u64)st.st_mtim.tv_nsec;
	*size_ret = (u64)st.st_size;
	return true;
}

/* ---- paths -------------------------------------------------------------- */

/* Takes the last part off out[0 .. n); false when there is none to take. */
static bool drop_part(const char *out, size_t root, size_t *n)
{
	size_t at = *n;

	while (at > root && out[at - 1] != '/')
		at--;
	if (*n == root || (*n - at == 2 && memcmp(out + at, "..", 2) == 0))
		return false;
	*n = at > root ? at - 1 : root;
	return true;
}

char *file_normalise(struct arena *a, const char *path)
{
	char *out = arena_alloc(a, strlen(path) + 2);
	size_t root = *path == '/', n = root;

	if (root)
		out[0] = '/';
	for (const char *s = path; *s;) {
		size_t len = strcspn(s, "/");
		bool is_up = len == 2 && memcmp(s, "..", 2) == 0;

		if (is_up && (drop_part(out, root, &n) || root))
			len = 0;
		if (len && !(len == 1 && *s == '.')) {
			if (n > root)
				out[n++] = '/';
			memcpy(out + n, s, len);
			n += len;
		}
		s += strcspn(s, "/");
		s += strspn(s, "/");
	}
	if (!n)
		out[n++] = '.';
	out[n] = 0;
	return out;
}

char *file_join(struct arena *a, const char *dir, const char *rel)
{
	if (*rel == '/' || !*dir)
		return file_normalise(a, rel);
	return file_normalise(a, arena_printf(a, "%s/%s", dir, rel));
}

const char *file_relative(struct arena *a UNUSED, const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1 && *dir == '/')
		n = 0;
	if (strncmp(path, dir, n) != 0)
		return path;
	if (!path[n])
		return ".";
	return path[n] == '/' && path[n + 1] ? path + n + 1 : path;
}

char *file_cwd(struct arena *a)
{
	char *cwd = getcwd(NULL, 0);
	char *copy = arena_strdup(a, cwd ? cwd : ".");

	free(cwd);
	return copy;
}

char *file_self_dir(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return file_cwd(a);
	path[n] = 0;
	return file_normalise(a, arena_printf(a, "%s/..", path));
}

/* ---- finding ------------------------------------------------------------ */

struct search {
	struct arena *a;
	const char *suffix;
	VEC(char *) dirs;	/* to do */
	VEC(char *) found;
};

static bool ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

static void search_entry(struct search *s, const char *dir, const struct dirent *d)
{
	unsigned char type = d->d_type;
	struct stat st;
	char *path;

	if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
		return;
	if (type == DT_REG && !ends_in(d->d_name, s->suffix))
		return;
	path = arena_printf(s->a, "%s%s%s", dir, ends_in(dir, "/") ? "" : "/", d->d_name);
	if (type == DT_UNKNOWN && lstat(path, &st) == 0)
		type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
	if (type == DT_DIR)
		vec_push(&s->dirs, path);
	else if (type == DT_REG && ends_in(path, s->suffix))
		vec_push(&s->found, path);
}

static struct err *search_dir(struct search *s, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	int errnum;

	if (!d)
		return err_errno(errno, "cannot open folder '%s'", dir);
	for (errno = 0; (entry = readdir(d)) != NULL; errno = 0)
		search_entry(s, dir, entry);
	errnum = errno;
	closedir(d);
	return errnum ? err_errno(errnum, "cannot read folder '%s'", dir) : NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct err *file_find(struct arena *a, const char *dir, const char *suffix,
		      char ***paths_ret, u32 *n_ret)
{
	struct search s = { .a = a, .suffix = suffix };
	struct err *err = NULL;

	vec_push(&s.dirs, arena_strdup(a, dir));
	while (s.dirs.n && !err)
		err = search_dir(&s, vec_pop(&s.dirs));
	if (!err) {
		vec_sort(&s.found, by_text);
		*paths_ret = arena_dup(a, s.found.a, s.found.n * sizeof(*s.found.a));
		*n_ret = s.found.n;
	}
	vec_free(&s.dirs);
	vec_free(&s.found);
	return err;
}

/* ---- compression -------------------------------------------------------- */

void file_compress(struct buf *out, const void *p, size_t n)
{
	size_t cap = ZSTD_compressBound(n);
	char *packed = mem_realloc(NULL, cap, 1);
	size_t got = ZSTD_compress(packed, cap, p, n, 1);

	if (ZSTD_isError(got))
		BUG("cannot compress %zu bytes: %s", n, ZSTD_getErrorName(got));
	buf_add(out, packed, got);
	free(packed);
}

struct err *file_decompress(const void *p, size_t n, size_t max, struct blob *ret)
{
	unsigned long long size = ZSTD_getFrameContentSize(p, n);
	size_t got;
	char *out;

	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return err_new("not a zstd frame of known size");
	if (size > max)
		return err_new("unpacks to %llu bytes, more than %zu", size, max);
	out = mem_realloc(NULL, (size_t)size + 1, 1);
	got = ZSTD_decompress(out, (size_t)size, p, n);
	if (ZSTD_isError(got) || got != size) {
		free(out);
		return err_new("bad zstd data: %s",
			       ZSTD_isError(got) ? ZSTD_getErrorName(got) : "too short");
	}
	out[got] = 0;
	*ret = (struct blob){ out, got };
	return NULL;
}
