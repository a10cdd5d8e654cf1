// SPDX-License-Identifier: Apache-2.0
// Schedules of the tests: read with the delays that Timing has by itself.
#pragma once

#include <string>

#include "base/error.hpp"
#include "frontends/tsp/tsp.hpp"

namespace weft::test {

inline program::tsp::Program read_text(const std::string& text) {
  return tsp::parse(text, "a.tsp", {});
}

/// What weft says of the text; empty where it takes it.
inline std::string message_of(const std::string& text) {
  try {
    read_text(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// y = a x + b as a caller writes it.
inline const std::string axpb = R"(
let start = 20
input x: f32[4096, 320] in mem.e0..3 bank 0 word 0
input a: f32[320] in mem.e4..7 bank 0 word 0
input b: f32[320] in mem.e8..11 bank 0 word 0
output y: f32[4096, 320] in mem.w0..3 bank 0 word 0

x: read x[0 step 1] -> w0..3 @ start at vxm times 4096
a: read a[0] -> w4..7 @ start at vxm times 4096
p: vxm.0 mul f32 x, a @ start times 4096
b: read b[0] -> w8..11 @ chained(p) at vxm times 4096
y: vxm.4 add f32 chain p, b -> w12..15 @ chained(p) times 4096
write y -> y[0 step 1] @ arrival(y) times 4096
)";

}  // namespace weft::test
