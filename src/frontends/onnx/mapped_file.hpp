// SPDX-License-Identifier: Apache-2.0
// A file's bytes as the operating system maps them: read when they are used, never copied whole.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace weft::onnx {

class MappedFile {
 public:
  /// Category::input naming the path where it is no regular file or cannot be read.
  static std::shared_ptr<const MappedFile> open(const std::string& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace weft::onnx
