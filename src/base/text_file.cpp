// SPDX-License-Identifier: Apache-2.0
#include "base/text_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/error.hpp"

namespace weft {

std::string text_of_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    fail(Category::input, path + ": is a directory, not a file");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(Category::input, path + ": cannot be opened");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) fail(Category::input, path + ": cannot be read");
  return text;
}

}  // namespace weft
