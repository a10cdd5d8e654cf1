// SPDX-License-Identifier: Apache-2.0
// Passes of the TSP's matrix unit against exact integers: int8, and fp16 rounded once.
#include "numerics/tsp_products.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "numerics/float16.hpp"
#include "numerics/processor.hpp"
#include "unit/numerics/dot_data.hpp"
#include "unit/numerics/dot_oracle.hpp"

namespace weft::numerics::tsp {
namespace {

/// The three methods: what the processor offers, the plain instruction set, a lane at a time.
enum class Method { best, plain, by_lane };
constexpr Method methods[] = {Method::best, Method::plain, Method::by_lane};

// While it lives, the plain instruction set is taken if the method says so.
class Taking {
 public:
  explicit Taking(Method method) { avx2_is_allowed = method != Method::plain; }
  ~Taking() { avx2_is_allowed = true; }
  Taking(const Taking&) = delete;
  Taking& operator=(const Taking&) = delete;
};

// What a pass is given and gives, in memory of the device.
template <typename T>
std::vector<T> on_host(const DeviceArray<T>& array) {
  const auto mirror = host_mirror(array);
  fence();
  copy_to_host(mirror, array);
  return {mirror.data(), mirror.data() + mirror.size()};
}
template <typename T>
DeviceArray<T> on_device(const std::vector<T>& values) {
  return device_array("test", std::span<const T>(values));
}

std::vector<std::byte> random_bytes(RandomBits& random, std::size_t count) {
  std::vector<std::byte> out(count);
  for (std::byte& b : out) b = static_cast<std::byte>(random());
  return out;
}

// --- int8 ---

std::vector<std::int32_t> plain_int8(const std::vector<std::byte>& activations,
                                     const std::vector<std::byte>& weights, std::size_t count,
                                     std::vector<std::int32_t> sums, bool add) {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t n = 0; n < lane_count; ++n) {
      std::int64_t sum = add ? sums[i * lane_count + n] : 0;
      for (std::size_t k = 0; k < int8_depth; ++k) {
        sum += static_cast<std::int8_t>(activations[i * lane_count + k]) *
               static_cast<std::int8_t>(weights[k * lane_count + n]);
      }
      sums[i * lane_count + n] = static_cast<std::int32_t>(static_cast<std::uint64_t>(sum));
    }
  }
  return sums;
}

void expect_int8(const std::vector<std::byte>& activations, const std::vector<std::byte>& weights,
                 std::size_t count, const std::vector<std::int32_t>& before, Sums mode) {
  const auto expected = plain_int8(activations, weights, count, before, mode == Sums::add);
  Int8Weights installed;
  const auto run = on_device(weights);
  installed.install(run.data());
  const auto given = on_device(activations);
  for (const Method method : methods) {
    const Taking taking(method);
    const auto sums = on_device(before);
    const auto pass = method == Method::by_lane ? int8_pass_by_lane : int8_pass;
    pass(installed, given.data(), count, sums.data(), mode);
    ASSERT_EQ(on_host(sums), expected)
        << "count " << count << ", method " << static_cast<int>(method);
  }
}

TEST(TspProducts, Int8IsExactForEveryCount) {
  RandomBits random(11);
  for (const std::size_t count : {0U, 1U, 2U, 3U, 15U, 16U, 17U, 33U, 100U}) {
    const auto activations = random_bytes(random, count * lane_count);
    const auto weights = random_bytes(random, int8_depth * lane_count);
    std::vector<std::int32_t> before(count * lane_count);
    for (std::int32_t& sum : before) sum = static_cast<std::int32_t>(random());
    expect_int8(activations, weights, count, before, Sums::replace);
    expect_int8(activations, weights, count, before, Sums::add);
  }
}

