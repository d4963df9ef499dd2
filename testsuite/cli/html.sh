#!/bin/sh
# SPDX-License-Identifier: MIT
# html.sh RECLINT SOURCE_DIR: the report as a page: it holds all it shows, nothing in the source is
# markup there, and in a real browser, without a network, it shows, filters and draws.
set -eu
reclint=$1
source=$2
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

mkdir dev
cat >dev/shrinker.c <<'END'
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
static struct mutex lock, other, inner;
static unsigned long dev_count(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}
static unsigned long dev_scan(struct shrinker *s, struct shrink_control *sc)
{
	/* </script><b id="hostile">&amp; */
	mutex_lock(&lock);
	mutex_unlock(&lock);
	if (!sc->nr_to_scan)
		return 0;
	mutex_lock(&other);
	mutex_unlock(&other);
	return 1;
}
void *dev_grow(void)
{
	void *p;

	mutex_lock(&lock);
	p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&lock);
	return p;
}
void dev_pair(void)
{
	mutex_lock(&other);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	mutex_unlock(&other);
}
void *dev_grow_inner(void)
{
	void *p;

	mutex_lock(&inner);
	p = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&inner);
	return p;
}
static struct shrinker shrinker = { .count_objects = dev_count, .scan_objects = dev_scan };
int dev_init(void)
{
	return register_shrinker(&shrinker, "dev");
}
END
mkdir -p include/linux
: >include/linux/kconfig.h
cat >compile_commands.json <<END
[{"directory": "$tmp", "file": "dev/shrinker.c", "arguments": ["cc", "-nostdinc", "-include", "$tmp/include/linux/kconfig.h",
  "-D__KERNEL__", "-I$source/testsuite/include", "-c", "-o", "dev/shrinker.o", "dev/shrinker.c"]}]
END
run 0 "$reclint" scan
run 1 "$reclint" check --format html -o report.html
run 1 "$reclint" check --format json -o report.json
python3 - <<'END' || fail "the page does not hold what it should"
import json, re
page = open("report.html", encoding="utf-8").read()
parts = {i: json.loads(t) for i, t in re.findall(r'<script type="application/json" id="(\w+)">(.*?)</script>', page, re.S)}
assert parts["report"] == json.load(open("report.json")), "the report is another"
lines = parts["sources"]["dev/shrinker.c"]
assert lines["11"].strip() == '/* </script><b id="hostile">&amp; */', lines
assert "12" in lines and "25" in lines
assert parts["rules"]["reclaim-inversion"]["mend"]
assert not re.search(r"""(src|href)\s*=|url\(|https?://(?!www\.w3\.org/2000/svg)""", page.split("<script type=")[0] + page.rsplit("<script>", 1)[1])
END

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
	echo "html: no browser: the page was not opened" >&2
	exit 0
fi
dom()	# HASH: the page's elements after its script has run
{
	HOME=$tmp timeout 60 "$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--virtual-time-budget=4000 --dump-dom "file://$tmp/report.html$1" >dom 2>/dev/null ||
		fail "the browser failed for '$1'"
	# what is shown, not what it was made from
	python3 -c 'import re; print(re.sub(r"<script.*?</script>", "", open("dom", encoding="utf-8").read(), flags=re.S))' >"$tmp/said"
}
n=$(python3 -c 'import json; print(len(json.load(open("report.json"))["findings"]))')
dom ""
says "$n of $n findings"
[ "$(grep -o '<details class="finding"' dom | wc -l)" = "$n" ] || fail "not every finding is listed"
dom "#rule=reclaim-inversion"
says "2 of $n findings"
dom "#rule=reclaim-inversion&lock=lock"
says "1 of $n findings"
says "Elsewhere, while memory is allocated"
says "<svg"
grep -q '<b id="hostile">' "$tmp/said" && fail "source became markup"
says '/* &lt;/script&gt;&lt;b id="hostile"&gt;&amp;amp; */'
says '<span class="at">    12'
dom "#q=other"
says "2 of $n findings"
dom "#rule=reclaim-sleeping-lock&lock=other"
says "1 of $n findings"
says "when sc-&gt;nr_to_scan"
dom "#q=inner"
says "1 of $n findings"
says "Elsewhere, held while inner is waited for"
says "Elsewhere that one is held while memory is allocated"
dom "#q=no-such-word"
says "0 of $n findings"
