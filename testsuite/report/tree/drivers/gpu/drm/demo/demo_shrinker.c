/* SPDX-License-Identifier: MIT */
/* Source text for the golden reports; never compiled. */

static unsigned long demo_shrink(struct demo_device *demo, unsigned long target,
				 unsigned int flags)
{
	struct demo_object *obj;
	unsigned long freed = 0;

	if (flags & DEMO_SHRINK_BOUND && !demo_pm_get_if_active(demo))
		flags &= ~DEMO_SHRINK_BOUND;
	list_for_each_entry(obj, &demo->objects,
			    link) {
		if (!demo_object_trylock(obj))
			continue;
		if (demo_object_is_idle(obj) ||
		    (flags & DEMO_SHRINK_ACTIVE && !obj->pinned)) {
			demo_object_wait(obj);
			freed += obj->ops->put_pages(obj);
		}
		demo_object_unlock(obj);
	}
	return freed;
}

static unsigned long demo_shrinker_scan(struct shrinker *shrinker,
					struct shrink_control *sc)
{
	struct demo_device *demo = shrinker->private_data;
	unsigned long freed;

	freed = demo_shrink(demo, sc->nr_to_scan, DEMO_SHRINK_BOUND);
	/* The rest needs the device: wake it, but let only kswapd wait. */
	if (freed < sc->nr_to_scan && current_is_kswapd()) {
		demo_pm_get(demo);
		freed += demo_shrink(demo, sc->nr_to_scan - freed,
				     DEMO_SHRINK_BOUND | DEMO_SHRINK_ACTIVE);
		demo_pm_put(demo);
	}
	return freed ? freed : SHRINK_STOP;
}
