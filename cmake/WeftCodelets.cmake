# SPDX-License-Identifier: Apache-2.0
# Poplar codelets: the compiler popc, its headers, and codelets compiled into programs.

# The headers as data of weft, in the build folder as in an installed prefix: codelets are compiled
# where programs run.
set(WEFT_CODELET_HEADERS "${PROJECT_SOURCE_DIR}/src/hosts/poplar/include")
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/share/weft")
file(CREATE_LINK "${WEFT_CODELET_HEADERS}" "${PROJECT_BINARY_DIR}/share/weft/include" SYMBOLIC)
install(DIRECTORY "${WEFT_CODELET_HEADERS}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/weft/include")

if(TARGET weft_frontends_poplar)
  target_link_libraries(weft_frontends_poplar PRIVATE ${CMAKE_DL_LIBS})
  set_property(SOURCE "${PROJECT_SOURCE_DIR}/src/frontends/poplar/codelet_options.cpp"
               APPEND PROPERTY COMPILE_DEFINITIONS
               "WEFT_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\""
               "WEFT_INSTALLED_DATA=\"${CMAKE_INSTALL_FULL_DATADIR}/weft\"")
  add_executable(popc "${PROJECT_SOURCE_DIR}/src/popc.cpp")
  target_link_libraries(popc PRIVATE weft::frontends_poplar)
  weft_flags(popc)
  install(TARGETS popc RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

# Computed when a codelet runs, never by the compiler; frontends/poplar (fixed_flags) has them too.
set(WEFT_CODELET_FUNCTIONS "")
foreach(name IN ITEMS exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh
                      cbrt erf erfc atan2 pow fmax fmin)
  list(APPEND WEFT_CODELET_FUNCTIONS -fno-builtin-${name} -fno-builtin-${name}f)
endforeach()

# What the language leaves to a processor; frontends/poplar (fixed_flags) says why.
set(WEFT_CODELET_RULES -fwrapv -fsigned-char
                       -fsanitize=integer-divide-by-zero,signed-integer-overflow)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  list(APPEND WEFT_CODELET_RULES -fsanitize-trap=all -fno-strict-float-cast-overflow)
else()
  list(APPEND WEFT_CODELET_RULES -fsanitize-undefined-trap-on-error)
endif()

# weft_codelets(<target> SOURCES <file.cpp>... [FLAGS <popc flag>...])
#
# Compiles codelets into a target; no compiler is needed where the program runs. Each source becomes
# a function `extern "C" void weft_register_<name of the file>()`, to be called once before its
# vertices are added to a graph: a static library would lose static initialisers.
function(weft_codelets target)
  cmake_parse_arguments(PARSE_ARGV 1 codelets "" "" "SOURCES;FLAGS")
  foreach(source IN LISTS codelets_SOURCES)
    get_filename_component(source "${source}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    get_filename_component(stem "${source}" NAME_WE)
    set(wrapper "${CMAKE_CURRENT_BINARY_DIR}/codelets/${target}/${stem}.cpp")
    get_filename_component(folder "${wrapper}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    add_custom_command(
      OUTPUT "${wrapper}"
      COMMAND "${CMAKE_COMMAND}" -E env "WEFT_CXX=${CMAKE_CXX_COMPILER}"
              "$<TARGET_PROPERTY:popc,CROSSCOMPILING_EMULATOR>" $<TARGET_FILE:popc>
              --wrapper --stem ${stem} --depfile "${wrapper}.d" -std=c++20
              ${codelets_FLAGS} "${source}" -o "${wrapper}"
      DEPENDS popc "${source}"
      DEPFILE "${wrapper}.d"
      COMMENT "Wrapping codelets of ${stem}" COMMAND_EXPAND_LISTS VERBATIM)
    # The wrapper is preprocessed; the last -std wins.
    set(options -w -std=gnu++20 -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math
                -fno-access-control -fvisibility=hidden ${WEFT_CODELET_RULES}
                ${WEFT_CODELET_FUNCTIONS})
    set_source_files_properties("${wrapper}" PROPERTIES COMPILE_OPTIONS "${options}")
    target_sources(${target} PRIVATE "${wrapper}")
  endforeach()
endfunction()
