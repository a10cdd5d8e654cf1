# SPDX-License-Identifier: Apache-2.0
# Finds an HDF5 that was built with MPI (call after find_package(MPI)); link hdf5::hdf5, and
# hdf5::hdf5_hl for dimension scales.
include_guard(GLOBAL)
include(CheckCSourceCompiles)
set(HDF5_PREFER_PARALLEL ON)
if(WEFT_HDF5_LIBRARIES)
  # A toolchain file names it: the wrappers that FindHDF5 asks tell of the machine that builds.
  set(HDF5_C_INCLUDE_DIRS "${WEFT_HDF5_INCLUDE}")
  set(HDF5_C_LIBRARIES "${WEFT_HDF5_LIBRARIES}/libhdf5.so")
  set(HDF5_C_HL_LIBRARIES "${WEFT_HDF5_LIBRARIES}/libhdf5_hl.so")
  file(STRINGS "${WEFT_HDF5_INCLUDE}/H5pubconf.h" HDF5_IS_PARALLEL
       REGEX "^#define H5_HAVE_PARALLEL 1")
else()
  find_package(HDF5 REQUIRED COMPONENTS C HL)
endif()
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "the HDF5 found (${HDF5_C_INCLUDE_DIRS}) is serial; weft writes its traces "
          "in parallel: install libhdf5-openmpi-dev or point HDF5_ROOT to a parallel build")
endif()

# The file of the HDF5 that was found; empty where CMake has no single one.
function(weft_hdf5_file result)
  set(${result} "" PARENT_SCOPE)
  foreach(library IN LISTS HDF5_C_LIBRARIES)
    set(file "${library}")
    if(TARGET ${library})
      get_target_property(file ${library} LOCATION)
    endif()
    if(file MATCHES "hdf5[^/]*$" AND EXISTS "${file}")
      set(${result} "${file}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# What is made of two MPIs links, and fails in its first collective call. Open MPI's objects are
# symbols (ompi_mpi_byte), those of MPICH and its kin are numbers: a library, be it static or
# shared, of this processor or another, shows which of the two it was compiled against.
function(weft_require_one_mpi)
  weft_hdf5_file(file)
  if(file STREQUAL "")
    return()
  endif()
  file(STRINGS "${file}" symbols REGEX "ompi_mpi_" LIMIT_COUNT 1)
  set(CMAKE_REQUIRED_LIBRARIES MPI::MPI_C)
  set(CMAKE_REQUIRED_QUIET ON)
  set(source "#include <mpi.h>\n#ifndef OPEN_MPI\n#error\n#endif\nint main(void) { return 0; }")
  check_c_source_compiles("${source}" WEFT_MPI_IS_OPEN_MPI)
  set(two "the HDF5 found is ${file}, the MPI found ${MPI_C_LIBRARIES}")
  if(symbols AND NOT WEFT_MPI_IS_OPEN_MPI)
    message(FATAL_ERROR "${two}: the first is one for Open MPI, the second is another. Use Open "
            "MPI (-DMPI_C_COMPILER=mpicc.openmpi) or the HDF5 of that MPI (MPICH: install "
            "libhdf5-mpich-dev, then cmake --preset mpich), in a fresh build folder")
  elseif(NOT symbols AND WEFT_MPI_IS_OPEN_MPI)
    message(FATAL_ERROR "${two}: the first is not one for Open MPI, the second is Open MPI. Use "
            "its HDF5 (install libhdf5-openmpi-dev) or the MPI of that HDF5 (MPICH: install "
            "libmpich-dev, then cmake --preset mpich), in a fresh build folder")
  endif()
endfunction()
weft_require_one_mpi()

if(NOT TARGET hdf5::hdf5)
  add_library(weft_hdf5_found INTERFACE IMPORTED)
  target_link_libraries(weft_hdf5_found INTERFACE ${HDF5_C_LIBRARIES})
  target_include_directories(weft_hdf5_found SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
  add_library(hdf5::hdf5 ALIAS weft_hdf5_found)
endif()
if(NOT TARGET hdf5::hdf5_hl)
  add_library(weft_hdf5_hl_found INTERFACE IMPORTED)
  target_link_libraries(weft_hdf5_hl_found INTERFACE ${HDF5_C_HL_LIBRARIES} hdf5::hdf5)
  add_library(hdf5::hdf5_hl ALIAS weft_hdf5_hl_found)
endif()
