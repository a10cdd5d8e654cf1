// SPDX-License-Identifier: Apache-2.0
// Files that appear complete or not at all.
#pragma once

#include <string>
#include <string_view>

namespace weft::cli {

/// Category::system, naming the path and the reason, if `path` cannot be created or replaced.
void require_writable(const std::string& path);

/// Writes `text` to `path`.tmp and renames it; Category::system and no file left when it fails.
void write_file(const std::string& path, std::string_view text);

}  // namespace weft::cli
