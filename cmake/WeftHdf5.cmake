# SPDX-License-Identifier: Apache-2.0
# Finds an HDF5 that was built with MPI (call after find_package(MPI)); link hdf5::hdf5, and
# hdf5::hdf5_hl for dimension scales.
include_guard(GLOBAL)
set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 REQUIRED COMPONENTS C HL)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "the HDF5 found (${HDF5_C_INCLUDE_DIRS}) is serial; weft writes its traces "
          "in parallel: install libhdf5-openmpi-dev or point HDF5_ROOT to a parallel build")
endif()
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
