#!/bin/sh
# SPDX-License-Identifier: MIT
# deb.sh RECLINT_BUILD_DIR [CHROOT]: the package of this build has everything in its places and
# names what it needs.  With CHROOT, the folder of a bare Debian 12 (debootstrap --variant=minbase bookworm CHROOT),
# as root, it is installed there with apt, and reads a C file.
set -eu
build=$(cd "$1" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/reclint-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
command -v cpack >/dev/null && command -v dpkg-deb >/dev/null || exit 77

(cd "$build" && cpack -G DEB -B "$tmp" >"$tmp/log" 2>&1) || { cat "$tmp/log"; exit 1; }
package=$(echo "$tmp"/*.deb)
dpkg-deb -f "$package" Depends | tr ',' '\n' | sed 's/^ *//; s/ .*//' >"$tmp/depends"
for name in libc6 libjansson4 libzstd1; do
	grep -qx "$name" "$tmp/depends" || { echo "the package does not depend on $name"; exit 1; }
done
dpkg-deb -x "$package" "$tmp/root"
"$tmp/root/usr/bin/reclint" --version
for file in include/reclint/annotations.h share/reclint/rules/rules.yaml share/man/man1/reclint-check.1 \
	share/bash-completion/completions/reclint share/doc/reclint/copyright share/reclint/html/report.html \
	share/reclint/cocci/shrinker_reclaim.cocci share/doc/reclint/GPL-2.0-only.txt; do
	[ -e "$tmp/root/usr/$file" ] || { echo "the package lacks /usr/$file"; exit 1; }
done

[ $# -gt 1 ] || exit 0
cp "$package" "$2/tmp/reclint.deb"
cat >"$2/tmp/driver.c" <<'END'
struct shrink_control { unsigned int gfp_mask; };
struct shrinker { unsigned long (*scan_objects)(struct shrinker *, struct shrink_control *); };
struct mutex { int count; };
void mutex_lock(struct mutex *lock);
int register_shrinker(struct shrinker *shrinker, const char *fmt, ...);
static struct mutex lock;
static unsigned long scan(struct shrinker *s, struct shrink_control *sc) { mutex_lock(&lock); return 0; }
static struct shrinker shrinker = { .scan_objects = scan };
int init(void) { return register_shrinker(&shrinker, "s"); }
END
echo '[{"directory": "/tmp", "file": "driver.c", "command": "cc -c driver.c"}]' >"$2/tmp/compile_commands.json"
mountpoint -q "$2/proc" || mount -t proc proc "$2/proc"
trap 'umount "$2/proc"; rm -rf "$tmp"' EXIT
chroot "$2" sh -eu -c '
	export DEBIAN_FRONTEND=noninteractive
	apt-get -qq update
	apt-get -qq install -y --no-install-recommends /tmp/reclint.deb >/dev/null
	reclint --version
	cd /tmp
	for frontend in sparse clang; do
		reclint scan --frontend $frontend --force
		status=0
		reclint check --format lines || status=$?
		[ $status -eq 1 ]
	done'
