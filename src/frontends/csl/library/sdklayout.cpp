// SPDX-License-Identifier: Apache-2.0
// <sdklayout/*>: what layouts that are put together in Python need beside their users' code: host
// streams by name, PEs that carry a stream between the host and a port, PEs that only let pass.
#include "frontends/csl/library/library.hpp"

namespace weft::csl::library {

const char* const sdklayout_host_stream = R"csl(
param name: comptime_string;
param into_machine: bool;
param on: color;
comptime { @weft_host_stream(name, into_machine, @get_int(on)); }
)csl";

const char* const sdklayout_pass = "";

// The longest operation there is, again and again: words go on as they come.
const char* const sdklayout_stream_in = R"csl(
param from_host: color;
param to_port: color;
const in_queue = @get_input_queue(2);
const out_queue = @get_output_queue(2);
const in = @get_dsd(fabin_dsd, .{
  .fabric_color = from_host, .extent = 0x7fff, .input_queue = in_queue });
const out = @get_dsd(fabout_dsd, .{
  .fabric_color = to_port, .extent = 0x7fff, .output_queue = out_queue });
const carry_id: local_task_id = @get_local_task_id(8);

task carry() void { @mov32(out, in, .{ .async = true, .activate = carry_id }); }

comptime {
  @bind_local_task(carry, carry_id);
  @activate(carry_id);
  @initialize_queue(in_queue, .{ .color = from_host });
  if (@is_arch("wse3")) @initialize_queue(out_queue, .{ .color = to_port });
}
)csl";

const char* const sdklayout_stream_out = R"csl(
param from_port: color;
param to_host: color;
const in_queue = @get_input_queue(2);
const out_queue = @get_output_queue(2);
const in = @get_dsd(fabin_dsd, .{
  .fabric_color = from_port, .extent = 0x7fff, .input_queue = in_queue });
const out = @get_dsd(fabout_dsd, .{
  .fabric_color = to_host, .extent = 0x7fff, .output_queue = out_queue });
const carry_id: local_task_id = @get_local_task_id(8);

task carry() void { @mov32(out, in, .{ .async = true, .activate = carry_id }); }

comptime {
  @bind_local_task(carry, carry_id);
  @activate(carry_id);
  @initialize_queue(in_queue, .{ .color = from_port });
  if (@is_arch("wse3")) @initialize_queue(out_queue, .{ .color = to_host });
}
)csl";

}  // namespace weft::csl::library
