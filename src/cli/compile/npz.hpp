// SPDX-License-Identifier: Apache-2.0
// NumPy's archives of arrays: .npz, a zip file with a .npy file for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "trace/tensor.hpp"

namespace weft::cli {

/// The arrays of a file, read when they are asked for.
class NpzFile {
 public:
  /// Category::system where the file cannot be read; Category::input, naming it, where it is no zip
  /// file or its directory is broken.
  explicit NpzFile(const std::string& path);

  /// As numpy.savez and numpy.savez_compressed write it. Category::input, naming file and array,
  /// for one that is not there (and what is) or broken; Category::unsupported for types that weft
  /// has not, for another byte order than little-endian and for Fortran's order.
  trace::Tensor read(const std::string& name) const;

 private:
  /// Where a member's data lie, and what they are.
  struct Member {
    std::uint64_t local_header = 0, stored_bytes = 0, bytes = 0;
    std::uint32_t checksum = 0;
    unsigned method = 0;
    bool encrypted = false;
  };
  void read_directory();
  std::vector<std::byte> unpacked(const std::string& name, const Member& member) const;
  std::uint64_t number(std::uint64_t at, unsigned bytes) const;
  const std::byte* part(std::uint64_t at, std::uint64_t bytes) const;
  [[noreturn]] void broken(const std::string& why) const;

  std::string path_;
  std::vector<std::byte> file_;
  std::map<std::string, Member> members_;
};

}  // namespace weft::cli
