/* SPDX-License-Identifier: MIT */
/*
 * What source code can tell reclint.  A kernel may copy this file or include it: it needs
 * nothing, and expands to nothing unless reclint or clang reads it.
 */
#ifndef RECLINT_ANNOTATIONS_H
#define RECLINT_ANNOTATIONS_H

#if defined(__RECLINT__) || defined(__clang__)
#define RECLINT_ANNOTATE(text) __attribute__((annotate("reclint:" text)))
#else
#define RECLINT_ANNOTATE(text)
#endif

/*
 * A claim, which reclint takes at its word and checks.  'why' is a string literal.  On
 *
 *   a runtime-PM callback, a driver's table (struct pci_driver, struct dev_pm_ops):
 *			resuming the driver's devices is safe in memory reclaim;
 *   a function:	so is every resume on the way through it;
 *   a struct:		so is resuming every device that one of its members is or points to;
 *   a member or a variable that is or points to a device:
 *			so is resuming this device;
 *   a member or a variable that is a lock, or what is waited for:
 *			reclaim may block on it.
 *
 *	struct my_gpu {
 *		struct device *dev RECLINT_RECLAIM_SAFE("resume writes two registers");
 *		struct mutex lock RECLINT_RECLAIM_SAFE("nobody allocates under it");
 *	};
 *	static int my_gpu_resume(struct device *dev) RECLINT_RECLAIM_SAFE("see there");
 */
#define RECLINT_RECLAIM_SAFE(why) RECLINT_ANNOTATE("reclaim-safe: " why)

#endif
