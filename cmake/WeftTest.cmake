# SPDX-License-Identifier: Apache-2.0
# How tests are built and registered with ctest.
include_guard(GLOBAL)

# MPI keeps memory to the process' end: under asan, leaks are sought in tests without MPI only.
# Transports that one machine doesn't need take half a second a start to find out about.
set(WEFT_MPI_ENVIRONMENT ASAN_OPTIONS=detect_leaks=0
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
    OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
    OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader)

set(WEFT_TEST_PATIENCE 1 CACHE STRING "Multiplies the time limits of unit tests and suites")

# Another number at each commit: what tests draw with it, commits together try. The build folder's
# CTestTestfile.cmake has it, and a command from there draws the same again.
execute_process(COMMAND git -C "${PROJECT_SOURCE_DIR}" rev-parse HEAD OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
string(MD5 digest "${commit}")
string(SUBSTRING "${digest}" 0 6 digits)
math(EXPR WEFT_COMMIT_SEED "0x${digits}")

# weft_drawn_tier(<variable> <name> <share>): tier full of one commit in `share`, drawn by the name,
# else tier long. For many tests that are alike: commits together run all.
function(weft_drawn_tier variable name share)
  string(MD5 drawn "${name}")
  string(SUBSTRING "${drawn}" 0 6 drawn)
  math(EXPR drawn "(0x${drawn} + ${WEFT_COMMIT_SEED}) % ${share}")
  set(${variable} long PARENT_SCOPE)
  if(drawn EQUAL 0)
    set(${variable} full PARENT_SCOPE)
  endif()
endfunction()

# weft_add_mpi_test(<name> <target> <ranks> <labels> [TIMEOUT seconds] [ARGS ...])
# Registers `mpirun -n <ranks> <target> ARGS` as test <name>_np<ranks>.
function(weft_add_mpi_test name target ranks labels)
  cmake_parse_arguments(PARSE_ARGV 4 test "" "TIMEOUT" "ARGS")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 120)
  endif()
  math(EXPR test_TIMEOUT "${test_TIMEOUT} * ${WEFT_TEST_PATIENCE}")
  set(full_name ${name}_np${ranks})
  add_test(NAME ${full_name}
           COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} ${MPIEXEC_PREFLAGS}
                   $<TARGET_FILE:${target}> ${MPIEXEC_POSTFLAGS} ${test_ARGS})
  # Ranks that wait for each other yield, and a busy neighbour takes milliseconds each time: they
  # share a small machine with nobody. A rank by itself waits for no one.
  set(processors 1)
  if(ranks GREATER 1)
    math(EXPR processors "${ranks} + 1")
  endif()
  set_tests_properties(${full_name} PROPERTIES LABELS "${labels}" TIMEOUT ${test_TIMEOUT}
                       PROCESSORS ${processors} ENVIRONMENT "${WEFT_MPI_ENVIRONMENT}")
endfunction()

# weft_join_tests(<variable> <target> <source>...): in a unity build, files made of as many sources
# each as the build joins elsewhere; else the sources themselves.
function(weft_join_tests variable target)
  if(NOT CMAKE_UNITY_BUILD)
    set(${variable} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  set(script "${PROJECT_SOURCE_DIR}/cmake/JoinTests.cmake")
  set(joined "")
  set(sources ${ARGN})
  while(sources)
    list(SUBLIST sources 0 ${CMAKE_UNITY_BUILD_BATCH_SIZE} batch)
    list(REMOVE_ITEM sources ${batch})
    list(LENGTH joined number)
    set(path "${CMAKE_CURRENT_BINARY_DIR}/joined/${target}_${number}.cpp")
    string(REPLACE ";" "," files "${batch}")
    add_custom_command(OUTPUT "${path}"
                       COMMAND "${CMAKE_COMMAND}" "-DOUT=${path}" "-DFILES=${files}" -P "${script}"
                       DEPENDS ${batch} "${script}" COMMENT "" VERBATIM)
    list(APPEND joined "${path}")
  endwhile()
  set(${variable} ${joined} PARENT_SCOPE)
endfunction()

# weft_test_executable(<target> <folder> [MPI|KOKKOS] [LIBS ...]): all .cpp below the folder; no
# target without any.
# MPI: main brings up MPI and Kokkos. KOKKOS: main brings up Kokkos alone. Neither: gtest_main.
function(weft_test_executable target folder)
  cmake_parse_arguments(PARSE_ARGV 2 test "MPI;KOKKOS" "" "LIBS")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  if(NOT sources)
    return()
  endif()
  set(folders ${sources})
  list(TRANSFORM folders REPLACE "/[^/]*$" "")
  list(REMOVE_DUPLICATES folders)
  weft_join_tests(sources ${target} ${sources})
  if(test_MPI)
    list(APPEND test_LIBS weft_test_mpi_main)
  elseif(test_KOKKOS)
    list(APPEND test_LIBS weft_test_kokkos_main)
  else()
    list(APPEND test_LIBS GTest::gtest_main)
  endif()
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE ${test_LIBS})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src"
                                               "${PROJECT_SOURCE_DIR}/tests" ${folders})
  target_compile_definitions(${target} PRIVATE WEFT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  weft_flags(${target})
  # They are joined, with what CMake does not know: they call the same things by the same names.
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  # Nobody times a test's own code, and everybody waits for its compiler.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# weft_unit_tests(<room> [MPI|KOKKOS]): tests/unit/<room>/*.cpp as test_<room>, tier fast.
function(weft_unit_tests room)
  set(target test_${room})
  weft_test_executable(${target} "${PROJECT_SOURCE_DIR}/tests/unit/${room}" ${ARGN}
                       LIBS weft::${room})
  if(NOT TARGET ${target})
    return()
  endif()
  if("MPI" IN_LIST ARGN)
    foreach(ranks IN LISTS WEFT_MPIEXEC_RANKS)
      weft_add_mpi_test(unit_${room} ${target} ${ranks} fast)
    endforeach()
  else()
    add_test(NAME unit_${room} COMMAND ${target})
    math(EXPR limit "120 * ${WEFT_TEST_PATIENCE}")
    set_tests_properties(unit_${room} PROPERTIES LABELS fast TIMEOUT ${limit})
  endif()
endfunction()

# weft_suite(<suite> [RANKS n...] [LABEL tier]): tests/<suite>/*.cpp against every room, under MPI.
function(weft_suite suite)
  cmake_parse_arguments(PARSE_ARGV 1 suite "" "LABEL" "RANKS")
  if(NOT suite_RANKS)
    set(suite_RANKS 1 2 3)
  endif()
  if(NOT suite_LABEL)
    set(suite_LABEL fast)
  endif()
  get_property(rooms GLOBAL PROPERTY WEFT_ROOMS)
  list(TRANSFORM rooms PREPEND weft::)
  weft_test_executable(test_${suite} "${PROJECT_SOURCE_DIR}/tests/${suite}" MPI LIBS ${rooms})
  if(TARGET test_${suite})
    foreach(ranks IN LISTS suite_RANKS)
      weft_add_mpi_test(${suite} test_${suite} ${ranks} ${suite_LABEL})
    endforeach()
  endif()
endfunction()
