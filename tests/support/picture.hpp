// SPDX-License-Identifier: Apache-2.0
// Pictures of tests: kept for looking at, and read back from a file by cairo.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "analysis/picture_file.hpp"

namespace weft::test {

/// WEFT_PICTURES=DIRECTORY keeps the picture for looking at.
inline void keep_picture(const analysis::Image& image, const std::string& name) {
  const char* folder = std::getenv("WEFT_PICTURES");
  if (folder != nullptr) analysis::write_picture(image, std::string(folder) + "/" + name);
}

/// Pixels of exactly this color, texts apart.
inline int count_pixels(const analysis::Image& image, analysis::Color color) {
  int found = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) found += image.at(x, y) == color ? 1 : 0;
  }
  return found;
}

}  // namespace weft::test
