/* SPDX-License-Identifier: MIT */
/*
 * Interned strings: bytes <-> struct str.  Equal text has an equal id within
 * one table; ids are dense from 1 in order of first interning, so they index
 * side tables, and never decide an order of output.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "reclint.h"

RECLINT_ID(str)			/* 0: no string (which is not "") */

struct strtab *strtab_create(void);
void strtab_destroy(struct strtab *t);			/* t may be NULL */
struct str str_intern(struct strtab *t, const char *s);	/* s NUL-terminated; NULL gives {0} */
struct str str_intern_n(struct strtab *t, const char *s, size_t len);	/* no NUL inside */
struct str str_internf(struct strtab *t, const char *fmt, ...) PRINTF(2, 3);
/*
 * For readers of string tables: adds a string that is known not to be there yet,
 * without looking.  The bytes are not copied: NUL-terminated, they outlive the table.
 */
struct str strtab_append(struct strtab *t, const char *s, u32 len);
/* The id of s if it is there, {0} if not. */
struct str str_find(const struct strtab *t, const char *s);
/* NUL-terminated, valid as long as the table; "" for {0}. */
const char *str_text(const struct strtab *t, struct str s);
size_t str_len(const struct strtab *t, struct str s);
u32 strtab_count(const struct strtab *t);		/* highest id in use */

#endif
