// SPDX-License-Identifier: Apache-2.0
// CSL programs on a row of emulated tiles, compiled from text.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "frontends/csl/csl.hpp"
#include "support/wse_machine.hpp"
#include "topology/topology.hpp"

namespace weft::test {

class CslRow : public testing::TestWithParam<form::Generation> {
 protected:
  std::vector<std::string> overrides;  ///< of the topology: "a.b=c"

  /// A row of `width` tiles that run pe.csl with their x as param `px`.
  form::Program row(int width, const std::string& layout, const std::string& program) {
    const std::string text = "const width: i16 = " + std::to_string(width) + R"(;
const memcpy = @import_module("<memcpy/get_params>", .{ .width = width, .height = 1,
                              .MEMCPYH2D_1 = @get_color(20), .MEMCPYD2H_1 = @get_color(19) });
const c = @get_color(3);
layout {
  @set_rectangle(width, 1);
  for (@range(i16, width)) |x| {
    @set_tile_code(x, 0, "pe.csl", .{ .memcpy_params = memcpy.get_params(x), .px = x });
  }
  @export_name("go", fn()void);
)" + layout + "}\n";
    const std::string head = R"(
param memcpy_params: comptime_struct; param px: i16;
const sys = @import_module("<memcpy/memcpy>", memcpy_params);
const c = @get_color(3);
const iq = @get_input_queue(2); const oq = @get_output_queue(3);
comptime { if (@is_arch("wse3")) { @initialize_queue(iq, .{ .color = c });
                                   @initialize_queue(oq, .{ .color = c }); }
           @export_symbol(go); }
)";
    csl::Options options;
    const topology::Topology topology = topology::load_topology(
        GetParam() == form::Generation::wse2 ? "cerebras-wse2" : "cerebras-wse3",
        {overrides.begin(), overrides.end()});
    options.limits = form::read_limits(topology);
    options.rules = csl::read_float_rules(topology);
    options.step_limit = 10'000'000;
    const std::map<std::string, std::string> files = {{"layout.csl", text},
                                                      {"pe.csl", head + program}};
    options.read_file = [files](const std::string& path) -> std::optional<std::string> {
      const auto found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional<std::string>(found->second);
    };
    return csl::compile("layout.csl", options);
  }

  static void launch(WseRun& run) {
    run.machine().launch("go", {});
    run.run();
    EXPECT_EQ(run.error(), "");
    EXPECT_FALSE(run.machine().work_left());
  }
};

}  // namespace weft::test
