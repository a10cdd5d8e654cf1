# SPDX-License-Identifier: Apache-2.0
# The rooms and what each may use: the one place of the build that knows it.
# tests/style/check_layers.py holds the same table and checks the includes against it.

# The C++ bindings of MPI are not used, and their headers do not compile without warnings.
add_library(weft_mpi INTERFACE)
target_link_libraries(weft_mpi INTERFACE MPI::MPI_C)
target_compile_definitions(weft_mpi INTERFACE OMPI_SKIP_MPICXX=1 MPICH_SKIP_MPICXX=1)

weft_room(base LIBS Kokkos::kokkos)
target_compile_definitions(weft_base PRIVATE WEFT_VERSION="${PROJECT_VERSION}")
weft_room(comm LIBS weft::base PRIVATE_LIBS weft_mpi ${CMAKE_DL_LIBS})
weft_room(topology LIBS weft::base PRIVATE_LIBS tomlplusplus::tomlplusplus)
if(TARGET weft_topology)  # so that a build tree finds its topologies without being installed
  target_compile_definitions(weft_topology PRIVATE WEFT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endif()
weft_room(partition LIBS weft::base weft::topology)
weft_room(numerics LIBS weft::base)
weft_room(program LIBS weft::base weft::topology weft::numerics PRIVATE_LIBS ${CMAKE_DL_LIBS})
weft_room(fabric LIBS weft::base weft::topology)
weft_room(graph LIBS weft::base weft::numerics)
weft_room(trace LIBS weft::base weft::comm PRIVATE_LIBS hdf5::hdf5_hl hdf5::hdf5 weft_mpi)

# machine.hpp belongs to the parent and needs no linking; the registry there links every child.
set(machines "")
foreach(machine IN ITEMS toy wse ipu tsp rdu)
  weft_room(machine_${machine} FOLDER machine/${machine}
            LIBS weft::base weft::topology weft::program weft::numerics weft::fabric)
  list(APPEND machines weft::machine_${machine})
endforeach()
weft_room(machine FLAT
          LIBS weft::base weft::topology weft::program weft::numerics weft::fabric ${machines})

weft_room(exchange LIBS weft::base weft::comm)
weft_room(engine LIBS weft::base weft::comm weft::topology weft::partition weft::program
                      weft::machine weft::exchange weft::trace)
set(frontends "")
foreach(frontend IN ITEMS csl poplar tsp rdu spatial)
  weft_room(frontends_${frontend} FOLDER frontends/${frontend}
            LIBS weft::base weft::topology weft::program weft::numerics
            PRIVATE_LIBS ${CMAKE_DL_LIBS})
  list(APPEND frontends weft::frontends_${frontend})
endforeach()
weft_room(frontends_onnx FOLDER frontends/onnx LIBS weft::base weft::numerics weft::graph)
list(APPEND frontends weft::frontends_onnx)
set(lowerings "")
foreach(machine IN ITEMS wse ipu tsp rdu)
  weft_room(lower_${machine} FOLDER lower/${machine}
            LIBS weft::base weft::numerics weft::graph weft::topology weft::program)
  list(APPEND lowerings weft::lower_${machine})
endforeach()
# The words that all share, and the registry that links every child.
weft_room(lower FLAT LIBS weft::base weft::numerics weft::graph weft::topology weft::program
                          ${lowerings})
# The porting advisor: tables of evidence, rules of fit, verdicts.
weft_room(advice LIBS weft::base weft::graph weft::topology)
include(WeftTemplates)
include(WeftCodelets)
# What every host interface needs: the ranks of a program, its sessions, its summary.
weft_room(hosts FLAT LIBS weft::base weft::comm weft::topology weft::trace weft::machine
                          weft::engine
                     PRIVATE_LIBS $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)
weft_room(hosts_poplar FOLDER hosts/poplar
          LIBS weft::base weft::comm weft::topology weft::program weft::numerics weft::trace
               weft::engine weft::frontends_poplar weft::hosts)
weft_room(hosts_spatial FOLDER hosts/spatial
          LIBS weft::base weft::comm weft::topology weft::program weft::numerics weft::trace
               weft::engine weft::frontends_rdu weft::hosts)
weft_room(hosts_csl FOLDER hosts/csl
          LIBS weft::base weft::topology weft::program weft::trace weft::machine
               weft::frontends_csl
          PRIVATE_LIBS $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)
include(WeftPoplar)
include(WeftCsl)
include(WeftPython)
weft_room(analysis LIBS weft::base weft::trace weft::topology PRIVATE_LIBS cairo::cairo)
get_property(rooms_below_cli GLOBAL PROPERTY WEFT_ROOMS)
list(TRANSFORM rooms_below_cli PREPEND weft:: OUTPUT_VARIABLE all_rooms)
weft_room(cli LIBS ${all_rooms} CLI11::CLI11 nlohmann_json::nlohmann_json
              PRIVATE_LIBS ZLIB::ZLIB)
# Command lines are read and JSON is written once a run, and both take long to optimise; what bench/
# times is optimised.
if(TARGET weft_cli)
  target_compile_options(weft_cli PRIVATE $<$<CONFIG:Release>:-O1>)
  file(GLOB bench_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/cli/bench/*.cpp")
  set_source_files_properties(${bench_sources} PROPERTIES
                              COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)
  # These use Poplar's names, or the wafer's, as their own: they are compiled one by one.
  file(GLOB single_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/cli/validation/*.cpp"
       "${PROJECT_SOURCE_DIR}/src/cli/job/doors/*.cpp")
  set_source_files_properties(${single_sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endif()

if(TARGET weft_cli AND EXISTS "${PROJECT_SOURCE_DIR}/src/main.cpp")
  add_executable(weft "${PROJECT_SOURCE_DIR}/src/main.cpp")
  target_link_libraries(weft PRIVATE weft::cli)
  weft_flags(weft)
  # Programs that jobs name are loaded into weft and find all of Poplar's functions there.
  set_target_properties(weft PROPERTIES ENABLE_EXPORTS ON
                        LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,weft_hosts_poplar")
endif()
