// SPDX-License-Identifier: MIT
/*
 * The cache as bytes (in the frame of packed.h): a list of files and of entries that
 * refer to them by number.  Numbers are LEB128; the inputs of an entry are
 * differences, for headers follow each other in the same order in most files.
 *
 * Other versions' manifests are errors, which cost a full scan and nothing else.
 */
#include "cli/cache_internal.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "cli/packed.h"

#define MAGIC "reclint scan 1\n"

/* ---- writing ------------------------------------------------------------ */

struct writer {
	const struct cache *c;
	struct buf *out;
	u32 *number;		/* by path id: in the file, from 1; 0: not written */
	u32 n;
};

static void put_hash(struct buf *out, struct hash128 h)
{
	buf_add(out, &h.lo, sizeof(h.lo));
	buf_add(out, &h.hi, sizeof(h.hi));
}

static void put_stamp(struct buf *out, struct cache_stamp s)
{
	buf_add_uleb(out, s.mtime_ns);
	buf_add_uleb(out, s.size);
	buf_add_uleb(out, s.inode);
}

static void put_string(struct writer *w, u32 id)
{
	const char *text = str_text(w->c->paths, (struct str){ id });

	buf_add(w->out, text, strlen(text) + 1);
}

static void put_file(struct writer *w, u32 id)
{
	const struct cache_file *f = &w->c->files.a[id];

	if (w->number[id])
		return;
	w->number[id] = ++w->n;
	put_string(w, id);
	put_stamp(w->out, f->is_trusted ? f->stamp : (struct cache_stamp){ 0 });
	put_hash(w->out, f->hash);
}

static void put_entry(struct writer *w, const struct cache_entry *e)
{
	u32 last = 0;

	put_string(w, e->name);
	buf_addc(w->out, e->has_problems);
	put_hash(w->out, e->command);
	put_hash(w->out, e->key);
	put_stamp(w->out, e->facts);
	buf_add_uleb(w->out, e->n_inputs);
	for (u32 i = 0; i < e->n_inputs; i++) {
		u32 number = w->number[w->c->inputs.a[e->first_input + i]];

		buf_add_sleb(w->out, (s64)number - last);
		last = number;
	}
}

static void put_all(struct cache *c, struct arena *a, struct buf *out)
{
	struct buf files = BUF_INIT;
	struct writer w = { .c = c, .out = &files };

	w.number = arena_array(a, u32, c->files.n);
	for (u32 i = 0; i < c->entries.n; i++)
		for (u32 k = 0; c->entries.a[i].is_live && k < c->entries.a[i].n_inputs; k++)
			put_file(&w, c->inputs.a[c->entries.a[i].first_input + k]);
	buf_add_uleb(out, w.n);
	buf_add(out, buf_text(&files), files.len);
	buf_free(&files);
	w.out = out;
	buf_add_uleb(out, cache_count(c));
	for (u32 i = 0; i < c->entries.n; i++)
		if (c->entries.a[i].is_live)
			put_entry(&w, &c->entries.a[i]);
}

struct err *cache_write(struct cache *c, const char *path)
{
	struct buf plain = BUF_INIT;
	struct arena a = ARENA_INIT;
	struct err *err;

	cache_settle(c);
	put_all(c, &a, &plain);
	err = packed_write(path, MAGIC, &plain);
	buf_free(&plain);
	arena_free(&a);
	return err;
}

/* ---- reading ------------------------------------------------------------ */

/* Past the end everything reads as 0 and is_bad is set. */
struct reader {
	const u8 *p, *end;
	bool is_bad;
};

static u64 get_uleb(struct reader *r)
{
	u64 v = 0;

	for (u32 shift = 0; r->p < r->end && shift < 64; shift += 7) {
		u8 byte = *r->p++;

		v |= (u64)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	r->is_bad = true;
	return 0;
}

/* Zig-zag, as buf_add_sleb() writes it. */
static s64 get_sleb(struct reader *r)
{
	u64 v = get_uleb(r);

	return (s64)(v >> 1) ^ -(s64)(v & 1);
}

static void get_bytes(struct reader *r, void *to, size_t n)
{
	if ((size_t)(r->end - r->p) < n) {
		r->is_bad = true;
		memset(to, 0, n);
		return;
	}
	memcpy(to, r->p, n);
	r->p += n;
}

static struct hash128 get_hash(struct reader *r)
{
	struct hash128 h;

	get_bytes(r, &h.lo, sizeof(h.lo));
	get_bytes(r, &h.hi, sizeof(h.hi));
	return h;
}

static struct cache_stamp get_stamp(struct reader *r)
{
	struct cache_stamp s;

	s.mtime_ns = get_uleb(r);
	s.size = get_uleb(r);
	s.inode = get_uleb(r);
	return s;
}

static const char *get_string(struct reader *r)
{
	const char *s = (const char *)r->p;
	const u8 *nul = memchr(r->p, 0, (size_t)(r->end - r->p));

	if (!nul) {
		r->is_bad = true;
		return "";
	}
	r->p = nul + 1;
	return s;
}

static void get_file(struct reader *r, struct cache *c, u32 *id_ret)
{
	u32 id = cache_file_id(c, get_string(r));
	struct cache_file *f = &c->files.a[id];

	f->stamp = get_stamp(r);
	f->hash = get_hash(r);
	f->is_trusted = f->stamp.inode != 0;
	*id_ret = id;
}

static void get_entry(struct reader *r, struct cache *c, const u32 *ids, u32 n_ids)
{
	struct cache_entry *e = cache_add(c, get_string(r));
	u64 n_inputs;
	s64 number = 0;
	u8 has_problems;

	get_bytes(r, &has_problems, 1);
	e->has_problems = has_problems != 0;
	e->command = get_hash(r);
	e->key = get_hash(r);
	e->facts = get_stamp(r);
	e->is_live = true;
	e->first_input = c->inputs.n;
	n_inputs = get_uleb(r);
	for (u64 i = 0; i < n_inputs && !r->is_bad; i++) {
		number += get_sleb(r);
		if (number < 1 || number > n_ids)
			r->is_bad = true;
		else
			vec_push(&c->inputs, ids[number]);
	}
	e->n_inputs = c->inputs.n - e->first_input;
}

static bool get_all(struct reader *r, struct cache *c)
{
	struct arena a = ARENA_INIT;
	u64 n = get_uleb(r), n_entries;
	u32 *ids;

	if (n > (u64)(r->end - r->p))	/* each takes a byte at least */
		return false;
	ids = arena_array(&a, u32, n + 1);
	for (u64 i = 1; i <= n && !r->is_bad; i++)
		get_file(r, c, &ids[i]);
	n_entries = get_uleb(r);
	for (u64 i = 0; i < n_entries && !r->is_bad; i++)
		get_entry(r, c, ids, (u32)n);
	arena_free(&a);
	return !r->is_bad && r->p == r->end;
}

struct err *cache_read(const char *path, struct cache **ret)
{
	struct blob plain;
	struct cache *c;
	struct reader r;
	struct err *err;
	bool is_good;

	if (!file_exists(path)) {
		*ret = cache_create();
		return NULL;
	}
	err = packed_read(path, MAGIC, &plain);
	if (err)
		return err;
	c = cache_create();
	r = (struct reader){ .p = (const u8 *)plain.p, .end = (const u8 *)plain.p + plain.n };
	is_good = get_all(&r, c);
	blob_free(&plain);
	if (!is_good) {
		cache_free(c);
		return err_new("cannot use '%s': its contents make no sense", path);
	}
	*ret = c;
	return NULL;
}
