// SPDX-License-Identifier: MIT
/* Long variable-length integers, and the table of shapes: fact.def's prose as data. */
#include "fact/codec.h"

u64 fact_in_uleb_long(struct fact_in *in)
{
	u64 v = 0;

	for (u32 shift = 0; shift < 64; shift += 7) {
		u8 byte;

		if (in->p == in->end) {
			fact_in_fail(in, "ends too early");
			return 0;
		}
		byte = *in->p++;
		if (shift == 63 && byte > 1)
			break;
		v |= (u64)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return v;
	}
	fact_in_fail(in, "a number of more than 64 bits");
	return 0;
}

#define BINARY { .n = 2, .has_result = true }
#define WIDEN { .n = 1, .has_result = true, .extra = EXTRA_BITS }

const struct fact_shape fact_shapes[FACT_OP_COUNT] = {
	[FACT_UNKNOWN] = { .n = 0, .has_result = true },
	[FACT_CALL] = { .n = FACT_N_VARIES, .has_result = true, .extra = EXTRA_SIGNATURE },
	[FACT_LOAD] = { .n = 1, .has_off = true, .has_result = true, .extra = EXTRA_MEMBER },
	[FACT_STORE] = { .n = 2, .has_off = true, .extra = EXTRA_MEMBER },
	[FACT_MEMBER] = { .n = 1, .has_off = true, .has_result = true, .extra = EXTRA_MEMBER },
	[FACT_ADD] = BINARY, [FACT_SUB] = BINARY, [FACT_MUL] = BINARY,
	[FACT_DIVU] = BINARY, [FACT_DIVS] = BINARY, [FACT_MODU] = BINARY, [FACT_MODS] = BINARY,
	[FACT_SHL] = BINARY, [FACT_LSR] = BINARY, [FACT_ASR] = BINARY,
	[FACT_AND] = BINARY, [FACT_OR] = BINARY, [FACT_XOR] = BINARY,
	[FACT_EQ] = BINARY, [FACT_NE] = BINARY, [FACT_LT] = BINARY, [FACT_LE] = BINARY,
	[FACT_ULT] = BINARY, [FACT_ULE] = BINARY,
	[FACT_NOT] = { .n = 1, .has_result = true },
	[FACT_NEG] = { .n = 1, .has_result = true },
	[FACT_ZEXT] = WIDEN, [FACT_SEXT] = WIDEN, [FACT_TRUNC] = WIDEN,
	[FACT_SEL] = { .n = 3, .has_result = true },
	[FACT_PHI] = { .n = FACT_N_VARIES, .has_result = true },
	[FACT_ASM] = { .n = FACT_N_VARIES },
	[FACT_BR] = { .n = 1 },
	[FACT_CBR] = { .n = 3 },
	[FACT_SWITCH] = { .n = FACT_N_VARIES },
	[FACT_RET] = { .n = FACT_N_VARIES },
	[FACT_UNREACHABLE] = { .n = 0 },
};
