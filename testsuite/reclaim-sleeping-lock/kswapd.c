// SPDX-License-Identifier: MIT
/*
 * check-name: branches on who is reclaiming
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

struct vm { struct mutex a, b, c, d; };
static struct vm vm;

static bool in_kswapd(void)
{
	return current_is_kswapd();
}

static unsigned long vm_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long vm_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	bool is_kswapd = in_kswapd();

	if (current_is_kswapd()) {	/* expect-guard: "current_is_kswapd()" value=true */
		mutex_lock(&vm.a);	/* expect: reclaim-sleeping-lock "vm.a" contexts=kswapd */
		mutex_unlock(&vm.a);
	}
	if (!is_kswapd) {
		mutex_lock(&vm.b);	/* expect: reclaim-sleeping-lock "vm.b" contexts=!kswapd */
		mutex_unlock(&vm.b);
	}
	if (current->flags & PF_KSWAPD) {
		mutex_lock(&vm.c);	/* expect: reclaim-sleeping-lock "vm.c" contexts=kswapd */
		mutex_unlock(&vm.c);
		if (!is_kswapd) {
			mutex_lock(&vm.d);
			mutex_unlock(&vm.d);
		}
	}
	return 1;
}

static unsigned long never_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	if (current_is_kswapd() && !in_kswapd()) {
		mutex_lock(&vm.d);
		mutex_unlock(&vm.d);
	}
	return 1;
}

static struct shrinker bad = { .count_objects = vm_count_ok, .scan_objects = vm_scan_bad };
static struct shrinker never = { .count_objects = vm_count_ok, .scan_objects = never_scan_ok };

int vm_init(void)
{
	return register_shrinker(&bad, "bad") ?: register_shrinker(&never, "never");
}
