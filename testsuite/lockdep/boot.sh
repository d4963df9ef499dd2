#!/bin/sh
# SPDX-License-Identifier: MIT
# boot.sh IMAGE MODULE LOG [PARAMETER...]: boot the kernel in qemu with the module and the
# guest's script, and leave what it printed in LOG.  Parameters are the module's.
# IMAGE's folder is the kernel's build folder.  Environment: MEMORY (MiB), LIMIT (seconds).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
image=$1
module=$2
log=$3
shift 3
out=${image%/arch/*}

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin"
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$here/init" "$root/init"
chmod +x "$root/init"
cp "$module" "$root/reclint_target.ko"
for other in zram zsmalloc; do
	find "$out" -name $other.ko -exec cp {} "$root/" \;
done
(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$log.cpio"

parameters=
for parameter; do
	parameters="$parameters target.$parameter"
done
timeout "${LIMIT:-120}" qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m "${MEMORY:-96}" -nodefaults -no-reboot \
	-nographic -serial stdio -kernel "$image" -initrd "$log.cpio" \
	-append "console=ttyS0 panic=1 quiet$parameters" </dev/null >"$log" 2>&1 || true
rm -f "$log.cpio"
