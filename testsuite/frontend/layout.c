// SPDX-License-Identifier: MIT
/*
 * Sizes and offsets: packed enums, alignments, #pragma pack.  Every claim is one that gcc and clang hold: what
 * is wrong here is a call of wrong() with a line.
 */
#define packed __attribute__((packed))
#define aligned(n) __attribute__((aligned(n)))
#define offsetof(type, member) __builtin_offsetof(type, member)
#define SIZE(type, size) do { if (sizeof(type) != (size)) wrong(); } while (0)
#define ALIGN(type, size) do { if (__alignof__(type) != (size)) wrong(); } while (0)
#define OFFSET(type, member, off) do { if (offsetof(type, member) != (off)) wrong(); } while (0)
extern void wrong(void);
extern void take(int value);

enum plain { PLAIN_A, PLAIN_B };
enum hint { HINT_A, HINT_B, HINT_LAST = 255 } packed;
enum hint_signed { HINT_MINUS = -1, HINT_PLUS = 127 } packed;
enum hint_short { HINT_BIG = 256 } packed;
enum hint_mode { HINT_FEW, HINT_MORE = 5 } __attribute__((__mode__(byte)));
enum hint_word { HINT_WORD } __attribute__((mode(HI)));
enum packed hint_before { HINT_X = -129 };
enum hint_int { HINT_HUGE = 0x10000 } packed;
enum hint_long { HINT_LONG = 0x100000000 } packed;
typedef enum { KIND_A = 3 } packed kind_t;

struct bio {
	unsigned short ioprio;
	enum hint hint;
	unsigned char stream, status, gap;
	int remaining;
	enum hint_short big;
	enum plain plain;
	kind_t kinds[3];
	enum hint bits:4, more:4;
	void *last;
};

struct less { void *p; int n; } aligned(4);
struct more { void *p; int n; } aligned(64);
struct aligned(32) before { char c; };
union both { struct less less; char c[17]; } aligned(2);
struct holds { char c; struct less less; struct more more; struct before before; };
struct both_words { char c; long n; } packed aligned(4);
struct both_words_turned { char c; long n; } aligned(4) packed;
struct flexible { int n; struct less less[]; } aligned(2);
struct { char c; struct { long x; int y; } aligned(4) inner; } unnamed;

void sizes(void)
{
	SIZE(enum plain, 4);
	SIZE(enum hint, 1);
	SIZE(enum hint_signed, 1);
	SIZE(enum hint_short, 2);
	ALIGN(enum hint_short, 2);
	SIZE(enum hint_mode, 1);
	SIZE(enum hint_word, 2);
	ALIGN(enum hint_word, 2);
	SIZE(enum hint_before, 2);
	SIZE(enum hint_int, 4);
	SIZE(enum hint_long, 8);
	SIZE(kind_t, 1);
	SIZE(HINT_A, 4);
	SIZE(struct less, 16);
	ALIGN(struct less, 8);
	SIZE(struct more, 64);
	ALIGN(struct more, 64);
	SIZE(struct before, 32);
	SIZE(union both, 24);
	ALIGN(union both, 8);
	SIZE(struct both_words, 12);
	ALIGN(struct both_words, 4);
	SIZE(struct both_words_turned, 12);
	ALIGN(struct flexible, 8);
	SIZE(unnamed, 24);
}

void offsets(void)
{
	OFFSET(struct bio, stream, 3);
	OFFSET(struct bio, remaining, 8);
	OFFSET(struct bio, big, 12);
	OFFSET(struct bio, plain, 16);
	OFFSET(struct bio, kinds, 20);
	OFFSET(struct bio, last, 24);
	OFFSET(struct holds, less, 8);
	OFFSET(struct holds, more, 64);
	OFFSET(struct holds, before, 128);
	SIZE(struct holds, 192);
	OFFSET(struct both_words_turned, n, 1);
	OFFSET(struct flexible, less, 8);
	OFFSET(__typeof__(unnamed), inner, 8);
}

void values(struct bio *bio, enum hint_signed sign)
{
	take(bio->hint);
	take(bio->kinds[1]);
	take(sign);
	bio->hint = HINT_LAST;
	bio->more = HINT_B;
	if (sign == HINT_MINUS)
		take(sign < 0);
	switch (bio->hint) {
	case HINT_LAST:
		take(1);
	default:
		break;
	}
}

#pragma pack(1)
struct table { char c; long n; };
#pragma pack(push, 2)
struct halves { char c; long n; struct { char c; int n; } inner; };
#pragma pack(push)
#pragma pack(4)
struct words { char c; long n; short s; };
#pragma pack(pop)
struct halves_again { char c; int n; };
#pragma pack(pop)
struct table_again { short s; int n; } aligned(8);
#pragma pack()
struct natural { char c; long n; };

void pragmas(void)
{
	SIZE(struct table, 9);
	OFFSET(struct halves, n, 2);
	OFFSET(struct halves, inner, 10);
	SIZE(struct halves, 16);
	OFFSET(struct words, n, 4);
	SIZE(struct words, 16);
	SIZE(struct halves_again, 6);
	OFFSET(struct table_again, n, 2);
	SIZE(struct table_again, 8);
	ALIGN(struct table_again, 8);
	SIZE(struct natural, 16);
	_Static_assert(sizeof(struct natural) == 16, "not packed");
}
