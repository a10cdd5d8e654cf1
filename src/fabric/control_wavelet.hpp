// SPDX-License-Identifier: Apache-2.0
// Bits of a control wavelet's payload: eight commands for the routers it passes, each with a bit
// that keeps it from the tile (ce_filter).
//
// Command 0 is bits 22-23 with ce_filter 24, command 1 bits 25-26 and 27, command 2 bits 28-29 and
// 0, then on in the low half up to command 7 in bits 13-14 and 15 (csl-examples 25-pt-stencil,
// spcl/spatial-collectives). Bits 16-21 are the control task's id.
#pragma once

#include <cstdint>

#include "fabric/route.hpp"

namespace weft::fabric {

constexpr SwitchCommand first_command(std::uint32_t payload) {
  return static_cast<SwitchCommand>(payload >> 22U & 3U);
}

constexpr bool first_ce_filter(std::uint32_t payload) { return (payload >> 24U & 1U) != 0; }

/// The payload without its first command; NOP comes in at the end.
constexpr std::uint32_t pop_command(std::uint32_t payload) {
  const std::uint32_t commands = (payload >> 22U & 0xffU) | (payload & 0xffffU) << 8U;
  const std::uint32_t rest = commands >> 3U;
  const std::uint32_t kept = payload & 0xc03f0000U;
  return kept | (rest & 0xffU) << 22U | rest >> 8U;
}

/// Whether a router of that pop mode removes the command it has just obeyed. An advance at the last
/// position of a switch without ring mode moves nothing and stays for the next router (csl-examples
/// cholesky reaches the router behind that way).
constexpr bool pops(PopMode mode, SwitchCommand command, bool moved) {
  switch (mode) {
    case PopMode::no_pop:
      return false;
    case PopMode::always_pop:
      return true;
    case PopMode::pop_on_advance:
      return command == SwitchCommand::advance && moved;
    case PopMode::pop_on_advance_nop:
      return (command == SwitchCommand::advance && moved) || command == SwitchCommand::nop;
  }
  return false;
}

}  // namespace weft::fabric
