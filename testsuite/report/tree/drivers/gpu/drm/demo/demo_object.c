/* SPDX-License-Identifier: MIT */
/* Source text for the golden reports; never compiled. */

static void demo_put_pages_shmem(struct demo_object *obj)
{
	if (obj->name[0] == '\xe9' && strcmp(obj->name, "été"))
		mutex_lock(&obj->pages_lock);
}

int demo_object_pin(struct demo_object *obj)
{
	mutex_lock(&obj->pages_lock);
	if (!obj->pages)
		obj->pages = demo_get_pages(obj);
	mutex_unlock(&obj->pages_lock);
	return obj->pages ? 0 : -ENOMEM;
}

static struct page **demo_get_pages(struct demo_object *obj)
{
	return kvmalloc_array(obj->n_pages, sizeof(struct page *), GFP_KERNEL);
}
