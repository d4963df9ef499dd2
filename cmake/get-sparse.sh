#!/bin/sh
# SPDX-License-Identifier: MIT
#
# get-sparse.sh FOLDER: unpacks the source of sparse into FOLDER/source.
#
# Debian's sparse package has neither the library nor its headers, so the
# source package is fetched: by apt's own client, with a private list of
# sources and private state, from the mirror that this machine is configured for.
# apt checks the archive's signatures.  Needs no root and changes nothing
# outside FOLDER.  Suites are tried in turn: the first one that has the package
# in a version that is new enough (0.6.5) is taken; SPARSE_SUITES=... replaces the list.
set -eu

folder=${1:?usage: get-sparse.sh FOLDER}
suites=${SPARSE_SUITES:-forky sid}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

fail()
{
	echo "get-sparse: $*" >&2
	exit 1
}

command -v apt-get >/dev/null || fail "apt-get is not installed; pass -DSPARSE_SOURCE_DIR=FOLDER with the source of sparse 0.6.5"
[ -r "$keyring" ] || fail "'$keyring' is missing; install debian-archive-keyring or pass -DSPARSE_SOURCE_DIR=FOLDER"

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ ! -f "$folder/source/symbol.h" ] || exit 0

mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
	sed -nE 's/^URIs:[[:space:]]*([^[:space:]]*\/debian)\/?[[:space:]]*$/\1/p
		s/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]*\/debian)\/?[[:space:]].*/\2/p' |
	head -n 1)
[ -n "$mirror" ] || fail "no Debian mirror in apt's configuration; pass -DSPARSE_SOURCE_DIR=FOLDER"

work=$(mktemp -d "$folder/.get-sparse.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

# apt wants to drop to its own user when it is root; that user cannot write here.
apt()
{
	apt-get -qq -o "APT::Sandbox::User=$(id -un)" -o Dir::Etc::sourcelist="$work/sources.list" \
		-o Dir::Etc::sourceparts="$work/parts" -o Dir::State::Lists="$work/lists" \
		-o Dir::Cache="$work/cache" -o Debug::NoLocking=true "$@"
}

take_from()
{
	rm -rf "$work/lists" "$work/cache"
	mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial" "$work/got"
	printf 'deb-src [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$1" >"$work/sources.list"
	apt update >"$work/log" 2>&1 || return 1
	(cd "$work/got" && apt --download-only source sparse) >>"$work/log" 2>&1 || return 1
	for tarball in "$work"/got/sparse_0.[0-5].*orig.tar.* "$work"/got/sparse_0.6.[0-4]*orig.tar.*; do
		[ ! -e "$tarball" ] || { rm -f "$work"/got/*; return 1; }
	done
}

for suite in $suites; do
	if take_from "$suite"; then
		mkdir "$work/source"
		tar -C "$work/source" --strip-components=1 -xf "$work"/got/sparse_*.orig.tar.*
		[ -f "$work/source/symbol.h" ] || fail "the source package of '$suite' has no symbol.h"
		# the package's version: what the source says of itself may be older
		ls "$work"/got/sparse_*.orig.tar.* | sed -n '1s/.*sparse_\(.*\)\.orig\.tar.*/\1/p' >"$work/source/PACKAGE-VERSION"
		rm -rf "$folder/source"
		mv "$work/source" "$folder/source"
		exit 0
	fi
done
cat "$work/log" >&2
fail "none of '$suites' gave the source package of sparse 0.6.5 or newer; pass -DSPARSE_SOURCE_DIR=FOLDER"
