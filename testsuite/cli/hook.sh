#!/bin/sh
# SPDX-License-Identifier: MIT
# hook.sh RECLINT SOURCE_DIR: what a change brings, asked by hand and by the real pre-commit: a commit
# that is refused, also at the second try, and one that passes.
set -eu
reclint=$1
source=$2
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77
mkdir tree && cd tree

driver()	# NAME LOCKING
{
	cat >"$1.c" <<END
#include <linux/mutex.h>
#include <linux/shrinker.h>
static struct mutex $1_lock, $1_old;
static unsigned long $1_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long $1_scan(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&$1_old);
	mutex_unlock(&$1_old);
	$2
	mutex_unlock(&$1_lock);
	return 1;
}
static struct shrinker shrinker = { .count_objects = $1_count, .scan_objects = $1_scan };
int $1_init(void)
{
	return register_shrinker(&shrinker, "$1");
}
END
}
good='if (!mutex_trylock(&one_lock)) return SHRINK_STOP;'
bad='mutex_lock(&one_lock);'
driver one "$good"
mkdir other
(cd other && driver two 'mutex_lock(&two_lock);')
echo "int helper;" >helper.c
cat >compile_commands.json <<END
[{"directory": "$PWD", "file": "one.c", "arguments": ["cc", "-I$source/testsuite/include", "-c", "one.c"]},
 {"directory": "$PWD", "file": "helper.c", "arguments": ["cc", "-c", "helper.c"]},
 {"directory": "$PWD", "file": "other/two.c", "arguments": ["cc", "-I$source/testsuite/include", "-c", "other/two.c"]}]
END
printf '.reclint\ncompile_commands.json\n' >.gitignore

# by hand
run 2 "$reclint" hook
says "which files?"
run 0 "$reclint" hook one.c
says "nothing was checked: there are no facts"
run 2 "$reclint" hook --require-facts one.c
run 0 "$reclint" scan
run 0 "$reclint" hook one.c
says "2 callbacks of what changed: 0 new findings, 1 known before"
driver one "$bad"
for try in first second; do
	run 1 "$reclint" hook one.c
	says "one_scan() may sleep on one_lock"
	says "1 new finding, 1 known before"
	! grep -q two_lock "$tmp/said" || fail "what did not change is reported ($try try)"
done
run 0 "$reclint" hook --fail-on error one.c
# old facts are no answer
(
	flock 9
	run 2 "$reclint" hook one.c
	says "another scan"
) 9>.reclint/lock
driver one "$good"
run 0 "$reclint" hook one.c
says "0 new findings, 1 known before"

# what it found last is what there was before, and is not looked for again...
cp .reclint/hook.last last
sed -i 1q .reclint/hook.last
run 1 "$reclint" hook one.c
says "1 new finding, 0 known before"
rm -f .reclint/hook.known
# ... but with other rules, files, or facts
: >none.yaml
for other in "one.c other/two.c" "--rules none.yaml one.c"; do
	sed 1q last >.reclint/hook.last
	# shellcheck disable=SC2086	# words
	run 0 "$reclint" hook $other
	says "0 new findings"
done
run 0 "$reclint" hook one.c
driver one "$bad"
run 0 "$reclint" scan
run 0 "$reclint" hook one.c
says "0 new findings, 2 known before"
driver one "$good"
run 0 "$reclint" hook one.c
says "0 new findings, 1 known before"
[ ! -e .reclint/hook.known ] || fail "what was refused is not forgotten"
echo "#include \"no-such-header.h\"" >helper.c
run 2 "$reclint" hook one.c helper.c
says "helper.c gave no facts"
echo "int helper;" >helper.c
# the facts of a new file are not among those that were there when the scan began
(mkdir new && cd new && driver three 'mutex_lock(&three_lock);')
cp compile_commands.json before.json
sed -i "s|^\(.*\)helper.c\(.*\)helper.c\(.*\)|&\n\1new/three.c\2new/three.c\3|; s|\"cc\", \"-c\", \"new|\"cc\", \"-I$source/testsuite/include\", \"-c\", \"new|" \
	compile_commands.json
run 1 "$reclint" hook new/three.c
says "three_scan() may sleep on three_lock"
says "2 new findings, 0 known before"
mv before.json compile_commands.json
rm -r new
run 0 "$reclint" scan
run 0 "$reclint" check --baseline known.json --update-baseline
driver one "$bad"
run 1 "$reclint" hook --baseline known.json one.c
says "one_lock"
driver one "$good"
run 0 "$reclint" hook --baseline known.json one.c
# facts that are gone are made again
rm -r .reclint/facts
run 0 "$reclint" hook --baseline known.json one.c
says "3 files extracted"
says "0 new findings"
run 2 "$reclint" hook --baseline known.json --rules no-such.yaml one.c
says "no-such.yaml"

