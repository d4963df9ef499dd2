// SPDX-License-Identifier: GPL-2.0-only
/*
 * The platform device and its driver.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>

#include "compat.h"
#include "target.h"

static bool discrete;
module_param(discrete, bool, 0444);
MODULE_PARM_DESC(discrete, "the device loses its table when it sleeps");

#define TARGET_AUTOSUSPEND_MS	50

static int target_probe(struct platform_device *pdev)
{
	struct target_device *tdev;
	int ret;

	tdev = devm_kzalloc(&pdev->dev, sizeof(*tdev), GFP_KERNEL);
	if (!tdev)
		return -ENOMEM;
	tdev->dev = &pdev->dev;
	tdev->discrete = discrete;
	platform_set_drvdata(pdev, tdev);

	mutex_init(&tdev->stats_lock);
	init_rwsem(&tdev->reset_sem);
	xa_init_flags(&tdev->objects, XA_FLAGS_ALLOC1);
	spin_lock_init(&tdev->lru_lock);
	INIT_LIST_HEAD(&tdev->lru[TARGET_PURGEABLE].objects);
	INIT_LIST_HEAD(&tdev->lru[TARGET_MOVABLE].objects);
	INIT_WORK(&tdev->evict_work, target_evict_work);
	init_waitqueue_head(&tdev->idle_wait);
	init_completion(&tdev->idle);
	tdev->fence_context = dma_fence_context_alloc(1);
	spin_lock_init(&tdev->fence_lock);

	ret = init_srcu_struct(&tdev->srcu);
	if (ret)
		return ret;
	tdev->wq = alloc_workqueue("reclint_target", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	if (!tdev->wq) {
		ret = -ENOMEM;
		goto err_srcu;
	}
	ret = target_table_init(tdev);
	if (ret)
		goto err_wq;
	ret = target_pool_init(tdev);
	if (ret)
		goto err_table;

	pm_runtime_set_autosuspend_delay(tdev->dev, TARGET_AUTOSUSPEND_MS);
	pm_runtime_use_autosuspend(tdev->dev);
	pm_runtime_enable(tdev->dev);

	ret = target_shrinkers_init(tdev);
	if (ret)
		goto err_pm;
	target_debugfs_init(tdev);
	return 0;

err_pm:
	pm_runtime_disable(tdev->dev);
	pm_runtime_dont_use_autosuspend(tdev->dev);
	target_pool_fini(tdev);
err_table:
	target_table_fini(tdev);
err_wq:
	destroy_workqueue(tdev->wq);
err_srcu:
	cleanup_srcu_struct(&tdev->srcu);
	return ret;
}

static void target_remove(struct platform_device *pdev)
{
	struct target_device *tdev = platform_get_drvdata(pdev);

	debugfs_remove(tdev->debugfs);
	target_shrinkers_fini(tdev);
	wait_event(tdev->idle_wait, !atomic_read(&tdev->n_jobs));
	target_object_destroy_all(tdev);
	/* the release of an object is a work item */
	destroy_workqueue(tdev->wq);
	pm_runtime_disable(tdev->dev);
	pm_runtime_dont_use_autosuspend(tdev->dev);
	target_pool_fini(tdev);
	target_table_fini(tdev);
	xa_destroy(&tdev->objects);
	cleanup_srcu_struct(&tdev->srcu);
}

static struct platform_driver target_driver = {
	.probe = target_probe,
	.TARGET_REMOVE = target_remove,
	.driver = {
		.name = "reclint_target",
		.pm = &target_pm_ops,
	},
};

static struct platform_device *target_pdev;

static int __init target_init(void)
{
	int ret = platform_driver_register(&target_driver);

	if (ret)
		return ret;
	target_pdev = platform_device_register_simple("reclint_target", PLATFORM_DEVID_NONE,
						      NULL, 0);
	if (IS_ERR(target_pdev)) {
		platform_driver_unregister(&target_driver);
		return PTR_ERR(target_pdev);
	}
	return 0;
}
module_init(target_init);

static void __exit target_exit(void)
{
	platform_device_unregister(target_pdev);
	platform_driver_unregister(&target_driver);
}
module_exit(target_exit);

MODULE_DESCRIPTION("a shrinker to learn from, and to check checkers with");
MODULE_LICENSE("GPL");
