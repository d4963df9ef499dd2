# SPDX-License-Identifier: MIT
#
# Clang::libraries: LLVM and clang as reclint-clang links them, and
# CLANG_RESOURCE_DIR, where clang's own headers are.
#
#   CLANG_LLVM_CONFIG   the llvm-config to take; else the tested one, else the newest of the others
#
# The tests pass with LLVM 19.  Majors 17 to 22 are taken as well, with a warning: 22 builds,
# but gives arguments of macros other places and lowers compound literals otherwise.

set(CLANG_MAJOR_MIN 17)
set(CLANG_MAJOR_MAX 22)
set(CLANG_MAJOR_TESTED 19)
set(CLANG_LLVM_CONFIG "" CACHE FILEPATH "llvm-config of LLVM ${CLANG_MAJOR_MIN} to ${CLANG_MAJOR_MAX}")

set(_clang_names llvm-config-${CLANG_MAJOR_TESTED} llvm-config${CLANG_MAJOR_TESTED})
foreach(major RANGE ${CLANG_MAJOR_MAX} ${CLANG_MAJOR_MIN} -1)
	list(APPEND _clang_names llvm-config-${major} llvm-config${major})
endforeach()
if(CLANG_LLVM_CONFIG)
	set(_clang_config ${CLANG_LLVM_CONFIG})
else()
	find_program(_clang_found NAMES ${_clang_names} llvm-config NO_CACHE)
	set(_clang_config ${_clang_found})
endif()
if(NOT _clang_config)
	message(FATAL_ERROR "Clang: no llvm-config was found; install llvm-19-dev and libclang-19-dev, "
		"name one by -DCLANG_LLVM_CONFIG=, or build without by -DRECLINT_CLANG=OFF")
endif()

function(_clang_ask variable)
	execute_process(COMMAND ${_clang_config} ${ARGN} OUTPUT_VARIABLE answer RESULT_VARIABLE status
		OUTPUT_STRIP_TRAILING_WHITESPACE)
	if(NOT status EQUAL 0)
		message(FATAL_ERROR "Clang: '${_clang_config} ${ARGN}' failed")
	endif()
	set(${variable} ${answer} PARENT_SCOPE)
endfunction()

_clang_ask(_clang_version --version)
string(REGEX MATCH "^[0-9]+" _clang_major "${_clang_version}")
if(_clang_major LESS CLANG_MAJOR_MIN OR _clang_major GREATER CLANG_MAJOR_MAX)
	message(FATAL_ERROR "Clang: '${_clang_config}' is of LLVM ${_clang_version}; supported are "
		"${CLANG_MAJOR_MIN} to ${CLANG_MAJOR_MAX}: name another by -DCLANG_LLVM_CONFIG=, or build "
		"without by -DRECLINT_CLANG=OFF")
elseif(NOT _clang_major EQUAL CLANG_MAJOR_TESTED)
	message(WARNING "Clang: the tests are known to pass with LLVM ${CLANG_MAJOR_TESTED}, "
		"'${_clang_config}' is of ${_clang_version}: what ctest says of frontend/clang tells whether "
		"its facts can be relied on")
endif()
_clang_ask(_clang_include --includedir)
_clang_ask(_clang_libdir --libdir)
_clang_ask(_clang_bindir --bindir)
if(NOT EXISTS ${_clang_include}/clang/AST/ASTConsumer.h)
	message(FATAL_ERROR "Clang: '${_clang_include}' has no clang headers; install libclang-${_clang_major}-dev")
endif()
find_library(_clang_cpp NAMES clang-cpp clang-cpp-${_clang_major} libclang-cpp.so.${_clang_major}.1
	libclang-cpp.so.${_clang_major} HINTS ${_clang_libdir} NO_DEFAULT_PATH NO_CACHE)
find_library(_clang_llvm NAMES LLVM LLVM-${_clang_major} HINTS ${_clang_libdir} NO_DEFAULT_PATH NO_CACHE)
if(NOT _clang_cpp OR NOT _clang_llvm)
	message(FATAL_ERROR "Clang: '${_clang_libdir}' has no libclang-cpp or libLLVM; install libclang-cpp${_clang_major}")
endif()
# lib/clang/MAJOR below the folder that holds the libraries.
set(CLANG_RESOURCE_DIR "")
foreach(dir ${_clang_libdir}/clang/${_clang_major} ${_clang_libdir}/clang/${_clang_version})
	if(EXISTS ${dir}/include/stddef.h)
		set(CLANG_RESOURCE_DIR ${dir})
	endif()
endforeach()
find_program(CLANG_COMPILER NAMES clang clang-${_clang_major} HINTS ${_clang_bindir} NO_DEFAULT_PATH)
message(STATUS "Clang: LLVM ${_clang_version} in ${_clang_libdir}")

if(NOT TARGET Clang::libraries)
	add_library(Clang::libraries INTERFACE IMPORTED)
	target_include_directories(Clang::libraries SYSTEM INTERFACE ${_clang_include})
	target_link_libraries(Clang::libraries INTERFACE ${_clang_cpp} ${_clang_llvm})
endif()
set(ClangLibraries_FOUND TRUE)
