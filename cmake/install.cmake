# SPDX-License-Identifier: MIT
#
# What an installation holds besides the programs: rules, pages of rules, the header,
# completions, manual pages, a pkg-config file; and the .deb of it (cpack).

install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY rules/ DESTINATION ${CMAKE_INSTALL_DATADIR}/reclint/rules)
install(DIRECTORY docs/rules/ DESTINATION ${CMAKE_INSTALL_DATADIR}/reclint/docs/rules)
install(DIRECTORY checker/report/html/ DESTINATION ${CMAKE_INSTALL_DATADIR}/reclint/html)
install(DIRECTORY cocci/ DESTINATION ${CMAKE_INSTALL_DATADIR}/reclint/cocci)
install(FILES LICENSES/MIT.txt DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES LICENSES/GPL-2.0-only.txt DESTINATION ${CMAKE_INSTALL_DOCDIR})	# of cocci/
install(FILES completions/reclint.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
	RENAME reclint)
install(FILES completions/_reclint DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES completions/reclint.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# The header alone: nothing to link.  The prefix is found from the file's own place.
file(WRITE ${CMAKE_BINARY_DIR}/reclint.pc "prefix=\${pcfiledir}/../..
includedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}

Name: reclint
Description: annotations for kernel sources that reclint checks
Version: ${PROJECT_VERSION}
Cflags: -I\${includedir}
")
install(FILES ${CMAKE_BINARY_DIR}/reclint.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)

# Manual pages: of each command from its --help, of the rules from rules/README.md.
find_program(HELP2MAN help2man)
find_program(LOWDOWN lowdown)
if(HELP2MAN AND LOWDOWN)
	set(man ${CMAKE_BINARY_DIR}/man)
	add_custom_command(OUTPUT ${man}/made
		COMMAND sh ${CMAKE_SOURCE_DIR}/docs/man/make.sh $<TARGET_FILE:reclint> ${CMAKE_SOURCE_DIR} ${man}
			${HELP2MAN} ${LOWDOWN}
		DEPENDS reclint docs/man/make.sh docs/man/see-also.h2m rules/README.md
		COMMENT "Manual pages" VERBATIM)
	add_custom_target(man ALL DEPENDS ${man}/made)
	install(DIRECTORY ${man}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
	install(DIRECTORY ${man}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 FILES_MATCHING PATTERN "*.5")
else()
	message(WARNING "no manual pages: they need the packages help2man and lowdown")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "The reclint developers <reclint@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "static checker for memory reclaim in the Linux kernel")
set(CPACK_PACKAGE_DESCRIPTION
	"Walks from the shrinkers and notifiers that memory reclaim calls to what must not be
reached there, and shows the path.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "coccinelle, libpython3-dev, git, pre-commit")
if(RECLINT_CLANG)
	# The headers that come with the compiler, which no library's dependency names.
	set(CPACK_DEBIAN_PACKAGE_DEPENDS libclang-common-19-dev)
endif()
include(CPack)
