// SPDX-License-Identifier: Apache-2.0
// Bytes of IPU programs that were cut short or changed: an error, or a program, and nothing else.
#include <gtest/gtest.h>

#include "program/ipu.hpp"
#include "support/damage.hpp"
#include "support/ipu_program.hpp"

namespace weft::program::ipu {
namespace {

TEST(StoredProgram, OfAnIpu) {
  const auto read = [](auto bytes) { validate(deserialize(bytes)); };
  const std::vector<std::byte> bytes = serialize(test::ring_program(4, 2, 1));
  EXPECT_EQ(test::reading(read, bytes), "");
  test::expect_no_part_is_read(read, bytes);
  std::size_t refused = 0;
  test::flip_bits(read, bytes, 2000,
                  [&](const std::string& how, std::size_t) { refused += how.empty() ? 0U : 1U; });
  EXPECT_GT(refused, 200U);
}

}  // namespace
}  // namespace weft::program::ipu
