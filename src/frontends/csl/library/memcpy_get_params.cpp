// SPDX-License-Identifier: Apache-2.0
// <memcpy/get_params>: the layout's side of host streams. What differs from the SDK: every column
// gets the same parameters, because copies are made by the emulator's host and cross no tile.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const memcpy_get_params = R"csl(
param width: i16;
param height: i16;
const null_color: color = @get_color(31);
// What launches came by in older SDKs: handed on to the tiles, without effect.
param LAUNCH: color = null_color;
param MEMCPYH2D_1: color = null_color;
param MEMCPYH2D_2: color = null_color;
param MEMCPYH2D_3: color = null_color;
param MEMCPYH2D_4: color = null_color;
param MEMCPYH2D_5: color = null_color;
param MEMCPYH2D_6: color = null_color;
param MEMCPYH2D_7: color = null_color;
param MEMCPYH2D_8: color = null_color;
param MEMCPYD2H_1: color = null_color;
param MEMCPYD2H_2: color = null_color;
param MEMCPYD2H_3: color = null_color;
param MEMCPYD2H_4: color = null_color;
param MEMCPYD2H_5: color = null_color;
param MEMCPYD2H_6: color = null_color;
param MEMCPYD2H_7: color = null_color;
param MEMCPYD2H_8: color = null_color;

comptime {
  if (@get_int(MEMCPYH2D_1) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_1", true, @get_int(MEMCPYH2D_1));
  if (@get_int(MEMCPYH2D_2) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_2", true, @get_int(MEMCPYH2D_2));
  if (@get_int(MEMCPYH2D_3) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_3", true, @get_int(MEMCPYH2D_3));
  if (@get_int(MEMCPYH2D_4) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_4", true, @get_int(MEMCPYH2D_4));
  if (@get_int(MEMCPYH2D_5) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_5", true, @get_int(MEMCPYH2D_5));
  if (@get_int(MEMCPYH2D_6) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_6", true, @get_int(MEMCPYH2D_6));
  if (@get_int(MEMCPYH2D_7) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_7", true, @get_int(MEMCPYH2D_7));
  if (@get_int(MEMCPYH2D_8) < 31)
    @weft_host_stream("MEMCPYH2D_DATA_8", true, @get_int(MEMCPYH2D_8));
  if (@get_int(MEMCPYD2H_1) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_1", false, @get_int(MEMCPYD2H_1));
  if (@get_int(MEMCPYD2H_2) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_2", false, @get_int(MEMCPYD2H_2));
  if (@get_int(MEMCPYD2H_3) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_3", false, @get_int(MEMCPYD2H_3));
  if (@get_int(MEMCPYD2H_4) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_4", false, @get_int(MEMCPYD2H_4));
  if (@get_int(MEMCPYD2H_5) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_5", false, @get_int(MEMCPYD2H_5));
  if (@get_int(MEMCPYD2H_6) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_6", false, @get_int(MEMCPYD2H_6));
  if (@get_int(MEMCPYD2H_7) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_7", false, @get_int(MEMCPYD2H_7));
  if (@get_int(MEMCPYD2H_8) < 31)
    @weft_host_stream("MEMCPYD2H_DATA_8", false, @get_int(MEMCPYD2H_8));
}

const all_params = .{
  .LAUNCH = LAUNCH,
  .MEMCPYH2D_1 = MEMCPYH2D_1,
  .MEMCPYH2D_2 = MEMCPYH2D_2,
  .MEMCPYH2D_3 = MEMCPYH2D_3,
  .MEMCPYH2D_4 = MEMCPYH2D_4,
  .MEMCPYH2D_5 = MEMCPYH2D_5,
  .MEMCPYH2D_6 = MEMCPYH2D_6,
  .MEMCPYH2D_7 = MEMCPYH2D_7,
  .MEMCPYH2D_8 = MEMCPYH2D_8,
  .MEMCPYD2H_1 = MEMCPYD2H_1,
  .MEMCPYD2H_2 = MEMCPYD2H_2,
  .MEMCPYD2H_3 = MEMCPYD2H_3,
  .MEMCPYD2H_4 = MEMCPYD2H_4,
  .MEMCPYD2H_5 = MEMCPYD2H_5,
  .MEMCPYD2H_6 = MEMCPYD2H_6,
  .MEMCPYD2H_7 = MEMCPYD2H_7,
  .MEMCPYD2H_8 = MEMCPYD2H_8,
};

fn get_params(px: i16) comptime_struct { return all_params; }
)csl";

}  // namespace weft::csl::library
