// SPDX-License-Identifier: Apache-2.0
// <math>: the numbers given to @weft_math are program::wse::MathFunction.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const math = R"csl(
const PI: f32 = 3.14159265358979;
const POSITIVE_INF_f32 = @bitcast(f32, 0x7f800000);
const NEGATIVE_INF_f32 = @bitcast(f32, 0xff800000);
const POSITIVE_INF_f16 = @bitcast(f16, 0x7c00);
const NEGATIVE_INF_f16 = @bitcast(f16, 0xfc00);
const NaN_f32 = @bitcast(f32, 0x7fc00000);
const NaN_f16 = @bitcast(f16, 0x7e00);

inline fn is_real(comptime T: type) bool { return @is_same_type(T, f32) or @is_same_type(T, f16); }

inline fn sqrt(x: anytype) @type_of(x) { return @weft_math(0, x); }
inline fn exp(x: anytype) @type_of(x) { return @weft_math(1, x); }
inline fn log(x: anytype) @type_of(x) { return @weft_math(2, x); }
inline fn sin(x: anytype) @type_of(x) { return @weft_math(3, x); }
inline fn cos(x: anytype) @type_of(x) { return @weft_math(4, x); }
inline fn tanh(x: anytype) @type_of(x) { return @weft_math(5, x); }
inline fn pow(x: anytype, y: @type_of(x)) @type_of(x) { return @weft_math(6, x, y); }
inline fn floor(x: anytype) @type_of(x) { return @weft_math(7, x); }
inline fn ceil(x: anytype) @type_of(x) { return @weft_math(8, x); }
inline fn abs(x: anytype) @type_of(x) {
  if (is_real(@type_of(x))) return @weft_math(9, x);
  return if (x < 0) -x else x;
}
inline fn invsqrt(x: anytype) @type_of(x) { return @weft_math(10, x); }
inline fn inv(x: anytype) @type_of(x) { return @weft_math(11, x); }
inline fn sign(x: anytype) @type_of(x) {
  if (is_real(@type_of(x))) return @weft_math(12, x);
  return if (x < 0) -1 else (if (x > 0) 1 else 0);
}
inline fn log2(x: anytype) @type_of(x) { return @weft_math(13, x); }
inline fn exp2(x: anytype) @type_of(x) { return @weft_math(14, x); }
inline fn atan(x: anytype) @type_of(x) { return @weft_math(15, x); }
inline fn min(x: anytype, y: @type_of(x)) @type_of(x) { return @min(x, y); }
inline fn max(x: anytype, y: @type_of(x)) @type_of(x) { return @max(x, y); }

inline fn sqrt_f32(x: f32) f32 { return @weft_math(0, x); }
inline fn exp_f32(x: f32) f32 { return @weft_math(1, x); }
inline fn log_f32(x: f32) f32 { return @weft_math(2, x); }
inline fn sin_f32(x: f32) f32 { return @weft_math(3, x); }
inline fn cos_f32(x: f32) f32 { return @weft_math(4, x); }
inline fn tanh_f32(x: f32) f32 { return @weft_math(5, x); }
inline fn pow_f32(x: f32, y: f32) f32 { return @weft_math(6, x, y); }
inline fn floor_f32(x: f32) f32 { return @weft_math(7, x); }
inline fn ceil_f32(x: f32) f32 { return @weft_math(8, x); }
inline fn abs_f32(x: f32) f32 { return @weft_math(9, x); }
inline fn fabs_f32(x: f32) f32 { return @weft_math(9, x); }
inline fn invsqrt_f32(x: f32) f32 { return @weft_math(10, x); }
inline fn inv_f32(x: f32) f32 { return @weft_math(11, x); }
inline fn sign_f32(x: f32) f32 { return @weft_math(12, x); }
inline fn min_f32(x: f32, y: f32) f32 { return @min(x, y); }
inline fn max_f32(x: f32, y: f32) f32 { return @max(x, y); }

inline fn sqrt_f16(x: f16) f16 { return @weft_math(0, x); }
inline fn exp_f16(x: f16) f16 { return @weft_math(1, x); }
inline fn log_f16(x: f16) f16 { return @weft_math(2, x); }
inline fn sin_f16(x: f16) f16 { return @weft_math(3, x); }
inline fn cos_f16(x: f16) f16 { return @weft_math(4, x); }
inline fn tanh_f16(x: f16) f16 { return @weft_math(5, x); }
inline fn floor_f16(x: f16) f16 { return @weft_math(7, x); }
inline fn ceil_f16(x: f16) f16 { return @weft_math(8, x); }
inline fn abs_f16(x: f16) f16 { return @weft_math(9, x); }
inline fn invsqrt_f16(x: f16) f16 { return @weft_math(10, x); }
inline fn inv_f16(x: f16) f16 { return @weft_math(11, x); }
)csl";

}  // namespace weft::csl::library
