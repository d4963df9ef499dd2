#!/bin/sh
# SPDX-License-Identifier: MIT
# configure.sh TREE OUT [MAKE ARGUMENT...]: makes in OUT the reference configuration
# that all of reclint's measurements use: x86-64's default, and whatever has shrinkers
# or what they reach.  Prints each option that this kernel does not offer.
set -eu

tree=${1:?usage: configure.sh TREE OUT [MAKE ARGUMENT...]}
out=${2:?usage: configure.sh TREE OUT [MAKE ARGUMENT...]}
shift 2
tree=$(cd "$tree" && pwd)
mkdir -p "$out"
out=$(cd "$out" && pwd)

general='EXPERT COMPILE_TEST MODULES BLK_DEV_ZONED HYPERVISOR_GUEST PARAVIRT
FS_ENCRYPTION BLK_INLINE_ENCRYPTION FS_ENCRYPTION_INLINE_CRYPT'
graphics='DRM DRM_TTM DRM_I915 DRM_I915_USERPTR DRM_XE DRM_PANFROST DRM_PANTHOR DRM_VKMS
DRM_NOUVEAU DRM_VIRTIO_GPU DRM_VMWGFX DRM_RADEON'
filesystems='EXT4_FS XFS_FS XFS_QUOTA BTRFS_FS F2FS_FS CONFIGFS_FS DLM GFS2_FS
GFS2_FS_LOCKING_DLM OCFS2_FS MTD MTD_UBI UBIFS_FS EROFS_FS EROFS_FS_ZIP NILFS2_FS FUSE_FS
OVERLAY_FS NETWORK_FILESYSTEMS NFS_FS NFS_V4 NFS_V4_1 NFS_V4_2 NFSD NFSD_V4 CIFS CEPH_FS
NET_9P 9P_FS QUOTA QFMT_V2'
block='MD BLK_DEV_MD MD_RAID456 BCACHE BLK_DEV_DM DM_CRYPT DM_THIN_PROVISIONING DM_CACHE
DM_VERITY DM_ZONED DM_SNAPSHOT BLK_DEV_LOOP BLK_DEV_NVME NVME_TCP'
memory='ZRAM ZSWAP ZSMALLOC TRANSPARENT_HUGEPAGE MEMCG SHRINKER_DEBUG ANDROID_BINDER_IPC
VIRTIO_MENU VIRTIO_BALLOON VMWARE_VMCI VMWARE_BALLOON KVM KVM_INTEL KVM_AMD INTERCONNECT
RCU_EXPERT RCU_NOCB_CPU RCU_LAZY MMC SCSI_UFSHCD'
unwanted='WERROR DRM_WERROR DRM_I915_WERROR DRM_XE_WERROR DEBUG_INFO_BTF MODULE_SIG'
wanted="$general $graphics $filesystems $block $memory"

make -s -C "$tree" O="$out" "$@" x86_64_defconfig
# shellcheck disable=SC2046,SC2086 # lists
"$tree/scripts/config" --file "$out/.config" $(printf -- '-e %s ' $wanted) \
	$(printf -- '-d %s ' $unwanted)
make -s -C "$tree" O="$out" "$@" olddefconfig

for option in $wanted; do
	grep -q "^CONFIG_$option=[ym]" "$out/.config" || echo "not offered: CONFIG_$option"
done
