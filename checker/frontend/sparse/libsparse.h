/* SPDX-License-Identifier: MIT */
/*
 * The only place that names libsparse's headers.  One of its functions has the
 * name of one of ours (blob_free); the build renames it in the library, and
 * this header in the declarations.
 */
#ifndef FRONTEND_SPARSE_LIBSPARSE_H
#define FRONTEND_SPARSE_LIBSPARSE_H

#define blob_alloc sparse_blob_alloc
#define blob_free sparse_blob_free
#include <lib.h>
#include <allocate.h>
#include <token.h>
#include <parse.h>
#include <symbol.h>
#include <scope.h>
#include <expression.h>
#include <evaluate.h>
#include <expand.h>
#include <target.h>
#undef blob_alloc
#undef blob_free

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "fact/fact.h"

#endif
