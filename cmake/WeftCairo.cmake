# SPDX-License-Identifier: Apache-2.0
# Finds cairo with its PDF surface, which draws pictures; link cairo::cairo.
include_guard(GLOBAL)
find_path(WEFT_CAIRO_INCLUDE cairo-pdf.h PATH_SUFFIXES cairo)
find_library(WEFT_CAIRO_LIBRARY cairo)
mark_as_advanced(WEFT_CAIRO_INCLUDE WEFT_CAIRO_LIBRARY)
if(NOT WEFT_CAIRO_INCLUDE OR NOT WEFT_CAIRO_LIBRARY)
  message(FATAL_ERROR "cairo, which draws weft's pictures, was not found: install libcairo2-dev or "
          "point CMAKE_PREFIX_PATH to it")
endif()
if(NOT TARGET cairo::cairo)
  add_library(cairo::cairo INTERFACE IMPORTED)
  target_link_libraries(cairo::cairo INTERFACE ${WEFT_CAIRO_LIBRARY})
  target_include_directories(cairo::cairo SYSTEM INTERFACE ${WEFT_CAIRO_INCLUDE})
endif()
