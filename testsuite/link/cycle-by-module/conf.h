/* SPDX-License-Identifier: MIT */
#include <linux/mutex.h>

struct conf { struct mutex su_mutex, own_mutex; int n; };

void conf_put(struct conf *c);
