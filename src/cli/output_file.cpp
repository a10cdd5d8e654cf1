// SPDX-License-Identifier: Apache-2.0
// Temporary file, then rename; every step checked.
#include "cli/output_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"

namespace weft::cli {

namespace {

[[noreturn]] void refuse(const std::string& path, int reason) {
  fail(Category::system, "cannot write " + path + ": " + std::strerror(reason));
}

std::string folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

}  // namespace

void require_writable(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) refuse(path, EISDIR);
  if (access(folder_of(path).c_str(), W_OK | X_OK) != 0) refuse(path, errno);
}

void write_file(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".tmp";
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr) refuse(path, errno);
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  int reason = written ? 0 : errno;
  if (std::fclose(file) != 0 && reason == 0) reason = errno;
  if (reason == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) reason = errno;
  if (!written && reason == 0) reason = EIO;
  if (reason == 0) return;
  std::remove(temporary.c_str());
  refuse(path, reason);
}

}  // namespace weft::cli
