// SPDX-License-Identifier: Apache-2.0
// The header is a Python dictionary literal with three known keys; it is scanned, not evaluated.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "trace/npy.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"
#include "trace/tensor_hdf5.hpp"

namespace weft::trace {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t header_bytes_max = std::size_t{1} << 20U;

constexpr std::array<std::pair<std::string_view, ElementType>, 13> descriptors{{
    {"|i1", ElementType::i8},
    {"<i2", ElementType::i16},
    {"<i4", ElementType::i32},
    {"<i8", ElementType::i64},
    {"|u1", ElementType::u8},
    {"<u2", ElementType::u16},
    {"<u4", ElementType::u32},
    {"<u8", ElementType::u64},
    {"<f2", ElementType::f16},
    {"<f4", ElementType::f32},
    {"<f8", ElementType::f64},
    {"<i1", ElementType::i8},
    {"<u1", ElementType::u8},
}};

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  fail(Category::input, "'" + path + "': " + what);
}

std::string read_header(const std::string& path, std::ifstream& in) {
  std::array<char, 8> start{};
  if (!in.read(start.data(), start.size()) ||
      std::string_view(start.data(), magic.size()) != magic) {
    refuse(path, "not a NumPy .npy file");
  }
  const int version = start[6];
  if (version < 1 || version > 3) {
    refuse(path, "NumPy format " + std::to_string(version) + " is not one of 1, 2, 3");
  }
  std::array<unsigned char, 4> length_bytes{};
  if (!in.read(reinterpret_cast<char*>(length_bytes.data()), version == 1 ? 2 : 4)) {
    refuse(path, "cut off in its header");
  }
  std::size_t length = 0;
  for (std::size_t i = 4; i-- > 0;) length = length * 256 + length_bytes[i];
  if (length > header_bytes_max) refuse(path, "broken header: it claims to be too long");
  std::string header(length, '\0');
  if (!in.read(header.data(), static_cast<std::streamsize>(length))) {
    refuse(path, "cut off in its header");
  }
  return header;
}

/// The text after `'key':`, leading blanks removed.
std::string_view value_of(const std::string& path, std::string_view header, std::string_view key) {
  for (const char quote : {'\'', '"'}) {
    const std::string quoted = quote + std::string(key) + quote;
    auto at = header.find(quoted);
    if (at == std::string_view::npos) continue;
    at = header.find(':', at + quoted.size());
    if (at == std::string_view::npos) break;
    at = header.find_first_not_of(" \t", at + 1);
    if (at == std::string_view::npos) break;
    return header.substr(at);
  }
  refuse(path, "broken header: no '" + std::string(key) + "'");
}

ElementType parse_type(const std::string& path, std::string_view text) {
  const auto end = text.empty() ? std::string_view::npos : text.find(text[0], 1);
  if (end == std::string_view::npos || (text[0] != '\'' && text[0] != '"')) {
    refuse(path, "its elements are not plain numbers");
  }
  const std::string_view name = text.substr(1, end - 1);
  for (const auto& [descriptor, type] : descriptors) {
    if (descriptor == name) return type;
  }
  if (name.starts_with('>')) refuse(path, "is big-endian ('" + std::string(name) + "')");
  refuse(path, "element type '" + std::string(name) + "' is not supported");
}

std::vector<std::uint64_t> parse_shape(const std::string& path, std::string_view text) {
  std::vector<std::uint64_t> shape;
  if (text.empty() || text[0] != '(') refuse(path, "broken header: shape is not a tuple");
  std::size_t at = 1;
  while (at < text.size() && text[at] != ')') {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
      continue;
    }
    std::uint64_t extent = 0;
    const std::size_t begin = at;
    while (at < text.size() && ascii::is_digit(text[at])) {
      extent = extent * 10 + static_cast<std::uint64_t>(text[at++] - '0');
      if (at - begin > 15) refuse(path, "broken header: an extent is too large");
    }
    if (at == begin || shape.size() == 32) refuse(path, "broken header: bad shape");
    shape.push_back(extent);
  }
  if (at == text.size()) refuse(path, "broken header: shape does not end");
  return shape;
}

std::string header_of(const Tensor& tensor) {
  std::string_view type;
  for (const auto& [descriptor, candidate] : descriptors) {
    if (candidate == tensor.type && type.empty()) type = descriptor;
  }
  std::string text = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (";
  for (const std::uint64_t extent : tensor.shape) text += std::to_string(extent) + ", ";
  text += "), }";
  // Data starts at a multiple of 64 bytes; the header ends with a line feed.
  while ((magic.size() + 4 + text.size() + 1) % 64 != 0) text += ' ';
  return text + '\n';
}

}  // namespace

Tensor read_npy(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) refuse(path, std::string("cannot open it (") + std::strerror(errno) + ")");
  const std::string header = read_header(path, in);
  if (!value_of(path, header, "fortran_order").starts_with("False")) {
    refuse(path, "is in Fortran order; save it with numpy.ascontiguousarray");
  }
  Tensor tensor;
  tensor.type = parse_type(path, value_of(path, header, "descr"));
  tensor.shape = parse_shape(path, value_of(path, header, "shape"));
  const std::uint64_t bytes = checked_bytes("'" + path + "'", tensor.type, tensor.shape);
  std::error_code error;
  const auto file_bytes = std::filesystem::file_size(path, error);
  const auto data_at = static_cast<std::uint64_t>(in.tellg());
  if (error || file_bytes < data_at || file_bytes - data_at != bytes) {
    refuse(path, describe(tensor) + " takes " + counted(bytes, "byte") + "; the file has " +
                     std::to_string(file_bytes < data_at ? 0 : file_bytes - data_at));
  }
  tensor.bytes.resize(bytes);
  if (!in.read(reinterpret_cast<char*>(tensor.bytes.data()), static_cast<std::streamsize>(bytes))) {
    refuse(path, "cannot read its data");
  }
  return tensor;
}

void write_npy(const std::string& path, const Tensor& tensor) {
  const std::string header = header_of(tensor);
  OutputFile file(path);
  std::ostream& out = file.stream();
  const std::array<char, 4> rest{1, 0, static_cast<char>(header.size() & 0xffU),
                                 static_cast<char>(header.size() >> 8U)};
  out.write(magic.data(), magic.size());
  out.write(rest.data(), rest.size());
  out.write(header.data(), static_cast<std::streamsize>(header.size()));
  out.write(reinterpret_cast<const char*>(tensor.bytes.data()),
            static_cast<std::streamsize>(tensor.bytes.size()));
  file.commit();
}

}  // namespace weft::trace
