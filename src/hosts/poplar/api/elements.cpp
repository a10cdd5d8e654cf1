// SPDX-License-Identifier: Apache-2.0
// Element types of the API in terms of the tiles', and values on their way from one to another.
#include "hosts/poplar/api/elements.hpp"

#include <cstring>
#include <poplar/exceptions.hpp>
#include <string>

#include "numerics/half.hpp"

namespace poplar::core {
namespace {

/// A value between its host type and its element type: one of the two, wide enough for all.
struct Wide {
  bool is_float = false;
  double real = 0;
  std::uint64_t integer = 0;  ///< sign-extended
};

template <typename T>
T load(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename T>
void store(void* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

std::uint64_t load_integer(const void* from, std::size_t size, bool is_signed) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, size);
  const auto unused = static_cast<unsigned>(64 - 8 * size);
  if (!is_signed || unused == 0) return value;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << unused) >> unused);
}

Wide load_value(const void* from, const TypeTraits& traits) {
  Wide wide;
  wide.is_float = traits.isFloat;
  if (!traits.isFloat) {
    wide.integer = load_integer(from, traits.size, traits.isSigned);
  } else if (traits.size == sizeof(float)) {
    wide.real = static_cast<double>(load<float>(from));
  } else if (traits.size == sizeof(double)) {
    wide.real = load<double>(from);
  } else if (traits.size == sizeof(std::uint16_t)) {
    wide.real = static_cast<double>(weft::numerics::float_from_half(load<std::uint16_t>(from)));
  } else {
    wide.real = static_cast<double>(load<long double>(from));
  }
  return wide;
}

double real_of(const Wide& wide, bool is_signed) {
  if (wide.is_float) return wide.real;
  return is_signed ? static_cast<double>(static_cast<std::int64_t>(wide.integer))
                   : static_cast<double>(wide.integer);
}

std::uint64_t integer_of(const Wide& wide) {
  if (!wide.is_float) return wide.integer;
  // Beyond the range of an integer there is no meaning to keep: 0, on every processor.
  if (!(wide.real > -9223372036854775808.0 && wide.real < 18446744073709551616.0)) return 0;
  if (wide.real < 0) return static_cast<std::uint64_t>(static_cast<std::int64_t>(wide.real));
  return static_cast<std::uint64_t>(wide.real);
}

bool is_float(ElementType type) { return type == ElementType::single || type == ElementType::half; }

bool is_signed(ElementType type) {
  switch (type) {
    case ElementType::signed_char:
    case ElementType::signed_short:
    case ElementType::signed_int:
    case ElementType::signed_long_long:
      return true;
    default:
      return is_float(type);
  }
}

void store_element(std::byte* to, ElementType type, const Wide& wide, bool value_signed) {
  if (type == ElementType::single) {
    store(to, static_cast<float>(real_of(wide, value_signed)));
  } else if (type == ElementType::half) {
    store(to, weft::numerics::half_from_double(real_of(wide, value_signed)));
  } else if (type == ElementType::boolean) {
    const bool set = wide.is_float ? wide.real != 0 : wide.integer != 0;
    store(to, static_cast<std::uint8_t>(set ? 1 : 0));
  } else {
    const std::uint64_t bits = integer_of(wide);
    std::memcpy(to, &bits, bytes_of(type));
  }
}

Wide load_element(const std::byte* from, ElementType type) {
  Wide wide;
  wide.is_float = is_float(type);
  if (type == ElementType::single) {
    wide.real = static_cast<double>(load<float>(from));
  } else if (type == ElementType::half) {
    wide.real = static_cast<double>(weft::numerics::float_from_half(load<std::uint16_t>(from)));
  } else {
    wide.integer = load_integer(from, bytes_of(type), is_signed(type));
  }
  return wide;
}

