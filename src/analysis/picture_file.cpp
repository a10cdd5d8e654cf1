// SPDX-License-Identifier: Apache-2.0
// Pixels and text through cairo, to a PNG or a page of PDF.
#include "analysis/picture_file.hpp"

#include <cairo-pdf.h>
#include <cairo.h>

#include <array>
#include <memory>
#include <string_view>

#include "analysis/cairo_font.hpp"
#include "analysis/font.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"

namespace weft::analysis {
namespace {

using Encoder = std::string (*)(const Image&);
struct Form {
  std::string_view ending;
  Encoder encode;
};
constexpr std::array<Form, 3> forms{{{".png", [](const Image& image) { return png_of(image); }},
                                     {".svg", svg_of},
                                     {".pdf", pdf_of}}};

const Form* form_of(std::string_view path) {
  for (const Form& form : forms) {
    if (path.size() > form.ending.size() && path.ends_with(form.ending)) return &form;
  }
  return nullptr;
}

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;
struct PenDeleter {
  void operator()(cairo_t* pen) const { cairo_destroy(pen); }
};
using Pen = std::unique_ptr<cairo_t, PenDeleter>;

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) {
    fail(Category::internal, std::string("cairo cannot draw: ") + cairo_status_to_string(status));
  }
}

cairo_status_t append(void* text, const unsigned char* bytes, unsigned count) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

Surface pixels_of(const Image& image) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, image.width(), image.height()));
  check(cairo_surface_status(surface.get()));
  unsigned char* row = cairo_image_surface_get_data(surface.get());
  const std::uint8_t* pixel = image.pixels().data();
  for (int y = 0; y < image.height(); ++y) {
    auto* out = reinterpret_cast<std::uint32_t*>(row);
    for (int x = 0; x < image.width(); ++x, pixel += 3) {
      *out++ = std::uint32_t{pixel[0]} << 16U | std::uint32_t{pixel[1]} << 8U | pixel[2];
    }
    row += cairo_image_surface_get_stride(surface.get());
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

void set_color(cairo_t* pen, Color color) {
  cairo_set_source_rgb(pen, color.red / 255.0, color.green / 255.0, color.blue / 255.0);
}

void draw_boxes(cairo_t* pen, const Image& image) {
  cairo_set_antialias(pen, CAIRO_ANTIALIAS_NONE);
  if (image.boxes().size() > picture_boxes_most) {
    const Surface pixels = pixels_of(image);
    cairo_set_source_surface(pen, pixels.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(pen), CAIRO_FILTER_NEAREST);
    cairo_paint(pen);
    return;
  }
  for (const Image::Box& box : image.boxes()) {
    set_color(pen, box.color);
    cairo_rectangle(pen, box.x, box.y, box.width, box.height);
    cairo_fill(pen);
  }
}

void draw_texts(cairo_t* pen, const Image& image) {
  select_font(pen);
  for (const Image::Text& text : image.texts()) {
    set_color(pen, text.color);
    cairo_set_font_size(pen, font_size(text.height));
    const int rise = font_rise(text.height);
    cairo_save(pen);
    cairo_translate(pen, text.x + (text.upwards ? rise : 0), text.y + (text.upwards ? 0 : rise));
    if (text.upwards) cairo_rotate(pen, -1.57079632679489661923);
    cairo_move_to(pen, 0, 0);
    cairo_show_text(pen, text.line.c_str());
    cairo_restore(pen);
  }
}

}  // namespace

bool is_picture_name(const std::string& path) { return form_of(path) != nullptr; }

void require_picture_name(const std::string& path, const std::string& option) {
  if (!is_picture_name(path))
    fail(Category::input,
         option + " '" + path + "': " + "a picture's name ends in .png, .svg or .pdf");
}

void write_picture(const Image& image, const std::string& path) {
  require_picture_name(path, "picture");
  write_file(path, form_of(path)->encode(image));
}

std::string png_of(const Image& image, Texts texts) {
  const Surface surface = pixels_of(image);
  const Pen pen(cairo_create(surface.get()));
  if (texts == Texts::drawn) draw_texts(pen.get(), image);
  check(cairo_status(pen.get()));
  std::string bytes;
  check(cairo_surface_write_to_png_stream(surface.get(), append, &bytes));
  return bytes;
}

std::string pdf_of(const Image& image) {
  constexpr double points_a_pixel = 0.75;  // 72 of 96 an inch
  std::string bytes;
  const Surface surface(cairo_pdf_surface_create_for_stream(
      append, &bytes, image.width() * points_a_pixel, image.height() * points_a_pixel));
  check(cairo_surface_status(surface.get()));
  // Of the day it was made a picture says nothing: the same trace, the same bytes.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 "2000-01-01T00:00:00Z");
  {
    const Pen pen(cairo_create(surface.get()));
    cairo_scale(pen.get(), points_a_pixel, points_a_pixel);
    draw_boxes(pen.get(), image);
    draw_texts(pen.get(), image);
    cairo_show_page(pen.get());
    check(cairo_status(pen.get()));
  }
  cairo_surface_finish(surface.get());
  check(cairo_surface_status(surface.get()));
  return bytes;
}

}  // namespace weft::analysis
