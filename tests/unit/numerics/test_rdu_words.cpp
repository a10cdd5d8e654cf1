// SPDX-License-Identifier: Apache-2.0
// Runs of words: what each word gives by itself.
#include <gtest/gtest.h>

#include <vector>

#include "base/mix.hpp"
#include "numerics/rdu_operation.hpp"

namespace weft::numerics {
namespace {

TEST(RduWords, ARunIsItsWords) {
  const WordType types[] = {word_i32,
                            word_u32,
                            word_f32,
                            word_bit,
                            {WordType::Kind::fixed, true, 16, 16},
                            {WordType::Kind::fixed, true, 8, 8},
                            {WordType::Kind::fixed, false, 5, 3}};
  constexpr std::size_t count = 37;
  std::vector<std::uint32_t> a(count);
  std::vector<std::uint32_t> b(count);
  std::vector<std::uint32_t> c(count);
  std::vector<std::uint32_t> out(count);
  for (std::size_t o = 0; o < static_cast<std::size_t>(WordOperation::count_); ++o) {
    const auto operation = static_cast<WordOperation>(o);
    for (const WordType& type : types) {
      if (!takes(operation, type)) continue;
      for (const WordType& to : types) {
        const std::uint32_t most = type.kind == WordType::Kind::bit ? 2 : 0xffffffffU;
        for (std::size_t i = 0; i < count; ++i) {
          a[i] = static_cast<std::uint32_t>(mix(o + 3 * i)) % most;
          b[i] = i % 5 == 0 ? 0 : static_cast<std::uint32_t>(mix(a[i] + i)) % most;
          c[i] = static_cast<std::uint32_t>(mix(b[i] + i)) % most;
        }
        apply_all(operation, type, to, a.data(), b.data(), c.data(), out.data(), count);
        for (std::size_t i = 0; i < count; ++i) {
          ASSERT_EQ(out[i], apply(operation, type, to, a[i], b[i], c[i]))
              << name_of(operation) << " of " << name_of(type) << " to " << name_of(to);
        }
        if (operation != WordOperation::convert) break;
      }
    }
  }
}

}  // namespace
}  // namespace weft::numerics
