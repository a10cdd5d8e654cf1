# SPDX-License-Identifier: Apache-2.0
# Writes files of tests as one file to compile: cmake -DOUT=<path> -DFILES=<path>,<path>... -P
#
# Files of tests call the same things by the same names: each gets a namespace of its own around
# its unnamed namespace (and what it uses before its named one) or, where it has no named one,
# around all that follows its includes.
string(REPLACE "," ";" files "${FILES}")
set(text "")
set(number 0)
foreach(file IN LISTS files)
  file(READ "${file}" source)
  string(REGEX MATCH "^((//[^\n]*|#include[^\n]*|)\n)*" head "${source}")
  string(LENGTH "${head}" length)
  string(SUBSTRING "${source}" ${length} -1 body)
  set(scope joined_${number})
  if(body MATCHES "^(((using [^\n]*|)\n)*)namespace [a-z]")
    set(usings "${CMAKE_MATCH_1}")
    string(LENGTH "${usings}" length)
    string(SUBSTRING "${body}" ${length} -1 rest)
    string(REGEX REPLACE "[^\n]" "" empty_lines "${usings}")
    string(REPLACE "\n" " " usings "${usings}")
    # What follows an unnamed namespace uses what is in it.
    set(end "}}")
    if(NOT rest MATCHES "\n}  // namespace\n}  // namespace [a-z_:]+\n$")
      set(end "}} using namespace ${scope};")
    endif()
    string(REPLACE "\nnamespace {\n" "\nnamespace ${scope} { ${usings}namespace {\n"
                   rest "${rest}")
    string(REPLACE "\n}  // namespace\n" "\n${end}\n" rest "${rest}")
    set(body "${empty_lines}${rest}")
  else()
    set(body "namespace ${scope} { ${body}}\n")
  endif()
  string(APPEND text "#line 1 \"${file}\"\n${head}${body}")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUT}" "${text}")
