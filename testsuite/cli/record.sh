#!/bin/sh
# SPDX-License-Identifier: MIT
#
# reclint record on a small project that is built as kbuild builds: commands are
# remembered and compared, headers are generated from host programs and from -S output,
# assembly is linked with C.  A recording must list every kernel object's command, and
# leave nothing that a later make takes for a real object.
# Usage: record.sh RECLINT

set -eu

reclint=$1
mark='reclint record: stub object'
command -v gcc >/dev/null && command -v make >/dev/null && command -v nm >/dev/null || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
unset MAKEFLAGS MAKELEVEL MFLAGS KBUILD_OUTPUT LLVM CROSS_COMPILE || :
failed=0

fail()
{
	echo "record.sh: $*"
	failed=1
}

# expect WHAT COMMAND...: the command must succeed.
expect()
{
	what=$1
	shift
	"$@" >/dev/null 2>&1 || fail "$what"
}

# expect_not WHAT COMMAND...: the command must fail.
expect_not()
{
	what=$1
	shift
	if "$@" >/dev/null 2>&1; then
		fail "$what"
	fi
}

record()
{
	"$reclint" record "$@" >out.txt 2>err.txt
}

has_stubs()
{
	find . -type f ! -name '*.c' -exec grep -l "$mark" {} + | grep -q .
}

has_objects()
{
	find . -name '*.o' -o -name '*.a' | grep -v '^./tool' | grep -q .
}

count()
{
	grep -c '"file":' compile_commands.json
}

# One command builds it all, and it is the real thing.
check_real_build()
{
	make -s >make.txt 2>&1 || { fail "$1: make fails"; sed 's/^/  /' make.txt; return; }
	expect_not "$1: a stub is left after make" has_stubs
	expect "$1: vmlinux lacks a function" sh -c 'nm vmlinux | grep -q " T b_function"'
	expect "$1: vmlinux lacks a function" sh -c 'nm vmlinux | grep -q " T a_function"'
}

make_project()
{
	mkdir -p sub scripts
	cat >tool.c <<-'EOF'
		#include <stdio.h>
		int main(void) { puts("#define FROM_TOOL 7"); return 0; }
	EOF
	cat >offsets.c <<-'EOF'
		struct s { char c[24]; int member; };
		void f(void);
		void f(void) { __asm__ volatile("\n.ascii \"->%c0\"" : : "i" (__builtin_offsetof(struct s, member))); }
	EOF
	cat >a.c <<-'EOF'
		#include "tool.h"
		#include "offsets.h"
		int b_function(int x);
		int a_function(void);
		int a_function(void) { return b_function(FROM_TOOL + OFFSET); }
	EOF
	echo 'int b_function(int x); int b_function(int x) { return x; }' >sub/b.c
	echo 'int empty;' >scripts/empty.c
	echo '#include "missing.h"' >broken.c
	cat >entry.S <<-'EOF'
		.data
		.globl start
		start: .dc.a a_function
		.section .note.GNU-stack,"",%progbits
	EOF
	cat >Makefile <<-'EOF'
		.RECIPEPREFIX = >
		CC = gcc
		HOSTCC = gcc
		empty :=
		space := $(empty) $(empty)
		flags = -Wp,-MMD,$(@D)/.$(@F).d -D__KERNEL__ -I. -O1 -ffreestanding -fno-pic -fno-pie
		compile = $(CC) $(flags) -c -o $@ $<
		differs = $(filter-out x$(subst $(space),_,$(strip $(saved_$@))),x$(subst $(space),_,$(strip $(compile))))
		rule = $(if $(filter-out FORCE,$?)$(differs),$(compile) && printf '%s\n' 'saved_$@ := $(compile)' >$(@D)/.$(@F).cmd,@:)

		vmlinux: all.o entry.o
		> ld -e start -o $@ $^
		all.o: a.o built-in.a
		> ld -r -o $@ a.o --whole-archive built-in.a
		built-in.a: sub/b.o
		> rm -f $@; ar rcsT $@ $^
		a.o: tool.h offsets.h sub/b.o
		tool.h: tool
		> ./tool >$@
		tool: tool.c
		> $(HOSTCC) -o $@ $<
		offsets.s: offsets.c scripts/empty.o
		> nm scripts/empty.o | grep -q empty
		> $(CC) $(flags) -fverbose-asm -S -o $@ $<
		offsets.h: offsets.s
		> sed -n 's/.*->[^0-9]*\([0-9]*\)".*/#define OFFSET \1/p' $< >$@
		broken.o: missing.h
		%.o: %.c FORCE
		> $(rule)
		%.o: %.S FORCE
		> $(rule)
		.PHONY: FORCE
		-include $(wildcard .*.cmd */.*.cmd)
	EOF
}

