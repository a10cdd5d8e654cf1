// SPDX-License-Identifier: Apache-2.0
// Single elements of typed arrays.
#include "cli/job/job_element.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "base/number_text.hpp"
#include "numerics/given_number.hpp"
#include "numerics/half.hpp"

namespace weft::cli {

using trace::ElementType;

namespace {

template <typename T>
bool store_integer(double value, std::byte* to) {
  if (!(value >= static_cast<double>(std::numeric_limits<T>::min()) &&
        value <= static_cast<double>(std::numeric_limits<T>::max())) ||
      std::floor(value) != value) {
    return false;
  }
  const T whole = static_cast<T>(value);
  std::memcpy(to, &whole, sizeof(T));
  return true;
}

template <typename T>
T load(const std::byte* from) {
  T value{};
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <typename T>
bool store_held(const std::optional<T>& held, std::byte* to) {
  if (held) std::memcpy(to, &*held, sizeof(T));
  return held.has_value();
}

/// Axes that have more than one element.
std::vector<std::uint64_t> long_axes(const std::vector<std::uint64_t>& shape) {
  std::vector<std::uint64_t> out;
  for (const std::uint64_t extent : shape) {
    if (extent != 1) out.push_back(extent);
  }
  return out;
}

/// Whether `coarse` is `fine` with neighbours multiplied.
bool merges(const std::vector<std::uint64_t>& fine, const std::vector<std::uint64_t>& coarse) {
  std::size_t at = 0;
  for (const std::uint64_t extent : coarse) {
    std::uint64_t product = 1;
    while (product != extent && at < fine.size() && product < extent) product *= fine[at++];
    if (product != extent) return false;
  }
  return at == fine.size();
}

}  // namespace

bool is_float(ElementType type) {
  return type == ElementType::f16 || type == ElementType::f32 || type == ElementType::f64;
}

bool same_bits(ElementType a, ElementType b) {
  return a == b || (!is_float(a) && !is_float(b) && trace::size_bytes(a) == trace::size_bytes(b));
}

std::string not_a_number_of(double value, ElementType type) {
  return shortest(value) + ", which is no " + std::string(trace::name_of(type));
}

std::string other_values(const trace::Tensor& data, ElementType type) {
  if (data.type == type) return "";
  const std::size_t size = trace::size_bytes(type);
  for (std::uint64_t i = 0; i < data.elements(); ++i) {
    if ((data.bytes[i * size + size - 1] & std::byte{0x80}) == std::byte{0}) continue;
    return "element " + std::to_string(i) + " is " +
           not_a_number_of(load_number(data.type, data.bytes.data() + i * size), type);
  }
  return "";
}

bool read_alike(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  const std::vector<std::uint64_t> left = long_axes(a);
  const std::vector<std::uint64_t> right = long_axes(b);
  return merges(left, right) || merges(right, left);
}

bool store_number(double value, ElementType type, std::byte* to) {
  switch (type) {
    case ElementType::i8:
      return store_integer<std::int8_t>(value, to);
    case ElementType::u8:
      return store_integer<std::uint8_t>(value, to);
    case ElementType::i16:
      return store_integer<std::int16_t>(value, to);
    case ElementType::u16:
      return store_integer<std::uint16_t>(value, to);
    case ElementType::i32:
      return store_integer<std::int32_t>(value, to);
    case ElementType::u32:
      return store_integer<std::uint32_t>(value, to);
    case ElementType::f16:
      return store_held(numerics::half_of_number(value), to);
    case ElementType::f32:
      return store_held(numerics::float_of_number(value), to);
    case ElementType::f64:
      return store_held(std::isfinite(value) ? std::optional(value) : std::nullopt, to);
    case ElementType::i64:
    case ElementType::u64:
      return false;  // not every such number is a double
  }
  return false;
}

double load_number(ElementType type, const std::byte* from) {
  switch (type) {
    case ElementType::i8:
      return load<std::int8_t>(from);
    case ElementType::u8:
      return load<std::uint8_t>(from);
    case ElementType::i16:
      return load<std::int16_t>(from);
    case ElementType::u16:
      return load<std::uint16_t>(from);
    case ElementType::i32:
      return load<std::int32_t>(from);
    case ElementType::u32:
      return load<std::uint32_t>(from);
    case ElementType::i64:
      return static_cast<double>(load<std::int64_t>(from));
    case ElementType::u64:
      return static_cast<double>(load<std::uint64_t>(from));
    case ElementType::f16:
      return static_cast<double>(numerics::float_from_half(load<std::uint16_t>(from)));
    case ElementType::f32:
      return static_cast<double>(load<float>(from));
    case ElementType::f64:
      return load<double>(from);
  }
  return 0.0;
}

std::uint64_t first_nan(const trace::Tensor& tensor) {
  const std::uint64_t count = tensor.elements();
  if (!is_float(tensor.type)) return count;
  const std::size_t size = trace::size_bytes(tensor.type);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (std::isnan(load_number(tensor.type, tensor.bytes.data() + i * size))) return i;
  }
  return count;
}

}  // namespace weft::cli
