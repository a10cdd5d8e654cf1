// SPDX-License-Identifier: Apache-2.0
// Source files and places in them; every message names file:line:column and shows the line.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace weft::csl {

/// A place in a source file. The default is "nowhere": messages then carry no place.
struct Location {
  std::uint32_t file = 0;  ///< 1-based index into Sources
  std::uint32_t offset = 0;
};

struct SourceFile {
  std::string path;
  std::string text;
  std::vector<std::uint32_t> line_begins;  ///< offsets
};

/// All the files of one compilation.
class Sources {
 public:
  /// Adds a file. @return its index for Location::file.
  std::uint32_t add(std::string path, std::string text);
  const SourceFile& file(std::uint32_t index) const { return files_[index - 1]; }
  /// Line number, from 1; 0 for nowhere.
  std::uint32_t line(Location where) const;
  /// "file:line:column", both counted from 1.
  std::string place(Location where) const;
  /// `message` in the form "file:line:column: message", then the line and a caret.
  std::string describe(Location where, std::string_view message) const;
  /// Throws weft::Error with describe(where, message).
  [[noreturn]] void fail(Location where, std::string_view message,
                         Category category = Category::input) const;

 private:
  std::deque<SourceFile> files_;
};

}  // namespace weft::csl
