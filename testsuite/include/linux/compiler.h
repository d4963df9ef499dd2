/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ __volatile__("" : : : "memory")

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) do { *(volatile __typeof__(x) *)&(x) = (v); } while (0)

#define __always_inline inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define __weak __attribute__((__weak__))
#define __maybe_unused __attribute__((__unused__))
#define __must_check __attribute__((__warn_unused_result__))
#define __noreturn __attribute__((__noreturn__))
#define __cleanup(fn) __attribute__((__cleanup__(fn)))
#define __init
#define __exit
#define __user
#define __rcu
#define __iomem
#define __percpu
#define fallthrough __attribute__((__fallthrough__))

#define __CONCAT_(a, b) a##b
#define __CONCAT(a, b) __CONCAT_(a, b)
#define __UNIQUE_ID(prefix) __CONCAT(__CONCAT(__UNIQUE_ID_, prefix), __COUNTER__)

#ifdef __CHECKER__
#undef fallthrough
#define fallthrough do { } while (0)
#endif

#endif
