// SPDX-License-Identifier: Apache-2.0
// Scala files and places in them; every message names file:line:column and shows the line.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace weft::spatial {

/// A place in a source file. The default is "nowhere": messages then carry no place.
struct Place {
  std::uint32_t file = 0;  ///< from 1, an index into Sources
  std::uint32_t offset = 0;
};

struct SourceText {
  std::string path;
  std::string text;
  std::vector<std::uint32_t> line_begins;  ///< offsets
};

/// Line and column, both from 1; 0 for nowhere.
struct LineColumn {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// All the files that a program is read from.
class Sources {
 public:
  /// Adds a file. @return its index for Place::file.
  std::uint32_t add(std::string path, std::string text);
  const SourceText& file(std::uint32_t index) const { return files_[index - 1]; }
  LineColumn line_column(Place place) const;
  /// The other way round; nowhere for a file that is not known.
  Place place_of(std::string_view path, LineColumn at) const;
  /// "file:line:column: message", then the line and a caret below the column.
  std::string describe(Place place, std::string_view message) const;
  /// Throws weft::Error with describe(place, message).
  [[noreturn]] void fail(Place place, std::string_view message,
                         Category category = Category::input) const;

 private:
  std::deque<SourceText> files_;
};

}  // namespace weft::spatial
