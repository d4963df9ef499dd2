#!/bin/sh
# SPDX-License-Identifier: MIT
# scan.sh RECLINT SOURCE_DIR: what scan extracts, extracts again, and takes away.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
sparse=$(dirname "$reclint")/reclint-sparse
[ -x "$sparse" ] || exit 77

# A build folder with a blank in its name, and a front-end that fails as it is told
# and counts the files it gets.
mkdir -p 'the build/sub' outside
cd 'the build'
facts=$PWD/.reclint/facts
cat >front-end <<END
#!/bin/sh
for last; do :; done
[ "\$last" = --version ] || echo "\$last" >>"$tmp/ran"
[ ! -f "\$last.crash" ] || kill -SEGV \$\$
[ ! -f "\$last.die" ] || { echo "died of \$last" >&2; exit 1; }
[ ! -f "\$last.hang" ] || sleep 60
[ ! -f "\$last.refuse" ] || { echo "some words"; echo "cannot do \$last" >&2; exit 2; }
exec "$sparse" "\$@"
END
chmod +x front-end

cat >h.h <<'END'
static inline int twice(int x) { return x + x; }
END
printf '#include "h.h"\nint a(int x) { return twice(x); }\n' >a.c
printf '#include "../h.h"\nint b(int x) { return twice(x); }\n' >sub/b.c
printf 'int c = X;\n' >c.c
printf 'int out;\n' >../outside/o.c

