/* SPDX-License-Identifier: MIT */
/*
 * JSON values, for the printers that write JSON; inside report/ only.  Members keep the
 * order in which they are set.  Making one cannot fail: what could is a bug of ours.
 */
#ifndef REPORT_VALUE_H
#define REPORT_VALUE_H

#include "base/buf.h"

#include <jansson.h>

/* The caller owns what these return, until it is set, appended or dumped: those consume it. */
json_t *value_object(void);
json_t *value_array(void);
json_t *value_text(const char *s);	/* null for NULL; any bytes become UTF-8 */
json_t *value_texts(const char *const *a, u32 n);

void value_set(json_t *object, const char *key, json_t *value);
void value_set_text(json_t *object, const char *key, const char *s);
void value_set_u32(json_t *object, const char *key, u32 n);
void value_append(json_t *array, json_t *value);

/* On one line. */
void value_dump(struct buf *out, json_t *value);

#endif
