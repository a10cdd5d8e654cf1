# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, and what find_package(weft) finds there.
include(CMakePackageConfigHelpers)
set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/weft")

# The program, and what it reads: machine descriptions, kernels, jobs, tables of support.
if(TARGET weft)
  install(TARGETS weft RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
# The build folder has the same shape as an installed prefix, so that weft finds its data in both.
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/share/weft")
foreach(folder IN ITEMS topologies kernels jobs advice)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}"
       "${PROJECT_BINARY_DIR}/share/weft/${folder}" SYMBOLIC)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}")
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION "${CMAKE_INSTALL_DATADIR}/weft")
  endif()
endforeach()

# The rooms as libraries; cli belongs to the program. weft::weft links them all.
get_property(rooms GLOBAL PROPERTY WEFT_ROOMS)
list(REMOVE_ITEM rooms cli)
list(TRANSFORM rooms PREPEND weft_ OUTPUT_VARIABLE room_targets)
add_library(weft_everything INTERFACE)
target_link_libraries(weft_everything INTERFACE ${room_targets})
set_target_properties(weft_everything PROPERTIES EXPORT_NAME weft)
set_target_properties(weft_mpi PROPERTIES EXPORT_NAME mpi)
install(TARGETS ${room_targets} weft_everything weft_mpi EXPORT weftTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/weft"
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*_impl.hpp" EXCLUDE PATTERN "cli" EXCLUDE)

install(EXPORT weftTargets NAMESPACE weft:: DESTINATION "${config_folder}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/weftConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/weftConfig.cmake"
                              INSTALL_DESTINATION "${config_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/weftConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/weftConfig.cmake"
              "${PROJECT_BINARY_DIR}/weftConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/WeftKokkos.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/WeftCairo.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/WeftHdf5.cmake"
        DESTINATION "${config_folder}")
