# SPDX-License-Identifier: Apache-2.0
# weft_room: turns a folder under src/ into a library target.

# weft_room(<name> [FOLDER <path>] [FLAT] [LIBS <target>...] [PRIVATE_LIBS <target>...])
#
# Makes weft_<name> (alias weft::<name>) from the .cpp files below src/<path> (default: <name>), or
# from those directly in it with FLAT. A folder without .cpp files gives an INTERFACE target, a
# folder that does not exist gives nothing. LIBS that are not targets (yet) are left out, so rooms
# may be added in any order.
function(weft_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "FLAT" "FOLDER" "LIBS;PRIVATE_LIBS")
  if(NOT room_FOLDER)
    set(room_FOLDER ${name})
  endif()
  set(folder "${PROJECT_SOURCE_DIR}/src/${room_FOLDER}")
  if(room_FLAT)
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    file(GLOB headers CONFIGURE_DEPENDS "${folder}/*.hpp")
  else()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${folder}/*.hpp")
  endif()
  if(NOT sources AND NOT headers)
    return()
  endif()

  set(libs "")
  foreach(lib IN LISTS room_LIBS)
    if(TARGET ${lib})
      list(APPEND libs ${lib})
    endif()
  endforeach()
  set(target weft_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PUBLIC ${libs} PRIVATE ${room_PRIVATE_LIBS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
    target_link_libraries(${target} INTERFACE ${libs} ${room_PRIVATE_LIBS})
  endif()
  add_library(weft::${name} ALIAS ${target})
  target_include_directories(${target} ${scope}
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/weft>")
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  weft_flags(${target})
  set_property(GLOBAL APPEND PROPERTY WEFT_ROOMS ${name})
endfunction()
