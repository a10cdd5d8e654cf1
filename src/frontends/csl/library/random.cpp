// SPDX-License-Identifier: Apache-2.0
// <random>: numbers from the tile's own generator.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const random = R"csl(
fn random_u32() u32 { return @weft_random(); }
fn random_u16() u16 { return @as(u16, @weft_random() >> 16); }
// 24 random bits are what an f32 holds without rounding.
fn random_f32(lower: f32, upper: f32) f32 {
  return lower + (upper - lower) * (@as(f32, @weft_random() >> 8) * 0.000000059604644775390625);
}
fn random_f16(lower: f16, upper: f16) f16 {
  return lower + (upper - lower) * (@as(f16, @weft_random() >> 21) * @as(f16, 0.00048828125));
}
)csl";

}  // namespace weft::csl::library
