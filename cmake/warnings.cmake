# SPDX-License-Identifier: MIT
# reclint-flags: how the project's own sources are compiled.

add_library(reclint-flags INTERFACE)
target_compile_options(reclint-flags INTERFACE
	-Wall -Wextra -Wshadow -Wno-unused-parameter
	$<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes> $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>)
target_compile_definitions(reclint-flags INTERFACE _GNU_SOURCE
	RECLINT_VERSION="${PROJECT_VERSION}")
if(RECLINT_WERROR)
	target_compile_options(reclint-flags INTERFACE -Werror)
endif()
