#!/bin/sh
# SPDX-License-Identifier: MIT
# get-kernel.sh VERSION DIR [SUITE]: unpacks Debian's package linux-source-VERSION
# into DIR/linux-source-VERSION and prints that path.  The package comes from the
# machine's own suites as apt knows them, else from SUITE (by default the system's own,
# then trixie-backports) of the mirror that apt is configured for.  What apt keeps on
# the system is not changed.  Status 77: the package cannot be had here.
set -eu

version=${1:?usage: get-kernel.sh VERSION DIR [SUITE]}
dir=${2:?usage: get-kernel.sh VERSION DIR [SUITE]}
suite=${3:-}
package=linux-source-$version

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
if [ -f "$dir/$package/Makefile" ]; then
	echo "$dir/$package"
	exit 0
fi
work=$(mktemp -d "$dir/.get-kernel.XXXXXX")
trap 'rm -rf "$work"' EXIT

give_up()
{
	echo "get-kernel.sh: $*" >&2
	exit 77
}

# The first Debian mirror of apt's configuration, in either of its two formats.
mirror()
{
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
		/etc/apt/sources.list.d/*.sources 2>/dev/null | awk '
		function is_debian(url) { sub(/\/$/, "", url); return url ~ /\/debian$/ }
		$1 == "URIs:" { for (i = 2; i <= NF; i++) if (is_debian($i)) { print $i; exit } }
		$1 == "deb" { for (i = 2; i <= NF; i++) if (is_debian($i)) { print $i; exit } }'
}

fetch()	# with apt's own state, in the folder $work
{
	(cd "$work" && apt-get -qq -o APT::Sandbox::User=root "$@" download "$package") >&2
}

fetch_from()	# SUITE, with a private list of that suite
{
	rm -rf "$work/lists" "$work/parts"
	mkdir -p "$work/lists/partial" "$work/parts"
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	echo "deb [signed-by=$keys] $url $1 main" >"$work/sources.list"
	set -- -o "Dir::Etc::sourcelist=$work/sources.list" -o "Dir::Etc::sourceparts=$work/parts" \
		-o "Dir::State::lists=$work/lists"
	apt-get -qq -o APT::Sandbox::User=root "$@" update >&2 && fetch "$@"
}

if [ -n "$suite" ] || ! apt-cache show "$package" >/dev/null 2>&1 || ! fetch; then
	url=$(mirror)
	[ -n "$url" ] || give_up "apt is configured for no Debian mirror"
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
	suites=${suite:-$codename trixie-backports}
	for one in $suites; do
		fetch_from "$one" && break
	done
	ls "$work/$package"_*.deb >/dev/null 2>&1 || give_up "no $package in: $suites"
fi

dpkg-deb -x "$work/$package"_*.deb "$work/unpacked"
mkdir "$work/tree"
tar -C "$work/tree" -xf "$work/unpacked/usr/src/$package.tar.xz"
mv "$work/tree/$package" "$dir/$package"
echo "$dir/$package"
