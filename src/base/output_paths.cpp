// SPDX-License-Identifier: Apache-2.0
// Files are compared by the name that they have when links and dots are followed.
#include "base/output_paths.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "base/error.hpp"
#include "base/output_file.hpp"

namespace weft {
namespace {

std::string name_of_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path whole = fs::absolute(path);  // of a name that is not there a relative one stays so
  const fs::path name = fs::weakly_canonical(whole, error);
  return (error ? whole.lexically_normal() : name).string();
}

}  // namespace

void OutputPaths::reads(const std::string& path, const std::string& what) {
  if (!path.empty()) read_.emplace(name_of_file(path), what);
}

void OutputPaths::writes(const std::string& path, const std::string& what) {
  if (path.empty()) return;
  const OutputTarget target = output_target(path);
  if (target.kind != OutputTarget::Kind::file) return;
  const std::string name = name_of_file(target.path);
  if (const auto read = read_.find(name); read != read_.end()) {
    fail(Category::input, where_ + what + " would replace " + read->second + ", " + path);
  }
  const auto [there, is_new] = written_.emplace(name, what);
  if (is_new) return;
  fail(Category::input, where_ + there->second + " and " + what + " write one file, " + path);
}

}  // namespace weft
