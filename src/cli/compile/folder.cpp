// SPDX-License-Identifier: Apache-2.0
// Made under a name of its own, beside its place or in the empty folder that is there; then
// renamed.
#include "cli/compile/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/error.hpp"

namespace weft::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse_to_make(const std::string& path, int reason) {
  fail(Category::system, "cannot make a folder '" + path + "': " + std::strerror(reason));
}

[[noreturn]] void refuse_to_fill(const std::string& path, const std::string& reason) {
  fail(Category::system, "cannot write to folder '" + path + "': " + reason);
}

[[noreturn]] void refuse_full(const std::string& path) {
  fail(Category::input, "folder '" + path + "' is there and not empty: name a new one");
}

/// Who may do everything is still held to a mode that lets nobody write.
void require_open(const std::string& path) {
  constexpr mode_t any_write = S_IWUSR | S_IWGRP | S_IWOTH;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) refuse_to_fill(path, std::strerror(errno));
  if ((status.st_mode & any_write) == 0) refuse_to_fill(path, "it is read-only");
  if (::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
    refuse_to_fill(path, std::strerror(errno));
  }
}

/// What is in a folder but for `mine`, by name.
std::vector<std::string> others_in(const std::string& path, const std::string& mine) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name != mine) out.push_back(name);
  }
  if (error) refuse_to_fill(path, error.message());
  return out;
}

/// Whether an empty folder is there, to be filled.
bool is_there(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) refuse_to_make(path, error.value());
  if (!fs::exists(status)) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) return false;
    fail(Category::input,
         "'" + path + "' is a link to '" + target.string() + "', where nothing is");
  }
  if (!fs::is_directory(status)) fail(Category::input, "'" + path + "' is there and no folder");
  if (!others_in(path, "").empty()) refuse_full(path);
  require_open(path);
  return true;
}

/// Replaces nothing. 0, or what stood against it.
int move_to(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // File systems that cannot look and rename at once.
  struct stat status {};
  if (::lstat(to.c_str(), &status) == 0) return EEXIST;
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

/// What mkdir() would give it; mkdtemp() lets nobody else in.
mode_t usual_mode() {
  const mode_t without = ::umask(0);
  ::umask(without);
  return 0777U & ~without;
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& prefix) : path_(prefix + ".XXXXXX") {
  if (::mkdtemp(path_.data()) != nullptr) return;
  const int reason = errno;
  path_.clear();
  refuse_to_make(prefix, reason);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::file(const std::string& name) const {
  const fs::path path = fs::path(path_) / name;
  fs::create_directories(path.parent_path());
  return path.string();
}

NewFolder::NewFolder(const std::string& path)
    : path_(without_slashes(path)), fills_(is_there(path_)) {}

const TemporaryFolder& NewFolder::making() {
  if (!making_) making_.emplace(fills_ ? path_ + "/.weft" : path_);
  return *making_;
}

void NewFolder::put_in_place(const std::string& last) {
  const std::string from = making().path();
  if (fills_) return fill(last);
  ::chmod(from.c_str(), usual_mode());
  const int reason = move_to(from, path_);
  if (reason == EEXIST || reason == ENOTEMPTY) refuse_full(path_);
  if (reason != 0) refuse_to_make(path_, reason);
  making_->keep();
}

void NewFolder::fill(const std::string& last) {
  const fs::path from = making_->path();
  if (!others_in(path_, from.filename().string()).empty()) refuse_full(path_);
  std::vector<std::string> names = others_in(from.string(), "");
  std::sort(names.begin(), names.end());
  std::stable_partition(names.begin(), names.end(),
                        [&last](const std::string& name) { return name != last; });
  for (std::size_t n = 0; n < names.size(); ++n) {
    const int reason = move_to((from / names[n]).string(), path_ + "/" + names[n]);
    if (reason == 0) continue;
    while (n-- > 0) move_to(path_ + "/" + names[n], (from / names[n]).string());
    if (reason == EEXIST) refuse_full(path_);
    refuse_to_fill(path_, std::strerror(reason));
  }
  making_.reset();
}

}  // namespace weft::cli
