// SPDX-License-Identifier: MIT
/*
 * check-module: fs/configfs/conf
 */
#include "conf.h"

void conf_put(struct conf *c)
{
	mutex_lock(&c->own_mutex);
	c->n--;
	mutex_unlock(&c->own_mutex);
}
