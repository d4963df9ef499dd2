#!/bin/sh
# SPDX-License-Identifier: MIT
# diff.sh RECLINT SOURCE_DIR: what two facts files have in common, and what not.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
frontend=$(dirname "$reclint")/reclint-sparse
[ -x "$frontend" ] || frontend=$(dirname "$reclint")/reclint-clang
[ -x "$frontend" ] || exit 77

mkdir a b
cat >a/x.c <<'END'
struct ops { int (*open)(int); int flags; };
extern int one(int), two(int);
extern void done(int *);
static const struct ops ops = { .open = one, .flags = 3 };
int call(const struct ops *o, int n)
{
	int held __attribute__((cleanup(done))) = n;
	if (n)
		return o->open(4) + one(7);
	return ops.flags;
}
END
sed -e 's/open = one/open = two/' -e 's/one(7)/one(8)/' -e 's/__attribute__((cleanup(done)))//' \
	-e 's/	if (n)/	\n	if (n)/' a/x.c >b/x.c
for dir in a b; do
	"$frontend" --srctree $dir --cwd $dir --facts $dir/x.c.facts -- cc x.c
done

run 0 "$reclint" diff a/x.c.facts a/x.c.facts
says_not "- "
says_not "+ "
run 1 "$reclint" diff a/x.c.facts b/x.c.facts
says "- ops +0 struct ops.open = &one+0"
says "+ ops +0 struct ops.open = &two+0"
says "- x.c call -> one argument 0 = 0x7"
says "+ x.c call -> one argument 0 = 0x8"
says "- x.c call -> done v(*)"
says "- x.c call:8"
says "+ x.c call:9"
says_not "struct ops.open s32(s32)"
run 1 "$reclint" diff --summary a b
says_not "- ops"
grep -Eq '^indirect calls +1 +0 +0 +100.000%' "$tmp/said" || fail "the indirect call is not in both"
grep -Eq '^cleanup calls +0 +[1-9][0-9]* +0 +0.000%' "$tmp/said" || fail "the cleanup is not in one only"

# a function that one side lacks is one difference, not all it says
sed -i 's/int call(/int other(/' b/x.c
"$frontend" --srctree b --cwd b --facts b/x.c.facts -- cc x.c
run 1 "$reclint" diff a/x.c.facts b/x.c.facts
says "- x.c call:5"
says "+ x.c other:5"
says_not "argument 0"

# folders: a file without a partner is counted
cp a/x.c.facts a/y.c.facts
run 1 "$reclint" diff -s a b
says "1 files are in one folder only"
run 2 "$reclint" diff a/x.c.facts nothing.facts
says "nothing.facts"
