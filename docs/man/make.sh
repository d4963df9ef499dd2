#!/bin/sh
# SPDX-License-Identifier: MIT
# make.sh RECLINT SOURCE_DIR MAN_DIR HELP2MAN LOWDOWN: reclint.1 and reclint-COMMAND.1 by
# help2man from what --help prints, reclint-rules.5 by lowdown from rules/README.md.
set -eu
reclint=$1 source=$2 man=$3 help2man=$4 lowdown=$5
rm -rf "$man"
mkdir -p "$man"
# Pages have the same date in every build of this version.
SOURCE_DATE_EPOCH=$(stat -c %Y "$source/CHANGELOG.md")
LC_ALL=C.UTF-8
export SOURCE_DATE_EPOCH LC_ALL
version=$("$reclint" --version | head -n 1)

page()	# PAGE PROGRAM SUMMARY
{
	"$help2man" --no-info --no-discard-stderr --section=1 --manual='User Commands' \
		--version-string="$version" --source="$version" --name="$3" \
		--include="$source/docs/man/see-also.h2m" --output="$man/$1.1" "$2"
	# --help says "Usage: reclint scan"; the page is called reclint-scan.
	sed -i "1s/^\(.TH\) [^ ]* /\1 $(echo "$1" | tr a-z A-Z | sed 's/-/\\\\\\-/g') /" "$man/$1.1"
	sed -i "/^\.SH NAME/{n;s/^.* \\\\- /$1 \\\\- /}" "$man/$1.1"
}

page reclint "$reclint" "static checker for memory reclaim in the Linux kernel"
"$reclint" --list-commands | while IFS="$(printf '\t')" read -r command summary; do
	page "reclint-$command" "$reclint $command" "$summary"
done
{
	date -u -d "@$SOURCE_DATE_EPOCH" '+.TH RECLINT-RULES 5 "%B %Y" "'"$version"'" "File Formats"'
	printf '.SH NAME\nreclint-rules \\- what reclint knows of the kernel, as YAML files\n'
	# \fC is a font that only some troffs know.
	"$lowdown" -Tman "$source/rules/README.md" | sed 's/\\fC/\\f(CR/g; s/\\f(CRR/\\f(CR/g; /^\.TH/d'
} >"$man/reclint-rules.5"
touch "$man/made"
