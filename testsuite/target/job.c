// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs: the device reads objects through its table, and a worker signals the fence.
 */
#include <linux/mm.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "target.h"

#define TARGET_JOB_MS	5

struct target_job {
	struct dma_fence base;		/* first: freed as a fence */
	struct target_device *tdev;
	struct delayed_work work;
	unsigned int n;
	struct {
		struct target_object *obj;	/* a reference: its slot is not given away */
		unsigned int slot;
		u64 entry;
	} reads[2];
};

static const char *target_fence_name(struct dma_fence *fence)
{
	return "reclint_target";
}

static const struct dma_fence_ops target_fence_ops = {
	.get_driver_name = target_fence_name,
	.get_timeline_name = target_fence_name,
};

static void target_job_run(struct work_struct *work)
{
	struct target_job *job = container_of(work, struct target_job, work.work);
	struct target_device *tdev = job->tdev;
	bool cookie = dma_fence_begin_signalling();
	unsigned int i;
	u64 entry;

	if (DEFECT(FENCE_WAIT)) {
		void *log = kmalloc(PAGE_SIZE, GFP_KERNEL);

		kfree(log);
	}
	for (i = 0; i < job->n; i++)
		if (!target_table_read(tdev, job->reads[i].slot, &entry) ||
		    entry != job->reads[i].entry)
			atomic_long_inc(&tdev->stats.bad_reads);
	dma_fence_signal(&job->base);
	dma_fence_end_signalling(cookie);

	for (i = 0; i < job->n; i++)
		target_object_put(job->reads[i].obj);
	pm_runtime_mark_last_busy(tdev->dev);
	pm_runtime_put_autosuspend(tdev->dev);
	dma_fence_put(&job->base);
	complete_all(&tdev->idle);
	if (atomic_dec_and_test(&tdev->n_jobs))
		wake_up_all(&tdev->idle_wait);
}

static struct target_job *target_job_create(struct target_device *tdev)
{
	struct target_job *job = kzalloc(sizeof(*job), GFP_KERNEL);

	if (!job)
		return NULL;
	job->tdev = tdev;
	INIT_DELAYED_WORK(&job->work, target_job_run);
	dma_fence_init(&job->base, &target_fence_ops, &tdev->fence_lock, tdev->fence_context,
		       atomic64_inc_return(&tdev->fence_seqno));
	return job;
}

/* The caller holds resv and keeps the device awake. */
static int target_job_add(struct target_job *job, struct target_object *obj)
{
	int ret = target_object_populate(obj);

	if (ret)
		return ret;
	ret = target_table_map(obj);
	if (ret)
		return ret;
	job->reads[job->n].obj = obj;
	job->reads[job->n].slot = obj->slot;
	job->reads[job->n].entry = target_entry(obj);
	job->n++;
	return 0;
}

/* The caller holds resv. */
static void target_job_publish(struct target_job *job, struct target_object *obj)
{
	kref_get(&obj->ref);
	dma_fence_put(obj->fence);
	obj->fence = dma_fence_get(&job->base);
}

/* Both resvs, in whichever order others take them; other may be NULL. */
static int target_lock_both(struct target_object *obj, struct target_object *other,
			    struct ww_acquire_ctx *ctx)
{
	struct target_object *first = obj, *second = other;
	int ret;

	ww_acquire_init(ctx, &target_ww_class);
	ret = ww_mutex_lock(&first->resv, ctx);
	while (!ret && second) {
		ret = ww_mutex_lock(&second->resv, ctx);
		if (!ret)
			break;
		ww_mutex_unlock(&first->resv);
		if (ret == -EDEADLK) {
			ww_mutex_lock_slow(&second->resv, ctx);
			swap(first, second);
			ret = 0;
		}
	}
	ww_acquire_done(ctx);
	if (ret)
		ww_acquire_fini(ctx);
	return ret;
}

static void target_unlock_both(struct target_object *obj, struct target_object *other,
			       struct ww_acquire_ctx *ctx)
{
	ww_mutex_unlock(&obj->resv);
	if (other)
		ww_mutex_unlock(&other->resv);
	ww_acquire_fini(ctx);
}

/* Runs a job on obj and, unless it is NULL, on other.  Does not wait for it. */
int target_submit(struct target_object *obj, struct target_object *other)
{
	struct target_device *tdev = obj->tdev;
	struct ww_acquire_ctx ctx;
	struct target_job *job;
	int ret;

	job = target_job_create(tdev);
	if (!job)
		return -ENOMEM;
	if (other == obj)
		other = NULL;
	down_read(&tdev->reset_sem);
	ret = pm_runtime_resume_and_get(tdev->dev);
	if (ret)
		goto err;
	ret = target_lock_both(obj, other, &ctx);
	if (ret)
		goto err_pm;
	ret = target_job_add(job, obj);
	if (!ret && other)
		ret = target_job_add(job, other);
	if (!ret) {
		target_job_publish(job, obj);
		if (other)
			target_job_publish(job, other);
		atomic_inc(&tdev->n_jobs);
		reinit_completion(&tdev->idle);
		queue_delayed_work(tdev->wq, &job->work, msecs_to_jiffies(TARGET_JOB_MS));
	}
	target_unlock_both(obj, other, &ctx);
	if (ret)
		goto err_pm;
	up_read(&tdev->reset_sem);
	return 0;
err_pm:
	pm_runtime_put_autosuspend(tdev->dev);
err:
	up_read(&tdev->reset_sem);
	dma_fence_signal(&job->base);
	dma_fence_put(&job->base);
	return ret;
}

/* As after a hang: no job starts meanwhile, and the state is written down first. */
int target_reset(struct target_device *tdev)
{
	void *dump;

	down_write(&tdev->reset_sem);
	dump = kcalloc(TARGET_SLOTS, sizeof(u64), GFP_KERNEL);
	if (dump) {
		spin_lock(&tdev->hw_lock);
		memcpy(dump, tdev->shadow, TARGET_SLOTS * sizeof(u64));
		if (tdev->awake)
			memcpy(tdev->table, tdev->shadow, TARGET_SLOTS * sizeof(u64));
		spin_unlock(&tdev->hw_lock);
	}
	kfree(dump);
	up_write(&tdev->reset_sem);
	return dump ? 0 : -ENOMEM;
}