cd "$dir"
make_project

# A first recording.
record -- make || fail "record fails: $(cat err.txt)"
[ "$(count)" = 3 ] || fail "3 commands expected, not $(count)"
for file in a.c sub/b.c scripts/empty.c; do
	expect "no command for $file" grep -q "\"file\": \"$file\"" compile_commands.json
done
expect_not "assembly is in the database" grep -q 'entry\.S' compile_commands.json
expect_not "the wrapper is in the database" grep -q 'record-cc' compile_commands.json
expect "generated header is not there" grep -q 'FROM_TOOL 7' tool.h
expect "header from -S output is not there" grep -q 'OFFSET 24' offsets.h
expect_not "stubs are left" has_stubs
expect_not "objects are left" has_objects
expect "the failed link is not told" grep -q 'by design' err.txt
expect_not "a link counts as a failure" grep -q 'may be missing' err.txt
cp compile_commands.json first.json

check_real_build "after a recording"

# Again, with real objects there: all commands anew, the same bytes.
record -- make || fail "second record fails: $(cat err.txt)"
expect "a second recording differs" cmp first.json compile_commands.json
expect_not "stubs are left by the second recording" has_stubs
check_real_build "after a second recording"

# Stubs that a killed recording left: their commands are not the real ones.
mkdir state
printf 'static const char s[] __attribute__((used)) = "%s, not compiled";\n' "$mark" >state/stub.c
make -k CC="$reclint record-cc $dir/state gcc --" >out.txt 2>&1 || :
expect "the wrapper makes no stub" grep -q "$mark" a.o
rm -rf state
check_real_build "after a killed recording"

# A part, alone and appended.
record -- make sub/b.o || fail "recording a part fails"
[ "$(count)" = 1 ] || fail "1 command expected for a part, not $(count)"
cp first.json compile_commands.json
record --append -- make sub/b.o || fail "appending fails"
expect "appending the same changes the database" cmp first.json compile_commands.json
record -o other/db.json -- make sub/b.o && [ -f other/db.json ] || fail "-o is not heeded"

# Failures before the link are told; nothing recorded is an error.
record -- make broken.o sub/b.o || fail "a partial recording fails"
expect "a missing header is not told" grep -q 'missing\.h' err.txt
expect "missing commands are not told" grep -q 'may be missing' err.txt

# An object whose compiler could not be started is no link.
cat >>Makefile <<-'EOF'
	late.o: a.c
	> ./no-such-compiler -c -o $@ $<
EOF
record -- make -k late.o sub/b.o || fail "a recording without one compiler fails"
expect "a compiler that does not start is not told" grep -q 'make failed: late\.o' err.txt
expect "that its command is missing is not told" grep -q 'may be missing' err.txt
for command in "make nothing-of-that-name" "gcc -c a.c" ""; do
	status=0
	record -- $command || status=$?
	[ $status = 2 ] || fail "'record -- $command': status $status, not 2"
done

[ $failed = 0 ] && echo "record.sh: passed"
exit $failed
