// SPDX-License-Identifier: Apache-2.0
// <math>: the numbers given to @weft_math are program::wse::MathFunction. A result type of
// anyopaque is the type of what is returned: the argument's, or f32 for a literal at run time.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const math = R"csl(
const PI = 3.14159265358979323846;
const E = 2.71828182845904523536;
const POSITIVE_INF_f32 = @bitcast(f32, 0x7f800000);
const NEGATIVE_INF_f32 = @bitcast(f32, 0xff800000);
const POSITIVE_INF_f16 = @bitcast(f16, 0x7c00);
const NEGATIVE_INF_f16 = @bitcast(f16, 0xfc00);
const NaN_f32 = @bitcast(f32, 0x7fc00000);
const NaN_f16 = @bitcast(f16, 0x7e00);

inline fn is_literal(comptime T: type) bool {
  return @is_same_type(T, comptime_float) or @is_same_type(T, comptime_int);
}
// The type of a second argument: that of the first, and any number next to a literal.
inline fn peer(comptime T: type) type {
  return if (is_literal(T)) anyopaque else T;
}
inline fn of_type(comptime T: type, comptime if_f16: f16, comptime if_f32: f32) T {
  if (@is_same_type(T, f16)) return if_f16;
  if (@is_same_type(T, f32)) return if_f32;
  @comptime_error("expected the type f16 or f32");
}
fn POSITIVE_INF(comptime T: type) T { return of_type(T, POSITIVE_INF_f16, POSITIVE_INF_f32); }
fn NEGATIVE_INF(comptime T: type) T { return of_type(T, NEGATIVE_INF_f16, NEGATIVE_INF_f32); }
fn NaN(comptime T: type) T { return of_type(T, NaN_f16, NaN_f32); }

inline fn sqrt(x: anytype) anyopaque { return @weft_math(0, x); }
inline fn exp(x: anytype) anyopaque { return @weft_math(1, x); }
inline fn log(x: anytype) anyopaque { return @weft_math(2, x); }
inline fn sin(x: anytype) anyopaque { return @weft_math(3, x); }
inline fn cos(x: anytype) anyopaque { return @weft_math(4, x); }
inline fn tanh(x: anytype) anyopaque { return @weft_math(5, x); }
inline fn pow(x: anytype, y: peer(@type_of(x))) anyopaque { return @weft_math(6, x, y); }
inline fn floor(x: anytype) anyopaque { return @weft_math(7, x); }
inline fn ceil(x: anytype) anyopaque { return @weft_math(8, x); }
inline fn abs(x: anytype) anyopaque { return @weft_math(9, x); }
inline fn invsqrt(x: anytype) anyopaque { return @weft_math(10, x); }
inline fn inv(x: anytype) anyopaque { return @weft_math(11, x); }
inline fn sign(x: anytype) anyopaque { return @weft_math(12, x); }
inline fn log2(x: anytype) anyopaque { return @weft_math(13, x); }
inline fn exp2(x: anytype) anyopaque { return @weft_math(14, x); }
inline fn atan(x: anytype) anyopaque { return @weft_math(15, x); }
inline fn min(x: anytype, y: peer(@type_of(x))) anyopaque { return @min(x, y); }
inline fn max(x: anytype, y: peer(@type_of(x))) anyopaque { return @max(x, y); }

