# SPDX-License-Identifier: Apache-2.0
# Poplar's libraries by their names: what `g++ main.cpp -lpoplar -lpopops` and find_package find.

include(CMakePackageConfigHelpers)
if(NOT TARGET weft_hosts_poplar)
  return()
endif()
target_include_directories(weft_hosts_poplar PUBLIC
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/hosts/poplar/include>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_DATADIR}/weft/include>")

# Vertices of the libraries above, compiled in and known on every rank before main().
file(GLOB library_codelets CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/kernels/ipu/library/*.cpp")
set(declarations "")
set(calls "")
foreach(source IN LISTS library_codelets)
  get_filename_component(stem "${source}" NAME_WE)
  string(APPEND declarations "extern \"C\" void weft_register_${stem}();\n")
  string(APPEND calls "  weft_register_${stem}();\n")
endforeach()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/codelets/library_codelets.cpp" @ONLY CONTENT [=[
// Made by cmake/WeftPoplar.cmake: makes the codelets of the libraries known.
@declarations@
namespace poplar::core {

bool register_library_codelets() {
@calls@  return true;
}

}  // namespace poplar::core
]=])
target_sources(weft_hosts_poplar PRIVATE
               "${PROJECT_BINARY_DIR}/codelets/library_codelets.cpp")
if(library_codelets)
  weft_codelets(weft_hosts_poplar SOURCES ${library_codelets} FLAGS "-I${PROJECT_SOURCE_DIR}/src")
endif()

# One shared library holds everything; the others are names for it.
add_library(poplar SHARED "${PROJECT_SOURCE_DIR}/src/hosts/poplar/engine/libc_start.cpp")
target_compile_definitions(poplar PRIVATE WEFT_POPLAR_SHARED)
target_link_libraries(poplar PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,weft_hosts_poplar>"
                                     ${CMAKE_DL_LIBS})
weft_flags(poplar)
set_target_properties(poplar PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_LIBDIR}"
  INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS poplar LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
foreach(name IN ITEMS poputil popops poplin popnn poprand popsparse popfloat gcl pvti pva)
  set(script "${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_LIBDIR}/lib${name}.so")
  file(WRITE "${script}" "INPUT(-lpoplar)\n")
  install(FILES "${script}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endforeach()

# find_package(poplar) and find_package(poplibs), in the build folder as in an installed prefix.
foreach(package IN ITEMS poplar poplibs)
  set(folder "${CMAKE_INSTALL_LIBDIR}/cmake/${package}")
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/poplarConfig.cmake.in"
                                "${PROJECT_BINARY_DIR}/${folder}/${package}Config.cmake"
                                INSTALL_DESTINATION "${folder}")
  install(FILES "${PROJECT_BINARY_DIR}/${folder}/${package}Config.cmake" DESTINATION "${folder}")
endforeach()
install(PROGRAMS "${PROJECT_SOURCE_DIR}/scripts/poplar-env.sh"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/weft")
