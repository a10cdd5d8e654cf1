// SPDX-License-Identifier: Apache-2.0
// <tile_config>: registers of the tile that code reads and rewrites. Its submodules are modules of
// their own. Bits of the registers: fabric/registers.hpp.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const tile_config = R"csl(
const reg_type = u16;
const double_reg_type = u32;
const color_config = @import_module("<tile_config/color_config>");
const switch_config = @import_module("<tile_config/switch_config>");
const teardown = @import_module("<tile_config/teardown>");
const task_priority = @import_module("<tile_config/task_priority>");
const main_thread_priority = @import_module("<tile_config/main_thread_priority>");
)csl";

const char* const tile_config_color = R"csl(
const reg_type = u16;
const fabric_io = enum(u16) {
  TX_WEST = 1, TX_EAST = 2, TX_SOUTH = 4, TX_NORTH = 8, TX_RAMP = 16,
  RX_WEST = 32, RX_EAST = 64, RX_SOUTH = 128, RX_NORTH = 256, RX_RAMP = 512
};

inline fn get_color_config_addr(c: color) reg_type {
  return @weft_register(0) + @as(u16, @get_int(c));
}

inline fn address(c: anytype) reg_type {
  if (@is_same_type(@type_of(c), color)) return get_color_config_addr(c);
  return c;
}

inline fn set_io_direction(c: anytype, dir: fabric_io) void {
  const at = address(c);
  @set_config(at, @get_config(at) | @as(u16, @get_int(dir)));
}

inline fn toggle_io_direction(c: anytype, dir: fabric_io) void {
  const at = address(c);
  @set_config(at, @get_config(at) ^ @as(u16, @get_int(dir)));
}

inline fn clear_io_direction(c: anytype, dir: fabric_io) void {
  const at = address(c);
  @set_config(at, @get_config(at) & ~@as(u16, @get_int(dir)));
}

fn port(d: direction) u16 { return @as(u16, 1) << @as(u16, @get_int(d)); }

fn ports(list: anytype) u16 {
  if (@is_same_type(@type_of(list), direction)) return port(list);
  var mask: u16 = 0;
  for (list) |d| mask |= port(d);
  return mask;
}

inline fn reset_routes(c: anytype, comptime new_routes: comptime_struct) void {
  const at = address(c);
  const routes = comptime (ports(new_routes.tx) | (ports(new_routes.rx) << 5));
  @set_config(at, (@get_config(at) & 0xfc00) | routes);
}
)csl";

const char* const tile_config_switch = R"csl(
const reg_type = u16;
const pop_mode = enum(u16) { NO_POP = 0, ALWAYS_POP = 1, POP_ON_ADVANCE = 2, CLEAR_MASK = 3 };
const ring_mode = enum(u16) { NO_RING_MODE = 0, RING_MODE = 1 };
const switch_status = enum(u16) { CLEAR_CURRENT_POS = 0 };
const switch_pos = enum(u16) { POS1 = 0, POS2 = 1, POS3 = 2 };
const switch_select = enum(u16) { INPUT = 1, OUTPUT = 0 };

inline fn get_color_config_addr(c: color) reg_type {
  return @weft_register(0) + @as(u16, @get_int(c));
}

// The pop mode stands in the color's register, everything else in that of its switch.
inline fn get_switch_config_addr(c: color, comptime setting_ty: type) reg_type {
  if (@is_same_type(setting_ty, pop_mode)) return get_color_config_addr(c);
  return @weft_register(1) + @as(u16, @get_int(c));
}

inline fn address(c: anytype, comptime setting_ty: type) reg_type {
  if (@is_same_type(@type_of(c), color)) return get_switch_config_addr(c, setting_ty);
  return c;
}

inline fn replace(at: reg_type, keep: u16, bits: u16) void {
  @set_config(at, (@get_config(at) & keep) | bits);
}

inline fn clear_current_position(c: anytype) void {
  const at = address(c, switch_status);
  @set_config(at, @get_config(at) & 0x9fff);
}

inline fn set_current_switch_position(c: anytype, posn: u16) void {
  replace(address(c, switch_status), 0x9fff, posn << 13);
}

inline fn set_ring_mode(c: anytype, comptime mode: ring_mode) void {
  replace(address(c, ring_mode), 0xefff, @as(u16, @get_int(mode)) << 12);
}

inline fn set_pop_mode(c: anytype, mode: pop_mode) void {
  replace(address(c, pop_mode), 0xcfff, @as(u16, @get_int(mode)) << 12);
}

// Which side a position changes stays.
inline fn set_invalid_for_all_switch_positions(c: anytype) void {
  replace(address(c, switch_pos), 0xf888, 0x0555);
}

inline fn set_switch_pos(pos: switch_pos, c: anytype, comptime dir: direction,
                         select: switch_select) void {
  const place = @as(u16, @get_int(pos)) << 2;
  const bits = @as(u16, @get_int(dir)) | (@as(u16, @get_int(select)) << 3);
  replace(address(c, switch_pos), ~(@as(u16, 15) << place), bits << place);
}

inline fn set_rx_switch_pos1(c: anytype, comptime dir: direction) void {
  set_switch_pos(switch_pos.POS1, c, dir, switch_select.INPUT);
}
inline fn set_tx_switch_pos1(c: anytype, comptime dir: direction) void {
  set_switch_pos(switch_pos.POS1, c, dir, switch_select.OUTPUT);
}
inline fn set_rx_switch_pos2(c: anytype, comptime dir: direction) void {
  set_switch_pos(switch_pos.POS2, c, dir, switch_select.INPUT);
}
inline fn set_tx_switch_pos2(c: anytype, comptime dir: direction) void {
  set_switch_pos(switch_pos.POS2, c, dir, switch_select.OUTPUT);
}
inline fn set_rx_switch_pos3(c: anytype, comptime dir: direction) void {
  set_switch_pos(switch_pos.POS3, c, dir, switch_select.INPUT);
}
inline fn set_tx_switch_pos3(c: anytype, comptime dir: direction) void {
  set_switch_pos(switch_pos.POS3, c, dir, switch_select.OUTPUT);
}
)csl";

const char* const tile_config_teardown = R"csl(
const reg_type = u16;
const double_reg_type = u32;

fn get_task_id() local_task_id { return @get_local_task_id(29); }

// Reading takes what it tells.
inline fn get_pending() double_reg_type {
  const low = @get_config(@weft_register(2));
  const high = @get_config(@weft_register(2) + 1);
  return @as(u32, low) | (@as(u32, high) << 16);
}

inline fn is_pending(value: double_reg_type, c: color) bool {
  return (value >> @as(u32, @get_int(c))) & 1 != 0;
}

inline fn exit(c: color) void {
  const at = @weft_register(0) + @as(u16, @get_int(c));
  @set_config(at, @get_config(at) & 0xbfff);
}
)csl";

const char* const tile_config_task_priority = R"csl(
const level = enum(u16) { LOW = 0, HIGH = 1 };

inline fn update_task_priority(task_id: anytype, priority: level) void {
  @weft_task_priority(task_id, @get_int(priority) != 0);
}
inline fn set_task_priority(task_id: anytype) void { @weft_task_priority(task_id, true); }
inline fn clear_task_priority(task_id: anytype) void { @weft_task_priority(task_id, false); }
)csl";

// The one that the issue stage of the model knows; the others are no members.
const char* const tile_config_priority = R"csl(
const level = enum(u16) { MEDIUM_LOW = 0 };

inline fn update_main_thread_priority(priority: level) void {}
)csl";

}  // namespace weft::csl::library