TEST(TspProducts, Int8AtItsEndsAndWhereTheSumWraps) {
  const std::vector<std::byte> least(3 * lane_count, std::byte{0x80});
  const std::vector<std::byte> weights(int8_depth * lane_count, std::byte{0x80});
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t pass = 320 * 16384;
  const std::vector<std::int32_t> before(3 * lane_count, most - pass + 1);
  expect_int8(least, weights, 3, before, Sums::replace);
  expect_int8(least, weights, 3, before, Sums::add);
  Int8Weights installed;
  installed.install(on_device(weights).data());
  const auto sums = on_device(before);
  int8_pass(installed, on_device(least).data(), 3, sums.data(), Sums::add);
  EXPECT_EQ(on_host(sums)[0], std::numeric_limits<std::int32_t>::min());
}

// --- fp16 ---

// Bytes of a run of fp16 elements; the other half of the lanes holds what must not count.
std::vector<std::byte> activation_run(const DotData& d, LaneHalf half) {
  std::vector<std::byte> run(d.elements * 2 * lane_count, std::byte{0x7e});
  const std::size_t first = half == LaneHalf::high ? fp16_depth : 0;
  for (std::size_t i = 0; i < d.elements; ++i) {
    for (std::size_t k = 0; k < fp16_depth; ++k) {
      store_lane(run.data() + i * 2 * lane_count, first + k, d.activations[i * fp16_depth + k]);
    }
  }
  return run;
}
std::vector<std::byte> weight_run(const DotData& d) {
  std::vector<std::byte> run(fp16_depth * 2 * lane_count);
  for (std::size_t k = 0; k < fp16_depth; ++k) {
    for (std::size_t n = 0; n < lane_count; ++n) {
      store_lane(run.data() + k * 2 * lane_count, n, d.weights[k * lane_count + n]);
    }
  }
  return run;
}

struct Fp16Result {
  std::vector<float> sums;
  DotCounts counts;
};

Fp16Result run_fp16(const DotData& d, LaneHalf half, Method method,
                    const std::vector<float>* before = nullptr) {
  const Taking taking(method);
  Fp16Weights installed;
  installed.install(on_device(weight_run(d)).data());
  const auto sums =
      on_device(before != nullptr ? *before : std::vector<float>(d.elements * lane_count, 7.0F));
  const DotCounters counters;
  const auto given = on_device(activation_run(d, half));
  const auto pass = method == Method::by_lane ? fp16_pass_by_lane : fp16_pass;
  pass(installed, given.data(), half, d.elements, sums.data(),
       before != nullptr ? Sums::add : Sums::replace, counters);
  return {on_host(sums), counters.read()};
}

std::uint32_t exact(const DotData& d, std::size_t i, std::size_t n) {
  return oracle::dot(d.activations.data() + i * fp16_depth, 1, d.weights.data() + n, lane_count,
                     fp16_depth);
}

// What fp64 alone would have given.
std::uint32_t by_fp64(const DotData& d, std::size_t i, std::size_t n) {
  double sum = 0;
  for (std::size_t k = 0; k < fp16_depth; ++k) {
    sum += static_cast<double>(float_from_half(d.activations[i * fp16_depth + k])) *
           static_cast<double>(float_from_half(d.weights[k * lane_count + n]));
  }
  return bits_of(static_cast<float>(sum));
}

struct Tally {
  DotCounts counts;
  std::size_t fp64_wrong = 0;
};

void check_pass(const DotData& d, LaneHalf half, Method method, Tally& tally) {
  const Fp16Result ours = run_fp16(d, half, method);
  for (std::size_t i = 0; i < d.elements; ++i) {
    for (std::size_t n = 0; n < lane_count; ++n) {
      const std::uint32_t expected = exact(d, i, n);
      ASSERT_EQ(bits_of(ours.sums[i * lane_count + n]), expected)
          << "element " << i << " lane " << n;
      if (!is_nan(float_of(expected)) && by_fp64(d, i, n) != expected) ++tally.fp64_wrong;
    }
  }
  tally.counts.exact_in_fp64 += ours.counts.exact_in_fp64;
  tally.counts.by_interval += ours.counts.by_interval;
  tally.counts.by_exact_sum += ours.counts.by_exact_sum;
}

