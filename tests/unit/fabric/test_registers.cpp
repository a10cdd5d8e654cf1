// SPDX-License-Identifier: Apache-2.0
// The registers of a color's route: the bits that published programs write, and back.
#include <gtest/gtest.h>

#include "fabric/registers.hpp"

namespace weft::fabric {
namespace {

constexpr std::uint8_t west = bit(Port::west);
constexpr std::uint8_t east = bit(Port::east);
constexpr std::uint8_t ramp = bit(Port::ramp);

ColorRoute forward_then_send() {
  ColorRoute route;
  route.position_count = 2;
  route.ring = true;
  route.pop = PopMode::pop_on_advance;
  route.positions[0] = {west, east};
  route.positions[1] = {ramp, east};
  return route;
}

TEST(RouteRegisters, HoldTheBitsThatProgramsKnow) {
  const RouteRegisters registers = registers_of(forward_then_send(), 1, true);
  EXPECT_EQ(registers.color, 0x2U | 0x20U | 2U << 12U | 1U << 14U);
  EXPECT_EQ(registers.switches, 0xcU | 0x50U | 0x500U | 1U << 12U | 1U << 13U);
}

TEST(RouteRegisters, GiveBackTheRouteTheyWereMadeOf) {
  const ColorRoute route = forward_then_send();
  const RouteRegisters registers = registers_of(route, 1, true);
  ColorRoute back;
  configure(back, registers);
  EXPECT_EQ(back.position_count, route.position_count);
  EXPECT_EQ(back.positions[0], route.positions[0]);
  EXPECT_EQ(back.positions[1], route.positions[1]);
  EXPECT_TRUE(back.ring);
  EXPECT_EQ(back.pop, route.pop);
  EXPECT_EQ(position_of(registers, back), 1U);
  EXPECT_TRUE(teardown_of(registers));
}

TEST(RouteRegisters, APositionThatChangesNothingNamesItsInput) {
  ColorRoute route = forward_then_send();
  route.positions[0].receive = ramp;
  EXPECT_EQ(registers_of(route, 0, false).switches & 15U, 0xcU);
}

TEST(RouteRegisters, EndThePositionsAtTheFirstInvalidOne) {
  ColorRoute route;
  configure(route, {0x42, 0x0c5c});  // position 2 is invalid, 3 is not
  EXPECT_EQ(route.position_count, 2);
  EXPECT_EQ(position_of({0, 3U << 13U}, route), 1U);
}

TEST(RouteRegisters, StateIsPutIntoWhatWasWritten) {
  RouteRegisters registers{0x4042, 0x755c};
  set_state(registers, 1, false);
  EXPECT_EQ(registers, (RouteRegisters{0x0042, 0x355c}));
}

}  // namespace
}  // namespace weft::fabric
