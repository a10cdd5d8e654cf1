# SPDX-License-Identifier: Apache-2.0
# cslc: compiles CSL ahead of a run, under the name that commands files call.
if(TARGET weft_hosts_csl)
  add_executable(cslc "${PROJECT_SOURCE_DIR}/src/cslc.cpp")
  target_link_libraries(cslc PRIVATE weft::hosts_csl CLI11::CLI11)
  weft_flags(cslc)
  install(TARGETS cslc RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
