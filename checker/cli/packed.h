/* SPDX-License-Identifier: MIT */
/*
 * Files that are reclint's own: a line that says what and of which version, the checksum of
 * the rest, and the rest, compressed.  One of another version is an error, as a damaged one is.
 */
#ifndef CLI_PACKED_H
#define CLI_PACKED_H

#include "base/buf.h"
#include "base/file.h"

/* magic: that line, with its '\n'. */
MUST_CHECK struct err *packed_write(const char *path, const char *magic, const struct buf *plain);
MUST_CHECK struct err *packed_read(const char *path, const char *magic, struct blob *plain_ret);

#endif
