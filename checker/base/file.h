/* SPDX-License-Identifier: MIT */
/* Whole files: read at once, written atomically (a temporary name, then rename). */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "reclint.h"

#include <stdio.h>

struct blob { char *p; size_t n; };	/* heap; p[n] is a NUL; free with blob_free() */

MUST_CHECK struct err *file_read(const char *path, struct blob *ret);
void blob_free(struct blob *b);
/* Makes missing parent folders; leaves no temporary behind on failure.  What is there and
 * neither a file nor a folder (a device, a pipe) is written to, not replaced. */
MUST_CHECK struct err *file_write(const char *path, const void *p, size_t n);
/* The same piece by piece: write to out.to, then end it, which also forgets it after an error. */
struct file_out { FILE *to; const char *path; char *temporary /* NULL: none */; };
MUST_CHECK struct err *file_begin(const char *path, struct file_out *ret);
MUST_CHECK struct err *file_end(struct file_out *out);
MUST_CHECK struct err *file_mkdirs(const char *dir);
bool file_exists(const char *path);
bool file_is_dir(const char *path);
/* mtime in ns, size; false if it can't be had. */
bool file_stamp(const char *path, u64 *mtime_ns_ret, u64 *size_ret);
/* dir + "/" + rel unless rel is absolute; lexically normalised ("a/./b/../c" -> "a/c"). */
char *file_join(struct arena *a, const char *dir, const char *rel);
char *file_normalise(struct arena *a, const char *path);
/* path relative to dir when it is below dir, else path itself (both normalised, absolute). */
const char *file_relative(struct arena *a, const char *path, const char *dir);
char *file_cwd(struct arena *a);
/* The folder that holds the running executable. */
char *file_self_dir(struct arena *a);
/* Every regular file below dir (recursive, links not followed) whose name ends in
 * suffix, sorted by path; array of paths in a. */
MUST_CHECK struct err *file_find(struct arena *a, const char *dir, const char *suffix,
				 char ***paths_ret, u32 *n_ret);
/* zstd, level 1. */
void file_compress(struct buf *out, const void *p, size_t n);
/* Refuses what would unpack to more than max bytes. */
MUST_CHECK struct err *file_decompress(const void *p, size_t n, size_t max, struct blob *ret);

#endif
