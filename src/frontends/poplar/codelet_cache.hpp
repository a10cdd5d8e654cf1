// SPDX-License-Identifier: Apache-2.0
// Compiled codelets on disk, by a hash of all that went into them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::frontends::poplar {

/// 32 hexadecimal digits.
std::string content_key(std::string_view content);

/// A folder of shared objects. Processes may share it: files appear whole or not at all. A folder
/// that cannot be written is a cache that never has anything.
class CodeletCache {
 public:
  explicit CodeletCache(std::string folder) : folder_(std::move(folder)) {}
  std::optional<std::string> find(const std::string& key) const;
  void store(const std::string& key, const std::string& library) const;

 private:
  std::string path(const std::string& key) const;
  std::string folder_;
};

}  // namespace weft::frontends::poplar