std::array<Tally, data_names.size()> check_dots(std::size_t dots, std::uint32_t seed) {
  constexpr std::size_t elements = 16;
  std::array<Tally, data_names.size()> tallies{};
  DotDataMaker maker(seed);
  for (std::size_t done = 0, pass = 0; done < dots; done += elements * lane_count, ++pass) {
    const std::size_t kind = pass % data_names.size();
    const DotData d = maker.make(static_cast<Data>(kind), elements);
    SCOPED_TRACE("pass " + std::to_string(pass) + " of " + std::string(data_names[kind]));
    check_pass(d, pass % 2 == 0 ? LaneHalf::low : LaneHalf::high,
               pass % 3 == 1 ? Method::plain : Method::best, tallies[kind]);
    if (testing::Test::HasFatalFailure()) break;
  }
  for (std::size_t kind = 0; kind < data_names.size(); ++kind) {
    const DotCounts& c = tallies[kind].counts;
    const double percent = 100.0 / static_cast<double>(c.all() == 0 ? 1 : c.all());
    std::printf(
        "%-11s %9llu dots: exact in fp64 %6.2f %%, interval %6.2f %%, exact sum %6.2f %%; "
        "fp64 alone wrong %llu\n",
        std::string(data_names[kind]).c_str(), static_cast<unsigned long long>(c.all()),
        percent * static_cast<double>(c.exact_in_fp64),
        percent * static_cast<double>(c.by_interval), percent * static_cast<double>(c.by_exact_sum),
        static_cast<unsigned long long>(tallies[kind].fp64_wrong));
  }
  return tallies;
}

// A plain fp64 sum would fail this; and each of the three ways is taken.
void expect_all_ways(const std::array<Tally, data_names.size()>& tallies) {
  const auto of = [&](Data kind) { return tallies[static_cast<std::size_t>(kind)]; };
  EXPECT_GT(of(Data::ordinary).counts.exact_in_fp64, of(Data::ordinary).counts.all() / 100 * 98);
  EXPECT_LT(of(Data::ordinary).counts.by_exact_sum, of(Data::ordinary).counts.all() / 1000 + 1);
  EXPECT_GT(of(Data::any).counts.by_interval, of(Data::any).counts.all() / 2);
  EXPECT_GT(of(Data::cancelling).counts.by_exact_sum, 0U);
  EXPECT_GT(of(Data::cancelling).fp64_wrong, 0U);
  EXPECT_GT(of(Data::tie).counts.by_exact_sum, 0U);
  EXPECT_GT(of(Data::tie).fp64_wrong, 0U);
}

