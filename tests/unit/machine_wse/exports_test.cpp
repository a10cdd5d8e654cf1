// SPDX-License-Identifier: Apache-2.0
// What the host sees of variables that tiles have in several sizes.
#include <gtest/gtest.h>

#include "unit/machine_wse/one_tile.hpp"

namespace weft::machine::wse {
namespace {

/// A tile that does nothing and has `elements` of "weights".
TileCode holder(std::uint32_t elements) {
  CodeBuilder code("holder of " + std::to_string(elements));
  const std::uint16_t at = code.allocate("weights", Type::u32, elements, 4, "weights");
  code.initialise_zero(at, 4 * elements);
  const FunctionId main = code.declare("main");
  code.start_active(code.task(TaskKind::local, 9, main));
  code.begin(main);
  code.end();
  return code.finish();
}

TEST(Exports, AVariableOfSeveralSizesCountsWithTheLargest) {
  ProgramBuilder p(Generation::wse2, 2, 1);
  p.place(0, 0, p.add_code(holder(3)));
  p.place(1, 0, p.add_code(holder(8)));
  WseRun run(p.finish(), 1);
  run.run();
  EXPECT_EQ(run.error(), "");
  const auto exports = run.machine(0).exports();
  ASSERT_EQ(exports.size(), 1U);
  EXPECT_EQ(exports[0].name, "weights");
  EXPECT_EQ(exports[0].elements, 8U);
  // Each tile's own size holds for what is copied to it.
  EXPECT_EQ(run.read<std::uint32_t>("weights", 1, 0, 8).size(), 8U);
  EXPECT_THROW(run.read<std::uint32_t>("weights", 0, 0, 8), Error);
}

}  // namespace
}  // namespace weft::machine::wse
