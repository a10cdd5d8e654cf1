# SPDX-License-Identifier: Apache-2.0
# Whether the Kokkos that was found may become part of libpoplar.so and of Python's modules: a
# static one from source, compiled without -fPIC as is its default, shows only when those are
# linked, at the end of the build.
get_target_property(imported Kokkos::kokkos IMPORTED)
if(imported AND NOT WEFT_KOKKOS_CAN_BE_SHARED)  # one that is built here is told by WeftKokkos.cmake
  set(source "${PROJECT_BINARY_DIR}/CMakeFiles/weft_shared_kokkos.cpp")
  file(WRITE "${source}" "namespace Kokkos { bool is_initialized() noexcept; }
bool weft_asks_kokkos() { return Kokkos::is_initialized(); }
")
  try_compile(WEFT_KOKKOS_CAN_BE_SHARED "${PROJECT_BINARY_DIR}/CMakeFiles/weft_shared_kokkos"
              SOURCES "${source}" COMPILE_DEFINITIONS -fPIC LINK_OPTIONS -shared
              LINK_LIBRARIES Kokkos::kokkos OUTPUT_VARIABLE said)
  if(NOT WEFT_KOKKOS_CAN_BE_SHARED)
    string(REGEX MATCH "[^\n]*(recompile with -fPIC|relocation)[^\n]*" complaint "${said}")
    if(complaint)
      string(STRIP "${complaint}" complaint)
      unset(WEFT_KOKKOS_CAN_BE_SHARED CACHE)  # it may be built anew in its place
      message(FATAL_ERROR "the Kokkos found (${Kokkos_DIR}) is static and was compiled without "
              "-fPIC, so libpoplar.so cannot be linked with it: build it with "
              "-DCMAKE_POSITION_INDEPENDENT_CODE=ON or -DBUILD_SHARED_LIBS=ON (the linker says: "
              "${complaint})")
    endif()
  endif()
endif()