void store_value(void* to, const TypeTraits& traits, const Wide& wide, bool element_signed) {
  if (traits.isBool) {
    store(to, wide.is_float ? wide.real != 0 : wide.integer != 0);
  } else if (traits.isFloat && traits.size == sizeof(float)) {
    store(to, static_cast<float>(real_of(wide, element_signed)));
  } else if (traits.isFloat && traits.size == sizeof(double)) {
    store(to, real_of(wide, element_signed));
  } else if (traits.isFloat && traits.size == sizeof(std::uint16_t)) {
    store(to, weft::numerics::half_from_double(real_of(wide, element_signed)));
  } else if (traits.isFloat) {
    store(to, static_cast<long double>(real_of(wide, element_signed)));
  } else {
    const std::uint64_t bits = integer_of(wide);
    std::memcpy(to, &bits, traits.size);
  }
}

}  // namespace

ElementType element_type(const Type& type) {
  switch (type.code()) {
    case Type::Code::bool_:
      return ElementType::boolean;
    case Type::Code::char_:
    case Type::Code::signed_char:
      return ElementType::signed_char;
    case Type::Code::unsigned_char:
      return ElementType::unsigned_char;
    case Type::Code::unsigned_short:
      return ElementType::unsigned_short;
    case Type::Code::short_:
      return ElementType::signed_short;
    case Type::Code::unsigned_int:
    case Type::Code::unsigned_long:
      return ElementType::unsigned_int;
    case Type::Code::int_:
    case Type::Code::long_:
      return ElementType::signed_int;
    case Type::Code::unsigned_longlong:
      return ElementType::unsigned_long_long;
    case Type::Code::longlong:
      return ElementType::signed_long_long;
    case Type::Code::half:
      return ElementType::half;
    case Type::Code::float_:
      return ElementType::single;
    case Type::Code::quarter:
      throw type_error("elements of type quarter (fp8) are unsupported");
    case Type::Code::none:
      break;
  }
  throw type_error("a default-constructed Type is no type of elements");
}

Type api_type(ElementType type) {
  switch (type) {
    case ElementType::boolean:
      return BOOL;
    case ElementType::signed_char:
      return SIGNED_CHAR;
    case ElementType::unsigned_char:
      return UNSIGNED_CHAR;
    case ElementType::signed_short:
      return SHORT;
    case ElementType::unsigned_short:
      return UNSIGNED_SHORT;
    case ElementType::signed_int:
      return INT;
    case ElementType::unsigned_int:
      return UNSIGNED_INT;
    case ElementType::signed_long_long:
      return LONGLONG;
    case ElementType::unsigned_long_long:
      return UNSIGNED_LONGLONG;
    case ElementType::half:
      return HALF;
    case ElementType::single:
      return FLOAT;
  }
  return Type();
}

std::size_t size_of(const Type& type) {
  if (type == Type()) return 0;
  return type == QUARTER ? 1 : bytes_of(element_type(type));
}

unsigned greatest_of(ElementType type, const char* field) {
  const auto bits = 8 * bytes_of(type);
  if (type == ElementType::boolean) return 1;
  if (type == ElementType::half) return 65504;
  if (type == ElementType::single || bits > 32) {
    throw poplar_error("the largest " + std::string(name_of(type)) + ", which field '" + field +
                       "' holds, is no unsigned int");
  }
  return 0xffffffffU >> (is_signed(type) ? 33 - bits : 32 - bits);
}

std::vector<std::byte> to_elements(const void* values, const TypeTraits& traits, std::size_t count,
                                   bool broadcast, ElementType type) {
  const std::size_t bytes = bytes_of(type);
  std::vector<std::byte> out(count * bytes);
  if (count == 0) return out;
  const auto* from = static_cast<const std::byte*>(values);
  if (!broadcast && type == ElementType::single && traits.isFloat && traits.size == sizeof(float)) {
    std::memcpy(out.data(), from, out.size());
    return out;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Wide wide = load_value(from + (broadcast ? 0 : i * traits.size), traits);
    store_element(out.data() + i * bytes, type, wide, traits.isSigned);
  }
  return out;
}

void from_elements(const std::byte* elements, ElementType type, std::size_t count, void* values,
                   const TypeTraits& traits) {
  auto* to = static_cast<std::byte*>(values);
  for (std::size_t i = 0; i < count; ++i) {
    const Wide wide = load_element(elements + i * bytes_of(type), type);
    store_value(to + i * traits.size, traits, wide, is_signed(type));
  }
}

}  // namespace poplar::core
