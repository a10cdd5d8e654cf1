# SPDX-License-Identifier: Apache-2.0
# The steps of the install test; any failure stops it.
set(prefix "${WORK}/prefix")
set(build "${WORK}/consumer-build")
file(REMOVE_RECURSE "${prefix}" "${build}")

function(run)
  execute_process(COMMAND ${ARGV} WORKING_DIRECTORY / RESULT_VARIABLE code
                  OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGV}\nexit code ${code}\n${out}${err}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")
run("${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${build}" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${COMPILER}" -DCMAKE_BUILD_TYPE=Debug
    "-DCMAKE_CXX_FLAGS_DEBUG=${FLAGS}")
run("${CMAKE_COMMAND}" --build "${build}")
run("${build}/consumer")
if(NOT output STREQUAL "weft ${VERSION}, rank 0 of 1\n")
  message(FATAL_ERROR "the consumer printed: ${output}")
endif()
run("${prefix}/${BINDIR}/weft" --version)
if(NOT output MATCHES "^weft ${VERSION}\n")
  message(FATAL_ERROR "the installed weft printed: ${output}")
endif()
