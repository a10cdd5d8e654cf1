// SPDX-License-Identifier: Apache-2.0
// A hidden folder of the process's own.
#include "cli/advise/unproved.hpp"

#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"

namespace weft::cli::advising {
namespace {

namespace fs = std::filesystem;

void rename_or_fail(const fs::path& from, const fs::path& to) {
  std::error_code fault;
  fs::rename(from, to, fault);
  if (fault) fail(Category::system, to.string() + ": " + fault.message());
}

}  // namespace

UnprovedFolder::UnprovedFolder(const std::string& path) : path_(path) {
  const fs::path own = fs::path(path);
  folder_ = own.parent_path() /
            ("." + own.filename().string() + "." + std::to_string(::getpid()) + ".unproved");
  std::error_code fault;
  fs::create_directory(folder_, fault);
  if (fault) fail(Category::system, path + ": " + fault.message());
}

UnprovedFolder::~UnprovedFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string UnprovedFolder::model(const std::string& part) const {
  const fs::path folder = fs::path(folder_) / part;
  std::error_code fault;
  fs::create_directory(folder, fault);
  if (fault) fail(Category::system, path_ + ": " + fault.message());
  return folder / fs::path(path_).filename();
}

std::string UnprovedFolder::in_words_of_user(std::string text) const {
  const std::string name = fs::path(path_).filename().string();
  for (std::size_t at = text.find(folder_); at != std::string::npos; at = text.find(folder_, at)) {
    const std::size_t end = text.find(name, at + folder_.size());
    const std::size_t length = end == std::string::npos ? folder_.size() : end + name.size() - at;
    text.replace(at, length, path_);
    at += path_.size();
  }
  return text;
}

void UnprovedFolder::put_in_place(const std::string& part) const {
  const std::string from = model(part);
  if (fs::exists(from + ".data")) rename_or_fail(from + ".data", path_ + ".data");
  rename_or_fail(from, path_);
}

}  // namespace weft::cli::advising
