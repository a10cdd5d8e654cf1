// SPDX-License-Identifier: Apache-2.0
// <memcpy/memcpy_switches>: control wavelets that no PE sees, only routers. The names of the
// command lists say which routers do it: switch_cmd_11 moves the switches of two routers in a row.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const memcpy_switches = R"csl(
const NOP: u16 = 0;
const ADVANCE: u16 = 1;
const RESET: u16 = 2;
const TEARDOWN: u16 = 3;

// No control task has this id: the wavelet is for routers alone.
const no_entry_point: u32 = 31;

// Eight commands with "not to the CE" each: from bit 22 up, and on in the low half.
fn ctrl(commands: [8]u16) u32 {
  var word: u32 = no_entry_point << 16;
  var place: u16 = 22;
  for (commands) |command| {
    word |= @as(u32, command & 3) << place;
    place = (place + 2) % 30;
    word |= @as(u32, 1) << place;
    place += 1;
  }
  return word;
}

fn switch_cmd_1() [8]u16 { return [8]u16{ ADVANCE, NOP, NOP, NOP, NOP, NOP, NOP, NOP }; }
fn switch_cmd_11() [8]u16 { return [8]u16{ ADVANCE, ADVANCE, NOP, NOP, NOP, NOP, NOP, NOP }; }
fn switch_cmd_01() [8]u16 { return [8]u16{ NOP, ADVANCE, NOP, NOP, NOP, NOP, NOP, NOP }; }
fn reset_cmd_1() [8]u16 { return [8]u16{ RESET, NOP, NOP, NOP, NOP, NOP, NOP, NOP }; }
fn teardown_cmd_1() [8]u16 { return [8]u16{ TEARDOWN, NOP, NOP, NOP, NOP, NOP, NOP, NOP }; }
)csl";

}  // namespace weft::csl::library
