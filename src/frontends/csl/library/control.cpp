// SPDX-License-Identifier: Apache-2.0
// <control>: payloads of control wavelets. Bits as in csl-examples 25-pt-stencil/switches.csl:
// control task id 16-21, first command 22-23, first "not to the CE" 24; data in the low half.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const control = R"csl(
const opcode = enum(u16) { NOP = 0, SWITCH_ADV = 1, SWITCH_RST = 2, TEARDOWN = 3 };

inline fn entry_bits(entrypoint: anytype) u32 {
  if (@is_same_type(@type_of(entrypoint), void)) return 0;
  return @as(u32, @get_int(entrypoint)) << 16;
}

inline fn encode_single_payload(cmd: opcode, ce_ignore: bool, entrypoint: anytype, data: u16) u32 {
  return entry_bits(entrypoint) | (@as(u32, @get_int(cmd)) << 22) |
         (if (ce_ignore) @as(u32, 1 << 24) else @as(u32, 0)) | @as(u32, data);
}

inline fn encode_control_task_payload(entrypoint: control_task_id) u32 {
  return entry_bits(entrypoint);
}
)csl";

}  // namespace weft::csl::library
