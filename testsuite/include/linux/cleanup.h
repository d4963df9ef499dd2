/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#include <linux/compiler.h>
#include <linux/types.h>

#define DEFINE_FREE(_name, _type, _free)					\
	static inline void __free_##_name(void *p)				\
	{									\
		_type _T = *(_type *)p;						\
		_free;								\
	}
#define __free(_name) __cleanup(__free_##_name)
#define no_free_ptr(p) ({ __typeof__(p) *__pp = &(p); __typeof__(p) __v = *__pp; *__pp = NULL; __v; })
#define return_ptr(p) return no_free_ptr(p)

#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...)		\
	typedef _type class_##_name##_t;					\
	static inline void class_##_name##_destructor(_type *p)		\
	{									\
		_type _T = *p;							\
		_exit;								\
	}									\
	static inline _type class_##_name##_constructor(_init_args)		\
	{									\
		_type t = _init;						\
		return t;							\
	}

#define EXTEND_CLASS(_name, ext, _init, _init_args...)				\
	typedef class_##_name##_t class_##_name##ext##_t;			\
	static inline void class_##_name##ext##_destructor(class_##_name##_t *p) \
	{									\
		class_##_name##_destructor(p);					\
	}									\
	static inline class_##_name##_t class_##_name##ext##_constructor(_init_args) \
	{									\
		class_##_name##_t t = _init;					\
		return t;							\
	}

#define CLASS(_name, var)							\
	class_##_name##_t var __cleanup(class_##_name##_destructor) =		\
		class_##_name##_constructor

#define DEFINE_GUARD(_name, _type, _lock, _unlock)				\
	DEFINE_CLASS(_name, _type, if (_T) { _unlock; },			\
		     ({ _lock; _T; }), _type _T)				\
	static inline void *class_##_name##_lock_ptr(class_##_name##_t *_T)	\
	{									\
		return (void *)*_T;						\
	}

#define DEFINE_GUARD_COND(_name, _ext, _condlock)				\
	EXTEND_CLASS(_name, _ext,						\
		     ({ void *_t = _T; if (_T && !(_condlock)) _t = NULL; _t; }), \
		     class_##_name##_t _T)					\
	static inline void *class_##_name##_ext##_lock_ptr(class_##_name##_t *_T) \
	{									\
		return class_##_name##_lock_ptr(_T);				\
	}

#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))

#define __guard_ptr(_name) class_##_name##_lock_ptr

#define __scoped_guard(_name, _label, args...)					\
	for (CLASS(_name, scope)(args); true; ({ goto _label; }))		\
		if (0) {							\
_label:										\
			break;							\
		} else

#define scoped_guard(_name, args...)						\
	__scoped_guard(_name, __UNIQUE_ID(label), args)

#define __scoped_cond_guard(_name, _fail, _label, args...)			\
	for (CLASS(_name, scope)(args); true; ({ goto _label; }))		\
		if (!__guard_ptr(_name)(&scope)) {				\
			_fail;							\
_label:										\
			break;							\
		} else

#define scoped_cond_guard(_name, _fail, args...)				\
	__scoped_cond_guard(_name, _fail, __UNIQUE_ID(label), args)

#endif
