// SPDX-License-Identifier: MIT
/*
 * The units of a compile database, kept beside the facts: a kernel's is tens of megabytes
 * of JSON, which takes longer to read than a changed file takes to extract.
 *
 * They are those of the database while its stamp is the same, and reclint's own: another one
 * may make other units of a command.  One that was written so shortly before it was read that
 * the time could not tell is read again.  Strings, each with its NUL.
 */
#include "cli/scan.h"

#include "base/err.h"
#include "base/log.h"
#include "cli/packed.h"

#include <stdlib.h>

#define KNOWN "units"
#define MAGIC "reclint units 1\n"
#define SELF "/proc/self/exe"

/* ---- writing ------------------------------------------------------------ */

static void put(struct buf *out, const char *s)
{
	buf_add(out, s, strlen(s) + 1);
}

static void put_number(struct buf *out, u64 n)
{
	buf_addf(out, "%llu", (unsigned long long)n);
	buf_addc(out, 0);
}

static void put_unit(struct buf *out, const struct scan_unit *u)
{
	put(out, u->name);
	put(out, u->source);
	put(out, u->dir);
	put(out, u->srctree ? u->srctree : "");
	put(out, u->object);
	put_number(out, u->command.lo);
	put_number(out, u->command.hi);
	put_number(out, u->argc);
	for (u32 i = 0; i < u->argc; i++)
		put(out, u->argv[i]);
}

static void put_stamp(struct buf *out, struct cache_stamp s)
{
	put_number(out, s.mtime_ns);
	put_number(out, s.size);
	put_number(out, s.inode);
}

void scan_known_write(struct scan *s, struct cache_stamp database)
{
	struct buf out = BUF_INIT;
	struct err *err;

	if (!database.inode || cache_may_be_written_since(database.mtime_ns, cache_now_ns()))
		return;
	put(&out, s->database);
	put_stamp(&out, database);
	put_stamp(&out, cache_stamp_of(SELF));
	put_number(&out, s->units.n);
	for (u32 i = 0; i < s->units.n; i++)
		put_unit(&out, &s->units.a[i]);
	err = packed_write(scan_path(s, KNOWN), MAGIC, &out);
	if (err)
		log_warn("%s", err_text(err));
	err_free(err);
	buf_free(&out);
}

/* ---- reading ------------------------------------------------------------ */

struct reader { char *p, *end; };

/* Past the end everything is "". */
static char *get(struct reader *r)
{
	char *s = r->p;

	if (r->p >= r->end)
		return r->end;	/* a blob's NUL */
	r->p += strlen(s) + 1;
	return s;
}

static u64 get_number(struct reader *r)
{
	return strtoull(get(r), NULL, 10);
}

static void get_unit(struct reader *r, struct scan *s)
{
	struct scan_unit *u = vec_add(&s->units);

	u->name = get(r);
	u->source = get(r);
	u->dir = get(r);
	u->srctree = get(r);
	u->object = get(r);
	u->command.lo = get_number(r);
	u->command.hi = get_number(r);
	u->argc = (u32)get_number(r);
	if (!*u->srctree)
		u->srctree = NULL;
	if (u->argc > (size_t)(r->end - r->p))	/* each takes a byte at least */
		u->argc = 0;
	u->argv = arena_array(&s->arena, char *, u->argc + 1);
	for (u32 i = 0; i < u->argc; i++)
		u->argv[i] = get(r);
}

static bool is_stamp(struct reader *r, struct cache_stamp now)
{
	struct cache_stamp then;

	then.mtime_ns = get_number(r);
	then.size = get_number(r);
	then.inode = get_number(r);
	return now.inode && cache_stamp_eq(then, now);
}

bool scan_known_read(struct scan *s, struct cache_stamp database)
{
	const char *path = scan_path(s, KNOWN);
	struct reader r;
	struct err *err;
	u64 n;

	if (!file_exists(path))
		return false;
	err = packed_read(path, MAGIC, &s->known);
	if (err) {
		log_verbose("%s: reading '%s'", err_text(err), s->database);
		err_free(err);
		return false;
	}
	r = (struct reader){ s->known.p, s->known.p + s->known.n };
	if (strcmp(get(&r), s->database) || !is_stamp(&r, database) || !is_stamp(&r, cache_stamp_of(SELF)))
		return false;
	for (n = get_number(&r); n && r.p < r.end; n--)
		get_unit(&r, s);
	if (n || r.p != r.end)
		s->units.n = 0;
	return s->units.n;
}
