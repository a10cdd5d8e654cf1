// SPDX-License-Identifier: Apache-2.0
// Bits of control wavelets.
#include <gtest/gtest.h>

#include <array>

#include "fabric/control_wavelet.hpp"

namespace weft::fabric {
namespace {

/// Builds a payload bit field by bit field, after the documented positions.
std::uint32_t encode(unsigned task, const std::array<unsigned, 8>& commands,
                     const std::array<bool, 8>& ce_filter) {
  constexpr std::array<unsigned, 8> command_bit{22, 25, 28, 1, 4, 7, 10, 13};
  constexpr std::array<unsigned, 8> filter_bit{24, 27, 0, 3, 6, 9, 12, 15};
  std::uint32_t payload = task << 16U;
  for (unsigned k = 0; k < 8; ++k) {
    payload |= commands[k] << command_bit[k] | std::uint32_t{ce_filter[k]} << filter_bit[k];
  }
  return payload;
}

TEST(ControlWavelet, FirstCommandAndFilter) {
  const std::uint32_t payload = encode(37, {2, 1, 0, 0, 0, 0, 0, 0}, {true});
  EXPECT_EQ(first_command(payload), SwitchCommand::reset);
  EXPECT_TRUE(first_ce_filter(payload));
}

TEST(ControlWavelet, PopShiftsEightCommandsAndKeepsTheTask) {
  std::array<unsigned, 8> commands{1, 2, 0, 1, 2, 1, 0, 2};
  std::array<bool, 8> filters{true, false, true, true, false, false, true, true};
  std::uint32_t payload = encode(45, commands, filters);
  for (unsigned popped = 1; popped <= 8; ++popped) {
    for (unsigned k = 0; k < 7; ++k) {
      commands[k] = commands[k + 1];
      filters[k] = filters[k + 1];
    }
    commands[7] = 0;
    filters[7] = false;
    payload = pop_command(payload);
    EXPECT_EQ(payload, encode(45, commands, filters)) << popped;
  }
}

TEST(ControlWavelet, PopModes) {
  EXPECT_FALSE(pops(PopMode::no_pop, SwitchCommand::advance, true));
  EXPECT_TRUE(pops(PopMode::always_pop, SwitchCommand::reset, true));
  EXPECT_TRUE(pops(PopMode::pop_on_advance, SwitchCommand::advance, true));
  EXPECT_FALSE(pops(PopMode::pop_on_advance, SwitchCommand::nop, true));
  EXPECT_FALSE(pops(PopMode::pop_on_advance, SwitchCommand::advance, false));
  EXPECT_FALSE(pops(PopMode::pop_on_advance_nop, SwitchCommand::advance, false));
  EXPECT_TRUE(pops(PopMode::pop_on_advance_nop, SwitchCommand::nop, true));
  EXPECT_FALSE(pops(PopMode::pop_on_advance_nop, SwitchCommand::reset, true));
}

}  // namespace
}  // namespace weft::fabric
