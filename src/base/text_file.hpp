// SPDX-License-Identifier: Apache-2.0
// A whole file of text.
#pragma once

#include <string>

namespace weft {

/// Category::input naming the path where it is a folder or cannot be read.
std::string text_of_file(const std::string& path);

}  // namespace weft
