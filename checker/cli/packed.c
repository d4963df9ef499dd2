// SPDX-License-Identifier: MIT
/*
 * The frame of files that are reclint's own.
 */
#include "cli/packed.h"

#include "base/err.h"
#include "base/hash.h"

#define SIZE_MAX_UNPACKED ((size_t)1 << 30)

struct err *packed_write(const char *path, const char *magic, const struct buf *plain)
{
	struct buf packed = BUF_INIT, out = BUF_INIT;
	struct hash128 h;
	struct err *err;

	file_compress(&packed, buf_text(plain), plain->len);
	h = hash128(buf_text(&packed), packed.len);
	buf_adds(&out, magic);
	buf_add(&out, &h.lo, sizeof(h.lo));
	buf_add(&out, &h.hi, sizeof(h.hi));
	buf_add(&out, buf_text(&packed), packed.len);
	err = file_write(path, buf_text(&out), out.len);
	buf_free(&packed);
	buf_free(&out);
	return err;
}

static struct err *unpack(const struct blob *file, const char *magic, struct blob *plain_ret)
{
	size_t n = strlen(magic), head = n + sizeof(u64) + sizeof(u64);
	struct hash128 h;

	if (file->n < head || memcmp(file->p, magic, n) != 0)
		return err_new("not one of this version");
	memcpy(&h.lo, file->p + n, sizeof(h.lo));
	memcpy(&h.hi, file->p + n + sizeof(h.lo), sizeof(h.hi));
	if (!hash128_eq(h, hash128(file->p + head, file->n - head)))
		return err_new("its checksum is wrong");
	return file_decompress(file->p + head, file->n - head, SIZE_MAX_UNPACKED, plain_ret);
}

struct err *packed_read(const char *path, const char *magic, struct blob *plain_ret)
{
	struct blob file;
	struct err *err = file_read(path, &file);

	if (err)
		return err;
	err = unpack(&file, magic, plain_ret);
	blob_free(&file);
	return err ? err_wrap(err, "cannot use '%s'", path) : NULL;
}
