/* SPDX-License-Identifier: MIT */
/*
 * Private to fact/: the frame of a facts file, reading variable-length integers
 * from bytes that may be anything, and what fact.def says of operands, as data.
 */
#ifndef FACT_CODEC_H
#define FACT_CODEC_H

#include "fact/fact.h"

/* ---- the frame: fixed-size fields, little-endian, then the packed payload --- */

#define FACT_MAGIC "RECLFACT"
#define FACT_VERSION 1
enum {
	FACT_AT_MAGIC = 0,	/* 8 bytes */
	FACT_AT_VERSION = 8,	/* u32 */
	FACT_AT_RESERVED = 12,	/* u32, 0 */
	FACT_AT_SCHEMA = 16,	/* u64, fact_schema_hash() */
	FACT_AT_HASH = 24,	/* u64, XXH3 of the packed payload */
	FACT_AT_PACKED = 32,	/* u64, its length */
	FACT_AT_RAW = 40,	/* u64, the length of what it unpacks to */
	FACT_AT_PAYLOAD = 48,
};
#define FACT_RAW_MAX ((u64)64 << 20)	/* neither written nor read above this */

/* A symbol's flags. */
#define FACT_SYM_LINKAGE 0x07
#define FACT_SYM_FN 0x08
#define FACT_SYM_CONST 0x10

/* ---- reading ---------------------------------------------------------------- */

/*
 * Bytes to read from.  The first failure is kept and moves the position to the
 * end, so that whoever reads may check once per record; what is read after a
 * failure is 0.
 */
struct fact_in {
	const u8 *p, *end;
	const char *problem;	/* NULL: none so far */
};

static inline void fact_in_fail(struct fact_in *in, const char *problem)
{
	if (!in->problem)
		in->problem = problem;
	in->p = in->end;
}

static inline size_t fact_in_left(const struct fact_in *in)
{
	return (size_t)(in->end - in->p);
}

u64 fact_in_uleb_long(struct fact_in *in);

static inline u64 fact_in_uleb(struct fact_in *in)
{
	if (in->p < in->end && *in->p < 0x80)
		return *in->p++;
	return fact_in_uleb_long(in);
}

static inline s64 fact_in_sleb(struct fact_in *in)
{
	u64 v = fact_in_uleb(in);

	return (s64)(v >> 1 ^ (v & 1 ? ~(u64)0 : 0));
}

static inline u8 fact_in_byte(struct fact_in *in)
{
	if (in->p < in->end)
		return *in->p++;
	fact_in_fail(in, "ends too early");
	return 0;
}

/* A number that must not be above max. */
static inline u32 fact_in_u32(struct fact_in *in, u32 max, const char *problem)
{
	u64 v = fact_in_uleb(in);

	if (v > max) {
		fact_in_fail(in, problem);
		return 0;
	}
	return (u32)v;
}

/* How many records follow, each of at least 'size' bytes: never more than can be there. */
static inline u32 fact_in_count(struct fact_in *in, size_t size)
{
	u64 v = fact_in_uleb(in);

	if (v > fact_in_left(in) / size || v >= UINT32_MAX) {
		fact_in_fail(in, "a count that is larger than the file");
		return 0;
	}
	return (u32)v;
}

/* ---- the encoding of an instruction's first byte -------------------------- */

#define FACT_INSN_OP_MASK 0x3f
#define FACT_INSN_HAS_POS 0x40		/* line and column differ from the one before */
#define FACT_INSN_HAS_FLAGS 0x80
_Static_assert(FACT_OP_COUNT <= FACT_INSN_OP_MASK, "ops fit in 6 bits");

/* ---- shapes ---------------------------------------------------------------- */

enum fact_extra { EXTRA_NONE, EXTRA_MEMBER, EXTRA_SIGNATURE, EXTRA_BITS };
#define FACT_N_VARIES 255

struct fact_shape {
	u8 n;			/* operands, or FACT_N_VARIES */
	bool has_off;
	bool has_result;
	u8 extra;		/* enum fact_extra */
};
extern const struct fact_shape fact_shapes[FACT_OP_COUNT];

/* The bits that a value can have. */
static inline bool fact_bits_ok(u32 bits)
{
	return bits <= 128 || bits == FACT_BITS_AGGREGATE;
}

/* ---- encode.c --------------------------------------------------------------- */

/* Appends the bytes of a body to out.  The error says what is wrong with the body. */
MUST_CHECK struct err *fact_body_encode(const struct fact_body *body, struct buf *out);
/* Sets fn->encoded, if there is a body to encode, and fn->hash. */
MUST_CHECK struct err *fact_fn_encode(struct fact_tu *tu, struct fact_fn *fn);

#endif
