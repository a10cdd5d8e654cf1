// SPDX-License-Identifier: Apache-2.0
// The TSP's vector operations on edge values of every type, against plain references written here.
#include "numerics/tsp_vector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/kokkos.hpp"
#include "numerics/processor.hpp"
#include "unit/numerics/random_bits.hpp"
#include "unit/numerics/vector_oracle.hpp"

namespace weft::numerics::tsp {
namespace {

using namespace oracle;

// Elements of 320 lanes with these values, the last repeated to fill.
std::vector<std::byte> run_of(VectorType type, const std::vector<Bits>& values) {
  const std::size_t count = (values.size() + lane_count - 1) / lane_count;
  std::vector<std::byte> run(run_bytes(type, count));
  for (std::size_t i = 0; i < count * lane_count; ++i) {
    const Bits value = values[std::min(i, values.size() - 1)];
    std::byte* element = run.data() + i / lane_count * width_of(type) * lane_count;
    for (unsigned byte = 0; byte < width_of(type); ++byte) {
      element[byte * lane_count + i % lane_count] = static_cast<std::byte>(value >> (8 * byte));
    }
  }
  return run;
}
std::vector<Bits> values_of(VectorType type, const std::vector<std::byte>& run, std::size_t size) {
  std::vector<Bits> values(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::byte* element = run.data() + i / lane_count * width_of(type) * lane_count;
    for (unsigned byte = 0; byte < width_of(type); ++byte) {
      values[i] |= static_cast<Bits>(element[byte * lane_count + i % lane_count]) << (8 * byte);
    }
  }
  return values;
}

std::vector<Bits> apply_once(const VectorCall& call, const std::vector<Bits>& a,
                             const std::vector<Bits>& b) {
  const std::size_t count = (a.size() + lane_count - 1) / lane_count;
  const auto x = device_array("a", std::span<const std::byte>(run_of(call.type, a)));
  const auto y = device_array("b", std::span<const std::byte>(run_of(call.type, b)));
  const DeviceArray<std::byte> result("result", run_bytes(call.result_type, count));
  apply(call, count, x.data(), y.data(), result.data());
  const auto mirror = host_mirror(result);
  fence();
  copy_to_host(mirror, result);
  return values_of(call.result_type, {mirror.data(), mirror.data() + mirror.size()}, a.size());
}

// By what the processor offers, and by the plain instruction set: the same.
std::vector<Bits> apply_to(const VectorCall& call, const std::vector<Bits>& a,
                           const std::vector<Bits>& b) {
  avx2_is_allowed = false;
  const std::vector<Bits> plain = apply_once(call, a, b);
  avx2_is_allowed = true;
  const std::vector<Bits> ours = apply_once(call, a, b);
  EXPECT_TRUE(ours == plain);
  return ours;
}

bool is_near(VectorType type, Bits ours, double exact) {
  if (std::isnan(exact)) return ours == nan_of(type);
  const Bits rounded = nearest(type, exact);
  if (std::isinf(value_of(type, rounded)) || exact == 0) return ours == rounded;
  const int least = type == VectorType::f16 ? -14 : -126;
  const int digits = type == VectorType::f16 ? 10 : 23;
  const double unit = std::ldexp(1.0, std::max(std::ilogb(exact), least) - digits);
  return std::fabs(value_of(type, ours) - exact) / unit <= 0.501;
}

bool is_right(Operation operation, VectorType type, Bits ours, Bits a, Bits b) {
  if (!is_float(type)) {
    const std::int64_t exact =
        expected_integer(operation, type, integer_of(type, a), integer_of(type, b));
    return ours == masked(type, static_cast<std::uint64_t>(exact));
  }
  if (const auto exact = expected_float(operation, type, a, b)) return ours == *exact;
  return is_near(type, ours, expected_function(operation, value_of(type, a)));
}

void check_operation(Operation operation, VectorType type) {
  const Pairs pairs = pairs_of(type);
  const std::vector<Bits> ours = apply_to({operation, type, type}, pairs.a, pairs.b);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    ASSERT_TRUE(is_right(operation, type, ours[i], pairs.a[i], pairs.b[i]))
        << std::hex << pairs.a[i] << ", " << pairs.b[i] << " gave " << ours[i];
  }
}

TEST(TspVector, EveryOperationOnEveryTypeAtItsEdges) {
  for (std::size_t index = 0; index < static_cast<std::size_t>(Operation::count_); ++index) {
    const auto operation = static_cast<Operation>(index);
    if (operation == Operation::convert) continue;
    for (const VectorType type : types) {
      const VectorOperationTraits& traits = traits_of(operation);
      SCOPED_TRACE(std::string(traits.name) + " of " + std::string(name_of(type)));
      const bool defined = is_float(type) ? traits.floats : traits.integers;
      EXPECT_EQ(is_defined({operation, type, type}), defined);
      if (defined) {
        check_operation(operation, type);
      } else {
        EXPECT_THROW(apply({operation, type, type}, 0, nullptr, nullptr, nullptr), Error);
      }
      if (HasFatalFailure()) return;
    }
  }
}

Bits expected_conversion(VectorType from, VectorType to, Bits bits) {
  if (from == to) return bits;
  if (is_float(to)) {
    return nearest(
        to, is_float(from) ? value_of(from, bits) : static_cast<double>(integer_of(from, bits)));
  }
  if (!is_float(from)) {
    return masked(to, static_cast<std::uint64_t>(clamp_to(to, integer_of(from, bits))));
  }
  const double value = value_of(from, bits);
  if (std::isnan(value)) return 0;
  const double whole = std::nearbyint(std::clamp(value, -0x1p40, 0x1p40));
  return masked(to, static_cast<std::uint64_t>(clamp_to(to, static_cast<std::int64_t>(whole))));
}

TEST(TspVector, EveryConversion) {
  for (const VectorType from : types) {
    std::vector<Bits> values = edges(from);
    if (bits_in(from) <= 16) {
      for (Bits bits = 0; bits >> bits_in(from) == 0; ++bits) values.push_back(bits);
    } else {
      RandomBits random(9);
      for (int i = 0; i < 50000; ++i) values.push_back(random());
      for (int i = 0; i < 50000; ++i) {  // near the ranges of the narrower types
        const double value = static_cast<double>(random()) * 0x1p-14 - 0x1p17;
        values.push_back(from == VectorType::f32 ? bits_of(static_cast<float>(value))
                                                 : random() >> (random() % 32));
      }
    }
    for (const VectorType to : types) {
      SCOPED_TRACE(std::string(name_of(from)) + " to " + std::string(name_of(to)));
      const std::vector<Bits> ours = apply_to({Operation::convert, from, to}, values, values);
      for (std::size_t i = 0; i < values.size(); ++i) {
        ASSERT_EQ(ours[i], expected_conversion(from, to, values[i])) << std::hex << values[i];
      }
    }
  }
}

// fp16 functions over all there are.
TEST(TspVector, Fp16FunctionsOverAllValues) {
  std::vector<Bits> all(65536);
  for (Bits i = 0; i < all.size(); ++i) all[i] = i;
  for (const Operation operation :
       {Operation::exponential, Operation::logarithm, Operation::hyperbolic_tangent,
        Operation::reciprocal_square_root}) {
    const auto ours = apply_to({operation, VectorType::f16, VectorType::f16}, all, all);
    for (Bits i = 0; i < all.size(); ++i) {
      ASSERT_TRUE(is_near(VectorType::f16, ours[i],
                          expected_function(operation, value_of(VectorType::f16, i))))
          << traits_of(operation).name << std::hex << " of " << i << " gave " << ours[i];
    }
  }
}

TEST(TspVector, ResultMayBeAnOperand) {
  RandomBits random(4);
  for (const VectorType type : types) {
    std::vector<Bits> a(3 * lane_count);
    std::vector<Bits> b(a.size());
    for (Bits& bits : a) bits = masked(type, random());
    for (Bits& bits : b) bits = masked(type, random());
    const VectorCall call{Operation::subtract, type, type};
    const std::vector<Bits> expected = apply_to(call, a, b);
    for (const bool over_a : {true, false}) {
      const auto x = device_array("a", std::span<const std::byte>(run_of(type, a)));
      const auto y = device_array("b", std::span<const std::byte>(run_of(type, b)));
      const auto result = over_a ? x : y;
      apply(call, 3, x.data(), y.data(), result.data());
      const auto mirror = host_mirror(result);
      fence();
      copy_to_host(mirror, result);
      EXPECT_EQ(values_of(type, {mirror.data(), mirror.data() + mirror.size()}, a.size()), expected)
          << name_of(type);
    }
  }
}

template <typename T>
void expect_round_trip(VectorType type) {
  const std::size_t count = 5;
  RandomBits random(6);
  std::vector<Bits> bits(count * lane_count);
  std::vector<T> values(bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i) {
    bits[i] = masked(type, random());
    std::memcpy(&values[i], &bits[i], sizeof(T));
  }
  const auto given = device_array("values", std::span<const T>(values));
  const DeviceArray<std::byte> run("run", run_bytes(type, count));
  const DeviceArray<T> back("back", values.size());
  to_planes(given.data(), count, run.data());
  from_planes(run.data(), count, back.data());
  const auto bytes = host_mirror(run);
  const auto values_back = host_mirror(back);
  fence();
  copy_to_host(bytes, run);
  copy_to_host(values_back, back);
  EXPECT_EQ(std::vector<std::byte>(bytes.data(), bytes.data() + bytes.size()), run_of(type, bits));
  EXPECT_EQ(std::memcmp(values_back.data(), values.data(), values.size() * sizeof(T)), 0);
}

TEST(TspVector, ValuesToBytePlanesAndBack) {
  expect_round_trip<std::int16_t>(VectorType::i16);
  expect_round_trip<std::int32_t>(VectorType::i32);
  expect_round_trip<Half>(VectorType::f16);
  expect_round_trip<float>(VectorType::f32);
}

}  // namespace
}  // namespace weft::numerics::tsp
