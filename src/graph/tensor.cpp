// SPDX-License-Identifier: Apache-2.0
// Bytes of tensors to numbers and back, each number rounded once.
#include "graph/tensor.hpp"

#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "numerics/half.hpp"

namespace weft::graph {
namespace {

std::size_t bytes_needed(const TensorType& type) {
  return static_cast<std::size_t>(count_of(type.shape)) * bytes_of(type.element);
}

void require_size(const TensorType& type, std::size_t bytes) {
  if (bytes == bytes_needed(type)) return;
  fail(Category::internal, "a tensor " + text_of(type) + " was given " + counted(bytes, "byte") +
                               " and takes " + std::to_string(bytes_needed(type)));
}

// Through fp32 rounded to odd, which has 16 bits more: no tie is made or lost on the way.
std::uint16_t bfloat16_of(double value) {
  const auto near = static_cast<float>(value);
  const auto back = static_cast<double>(near);
  auto bits = std::bit_cast<std::uint32_t>(near);
  if (back != value && value == value) {
    const bool outward = (back > value) == (value > 0);  // rounded away from zero
    if (outward) --bits;
    bits |= 1U;
  }
  return numerics::bfloat16_from_float(std::bit_cast<float>(bits));
}

template <typename Stored, typename Widen>
auto read_all(std::span<const std::byte> bytes, Widen widen) {
  const std::size_t count = bytes.size() / sizeof(Stored);
  std::vector<decltype(widen(Stored{}))> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    Stored stored{};
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    numbers[i] = widen(stored);
  }
  return numbers;
}

template <typename Stored, typename Number, typename Narrow>
std::vector<std::byte> write_all(const std::vector<Number>& numbers, Narrow narrow) {
  std::vector<std::byte> bytes(numbers.size() * sizeof(Stored));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Stored stored = narrow(numbers[i]);
    std::memcpy(bytes.data() + i * sizeof(Stored), &stored, sizeof(Stored));
  }
  return bytes;
}

std::vector<double> read_floats(Element element, std::span<const std::byte> bytes) {
  switch (element) {
    case Element::f64:
      return read_all<double>(bytes, [](double x) { return x; });
    case Element::f32:
      return read_all<float>(bytes, [](float x) { return static_cast<double>(x); });
    case Element::f16:
      return read_all<numerics::Half>(
          bytes, [](numerics::Half x) { return double{numerics::float_from_half(x)}; });
    default:
      return read_all<std::uint16_t>(
          bytes, [](std::uint16_t x) { return double{numerics::float_from_bfloat16(x)}; });
  }
}

template <typename Stored>
std::vector<std::int64_t> read_whole_as(std::span<const std::byte> bytes) {
  return read_all<Stored>(bytes, [](Stored x) { return static_cast<std::int64_t>(x); });
}

std::vector<std::int64_t> read_whole(Element element, std::span<const std::byte> bytes) {
  switch (element) {
    case Element::i64:
    case Element::u64:
      return read_whole_as<std::int64_t>(bytes);
    case Element::i32:
      return read_whole_as<std::int32_t>(bytes);
    case Element::i16:
      return read_whole_as<std::int16_t>(bytes);
    case Element::i8:
      return read_whole_as<std::int8_t>(bytes);
    case Element::u32:
      return read_whole_as<std::uint32_t>(bytes);
    case Element::u16:
      return read_whole_as<std::uint16_t>(bytes);
    case Element::u8:
      return read_whole_as<std::uint8_t>(bytes);
    default:
      return read_all<std::uint8_t>(bytes, [](std::uint8_t x) { return std::int64_t{x != 0}; });
  }
}

std::vector<std::byte> write_floats(Element element, const std::vector<double>& numbers) {
  switch (element) {
    case Element::f64:
      return write_all<double>(numbers, [](double x) { return x; });
    case Element::f32:
      return write_all<float>(numbers, [](double x) { return static_cast<float>(x); });
    case Element::f16:
      return write_all<numerics::Half>(numbers,
                                       [](double x) { return numerics::half_from_double(x); });
    default:
      return write_all<std::uint16_t>(numbers, bfloat16_of);
  }
}

template <typename Stored>
std::vector<std::byte> write_whole_as(const std::vector<std::int64_t>& numbers) {
  return write_all<Stored>(numbers, [](std::int64_t x) { return static_cast<Stored>(x); });
}

std::vector<std::byte> write_whole(Element element, const std::vector<std::int64_t>& numbers) {
  if (element == Element::boolean) {
    return write_all<std::uint8_t>(
        numbers, [](std::int64_t x) { return static_cast<std::uint8_t>(x != 0 ? 1 : 0); });
  }
  switch (bytes_of(element)) {
    case 8:
      return write_whole_as<std::int64_t>(numbers);
    case 4:
      return write_whole_as<std::int32_t>(numbers);
    case 2:
      return write_whole_as<std::int16_t>(numbers);
    default:
      return write_whole_as<std::int8_t>(numbers);
  }
}

}  // namespace

Tensor::Tensor(TensorType type, std::span<const std::byte> bytes,
               std::shared_ptr<const void> keeper)
    : type_(std::move(type)), bytes_(bytes), keeper_(std::move(keeper)) {
  require_size(type_, bytes_.size());
}

Tensor::Tensor(TensorType type, std::vector<std::byte> bytes) : type_(std::move(type)) {
  require_size(type_, bytes.size());
  auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  bytes_ = *kept;
  keeper_ = std::move(kept);
}

Tensor Tensor::reshaped(Shape shape) const {
  return Tensor({type_.element, std::move(shape)}, bytes_, keeper_);
}

Tensor Tensor::part(TensorType type, std::int64_t first) const {
  const std::size_t begin = static_cast<std::size_t>(first) * bytes_of(type.element);
  const std::size_t size = bytes_needed(type);
  return Tensor(std::move(type), bytes_.subspan(begin, size), keeper_);
}

Numbers numbers_of(const Tensor& tensor) {
  Numbers numbers{tensor.type(), {}, {}};
  const Element element = tensor.type().element;
  if (is_floating(element)) {
    numbers.floats = read_floats(element, tensor.bytes());
  } else {
    numbers.whole = read_whole(element, tensor.bytes());
  }
  return numbers;
}

Tensor tensor_of(const Numbers& numbers) {
  const Element element = numbers.type.element;
  return Tensor(numbers.type, is_floating(element) ? write_floats(element, numbers.floats)
                                                   : write_whole(element, numbers.whole));
}

double rounded_to(Element element, double value) {
  switch (element) {
    case Element::f32:
      return static_cast<double>(static_cast<float>(value));
    case Element::f16:
      return double{numerics::float_from_half(numerics::half_from_double(value))};
    case Element::bf16:
      return double{numerics::float_from_bfloat16(bfloat16_of(value))};
    default:
      return value;
  }
}

std::int64_t wrapped_to(Element element, std::int64_t value) {
  switch (element) {
    case Element::i32:
      return static_cast<std::int32_t>(value);
    case Element::i16:
      return static_cast<std::int16_t>(value);
    case Element::i8:
      return static_cast<std::int8_t>(value);
    case Element::u32:
      return static_cast<std::uint32_t>(value);
    case Element::u16:
      return static_cast<std::uint16_t>(value);
    case Element::u8:
      return static_cast<std::uint8_t>(value);
    case Element::boolean:
      return value != 0 ? 1 : 0;
    default:
      return value;
  }
}

}  // namespace weft::graph
