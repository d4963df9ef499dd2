// SPDX-License-Identifier: MIT
/* compile with: -O2 */
/*
 * a op= b is done in the type that the usual conversions give; of bit-fields at one
 * place of several structs, that of the struct at hand.
 */
typedef unsigned int u32;

struct tt { u32 n; int delta; unsigned char tiny; };

void wider_left(unsigned long *sum, long *balance, struct tt *t, u32 n, int delta)
{
	*sum += t->n;
	*balance -= t->n;
	*balance += delta;
	*sum &= ~n;
	*sum /= n;
}

void wider_right(u32 *sum, unsigned char *tiny, unsigned long by, u32 n)
{
	*sum += by;
	*tiny |= n;
	*tiny <<= 3;
}

unsigned long shifts(unsigned long flags, int by, char *p, u32 n)
{
	flags <<= by;
	flags >>= n;
	p += n;
	return flags + *p;
}

struct walk_flags { u32 purge : 1; u32 writeback : 1; };
struct shrink_flags { u32 purge : 1; u32 writeback : 1; u32 allow_move : 1; };

int shrink(struct shrink_flags flags);

int walk(struct walk_flags flags, int purge)
{
	struct walk_flags own = { .writeback = 1 };

	own.purge = flags.purge && purge;
	return shrink((struct shrink_flags){ .purge = 0, .writeback = flags.writeback, .allow_move = own.purge });
}
