// SPDX-License-Identifier: Apache-2.0
// open, fstat, mmap: no pipe or device is waited for.
#include "frontends/onnx/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace weft::onnx {
namespace {

/// Closed at the end of its scope.
struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0) fail(Category::input, path + ": " + std::strerror(errno));
  struct stat about {};
  if (::fstat(file.number, &about) != 0) fail(Category::input, path + ": " + std::strerror(errno));
  if (!S_ISREG(about.st_mode)) fail(Category::input, path + ": is not a regular file");
  const auto size = static_cast<std::size_t>(about.st_size);
  const std::byte* data = nullptr;
  if (size > 0) {
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
    if (at == MAP_FAILED) fail(Category::input, path + ": " + std::strerror(errno));
    data = static_cast<const std::byte*>(at);
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(data, size));
}

MappedFile::~MappedFile() {
  if (size_ > 0) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace weft::onnx
