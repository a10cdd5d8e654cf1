// SPDX-License-Identifier: Apache-2.0
// Bytes of wafer programs that were cut short or changed: an error, or a program, and nothing else.
#include <gtest/gtest.h>

#include "program/wse_builder.hpp"
#include "support/damage.hpp"

namespace weft::program {
namespace {

std::vector<std::byte> wse_bytes() {
  using namespace wse;
  CodeBuilder b("task");
  const FunctionId main = b.function("main");
  const Register sum = b.make_register();
  b.binary_into(sum, Operation::add, Type::u16, b.constant(Type::u16, 1), b.constant(Type::u16, 2));
  b.store(Type::u16, sum, no_register, b.allocate("result", Type::u16, 1, 0, "result"));
  b.end();
  b.start_active(b.task(TaskKind::local, 8, main));
  ProgramBuilder p(Generation::wse2, 2, 1);
  p.place(0, 0, p.add_code(b.finish()));
  p.set_route({0, 0, 2, 1}, route(3, {Port::east}, {Port::west}));
  return serialize(p.finish());
}

TEST(StoredProgram, OfAWafer) {
  const auto read = [](auto bytes) { wse::validate(wse::deserialize(bytes)); };
  const std::vector<std::byte> bytes = wse_bytes();
  EXPECT_EQ(test::reading(read, bytes), "");
  test::expect_no_part_is_read(read, bytes);
  std::size_t refused = 0;
  test::flip_bits(read, bytes, 2000,
                  [&](const std::string& how, std::size_t) { refused += how.empty() ? 0U : 1U; });
  EXPECT_GT(refused, 200U);
}

}  // namespace
}  // namespace weft::program
