// SPDX-License-Identifier: Apache-2.0
// <memcpy/memcpy>: a tile's side of host streams and launches.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const memcpy_memcpy = R"csl(
const null_color: color = @get_color(31);
// What launches came by in older SDKs: without effect, for @rpc(@get_data_task_id(LAUNCH)).
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

fn unblock_cmd_stream() void { @weft_unblock_command_stream(); }
)csl";

}  // namespace weft::csl::library
