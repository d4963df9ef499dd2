# SPDX-License-Identifier: MIT
# RECLINT_SANITIZE: the first error ends the program, so that tests see it.

if(RECLINT_SANITIZE)
	target_compile_options(reclint-flags INTERFACE -fsanitize=address,undefined
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(reclint-flags INTERFACE -fsanitize=address,undefined)
endif()
