/* SPDX-License-Identifier: MIT */
/*
 * What every file of reclint shares: integer types, attributes, the functions
 * nobody may call, and how ids are declared.  Knows nothing of C or kernels.
 */
#ifndef RECLINT_H
#define RECLINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define MUST_CHECK __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define UNUSED __attribute__((unused))
#define MALLOCED __attribute__((returns_nonnull))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Ids are structs so that mixing two kinds does not compile.  0 is "none" in
 * every kind; loops over all start at 1.
 */
#define RECLINT_ID(name)						\
	struct name { u32 n; };						\
	static inline bool name##_eq(struct name a, struct name b)	\
	{								\
		return a.n == b.n;					\
	}

struct arena;
struct buf;
struct err;
struct map;
struct strtab;

/* Unbounded or hidden-state functions: use buf_*, file_* and sized variants. */
#define BANNED(f) reclint_banned_##f
#undef strcpy
#define strcpy BANNED(strcpy)
#undef strcat
#define strcat BANNED(strcat)
#undef sprintf
#define sprintf BANNED(sprintf)
#undef vsprintf
#define vsprintf BANNED(vsprintf)
#undef strtok
#define strtok BANNED(strtok)

#endif /* RECLINT_H */
