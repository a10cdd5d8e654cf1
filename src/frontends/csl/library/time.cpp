// SPDX-License-Identifier: Apache-2.0
// <time>: the 48-bit cycle counter, low word first.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const time = R"csl(
const tsc_size_words: u16 = 3;

fn enable_tsc() void { @weft_timestamp_enable(true); }
fn disable_tsc() void { @weft_timestamp_enable(false); }
fn get_timestamp(buffer: *[3]u16) void {
  const now = @weft_timestamp();
  buffer.*[0] = @as(u16, now);
  buffer.*[1] = @as(u16, now >> 16);
  buffer.*[2] = @as(u16, now >> 32);
}
)csl";

}  // namespace weft::csl::library
