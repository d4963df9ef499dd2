// SPDX-License-Identifier: MIT
/*
 * check-name: a lock of the shrinker is held while another is waited for, under which somebody allocates
 */
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct vm { struct mutex slots_lock, quiet_lock; void *slot; };
static DEFINE_MUTEX(vm_lock);
static DEFINE_MUTEX(quiet_vm_lock);

static unsigned long vm_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return 1;
}

static unsigned long vm_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	mutex_lock(&vm_lock);		/* expect: reclaim-sleeping-lock "vm_lock" */
					/* expect@-1: reclaim-inversion "vm_lock.*waits for struct vm.slots_lock" */
	mutex_unlock(&vm_lock);
	mutex_lock(&quiet_vm_lock);	/* expect: reclaim-sleeping-lock "quiet_vm_lock" */
	mutex_unlock(&quiet_vm_lock);
	return 1;
}

int vm_zap_all_bad(struct vm *vm)
{
	mutex_lock(&vm_lock);
	mutex_lock(&vm->slots_lock);
	vm->slot = NULL;
	mutex_unlock(&vm->slots_lock);
	mutex_unlock(&vm_lock);
	return 0;
}

int vm_add_slot_bad(struct vm *vm)
{
	mutex_lock(&vm->slots_lock);
	vm->slot = kzalloc(64, GFP_KERNEL);
	mutex_unlock(&vm->slots_lock);
	return 0;
}

/* Nobody allocates under the inner lock. */
int vm_quiet_ok(struct vm *vm)
{
	mutex_lock(&quiet_vm_lock);
	mutex_lock(&vm->quiet_lock);
	vm->slot = NULL;
	mutex_unlock(&vm->quiet_lock);
	mutex_unlock(&quiet_vm_lock);
	return 0;
}

static struct shrinker shrinker = { .count_objects = vm_count_ok, .scan_objects = vm_scan_bad };

int vm_init(void)
{
	return register_shrinker(&shrinker, "vm");
}
