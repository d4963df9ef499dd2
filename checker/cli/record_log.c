// SPDX-License-Identifier: MIT
/*
 * The log that the compiler wrapper appends to and `reclint record` reads: a
 * sequence of entries, each its length, kind and NUL-terminated strings.
 * One write() per entry on a file opened with O_APPEND keeps the entries of
 * wrappers that run at the same time apart.
 */
#include "cli/record.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"

struct entry_head {
	u32 len;	/* of the whole entry */
	u32 kind;
	u32 n_args;
};

#define N_STRINGS 4	/* cwd, file, output, dep; the arguments follow */

static void add_string(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s) + 1);
}

static void encode(struct buf *b, const struct record *r)
{
	struct entry_head head = { .kind = r->kind, .n_args = r->n_args };

	buf_add(b, &head, sizeof(head));
	add_string(b, r->cwd);
	add_string(b, r->file);
	add_string(b, r->output);
	add_string(b, r->dep);
	for (u32 i = 0; i < r->n_args; i++)
		add_string(b, r->args[i]);
	head.len = (u32)b->len;
	memcpy(b->s, &head, sizeof(head));
}

struct err *record_log_append(const char *path, const struct record *r)
{
	struct err *err = NULL;
	struct buf b = BUF_INIT;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_errno(errno, "cannot open '%s'", path);
	encode(&b, r);
	ssize_t n = write(fd, b.s, b.len);

	if (n < 0 || (size_t)n != b.len)
		err = err_errno(n < 0 ? errno : ENOSPC, "cannot write '%s'", path);
	close(fd);
	buf_free(&b);
	return err;
}

/* The string at *at, which moves behind it; NULL if it has no end before 'end'. */
static const char *next_string(const char **at, const char *end)
{
	const char *s = *at;
	const char *nul = memchr(s, 0, (size_t)(end - s));

	if (!nul)
		return NULL;
	*at = nul + 1;
	return s;
}

/* False if the bytes are no entry.  The strings stay where they are. */
static bool decode(struct arena *a, const struct entry_head *head, const char *at,
		   const char *end, struct record *r)
{
	const char **strings[N_STRINGS] = { &r->cwd, &r->file, &r->output, &r->dep };

	if (head->kind >= RECORD_KIND_COUNT || head->n_args > (u32)(end - at))
		return false;
	r->kind = (enum record_kind)head->kind;
	for (u32 i = 0; i < N_STRINGS; i++)
		if (!(*strings[i] = next_string(&at, end)))
			return false;
	r->n_args = head->n_args;
	r->args = arena_array(a, const char *, r->n_args + 1);
	for (u32 i = 0; i < r->n_args; i++)
		if (!(r->args[i] = next_string(&at, end)))
			return false;
	return at == end;
}

struct err *record_log_read(struct arena *a, const char *path, record_vec *ret)
{
	struct err *err;
	struct blob blob;

	if (!file_exists(path))
		return NULL;	/* nothing was compiled */
	if ((err = file_read(path, &blob)))
		return err;
	const char *at = arena_dup(a, blob.p, blob.n), *end = at + blob.n;

	blob_free(&blob);
	while (at < end) {
		struct entry_head head;
		struct record r;

		if ((size_t)(end - at) < sizeof(head))
			return err_new("'%s' is cut short", path);
		memcpy(&head, at, sizeof(head));
		if (head.len < sizeof(head) || head.len > (size_t)(end - at) ||
		    !decode(a, &head, at + sizeof(head), at + head.len, &r))
			return err_new("'%s' is damaged", path);
		vec_push(ret, r);
		at += head.len;
	}
	return NULL;
}
