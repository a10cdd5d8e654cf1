// SPDX-License-Identifier: Apache-2.0
// The files that one call reads and writes: no two results have one name, and what is read stays.
#pragma once

#include <map>
#include <string>
#include <utility>

namespace weft {

class OutputPaths {
 public:
  /// `where` stands before each refusal: "job.toml: keys ".
  explicit OutputPaths(std::string where = {}) : where_(std::move(where)) {}

  /// `what` is read from `path`; empty: it is not.
  void reads(const std::string& path, const std::string& what);
  /// `what` writes `path`; empty, a device or standard output: no file. Category::input naming both
  /// where another writes it, or where it is read. Category::system as output_target().
  void writes(const std::string& path, const std::string& what);

 private:
  std::string where_;
  std::map<std::string, std::string> read_, written_;  ///< by the file: what
};

}  // namespace weft
