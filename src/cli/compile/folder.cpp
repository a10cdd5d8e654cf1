// SPDX-License-Identifier: Apache-2.0
// Made under a name of its own, then renamed.
#include "cli/compile/folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"

namespace weft::cli {

namespace fs = std::filesystem;

namespace {

void require_free(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) fail(Category::input, "'" + path + "' is there and no folder");
  if (!fs::is_empty(path, error) || error) {
    fail(Category::input, "folder '" + path + "' is there and not empty: name a new one");
  }
}

}  // namespace

NewFolder::NewFolder(const std::string& path) : path_(path) {
  while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
  require_free(path_);
  making_ = path_ + ".XXXXXX";
  if (mkdtemp(making_.data()) == nullptr) {
    const std::string why = std::strerror(errno);
    making_.clear();
    fail(Category::system, "cannot make a folder '" + path_ + "': " + why);
  }
  fs::permissions(making_, fs::perms(0755));
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!making_.empty()) fs::remove_all(making_, ignored);
}

std::string NewFolder::file(const std::string& name) const {
  const fs::path path = fs::path(making_) / name;
  fs::create_directories(path.parent_path());
  return path.string();
}

void NewFolder::put_in_place() {
  require_free(path_);
  std::error_code error;
  fs::rename(making_, path_, error);
  if (error) fail(Category::system, "cannot make a folder '" + path_ + "': " + error.message());
  making_.clear();
}

}  // namespace weft::cli
