// SPDX-License-Identifier: Apache-2.0
// <time>: the 48-bit cycle counter, low word first.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const time = R"csl(
const tsc_size_words: u16 = 3;

// One operation of the machine each: what they cost is measured as a whole, calls included.
inline fn enable_tsc() void { @weft_timestamp_enable(true); }
inline fn disable_tsc() void { @weft_timestamp_enable(false); }
inline fn get_timestamp(buffer: *[3]u16) void { @weft_timestamp(buffer); }
)csl";

}  // namespace weft::csl::library
