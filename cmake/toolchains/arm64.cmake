# SPDX-License-Identifier: Apache-2.0
# weft for arm64, built on another processor with Debian's cross compiler; what runs while it is
# built (popc) runs under qemu. WEFT_ARM64_SYSROOT: a folder that scripts/arm64-sysroot.sh has
# filled; without it, the machine's own packages for arm64.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)

set(WEFT_ARM64_SYSROOT "$ENV{WEFT_ARM64_SYSROOT}" CACHE PATH "Debian for arm64, unpacked")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WEFT_ARM64_SYSROOT)
set(weft_usr "${WEFT_ARM64_SYSROOT}/usr")
if(WEFT_ARM64_SYSROOT)
  set(CMAKE_SYSROOT "${WEFT_ARM64_SYSROOT}")
  list(APPEND CMAKE_CROSSCOMPILING_EMULATOR -L "${WEFT_ARM64_SYSROOT}")
  # Debian keeps some of what these libraries need in folders that the linker is not told of.
  foreach(folder IN ITEMS lib usr/lib)
    string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT
           " -Wl,-rpath-link,${WEFT_ARM64_SYSROOT}/${folder}/aarch64-linux-gnu")
  endforeach()
  set(CMAKE_SHARED_LINKER_FLAGS_INIT "${CMAKE_EXE_LINKER_FLAGS_INIT}")
endif()
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# The compiler wrappers of MPI and HDF5 tell of the machine they run on: the paths instead.
set(weft_libraries "${weft_usr}/lib/aarch64-linux-gnu")
set(MPI_C_COMPILER "${CMAKE_C_COMPILER}" CACHE STRING "No wrapper")
set(MPI_C_COMPILER_INCLUDE_DIRS "${weft_libraries}/openmpi/include" CACHE PATH "mpi.h")
set(MPI_C_LIB_NAMES mpi CACHE STRING "Libraries of MPI")
set(MPI_mpi_LIBRARY "${weft_libraries}/openmpi/lib/libmpi.so" CACHE FILEPATH "Open MPI")
set(WEFT_HDF5_INCLUDE "${weft_libraries}/hdf5/openmpi/include" CACHE PATH "hdf5.h")
set(WEFT_HDF5_LIBRARIES "${weft_libraries}/hdf5/openmpi" CACHE PATH "libhdf5.so, libhdf5_hl.so")
