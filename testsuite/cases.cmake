# SPDX-License-Identifier: MIT
#
# One test for each annotated case: a file of a folder named for a rule, or a
# folder below link/.  The same command serves by hand: reclint verify FILE...

# case_test(NAME PATH)
function(case_test name path)
	if(NOT TARGET reclint-sparse)
		return()
	endif()
	add_test(NAME case/${name}
		COMMAND reclint verify --rules-dir ${CMAKE_SOURCE_DIR}/rules
			--include ${CMAKE_CURRENT_SOURCE_DIR}/include ${path})
	set_tests_properties(case/${name} PROPERTIES TIMEOUT 60)
endfunction()

# All of them once more on the other front-end.
if(TARGET reclint-clang)
	add_test(NAME cases/clang
		COMMAND reclint verify --frontend clang --rules-dir ${CMAKE_SOURCE_DIR}/rules
			--include ${CMAKE_CURRENT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR})
	set_tests_properties(cases/clang PROPERTIES TIMEOUT 300)
endif()

file(GLOB cases CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} reclaim-*/*.c)
foreach(case ${cases})
	string(REGEX REPLACE "\\.c$" "" name ${case})
	case_test(${name} ${CMAKE_CURRENT_SOURCE_DIR}/${case})
endforeach()

file(GLOB cases CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} link/*)
foreach(case ${cases})
	if(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/${case})
		case_test(${case} ${CMAKE_CURRENT_SOURCE_DIR}/${case})
	endif()
endforeach()
