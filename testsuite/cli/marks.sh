#!/bin/sh
# SPDX-License-Identifier: MIT
# marks.sh RECLINT SOURCE_DIR: what marks silence is counted and can be listed, what they
# claim is judged, and a mark that silences nothing is a warning.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir -p include/linux
: >include/linux/kconfig.h	# makes it a kernel, whose constants are asked for
cat >driver.c <<'END'
#include <linux/pm_runtime.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <reclint/annotations.h>

struct gpu {
	struct device *dev RECLINT_RECLAIM_SAFE("two registers");
	struct device *idle RECLINT_RECLAIM_SAFE("never resumed in reclaim");
};
static int gpu_resume(struct device *dev)
{
	dev->driver_data = kmalloc(64, GFP_KERNEL);
	return 0;
}
const struct dev_pm_ops gpu_pm_ops = { .runtime_resume = gpu_resume };
static unsigned long gpu_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct gpu *g = s->private_data;

	pm_runtime_get_sync(g->dev);
	pm_runtime_put(g->dev);
	return 1;
}
static struct shrinker gpu = { .scan_objects = gpu_scan };
int gpu_init(void)
{
	return register_shrinker(&gpu, "gpu");
}
END
cat >marks.yaml <<'END'
marks:
  - {module: gpu, why: "said twice, so this one silences nothing"}
  - {module: nosuch, why: "not in this kernel"}
END
cat >compile_commands.json <<END
[{"directory": "$PWD", "file": "driver.c", "command": "cc -nostdinc -include $PWD/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\"gpu\" -DKBUILD_MODFILE=\"gpu\" -I $2/testsuite/include -I $2/include -c -o driver.o driver.c"}]
END
run 0 "$reclint" scan

# The resume is silenced; that its callback allocates is the finding.
run 1 "$reclint" check --rules marks.yaml
says '[reclaim-unsafe-mark]'
says_not '[reclaim-rpm-resume]'
says '1 more silenced by marks; --show-marked lists them'
says 'struct gpu.dev (annotation, struct gpu.dev): refuted'
says 'driver.c:7 ("two registers"), silences 1 finding'
says "the driver's callbacks: refuted, 1 call can enter reclaim by allocating"
says 'warning: mark struct gpu.idle (driver.c:8): it silences nothing'
says 'warning: mark gpu (marks.yaml:2): it silences nothing'
says 'warning: mark nosuch (marks.yaml:3): this kernel has no such module or device'

# Of the roots that were asked for, their drivers' marks and those that silence something.
run 1 "$reclint" check --rules marks.yaml --root 'gpu_*'
says 'struct gpu.dev (annotation, struct gpu.dev): refuted'
says 'warning: mark gpu (marks.yaml:2): it silences nothing'
says_not 'nosuch'
run 0 "$reclint" check --rules marks.yaml --root 'other_*'
says_not 'refuted'
says_not 'warning: mark'

run 1 "$reclint" check --rules marks.yaml --show-marked
says '[reclaim-rpm-resume]'
says 'annotation struct gpu.dev'
says_not '--show-marked'

run 1 "$reclint" check --rules marks.yaml --format json
says '"marked": "annotation struct gpu.dev"'
says '"silenced": 1'
says '"warning": "it silences nothing"'

id=$(sed -n 's/.*"id": "\([0-9a-f]*\)", "rule": "reclaim-rpm-resume".*/\1/p' "$tmp/said")
run 0 "$reclint" explain --rules marks.yaml "$id"
says 'annotation struct gpu.dev'

# A callback that does nothing keeps the claim.
sed -i 's/dev->driver_data = kmalloc(64, GFP_KERNEL);//' driver.c
run 0 "$reclint" scan
run 0 "$reclint" check
says 'struct gpu.dev (annotation, struct gpu.dev): holds'
says "the driver's callbacks: holds"

# Without marks nothing is silenced, and there is nothing to judge.
sed -i 's/RECLINT_RECLAIM_SAFE(".*")//' driver.c
run 0 "$reclint" scan
run 1 "$reclint" check
says '[reclaim-rpm-resume]'
says_not '[reclaim-unsafe-mark]'
says_not 'silenced'
