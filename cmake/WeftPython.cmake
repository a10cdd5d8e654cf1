# SPDX-License-Identifier: Apache-2.0
# The Python doors: one extension module over Session, and the packages in Python around it.
# Built for the interpreter WEFT_PYTHON; left out, clearly, where something of theirs is missing.

# weft_find_python(<variable>): finds what the doors need; in the variable what is not there, or
# nothing. A macro, so that what find_package() finds is known here.
macro(weft_find_python variable)
  set(${variable} "")
  execute_process(COMMAND "${WEFT_PYTHON}" -c "import numpy" RESULT_VARIABLE numpy_missing
                  OUTPUT_QUIET ERROR_QUIET)
  if(numpy_missing)
    set(${variable} "${WEFT_PYTHON} with numpy (WEFT_PYTHON; Debian: python3-numpy)")
  else()
    set(Python_EXECUTABLE "${WEFT_PYTHON}")
    find_package(Python QUIET COMPONENTS Interpreter Development.Module)
    if(NOT Python_Development.Module_FOUND)
      set(${variable} "headers of ${WEFT_PYTHON} (Debian: python3-dev)")
    else()
      find_package(pybind11 2.10 CONFIG QUIET)
      if(NOT pybind11_FOUND)
        set(${variable} "pybind11 (Debian: pybind11-dev)")
      endif()
    endif()
  endif()
endmacro()

# For scripts that build what there is: nothing where the doors are left out.
add_custom_target(python_doors)
if(NOT TARGET weft_hosts OR NOT EXISTS "${PROJECT_SOURCE_DIR}/src/hosts/python")
  return()
endif()
weft_find_python(missing)
if(missing)
  message(STATUS "weft: the Python doors are left out: ${missing} not found")
  return()
endif()

set(python_folder "${CMAKE_INSTALL_LIBDIR}/weft/python")
file(GLOB_RECURSE python_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/hosts/python/*.cpp")
pybind11_add_module(weft_python MODULE NO_EXTRAS ${python_sources})
target_include_directories(weft_python PRIVATE "${PROJECT_SOURCE_DIR}/src")
target_link_libraries(weft_python PRIVATE weft::hosts weft::hosts_csl weft::program
                      weft::engine)
weft_flags(weft_python)
set_target_properties(weft_python PROPERTIES
  OUTPUT_NAME _session
  LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/${python_folder}/weft"
  INSTALL_RPATH_USE_LINK_PATH ON)
add_dependencies(python_doors weft_python)
install(TARGETS weft_python LIBRARY DESTINATION "${python_folder}/weft")

# The packages stand in the build folder as links, so that a change needs no build.
file(GLOB_RECURSE packages CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/src/hosts/python"
     "${PROJECT_SOURCE_DIR}/src/hosts/python/*.py")
foreach(path IN LISTS packages)
  cmake_path(GET path PARENT_PATH folder)
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/${python_folder}/${folder}")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/src/hosts/python/${path}"
       "${PROJECT_BINARY_DIR}/${python_folder}/${path}" SYMBOLIC)
  install(FILES "${PROJECT_SOURCE_DIR}/src/hosts/python/${path}"
          DESTINATION "${python_folder}/${folder}")
endforeach()

# What the packages say where another interpreter imports them.
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/${python_folder}/weft/built_for.py" @ONLY CONTENT [=[
# SPDX-License-Identifier: Apache-2.0
"""Made by cmake/WeftPython.cmake: the interpreter that the extension module was built for."""
PYTHON = "@WEFT_PYTHON@"
VERSION = "@Python_VERSION_MAJOR@.@Python_VERSION_MINOR@"
]=])
install(FILES "${PROJECT_BINARY_DIR}/${python_folder}/weft/built_for.py"
        DESTINATION "${python_folder}/weft")
# iop-utils needs no emulator: it is run beside one.
file(RELATIVE_PATH python_from_bin "/${CMAKE_INSTALL_BINDIR}" "/${python_folder}")
configure_file("${PROJECT_SOURCE_DIR}/src/hosts/python/iop-utils.in"
               "${PROJECT_BINARY_DIR}/bin/iop-utils" @ONLY
               FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                WORLD_READ WORLD_EXECUTE)
install(PROGRAMS "${PROJECT_BINARY_DIR}/bin/iop-utils" DESTINATION "${CMAKE_INSTALL_BINDIR}")
# What commands files of the wafer's SDK call, beside cslc.
configure_file("${PROJECT_SOURCE_DIR}/src/hosts/python/cs-python.in"
               "${PROJECT_BINARY_DIR}/bin/cs_python" @ONLY
               FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                WORLD_READ WORLD_EXECUTE)
install(PROGRAMS "${PROJECT_BINARY_DIR}/bin/cs_python" DESTINATION "${CMAKE_INSTALL_BINDIR}")
# What GroqFlow calls, beside weft.
foreach(pair IN ITEMS onnxmodelanalyzer=analyzer groq-compiler=compiler aa-latest=assembler)
  string(REPLACE "=" ";" pair ${pair})
  list(POP_FRONT pair tool module)
  configure_file("${PROJECT_SOURCE_DIR}/src/hosts/python/groq-tool.in"
                 "${PROJECT_BINARY_DIR}/bin/${tool}" @ONLY
                 FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                  WORLD_READ WORLD_EXECUTE)
  install(PROGRAMS "${PROJECT_BINARY_DIR}/bin/${tool}" DESTINATION "${CMAKE_INSTALL_BINDIR}")
endforeach()
install(PROGRAMS "${PROJECT_SOURCE_DIR}/scripts/groq-env.sh"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/weft")
message(STATUS "weft: Python doors for ${WEFT_PYTHON} (${Python_VERSION})")
