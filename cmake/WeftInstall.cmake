# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where.
if(TARGET weft)
  install(TARGETS weft RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
