// SPDX-License-Identifier: Apache-2.0
// Pictures as files, in the form that their name says.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/image.hpp"

namespace weft::analysis {

/// Whether the name ends in .png, .svg or .pdf.
bool is_picture_name(const std::string& path);

/// Category::input where the name does not end in .png, .svg or .pdf: called before anything that
/// takes time. `option`: who names it, for the message.
void require_picture_name(const std::string& path, const std::string& option);

/// By the ending of its name. The same bytes for the same picture, wherever the fonts are the same.
/// Category::input for another ending, Category::system when it cannot be written.
void write_picture(const Image& image, const std::string& path);

/// The whole file: pixels; boxes and text, which can be searched and edited (with many boxes, the
/// pixels and text above them).
enum class Texts : std::uint8_t { drawn, left_out };
std::string png_of(const Image& image, Texts texts = Texts::drawn);
std::string svg_of(const Image& image);
std::string pdf_of(const Image& image);

/// Boxes up to which they are written one by one.
inline constexpr std::size_t picture_boxes_most = 20'000;

}  // namespace weft::analysis