# a mark is refuted by what is near, and by what is many calls away where nothing near does
mkdir ../marked
(
	cd ../marked
	marked()	# NEAR DEEP
	{
		{
			printf '#include <linux/%s.h>\n' pm_runtime shrinker slab
			echo "struct spi { struct device *dev; void *save; };"
			echo "static struct spi the_spi;"
			echo "static void deep0(struct spi *d) { $2 }"
			for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
				echo "static void deep$i(struct spi *d) { deep$((i - 1))(d); }"
			done
			cat <<-END
			static int spi_resume(struct device *dev) { struct spi *d = dev_get_drvdata(dev); $1 deep12(d); return 0; }
			const struct dev_pm_ops spi_pm_ops = { .runtime_resume = spi_resume };
			static unsigned long spi_count(struct shrinker *s, struct shrink_control *sc) { return 1; }
			static unsigned long spi_scan(struct shrinker *s, struct shrink_control *sc)
			{
				return pm_runtime_get_sync(the_spi.dev) < 0 ? SHRINK_STOP : 1;
			}
			static struct shrinker shrinker = { .count_objects = spi_count, .scan_objects = spi_scan };
			int spi_probe(struct spi *d)
			{
				pm_runtime_irq_safe(d->dev);
				return register_shrinker(&shrinker, "spi");
			}
			END
		} >spi.c
	}
	near='d->save = kmalloc(64, GFP_KERNEL);'
	marked '' ''
	mkdir -p include/linux
	: >include/linux/kconfig.h	# makes it a kernel, whose constants are asked for
	cat >compile_commands.json <<-END
	[{"directory": "$PWD", "file": "spi.c", "command": "cc -nostdinc -include $PWD/include/linux/kconfig.h -D__KERNEL__ -DMODULE -DKBUILD_MODNAME=\\"spi\\" -DKBUILD_MODFILE=\\"drivers/spi/spi\\" -I $source/testsuite/include -c -o spi.o spi.c"}]
	END
	run 0 "$reclint" scan
	run 0 "$reclint" hook spi.c
	for where in near deep; do
		[ $where = near ] && marked "$near" '' || marked '' "$near"
		run 1 "$reclint" hook spi.c
		says "spi_resume() may enter reclaim"
		says "1 new finding"
		marked '' ''
		run 0 "$reclint" hook spi.c
	done
)

# by pre-commit
if ! command -v pre-commit >/dev/null || ! command -v git >/dev/null; then
	[ "${CI:-}" = true ] && fail "there is no pre-commit"
	exit 77
fi
PATH=$(dirname "$reclint"):$PATH
export PATH PRE_COMMIT_HOME="$tmp/cache" HOME="$tmp" GIT_CONFIG_NOSYSTEM=1
git config --global user.name Test
git config --global user.email test@example.org
git config --global init.defaultBranch main
# the hook's definition as a repository has it
mkdir ../hooks
cp "$source/.pre-commit-hooks.yaml" ../hooks/
git -C ../hooks init -q
git -C ../hooks add .
git -C ../hooks commit -q -m hooks
git init -q .
cat >.pre-commit-config.yaml <<END
repos:
  - repo: $tmp/hooks
    rev: $(git -C ../hooks rev-parse HEAD)
    hooks:
      - id: reclint
END
git add .gitignore .pre-commit-config.yaml ./*.c other
git commit -q -m start
run 0 pre-commit install
driver one "$bad"
for try in first second; do
	git add one.c
	run 1 git commit -m refused
	says "one_scan() may sleep on one_lock"
	says "1 new finding"
done
[ "$(git log --oneline | wc -l)" = 1 ] || fail "a commit was made all the same"
# what is not staged is not looked at
driver one "$good"
git add one.c
driver one "$bad"
run 0 git commit -m "nothing to refuse" --allow-empty
driver one "if (!mutex_trylock(&one_lock)) return SHRINK_STOP; one_count(s, sc);"
git add one.c
run 0 git commit -m passes
says "0 new findings"
# nothing but text changed
echo text >README
git add README
run 0 git commit -m text
says "no files to check"
rm -rf .reclint
driver one "$good"
git add one.c
run 0 git commit -m "no facts"
says "nothing was checked: there are no facts"
