// SPDX-License-Identifier: Apache-2.0
// The head of an array, a literal of Python in one order of keys or another, and its elements.
#include "cli/compile/npy.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/ascii.hpp"
#include "base/error.hpp"

namespace weft::cli {

using trace::ElementType;

namespace {

struct TypeName {
  std::string_view name;
  ElementType type;
};
constexpr TypeName type_names[] = {
    {"<f8", ElementType::f64}, {"<f4", ElementType::f32}, {"<f2", ElementType::f16},
    {"<i8", ElementType::i64}, {"<i4", ElementType::i32}, {"<i2", ElementType::i16},
    {"|i1", ElementType::i8},  {"<u8", ElementType::u64}, {"<u4", ElementType::u32},
    {"<u2", ElementType::u16}, {"|u1", ElementType::u8},  {"|b1", ElementType::u8}};

/// The text of a head: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class Head {
 public:
  Head(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  /// What stands behind a key, from its first letter on.
  std::string_view value(const std::string& key) const {
    const std::string quoted = "'" + key + "':";
    const std::size_t at = text_.find(quoted);
    if (at == std::string_view::npos) broken("its head has no '" + key + "'");
    std::string_view rest = text_.substr(at + quoted.size());
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return rest;
  }
  std::string_view quoted(const std::string& key) const {
    const std::string_view rest = value(key);
    const std::size_t end = rest.find('\'', 1);
    if (rest.empty() || rest.front() != '\'' || end == std::string_view::npos) {
      fail(Category::unsupported, where_ + " has elements of several fields");
    }
    return rest.substr(1, end - 1);
  }
  std::vector<std::uint64_t> shape() const {
    std::string_view rest = value("shape");
    const std::size_t end = rest.find(')');
    if (rest.empty() || rest.front() != '(' || end == std::string_view::npos) {
      broken("its head has no shape");
    }
    rest = rest.substr(1, end - 1);
    std::vector<std::uint64_t> out;
    while (!rest.empty()) {
      if (!ascii::is_digit(rest.front())) {
        if (rest.front() != ',' && rest.front() != ' ') broken("its shape holds no numbers");
        rest.remove_prefix(1);
        continue;
      }
      std::uint64_t extent = 0;
      const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), extent);
      if (read.ec != std::errc()) broken("its shape has too large a number");
      rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
      out.push_back(extent);
    }
    return out;
  }
  [[noreturn]] void broken(const std::string& why) const {
    fail(Category::input, where_ + " is no array of NumPy (.npy): " + why);
  }

 private:
  std::string_view text_;
  const std::string& where_;
};

/// Its place and length.
struct HeadPlace {
  std::size_t at = 0, bytes = 0;
};
std::optional<HeadPlace> head_of(const std::vector<std::byte>& file) {
  constexpr std::string_view magic = "\x93NUMPY";
  constexpr std::size_t before_length = 8;
  if (file.size() < before_length + 4) return std::nullopt;
  if (std::memcmp(file.data(), magic.data(), magic.size()) != 0) return std::nullopt;
  const auto version = std::to_integer<unsigned>(file[6]);
  if (version < 1 || version > 3) return std::nullopt;
  const std::size_t width = version == 1 ? 2 : 4;
  HeadPlace out{before_length + width, 0};
  for (std::size_t i = 0; i < width; ++i) {
    out.bytes |= std::to_integer<std::size_t>(file[before_length + i]) << (8 * i);
  }
  if (out.bytes > file.size() - out.at) return std::nullopt;
  return out;
}

}  // namespace

trace::Tensor tensor_of_npy(const std::vector<std::byte>& file, const std::string& where) {
  const auto place = head_of(file);
  if (!place) Head("", where).broken("it does not begin as one");
  const Head head({reinterpret_cast<const char*>(file.data()) + place->at, place->bytes}, where);
  const std::string_view name = head.quoted("descr");
  const auto found = std::find_if(std::begin(type_names), std::end(type_names),
                                  [&](const TypeName& known) { return known.name == name; });
  if (found == std::end(type_names)) {
    fail(Category::unsupported, where + " has elements of type '" + std::string(name) +
                                    "'; floats of 16 to 64 bits, whole numbers of 8 to 64 and " +
                                    "conditions are read, little-endian");
  }
  trace::Tensor out;
  out.type = found->type;
  out.shape = head.shape();
  const std::size_t data = place->at + place->bytes;
  const std::uint64_t each = trace::size_bytes(out.type);
  std::uint64_t elements = 1;
  const std::uint64_t most = (file.size() - data) / each;
  for (const std::uint64_t extent : out.shape) {
    if (extent != 0 && elements > most / extent)
      head.broken("it has fewer elements than its shape");
    elements *= extent;
  }
  if (elements * each != file.size() - data) head.broken("its elements are not those of its shape");
  const bool columns_first = head.value("fortran_order").starts_with("True");
  if (columns_first && out.shape.size() > 1) {
    fail(Category::unsupported,
         where + " is in Fortran's order: numpy.ascontiguousarray makes one that is read");
  }
  out.bytes.assign(file.begin() + static_cast<std::ptrdiff_t>(data), file.end());
  return out;
}

}  // namespace weft::cli
