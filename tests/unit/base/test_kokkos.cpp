// SPDX-License-Identifier: Apache-2.0
// The aliases and helpers that weft has of Kokkos, on whatever spaces it was built for.
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "base/kokkos.hpp"

namespace weft {
namespace {

constexpr std::uint32_t many = 100'000;

struct Square {
  DeviceArray<std::uint64_t> values;
  WEFT_FUNCTION void operator()(std::size_t i) const { values(i) *= values(i); }
};

struct AddOne {
  DeviceArray<std::uint64_t> values;
  WEFT_FUNCTION void operator()(std::size_t i) const { values(i) += 1; }
};

/// What all indices write to one place.
struct Totals {
  std::uint64_t least;
  std::uint32_t count;
  std::uint32_t odd;
};

struct Collect {
  DeviceArray<Totals> totals;
  DeviceArray<std::uint32_t> places;
  WEFT_FUNCTION void operator()(std::size_t i) const {
    const auto key = static_cast<std::uint64_t>((i * 7919 + 5) % many);
    atomic_least(&totals(0).least, key + 3);
    if (i % 2 == 0) return;
    atomic_mark(&totals(0).odd, 1U);
    places(atomic_count(&totals(0).count, 1U)) = static_cast<std::uint32_t>(i);
  }
};

TEST(Kokkos, ADeviceArrayTakesValuesAndGivesThemBackAfterKernelsInTheirOrder) {
  std::vector<std::uint64_t> values(many);
  std::iota(values.begin(), values.end(), 0);
  const DeviceArray<std::uint64_t> array =
      device_array("values", std::span<const std::uint64_t>(values));
  ASSERT_EQ(array.extent(0), many);
  device_parallel_for("square", many, Square{array});
  device_parallel_for("add_one", many, AddOne{array});
  const Array<std::uint64_t> mirror = host_mirror(array);
  copy_to_host(mirror, array);
  for (std::uint64_t i = 0; i < many; ++i) ASSERT_EQ(mirror(i), i * i + 1);
  mirror(7) = 2;
  copy_to_device(array, mirror);
  device_parallel_for("square", 8, Square{array});
  fence();
  copy_to_host(mirror, array);
  EXPECT_EQ(mirror(7), 4U);
}

TEST(Kokkos, AHostLoopIsDoneWhenItReturns) {
  std::vector<std::uint32_t> values(many, 0);
  for (std::uint32_t round = 1; round <= 20; ++round) {
    std::uint32_t* const data = values.data();
    parallel_for("host", many, [data](std::size_t i) { ++data[i]; });
    ASSERT_EQ(std::accumulate(values.begin(), values.end(), std::uint64_t{0}),
              std::uint64_t{round} * many);
  }
}

TEST(Kokkos, ManyIndicesMeetInOnePlace) {
  const std::vector<Totals> start{{~std::uint64_t{0}, 0, 0}};
  const DeviceArray<Totals> totals = device_array("totals", std::span<const Totals>(start));
  const DeviceArray<std::uint32_t> places("places", many);
  device_parallel_for("collect", many, Collect{totals, places});
  const Array<Totals> seen = host_mirror(totals);
  copy_to_host(seen, totals);
  EXPECT_EQ(seen(0).least, 3U);
  EXPECT_EQ(seen(0).odd, 1U);
  ASSERT_EQ(seen(0).count, many / 2);
  const Array<std::uint32_t> taken = host_mirror(places);
  copy_to_host(taken, places);
  std::uint64_t sum = 0;
  for (std::uint32_t k = 0; k < many / 2; ++k) sum += taken(k);
  EXPECT_EQ(sum, std::uint64_t{many / 2} * (many / 2));  // of the odd numbers
}

/// For scripts/threads.sh: what a thread sanitizer has to find.
TEST(Kokkos, DISABLED_ARaceOnPurpose) {
  std::uint64_t sum = 0;
  parallel_for("race", many, [&sum](std::size_t i) { sum += i; });
  EXPECT_GT(sum, 0U);
}

}  // namespace
}  // namespace weft
