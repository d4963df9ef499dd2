/* SPDX-License-Identifier: MIT */
#include "obj.h"

void obj_put(struct obj *obj);
