#!/bin/sh
# SPDX-License-Identifier: MIT
# installed.sh CMAKE BUILD_DIR: an installation in another place works, also after it
# was moved: programs, rules and their pages, the header, manual pages, completions.
set -eu

tmp=$(mktemp -d "${TMPDIR:-/tmp}/reclint-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
"$1" --install "$2" --prefix "$tmp/first" >"$tmp/log"
mv "$tmp/first" "$tmp/second"
cd "$tmp"
"$tmp/second/bin/reclint" --version
for file in rules/constants.yaml cocci/shrinker_reclaim.cocci html/report.html; do
	[ -f "$tmp/second/share/reclint/$file" ]
done

# The header for kernel sources: nothing to this compiler, and alone.
cat >use.c <<'END'
#include <reclint/annotations.h>
struct gpu { int *dev RECLINT_RECLAIM_SAFE("a test"); } RECLINT_RECLAIM_SAFE("another");
int use(struct gpu *g) RECLINT_RECLAIM_SAFE("a third");
END
cc -Wall -Wextra -Werror -fsyntax-only -I "$tmp/second/include" use.c

# As pkg-config finds it.
flags=$(PKG_CONFIG_PATH="$tmp/second/share/pkgconfig" pkg-config --cflags reclint)
# shellcheck disable=SC2086 # several words
cc -Wall -Wextra -Werror -fsyntax-only $flags use.c

# Each rule has its page, and each page its rule.
reclint=$tmp/second/bin/reclint
sed -n 's/^  - id: //p' "$tmp/second/share/reclint/rules/rules.yaml" | sort >rules
"$reclint" help-rule --ids | sort >pages
diff rules pages
while read -r id; do
	"$reclint" help-rule "$id" | grep -qF "# $id"
done <rules
if "$reclint" help-rule nosuch 2>said; then exit 1; fi
grep -qF "no rule 'nosuch'" said

# Each command has its manual page, in which each of its options is.
if command -v mandoc >/dev/null && command -v help2man >/dev/null && command -v lowdown >/dev/null; then
	"$reclint" --list-commands | cut -f 1 >commands
	[ "$(wc -l <commands)" -gt 10 ]
	while read -r name; do
		page=$tmp/second/share/man/man1/reclint-$name.1
		mandoc -Tutf8 "$page" | sed 's/.\x08//g' >text
		"$reclint" "$name" --list-options | cut -f 3 | sed '/^$/d' >options
		while read -r option; do
			grep -qF -e "$option" text || { echo "reclint-$name(1) lacks $option" >&2; exit 1; }
		done <options
	done <commands
	mandoc -Tutf8 "$tmp/second/share/man/man5/reclint-rules.5" | grep -q unscopes
fi

# Completions: what the shells make of some beginnings of a line.
PATH=$tmp/second/bin:$PATH
export PATH
bash -c 'set -e; . "$1"
	complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _reclint; echo "${COMPREPLY[@]}"; }
	[ "$(complete_line reclint che)" = check ]
	case " $(complete_line reclint check --b) " in *" --baseline "*) ;; *) exit 1 ;; esac
	[ "$(complete_line reclint check --fail-on e)" = error ]
	[ "$(complete_line reclint help-rule reclaim-inv)" = reclaim-inversion ]' bash \
	"$tmp/second/share/bash-completion/completions/reclint"
if command -v fish >/dev/null; then
	HOME=$tmp fish --no-config -c "source $tmp/second/share/fish/vendor_completions.d/reclint.fish
		complete -C 'reclint che'" | grep -q '^check'
fi
if command -v zsh >/dev/null; then
	zsh -n "$tmp/second/share/zsh/vendor-completions/_reclint"
fi

# No path of the build is in what was installed, but in what debuggers read.
strip -o "$tmp/stripped" "$tmp/second/bin/reclint"
if strings "$tmp/stripped" | grep -F "$2"; then
	echo "the build folder's path is in the program" >&2
	exit 1
fi
