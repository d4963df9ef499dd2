/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#define HZ 250
extern unsigned long volatile jiffies;
#define MAX_SCHEDULE_TIMEOUT ((long)(~0UL >> 1))

#endif
