// SPDX-License-Identifier: Apache-2.0
// Single elements of typed arrays.
#include "cli/job/job_element.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

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
bool store_as(T value, std::byte* to) {
  std::memcpy(to, &value, sizeof(T));
  return true;
}

}  // namespace

bool is_float(ElementType type) {
  return type == ElementType::f16 || type == ElementType::f32 || type == ElementType::f64;
}

bool same_bits(ElementType a, ElementType b) {
  return a == b || (!is_float(a) && !is_float(b) && trace::size_bytes(a) == trace::size_bytes(b));
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
      return store_as(numerics::half_from_double(value), to);
    case ElementType::f32:
      return store_as(static_cast<float>(value), to);
    case ElementType::f64:
      return store_as(value, to);
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
