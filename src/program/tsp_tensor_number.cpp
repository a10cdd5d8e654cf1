// SPDX-License-Identifier: Apache-2.0
// Numbers of constants, given or drawn.
#include "program/tsp_tensor_number.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>

#include "numerics/given_number.hpp"
#include "numerics/half.hpp"
#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {
namespace {

std::uint64_t mixed(std::uint64_t value) {  // splitmix64
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

template <class T>
void store(std::vector<std::byte>& bytes, std::size_t element, T value) {
  std::memcpy(bytes.data() + element * sizeof(T), &value, sizeof(T));
}

}  // namespace

void store_number(std::vector<std::byte>& bytes, std::size_t element, VectorType type,
                  double value) {
  switch (type) {
    case VectorType::i8:
      return store(bytes, element, static_cast<std::int8_t>(value));
    case VectorType::i16:
      return store(bytes, element, static_cast<std::int16_t>(value));
    case VectorType::i32:
      return store(bytes, element, static_cast<std::int32_t>(value));
    case VectorType::f16:
      return store(bytes, element, numerics::half_from_double(value));
    case VectorType::f32:
      return store(bytes, element, static_cast<float>(value));
  }
}

bool holds_number(VectorType type, double value) {
  const auto whole = [value](double least, double most) {
    return value >= least && value <= most && std::trunc(value) == value;
  };
  switch (type) {
    case VectorType::i8:
      return whole(-128, 127);
    case VectorType::i16:
      return whole(-32768, 32767);
    case VectorType::i32:
      return whole(-2147483648.0, 2147483647.0);
    case VectorType::f16:
      return std::isinf(value) || numerics::half_of_number(value).has_value();
    case VectorType::f32:
      return std::isinf(value) || numerics::float_of_number(value).has_value();
  }
  return false;
}

std::vector<std::byte> bytes_of(const TensorValue& constant) {
  if (!constant.patterned) return constant.bytes;
  const std::uint64_t elements = constant.elements();
  std::vector<std::byte> bytes(elements * numerics::width_of(constant.type));
  for (std::uint64_t i = 0; i < elements; ++i) {
    const std::uint64_t drawn = mixed(mixed(constant.seed) ^ i) >> 32U;
    const double value = numerics::is_float(constant.type)
                             ? static_cast<double>(drawn % 2048) / 1024 - 1
                             : static_cast<double>(drawn % 255) - 127;
    store_number(bytes, i, constant.type, value);
  }
  return bytes;
}

}  // namespace weft::program::tsp
