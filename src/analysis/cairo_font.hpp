// SPDX-License-Identifier: Apache-2.0
// How cairo is to show the font; internal to analysis.
#pragma once

#include <cairo.h>

#include "analysis/font.hpp"

namespace weft::analysis {

/// The font of pictures, with grey edges and widths as designed: the same on every screen.
inline void select_font(cairo_t* pen) {
  cairo_select_font_face(pen, font_family, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(pen, options);
  cairo_font_options_destroy(options);
}

}  // namespace weft::analysis
