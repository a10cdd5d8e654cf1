# SPDX-License-Identifier: Apache-2.0
# Compiler flags of our own code; fetched libraries are declared before this file and keep theirs.

set(WEFT_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion)
# g++ 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND WEFT_WARNINGS -Wno-restrict)
endif()
# Many files in one: a local name may well be that of a function of another file.
if(CMAKE_UNITY_BUILD)
  list(REMOVE_ITEM WEFT_WARNINGS -Wshadow)
endif()
if(WEFT_WERROR)
  list(APPEND WEFT_WARNINGS -Werror)
endif()

if(WEFT_NATIVE)
  add_compile_options(-march=native)
endif()

# weft_flags(<target>): warnings for us alone; no contraction for us and for whoever compiles our
# headers.
function(weft_flags target)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    target_compile_features(${target} INTERFACE cxx_std_20)
    target_compile_options(${target} INTERFACE -ffp-contract=off)
    return()
  endif()
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PUBLIC -ffp-contract=off PRIVATE ${WEFT_WARNINGS})
endfunction()
