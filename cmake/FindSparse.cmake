# SPDX-License-Identifier: MIT
#
# Sparse::sparse: libsparse as reclint-sparse links it, in one of three ways.
#
#   SPARSE_SOURCE_DIR   a folder with the source of sparse 0.6.5 or newer
#   SPARSE_LIBRARY, SPARSE_INCLUDE_DIR
#                       an installed libsparse.a and its headers
#   neither             the distribution's source package, fetched into the
#                       build folder by get-sparse.sh
#
# A source is copied and built in the build folder.  What counts is what the
# library can do, not which version it says it is: a probe is run.
#
# The library that is linked is a copy with changed symbols: blob_alloc and
# blob_free get a prefix (base/ has a function of that name), and these and the
# reporting functions become weak, so that the front-end's own replace them.

set(SPARSE_SOURCE_DIR "" CACHE PATH "source of sparse 0.6.5 or newer")
set(_sparse_dir ${CMAKE_BINARY_DIR}/sparse)

function(_sparse_run what)
	execute_process(COMMAND ${ARGN} RESULT_VARIABLE status
		OUTPUT_VARIABLE output ERROR_VARIABLE output)
	if(NOT status EQUAL 0)
		message(FATAL_ERROR "Sparse: ${what} failed:\n${output}")
	endif()
endfunction()

function(_sparse_build source)
	find_program(SPARSE_MAKE NAMES gmake make)
	mark_as_advanced(SPARSE_MAKE)
	if(NOT SPARSE_MAKE)
		message(FATAL_ERROR "Sparse: make is needed to build libsparse; install it")
	endif()
	if(NOT EXISTS ${source}/symbol.h)
		message(FATAL_ERROR "Sparse: '${source}' is not the source of sparse")
	endif()
	file(GLOB files ${source}/*.c ${source}/*.h ${source}/*.def ${source}/Makefile)
	file(REMOVE_RECURSE ${_sparse_dir}/build)
	file(COPY ${files} DESTINATION ${_sparse_dir}/build)
	file(COPY ${source}/compat DESTINATION ${_sparse_dir}/build)
	message(STATUS "Sparse: building libsparse from ${source}")
	_sparse_run("building libsparse" ${SPARSE_MAKE} -s -C ${_sparse_dir}/build libsparse.a
		CC=${CMAKE_C_COMPILER} "CFLAGS=-O3 -g1 -w")
endfunction()

if(SPARSE_LIBRARY AND SPARSE_INCLUDE_DIR AND NOT SPARSE_SOURCE_DIR)
	set(_sparse_library ${SPARSE_LIBRARY})
	set(_sparse_include ${SPARSE_INCLUDE_DIR})
else()
	set(_sparse_source ${SPARSE_SOURCE_DIR})
	if(NOT _sparse_source)
		set(_sparse_source ${_sparse_dir}/source)
		if(NOT EXISTS ${_sparse_source}/symbol.h)
			message(STATUS "Sparse: fetching the distribution's source package")
			_sparse_run("fetching the source of sparse"
				${CMAKE_CURRENT_LIST_DIR}/get-sparse.sh ${_sparse_dir})
		endif()
	endif()
	set(_sparse_library ${_sparse_dir}/build/libsparse.a)
	set(_sparse_include ${_sparse_dir}/build)
	if(NOT EXISTS ${_sparse_library} OR NOT SPARSE_BUILT_FROM STREQUAL _sparse_source)
		_sparse_build(${_sparse_source})
		set(SPARSE_BUILT_FROM ${_sparse_source} CACHE INTERNAL "")
	endif()
endif()

# ---- what it can do

if(NOT SPARSE_PROBED STREQUAL _sparse_library)
	file(WRITE ${_sparse_dir}/probe-input.c
		"extern const int value;\n__typeof_unqual__(value) copy;\nint probe(void) { return copy; }\n")
	_sparse_run("compiling cmake/sparse-probe.c: this sparse is older than 0.6.5 (struct symbol has no member 'cleanup')?"
		${CMAKE_C_COMPILER} -std=gnu11 -w -I${_sparse_include} -o ${_sparse_dir}/probe
		${CMAKE_CURRENT_LIST_DIR}/sparse-probe.c ${_sparse_library} -lm)
	_sparse_run("parsing __typeof_unqual__: this sparse is older than 0.6.5? The probe"
		${_sparse_dir}/probe ${_sparse_dir}/probe-input.c)
	set(SPARSE_PROBED ${_sparse_library} CACHE INTERNAL "")
endif()

# ---- the copy that is linked

set(_sparse_weak sparse_blob_alloc sparse_blob_free sparse_error expression_error
	warning info error_die die)
list(TRANSFORM _sparse_weak PREPEND "--weaken-symbol=")
if(NOT CMAKE_OBJCOPY)
	message(FATAL_ERROR "Sparse: objcopy is needed; install binutils")
endif()
set(_sparse_linked ${_sparse_dir}/libsparse-reclint.a)
if(NOT EXISTS ${_sparse_linked} OR ${_sparse_library} IS_NEWER_THAN ${_sparse_linked})
	_sparse_run("renaming symbols" ${CMAKE_OBJCOPY}
		--redefine-sym blob_alloc=sparse_blob_alloc --redefine-sym blob_free=sparse_blob_free
		${_sparse_library} ${_sparse_linked}.tmp)
	_sparse_run("weakening symbols" ${CMAKE_OBJCOPY} ${_sparse_weak}
		${_sparse_linked}.tmp ${_sparse_linked})
	file(REMOVE ${_sparse_linked}.tmp)
endif()

if(NOT TARGET Sparse::sparse)
	add_library(Sparse::sparse STATIC IMPORTED)
	set_target_properties(Sparse::sparse PROPERTIES
		IMPORTED_LOCATION ${_sparse_linked}
		INTERFACE_INCLUDE_DIRECTORIES ${_sparse_include}
		INTERFACE_LINK_LIBRARIES m)
endif()
set(Sparse_FOUND TRUE)
