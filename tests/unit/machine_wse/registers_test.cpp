// SPDX-License-Identifier: Apache-2.0
// Registers of routes as a tile's scalar code sees them.
#include <gtest/gtest.h>

#include "unit/machine_wse/one_tile.hpp"

namespace weft::machine::wse {
namespace {

constexpr std::uint8_t color = 5;
constexpr std::int32_t color_register = 2 * (0x7f20 + color);
constexpr std::int32_t switch_register = 2 * (0x7f40 + color);

/// One tile whose color 5 turns back at its ramp; `body` is its only task.
std::vector<std::uint32_t> run(const OneTile::Body& body, bool reconfigurable, std::string& error) {
  OneTile tile(body);
  Program program = tile.program();
  ColorRoute turn = route(color, {Port::ramp}, {Port::ramp});
  turn.reconfigurable = reconfigurable;
  program.route_sets = {{turn}};
  program.route_set_of_tile = {0};
  WseRun machine(program, 1);
  machine.run(1'000'000);
  error = machine.error();
  return machine.read<std::uint32_t>("out", 0, 0, 16);
}

TEST(Registers, AreReadAndRewritten) {
  std::string error;
  const auto out = run(
      [](CodeBuilder& code, OneTile& tile) {
        tile.result(0, code.load(Type::u16, no_register, color_register));
        tile.result(1, code.load(Type::u16, no_register, switch_register));
        code.store(Type::u16, code.constant(Type::u16, 0x4042), no_register, color_register);
        tile.result(2, code.load(Type::u16, no_register, color_register));
      },
      true, error);
  EXPECT_EQ(error, "");
  EXPECT_EQ(out[0], 0x210U);  // ramp to ramp
  EXPECT_EQ(out[1], 0x555U);  // no further position
  EXPECT_EQ(out[2], 0x4042U);
}

TEST(Registers, AreRefusedWhereTheRouteIsFixed) {
  std::string error;
  run([](CodeBuilder& code, OneTile&) { code.load(Type::u16, no_register, color_register); }, false,
      error);
  EXPECT_NE(error.find("reads or rewrites the route of color 5"), std::string::npos) << error;
}

TEST(Registers, AreSixteenBitsAndNowhereElse) {
  std::string error;
  run([](CodeBuilder& code, OneTile&) { code.load(Type::u32, no_register, color_register); }, true,
      error);
  EXPECT_NE(error.find("outside"), std::string::npos) << error;
  run([](CodeBuilder& code, OneTile&) { code.load(Type::u16, no_register, 2 * 0x7f00); }, true,
      error);
  EXPECT_NE(error.find("outside"), std::string::npos) << error;
}

}  // namespace
}  // namespace weft::machine::wse