// An f32 times a power of two, rounded once: steps that keep the number normal, then the last.
fn scaled(f: f32, s: i16) f32 {
  var y = f;
  var n = s;
  var steps: i16 = 0;
  while (n > 127 and steps < 2) : (steps += 1) {
    y = y * @bitcast(f32, 0x7f000000);
    n = n - 127;
  }
  while (n < -126 and steps < 2) : (steps += 1) {
    y = y * @bitcast(f32, 0x0c800000);
    n = n + 102;
  }
  if (n > 127) { n = 127; }
  if (n < -126) { n = -126; }
  return y * @bitcast(f32, @as(u32, n + 127) << 23);
}
inline fn fscale(f: anytype, s: i16) anyopaque {
  if (@is_same_type(@type_of(f), f16)) return @as(f16, scaled(@as(f32, f), s));
  return scaled(f, s);
}
inline fn isNaN(x: anytype) bool {
  const v = @weft_math(9, x);
  return v != v;
}
inline fn isInf(x: anytype) bool {
  if (is_literal(@type_of(x))) return false;
  return @weft_math(9, x) == POSITIVE_INF(@type_of(x));
}
inline fn isFinite(x: anytype) bool {
  if (is_literal(@type_of(x))) return true;
  return @weft_math(9, x) < POSITIVE_INF(@type_of(x));
}
inline fn isSignaling(x: anytype) bool {
  if (is_literal(@type_of(x))) return false;
  if (@is_same_type(@type_of(x), f16)) {
    const h = @bitcast(u16, x);
    return (h & 0x7e00) == 0x7c00 and (h & 0x01ff) != 0;
  }
  const b = @bitcast(u32, @as(f32, x));
  return (b & 0x7fc00000) == 0x7f800000 and (b & 0x003fffff) != 0;
}
inline fn signbit(x: anytype) bool {
  if (@is_same_type(@type_of(x), f16)) return (@bitcast(u16, x) & 0x8000) != 0;
  return (@bitcast(u32, @as(f32, x)) & 0x80000000) != 0;
}
inline fn sig(x: anytype) anyopaque {
  @comptime_error("Unsupported: math.sig, whose meaning no public source gives");
}

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
inline fn fscale_f32(f: f32, s: i16) f32 { return scaled(f, s); }
inline fn isNaN_f32(x: f32) bool { return isNaN(x); }
inline fn isInf_f32(x: f32) bool { return isInf(x); }
inline fn isFinite_f32(x: f32) bool { return isFinite(x); }
inline fn isSignaling_f32(x: f32) bool { return isSignaling(x); }
inline fn signbit_f32(x: f32) bool { return signbit(x); }
inline fn sig_f32(x: f32) f32 { return sig(x); }

inline fn sqrt_f16(x: f16) f16 { return @weft_math(0, x); }
inline fn exp_f16(x: f16) f16 { return @weft_math(1, x); }
inline fn log_f16(x: f16) f16 { return @weft_math(2, x); }
inline fn sin_f16(x: f16) f16 { return @weft_math(3, x); }
inline fn cos_f16(x: f16) f16 { return @weft_math(4, x); }
inline fn tanh_f16(x: f16) f16 { return @weft_math(5, x); }
inline fn pow_f16(x: f16, y: f16) f16 { return @weft_math(6, x, y); }
inline fn floor_f16(x: f16) f16 { return @weft_math(7, x); }
inline fn ceil_f16(x: f16) f16 { return @weft_math(8, x); }
inline fn abs_f16(x: f16) f16 { return @weft_math(9, x); }
inline fn invsqrt_f16(x: f16) f16 { return @weft_math(10, x); }
inline fn inv_f16(x: f16) f16 { return @weft_math(11, x); }
inline fn sign_f16(x: f16) f16 { return @weft_math(12, x); }
inline fn min_f16(x: f16, y: f16) f16 { return @min(x, y); }
inline fn max_f16(x: f16, y: f16) f16 { return @max(x, y); }
inline fn fscale_f16(f: f16, s: i16) f16 { return fscale(f, s); }
inline fn isNaN_f16(x: f16) bool { return isNaN(x); }
inline fn isInf_f16(x: f16) bool { return isInf(x); }
inline fn isFinite_f16(x: f16) bool { return isFinite(x); }
inline fn isSignaling_f16(x: f16) bool { return isSignaling(x); }
inline fn signbit_f16(x: f16) bool { return signbit(x); }
inline fn sig_f16(x: f16) f16 { return sig(x); }
)csl";

}  // namespace weft::csl::library