TEST(TspProducts, Fp16DotsAreExactAndRoundedOnce) { expect_all_ways(check_dots(100'000, 1)); }

TEST(TspProducts, DISABLED_ExhaustiveTenMillionFp16Dots) {
  expect_all_ways(check_dots(10'000'000, 2));
}

// Elements and terms in any order, by any method: same bits. Every method finds them in the same
// way.
TEST(TspProducts, Fp16DependsOnNoOrder) {
  DotDataMaker maker(3);
  for (std::size_t kind = 0; kind < data_names.size(); ++kind) {
    const DotData d = maker.make(static_cast<Data>(kind), 37);
    const Fp16Result whole = run_fp16(d, LaneHalf::low, Method::best);
    DotData turned = d;
    for (std::size_t k = 0; k < fp16_depth; ++k) {
      const std::size_t from = fp16_depth - 1 - k;
      for (std::size_t i = 0; i < d.elements; ++i) {
        turned.activations[i * fp16_depth + k] =
            d.activations[(d.elements - 1 - i) * fp16_depth + from];
      }
      std::copy_n(&d.weights[from * lane_count], lane_count, &turned.weights[k * lane_count]);
    }
    const Fp16Result other = run_fp16(turned, LaneHalf::high, Method::plain);
    const Fp16Result single = run_fp16(d, LaneHalf::high, Method::by_lane);
    for (std::size_t i = 0; i < d.elements; ++i) {
      for (std::size_t n = 0; n < lane_count; ++n) {
        const std::uint32_t bits = bits_of(whole.sums[i * lane_count + n]);
        ASSERT_EQ(bits, bits_of(other.sums[(d.elements - 1 - i) * lane_count + n]));
        ASSERT_EQ(bits, bits_of(single.sums[i * lane_count + n]));
      }
    }
    EXPECT_EQ(whole.counts.all(), d.elements * lane_count);
    EXPECT_EQ(whole.counts.exact_in_fp64, single.counts.exact_in_fp64);
    EXPECT_EQ(whole.counts.by_interval, single.counts.by_interval);
    EXPECT_EQ(whole.counts.by_exact_sum, single.counts.by_exact_sum);
  }
}

struct Term {
  Half a;
  Half b;
};

DotData data_of(const std::vector<Term>& terms) {
  DotData d{1, std::vector<Half>(fp16_depth), std::vector<Half>(fp16_depth * lane_count)};
  for (std::size_t k = 0; k < terms.size(); ++k) {
    d.activations[k] = terms[k].a;
    std::fill_n(&d.weights[k * lane_count], lane_count, terms[k].b);
  }
  return d;
}

DotCounts counts_of(const std::vector<Term>& terms) {
  return run_fp16(data_of(terms), LaneHalf::low, Method::best).counts;
}

// The terms, with the others zero, through a pass: its bits, having checked that all lanes and
// methods agree.
std::uint32_t dot_of(const std::vector<Term>& terms, const std::vector<float>* before = nullptr) {
  const DotData d = data_of(terms);
  const Fp16Result ours = run_fp16(d, LaneHalf::low, Method::best, before);
  for (const Method method : methods) {
    const Fp16Result others = run_fp16(d, LaneHalf::low, method, before);
    for (const float sum : others.sums) EXPECT_EQ(bits_of(sum), bits_of(ours.sums[0]));
  }
  return bits_of(ours.sums[0]);
}

Half h(float value) { return half_from_float(value); }
constexpr Half tiniest = 1;  // 2^-24
constexpr Half largest = 0x7bff;
constexpr Half minus_infinity = 0xfc00;

TEST(TspProducts, Fp16RoundsTiesToEvenAndSeesWhatLiesFarBelow) {
  // 2^24 and half of the last place above it, which is 2: with nothing, more or less behind it
  const std::vector<Term> even = {{h(4096), h(4096)}, {h(1), h(1)}};
  const std::vector<Term> odd = {{h(4096), h(4096)}, {h(1), h(3)}};
  const auto with = [](std::vector<Term> terms, Half a, Half b) {
    terms.push_back({a, b});
    return float_of(dot_of(terms));
  };
  EXPECT_EQ(with(even, 0, 0), 0x1p24F);
  EXPECT_EQ(with(even, tiniest, tiniest), 0x1p24F + 2);
  EXPECT_EQ(with(even, tiniest, negate(tiniest)), 0x1p24F);
  EXPECT_EQ(with(odd, 0, 0), 0x1p24F + 4);
  EXPECT_EQ(with(odd, tiniest, negate(tiniest)), 0x1p24F + 2);
  EXPECT_EQ(with(odd, tiniest, tiniest), 0x1p24F + 4);
  // the same below zero, and where rounding carries into the next power of two
  const std::vector<Term> full = {{h(8192), h(2047)}, {h(4), h(2047)}, {h(1), h(3.5F)}};
  EXPECT_EQ(with(full, 0, 0), 0x1p24F);
  EXPECT_EQ(with(full, tiniest, negate(tiniest)), 0x1p24F - 1);
  const std::vector<Term> minus = {{h(-4096), h(4096)}, {h(-1), h(1)}};
  EXPECT_EQ(with(minus, tiniest, negate(tiniest)), -0x1p24F - 2);
  EXPECT_EQ(with(minus, tiniest, tiniest), -0x1p24F);
}

// In units of 2^-48: 2^53 and half of the last place of fp32 behind it, and then one more, as the
// difference of two products. The units that fp64 would have to hold are just too many; with half
// of the first term they are not.
TEST(TspProducts, Fp16KnowsWhenFp64IsExact) {
  const auto units = [](int count) {
    return static_cast<Half>(h(static_cast<float>(count) * 0x1p-24F));
  };
  std::vector<Term> terms = {{h(8), h(4)},  // 2^27, 2^26 of their units
                             {units(1 << 15), units(1 << 14)},
                             {units(1026), units(1026)},
                             {units(1025), negate(units(1027))}};
  EXPECT_EQ(float_of(dot_of(terms)), 32 + 0x1p-18F);
  double fp64 = 0;
  for (const Term& t : terms) {
    fp64 += static_cast<double>(float_from_half(t.a)) * static_cast<double>(float_from_half(t.b));
  }
  EXPECT_EQ(static_cast<float>(fp64), 32.0F);  // what a bound a little too wide would let pass
  EXPECT_EQ(counts_of(terms).by_exact_sum, lane_count);
  terms[0].b = h(2);
  EXPECT_EQ(float_of(dot_of(terms)), 16 + 0x1p-19F);
  EXPECT_EQ(counts_of(terms).exact_in_fp64, lane_count);
}

// 2^30, half of the last place of fp32, less 154 x 2^-23, and 157 times nearly 2^-23, each of which
// an addition in fp64 loses: the sum in fp64 lies on one side of the tie, the exact one on the
// other, and the error is all but what its bound says.
TEST(TspProducts, Fp16IntervalCoversWhatAdditionsLose) {
  std::vector<Term> terms(fp16_depth, {tiniest, h(2047.0F / 1024)});
  terms[0] = {h(0x1p15F), h(0x1p15F)};
  terms[1] = {h(8), h(8)};
  terms[2] = {h(-77), h(0x1p-22F)};
  EXPECT_EQ(float_of(dot_of(terms)), 0x1p30F + 0x1p7F);
  EXPECT_EQ(counts_of(terms).by_exact_sum, lane_count);
  terms[2].b = h(0x1p-21F);
  EXPECT_EQ(float_of(dot_of(terms)), 0x1p30F);
}

TEST(TspProducts, Fp16AtItsEnds) {
  const std::vector<Term> most(fp16_depth, {largest, largest});
  EXPECT_EQ(float_of(dot_of(most)), static_cast<float>(160.0 * 65504.0 * 65504.0));
  EXPECT_EQ(float_of(dot_of({{tiniest, tiniest}})), 0x1p-48F);
  EXPECT_EQ(float_of(dot_of({{tiniest, negate(tiniest)}})), -0x1p-48F);
  // the largest gone, the least left
  std::vector<Term> both(fp16_depth - 1, {largest, largest});
  for (std::size_t k = 0; k < both.size() / 2; ++k) both[k].b = negate(largest);
  both.back() = {tiniest, tiniest};
  EXPECT_EQ(float_of(dot_of(both)), 0x1p-48F);
}

TEST(TspProducts, Fp16ZeroInfinityAndNan) {
  EXPECT_EQ(dot_of({}), 0U);
  const Half minus_zero = 0x8000;
  EXPECT_EQ(dot_of(std::vector<Term>(fp16_depth, {minus_zero, h(1)})), 0U);
  EXPECT_EQ(dot_of({{h(3), h(5)}, {h(-5), h(3)}}), 0U);
  EXPECT_EQ(dot_of({{half_infinity, h(2)}, {h(1), h(1)}}), 0x7f800000U);
  EXPECT_EQ(dot_of({{half_infinity, h(-2)}, {h(1), h(1)}}), 0xff800000U);
  EXPECT_EQ(dot_of({{half_infinity, h(2)}, {minus_infinity, h(1)}}), quiet_nan_bits);
  EXPECT_EQ(dot_of({{half_infinity, h(0)}}), quiet_nan_bits);
  EXPECT_EQ(dot_of({{0xfc01, h(1)}}), quiet_nan_bits);
}

// Rows that are not installed take no part, whatever stands in the activations' lanes there or in
// the weights of before; lanes of zero weights give +0, or NaN by an infinity.
TEST(TspProducts, Fp16TakesOnlyTheRowsInstalled) {
  DotDataMaker maker(8);
  DotData d = maker.make(Data::any, 19);
  for (std::size_t at = 0; at < d.weights.size(); ++at) {
    if (at % lane_count >= 24) d.weights[at] = 0;
  }
  d.activations[5 * fp16_depth + 3] = half_infinity;
  const auto weights = on_device(weight_run(d));
  const auto given = on_device(activation_run(d, LaneHalf::low));
  for (const std::size_t rows : {0U, 1U, 3U, 77U, 160U}) {
    for (const Method method : methods) {
      const Taking taking(method);
      Fp16Weights installed;
      installed.install(weights.data());
      installed.install(weights.data(), rows);
      const DeviceArray<float> sums("sums", d.elements * lane_count);
      const auto pass = method == Method::by_lane ? fp16_pass_by_lane : fp16_pass;
      pass(installed, given.data(), LaneHalf::low, d.elements, sums.data(), Sums::replace,
           DotCounters());
      const std::vector<float> ours = on_host(sums);
      for (std::size_t at = 0; at < ours.size(); ++at) {
        ASSERT_EQ(bits_of(ours[at]), oracle::dot(&d.activations[at / lane_count * fp16_depth], 1,
                                                 &d.weights[at % lane_count], lane_count, rows))
            << "rows " << rows << " at " << at;
      }
    }
  }
}

TEST(TspProducts, Int8TakesOnlyTheRowsInstalled) {
  RandomBits random(12);
  const std::size_t count = 5;
  const auto activations = random_bytes(random, count * lane_count);
  const auto weights = random_bytes(random, int8_depth * lane_count);
  for (const std::size_t rows : {0U, 1U, 15U, 16U, 17U, 300U}) {
    auto cut = weights;
    std::fill(cut.begin() + static_cast<std::ptrdiff_t>(rows * lane_count), cut.end(), std::byte{});
    const auto expected =
        plain_int8(activations, cut, count, std::vector<std::int32_t>(count * lane_count), false);
    Int8Weights installed;
    installed.install(on_device(weights).data());
    installed.install(on_device(weights).data(), rows);
    const DeviceArray<std::int32_t> sums("sums", count * lane_count);
    int8_pass(installed, on_device(activations).data(), count, sums.data(), Sums::replace);
    EXPECT_EQ(on_host(sums), expected) << rows;
  }
}

TEST(TspProducts, Fp32SumsAcrossPassesAreIeee) {
  const auto added = [](float before, const std::vector<Term>& terms) {
    const std::vector<float> sums(lane_count, before);
    return dot_of(terms, &sums);
  };
  const std::vector<Term> one = {{h(1), h(1)}};
  EXPECT_EQ(float_of(added(0x1p24F, one)), 0x1p24F);
  EXPECT_EQ(float_of(added(0x1p24F + 2, one)), 0x1p24F + 4);
  EXPECT_EQ(float_of(added(float_of(1), {})), float_of(1));  // subnormals stay
  EXPECT_EQ(added(float_of(0xff800000U), {{half_infinity, h(1)}}), quiet_nan_bits);
  EXPECT_EQ(added(float_of(0x7f800001U), one), quiet_nan_bits);
  EXPECT_EQ(float_of(added(std::numeric_limits<float>::max(), {{largest, largest}})),
            std::numeric_limits<float>::max());
}

}  // namespace
}  // namespace weft::numerics::tsp
