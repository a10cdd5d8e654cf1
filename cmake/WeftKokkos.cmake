# SPDX-License-Identifier: Apache-2.0
# Finds Kokkos 3.4 to 5.x, or fetches it; the target to link is Kokkos::kokkos.
# Shipped with the installed package, because its users meet the same Kokkos installations.
include_guard(GLOBAL)
option(WEFT_FETCH_KOKKOS "Download Kokkos when no installed one is found" ON)
set(WEFT_KOKKOS_TAG "4.6.01" CACHE STRING "Kokkos release fetched when none is installed")
option(WEFT_OPENMP "Insist on a Kokkos with OpenMP" OFF)

# Kokkos' version files disagree on what a range means, so the number is compared here.
macro(weft_find_installed_kokkos)
  set(CMAKE_CXX_EXTENSIONS OFF)
  find_package(Kokkos CONFIG QUIET)
  if(Kokkos_FOUND AND Kokkos_VERSION VERSION_LESS 3.4)
    message(FATAL_ERROR "Kokkos ${Kokkos_VERSION} in ${Kokkos_DIR} is older than 3.4")
  endif()
endmacro()

# Debian 12's config (Trilinos flavour) names an include folder that does not exist: point to the
# right one.
function(weft_repair_kokkos_includes)
  get_target_property(folders Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
  if(NOT folders OR folders MATCHES "\\$<")
    return()
  endif()
  foreach(folder IN LISTS folders)
    if(NOT EXISTS "${folder}")
      find_path(WEFT_KOKKOS_INCLUDE_DIR Kokkos_Core.hpp HINTS ${Kokkos_INCLUDE_DIRS}
                PATH_SUFFIXES trilinos REQUIRED)
      set_property(TARGET Kokkos::kokkos
                   PROPERTY INTERFACE_INCLUDE_DIRECTORIES "${WEFT_KOKKOS_INCLUDE_DIR}")
      return()
    endif()
  endforeach()
endfunction()

# The same config names libraries by their place on the machine that they are for: not there where
# weft is built for another one.
function(weft_reroot_kokkos target)
  get_target_property(libraries ${target} INTERFACE_LINK_LIBRARIES)
  if(NOT CMAKE_SYSROOT OR NOT libraries)
    return()
  endif()
  set(found "")
  foreach(library IN LISTS libraries)
    if(TARGET "${library}")
      weft_reroot_kokkos("${library}")
    elseif(library MATCHES "^/" AND NOT EXISTS "${library}" AND EXISTS "${CMAKE_SYSROOT}${library}")
      string(PREPEND library "${CMAKE_SYSROOT}")
    endif()
    list(APPEND found "${library}")
  endforeach()
  set_property(TARGET ${target} PROPERTY INTERFACE_LINK_LIBRARIES "${found}")
endfunction()

if(NOT TARGET Kokkos::kokkos)
  weft_find_installed_kokkos()
  if(WEFT_OPENMP AND Kokkos_FOUND AND NOT "OPENMP" IN_LIST Kokkos_DEVICES)
    message(FATAL_ERROR "Kokkos ${Kokkos_VERSION} in ${Kokkos_DIR} has no OpenMP: give "
            "-DKokkos_ROOT=<prefix of one that has>, install libkokkos-dev of a newer Debian, or "
            "fetch one with -DCMAKE_DISABLE_FIND_PACKAGE_Kokkos=ON")
  endif()
endif()
if(TARGET Kokkos::kokkos)
  weft_repair_kokkos_includes()
  weft_reroot_kokkos(Kokkos::kokkos)
elseif(WEFT_FETCH_KOKKOS)
  if(WEFT_OPENMP)
    set(Kokkos_ENABLE_OPENMP ON CACHE BOOL "For WEFT_OPENMP" FORCE)
  endif()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # libpoplar.so holds it
  include(FetchContent)
  FetchContent_Declare(Kokkos GIT_REPOSITORY https://github.com/kokkos/kokkos.git
                       GIT_TAG ${WEFT_KOKKOS_TAG} GIT_SHALLOW ON SYSTEM)
  FetchContent_MakeAvailable(Kokkos)
else()
  message(FATAL_ERROR "Kokkos 3.4 or newer not found: give -DKokkos_ROOT=<prefix>, install "
          "libtrilinos-kokkos-dev (Debian 12) or libkokkos-dev, or allow -DWEFT_FETCH_KOKKOS=ON")
endif()
