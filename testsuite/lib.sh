# SPDX-License-Identifier: MIT
# For the scripts in cli/: . "$2/testsuite/lib.sh" makes a folder that goes away at
# the end, enters it, and gives these functions.  Sourced, not run.

tmp=$(mktemp -d "${TMPDIR:-/tmp}/reclint-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
cd "$tmp"

fail()
{
	echo "FAILED: $*" >&2
	[ ! -f "$tmp/said" ] || sed 's/^/  | /' "$tmp/said" >&2
	exit 1
}

run()	# STATUS COMMAND...: stdout and stderr to $tmp/said
{
	want=$1
	shift
	status=0
	"$@" >"$tmp/said" 2>&1 || status=$?
	[ "$status" -eq "$want" ] || fail "status $status, not $want: $*"
}

says()	# TEXT: what the last run said has it, word for word
{
	grep -qF -e "$1" "$tmp/said" || fail "it does not say: $1"
}

says_not()
{
	! grep -qF -e "$1" "$tmp/said" || fail "it says: $1"
}

there()	# FILE...
{
	for file; do
		[ -e "$file" ] || fail "no file $file"
	done
}

gone()	# FILE...
{
	for file; do
		[ ! -e "$file" ] || fail "there is a file $file"
	done
}