entry()	# FILE ARGUMENTS
{
	printf '{"directory": "%s", "file": "%s", "command": "cc -c -o x.o %s %s"},\n' \
		"$PWD" "$1" "$2" "$1"
}
database()
{
	{
		echo '['
		entry a.c ''
		entry sub/b.c ''
		entry c.c '-DX=1 -o c1.o'
		entry c.c '-DX=2 -o c2.o'
		entry c.c '-DX=2 -o c2.o'
		entry start.S ''
		entry "$tmp/outside/o.c" ''
		[ $# -eq 0 ] || "$@"
		printf '{"directory": ".", "file": "x.cpp", "arguments": ["c++"]}\n]\n'
	} >compile_commands.json
}
scan()	# STATUS ARGUMENT...: also counts the front-end's runs in $n_ran
{
	want_status=$1
	shift
	: >"$tmp/ran"
	run "$want_status" "$reclint" scan --frontend ./front-end -j 2 "$@"
	n_ran=$(wc -l <"$tmp/ran")
}
expect()	# N of the front-end's runs
{
	[ "$n_ran" -eq "$1" ] || fail "the front-end ran $n_ran times, not $1"
}

# Everything, then nothing.  Sources written just now are too young to be trusted
# until they are a moment old.
database
sleep 1
scan 0
says '5 files extracted, 0 unchanged, 0 with problems, 0 failed'
expect 5
there "$facts/a.c.facts" "$facts/sub/b.c.facts" "$facts/c.c.facts" \
	"$facts/@outside$tmp/outside/o.c.facts"
[ "$(ls "$facts" | grep -c '^c\.c~[0-9a-f]*\.facts$')" -eq 1 ] || fail 'one more c.c'
run 0 "$reclint" dump "$facts/a.c.facts"
says twice
run 0 "$reclint" dump --function a "$facts/a.c.facts"
scan 0
says '0 files extracted, 5 unchanged'
expect 0
scan 0 -j 1
says '0 files extracted, 5 unchanged'

# The commands are known while the database is what it was; what is known of it may be damaged.
there .reclint/units
scan 0 -v
says_not 'checksum'
echo x >>.reclint/units
scan 0 -v
says 'its checksum is wrong: reading'
says '0 files extracted, 5 unchanged'
scan 0 -v
says_not 'checksum'

# Another time of change is no change; other contents are.
touch h.h
scan 0
expect 0
sleep 1
printf 'static inline int twice(int x) { return 2 * x; }\n' >h.h
sleep 1
scan 0
says '2 files extracted, 3 unchanged'
sed -i 's/-DX=1/-DX=3/' compile_commands.json
scan 0
says '1 files extracted, 4 unchanged'
rm "$facts/a.c.facts"
scan 0
says '1 files extracted, 4 unchanged'
echo x >>"$facts/a.c.facts"
scan 0
says '1 files extracted, 4 unchanged'
scan 0 --force
says '5 files extracted, 0 unchanged'

# Another front-end.
echo '# other' >>front-end
scan 0
says '5 files extracted, 0 unchanged'

# Parts.
scan 0 --force --file '*.c' --file sub --file outside --file "$tmp/outside/o.c" --file none
says '5 files extracted'
scan 0 --force --file '*.c'
says '3 files extracted'
scan 0 --force --file 'su?'
says '1 files extracted, 0 unchanged'
there "$facts/a.c.facts"
scan 0 --force --shard 1/2
expect 3
scan 0 --force --shard 2/2
expect 2

# Failures are told, listed, repeated, and forgotten when mended.
touch a.c.crash sub/b.c.refuse "$tmp/outside/o.c.hang"
scan 2 --force --timeout 1
says 'no facts: a.c: the front-end died of signal 11'
says 'no facts: sub/b.c: cannot do sub/b.c'
says "no facts: $tmp/outside/o.c: no facts after 1 seconds"
says '2 files extracted, 0 unchanged, 0 with problems, 3 failed'
gone "$facts/a.c.facts" "$facts/sub"
there "$facts/c.c.facts"
[ "$(wc -l <.reclint/failed)" -eq 3 ] || fail 'three lines in failed'
grep -q '^sub/b.c: cannot do sub/b.c$' .reclint/failed || fail 'no reason in failed'
rm "$tmp/outside/o.c.hang" a.c.crash
scan 2 --file 'a.c' --file "$tmp/outside" --file c.c --file 'sub/b.c'
says '2 files extracted, 2 unchanged, 0 with problems, 1 failed'
rm sub/b.c.refuse
scan 0 --file a.c
grep -q '^sub/b.c: ' .reclint/failed || fail 'a failure that was not looked at is forgotten'
scan 0
says '1 files extracted, 4 unchanged, 0 with problems, 0 failed'
[ ! -s .reclint/failed ] || fail 'failed is not empty'

# Status 1 and no facts: old ones do not count.
touch a.c.die
scan 2 --force --file a.c
says 'no facts: a.c: died of a.c'
gone "$facts/a.c.facts"
rm a.c.die

# A file with errors has facts, and says which.
printf 'int ok(void) { return 0; }\nint bad(void) { return undeclared; }\n' >a.c
scan 0 -v
says 'problems: a.c: a.c:2:'
says '1 with problems, 0 failed'
printf 'int a;\n' >a.c

# Commands that are gone take their facts along; so do killed writers' files.
entry d.c '' >"$tmp/more"
printf 'int d;\n' >d.c
database cat "$tmp/more"
scan 0
there "$facts/d.c.facts"
touch "$facts/sub/b.c.facts.99.0.tmp"
database
scan 0
gone "$facts/d.c.facts" "$facts/sub/b.c.facts.99.0.tmp"
there "$facts/sub/b.c.facts"

# A manifest that is broken is told and costs a scan.
sleep 1
scan 0
printf 'x' | dd of=.reclint/scan.manifest bs=1 seek=60 conv=notrunc 2>/dev/null
scan 0
says 'warning: cannot use'
says '5 files extracted, 0 unchanged'
scan 0
says_not warning
says '0 files extracted, 5 unchanged'

# Output elsewhere, and the same whatever -j is.
touch a.c.crash sub/b.c.refuse
scan 2 -o "$tmp/one" -j 1
cp "$tmp/said" "$tmp/said.1"
scan 2 -o "$tmp/two" -j 4
cmp "$tmp/said" "$tmp/said.1" || fail 'what is said depends on -j'
diff -r "$tmp/one/facts" "$tmp/two/facts" || fail 'facts depend on -j'
cmp "$tmp/one/failed" "$tmp/two/failed" || fail 'failures depend on -j'
rm a.c.crash sub/b.c.refuse

# Interrupted: what is done stays done.
touch sub/b.c.hang
"$reclint" scan --frontend ./front-end -j 1 -o "$tmp/three" >"$tmp/said" 2>&1 &
pid=$!
i=0
until [ -e "$tmp/three/facts/c.c.facts" ] || [ $i -gt 100 ]; do
	sleep 0.1
	i=$((i + 1))
done
sleep 0.5
kill -TERM $pid
status=0
wait $pid || status=$?
[ $status -eq 2 ] || fail "status $status after SIGTERM"
says interrupted
rm sub/b.c.hang
scan 0 -o "$tmp/three"
says '0 with problems, 0 failed'
[ "$n_ran" -lt 5 ] || fail 'an interrupted scan left nothing'

# Usage and bad input.
run 2 "$reclint" scan -p "$tmp/nowhere"
says 'nowhere'
run 2 "$reclint" scan -p "$tmp/outside"
says "no compile_commands.json in '$tmp/outside': 'reclint record' makes one"
run 2 "$reclint" scan --shard 3/2
run 2 "$reclint" scan --shard x
run 2 "$reclint" scan -j 0
run 2 "$reclint" scan --frontend nosuch
says "no front-end 'reclint-nosuch'"
echo '[{"directory": "/"}]' >"$tmp/bad.json"
run 2 "$reclint" scan -p "$tmp/bad.json"
says "$tmp/bad.json:1:2: no \"file\""
echo '[]' >"$tmp/bad.json"
run 2 "$reclint" scan -p "$tmp/bad.json"
says 'no C file'
