#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh: what reclint's build, its tests and its demo need, from Debian's
# packages.  Does nothing when all of it is there.  Debian 12 or later.
set -eu

# For the build: a compiler, CMake, the libraries; dpkg-dev unpacks libsparse's source.
build='build-essential cmake ninja-build pkg-config libfyaml-dev libjansson-dev
libxxhash-dev libzstd-dev libcmocka-dev dpkg-dev ca-certificates'
# For the front-end on clang, which supports this major only.
clang='clang-19 libclang-19-dev llvm-19-dev'
# For a kernel's configuration, and the few parts of it that are really built.
kernel='flex bison bc libelf-dev libssl-dev xz-utils cpio kmod rsync'
# Reads the reports in some tests.
reports='python3 python3-jsonschema'
# Runs the semantic patches, some of which have parts in Python: Debian's spatch looks for libpython3.*.so.
semantic='coccinelle libpython3-dev'
# Tells the package's binaries from the rest.
package_deb=file
# Run the hook.
hook='git pre-commit'
# Runs shards of a scan at once.
shards=parallel
# For the manual pages, and to test them and the completions.
pages='help2man lowdown mandoc zsh fish'
# For measuring.
bench='time'

missing=
for package in $build $clang $kernel $reports $pages $semantic $package_deb $hook $shards $bench; do
	# shellcheck disable=SC2016 # dpkg-query's own variable
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "install.sh: these packages are missing; run as root:" >&2
	echo "  apt-get install$missing" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086 # a list
apt-get -qq install -y --no-install-recommends $missing >/dev/null
