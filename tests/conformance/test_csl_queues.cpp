// SPDX-License-Identifier: Apache-2.0
// What CSL programs do with queues and colors.
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "base/error.hpp"
#include "conformance/csl_row.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using test::WseRun;

using CslQueues = test::CslRow;

// Sends by queue 3 on color c, then on color d; the second tile takes both.
constexpr const char* two_colors_layout = R"(
const d = @get_color(4);
@export_name("a", [*]u32, true);
@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ EAST } } });
@set_color_config(1, 0, c, .{ .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } } });
@set_color_config(0, 0, d, .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ EAST } } });
@set_color_config(1, 0, d, .{ .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } } });
)";
constexpr const char* two_colors_program = R"(
const d = @get_color(4); const iq_d = @get_input_queue(4);
var a = @zeros([20]u32); var p: [*]u32 = &a; comptime { @export_symbol(p, "a"); }
const first = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{10} -> a[i] });
const second = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{10} -> a[i + 10] });
const out_c = @get_dsd(fabout_dsd, .{ .extent = 10, .fabric_color = c, .output_queue = oq });
const out_d = @get_dsd(fabout_dsd, .{ .extent = 10, .fabric_color = d, .output_queue = oq });
const in_c = @get_dsd(fabin_dsd, .{ .extent = 10, .fabric_color = c, .input_queue = iq });
const in_d = @get_dsd(fabin_dsd, .{ .extent = 10, .fabric_color = d, .input_queue = iq_d });
comptime { if (@is_arch("wse3")) { @initialize_queue(iq_d, .{ .color = d });
                                   @initialize_queue(oq, .{ .color = d }); } }
fn go() void {
  if (px == 0) {
    @mov32(out_c, first); @mov32(out_d, second);
  } else {
    @mov32(first, in_c); @mov32(second, in_d);
  }
  sys.unblock_cmd_stream();
})";

TEST_P(CslQueues, OneOutputQueueSendsTwoColorsInTurnOnWse2) {
  if (GetParam() == Generation::wse3) {
    try {
      row(2, two_colors_layout, two_colors_program);
      FAIL() << "a queue that is initialized for two colors was taken";
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find("output queue 3 is bound to color 3 and to color 4"),
                std::string::npos)
          << e.what();
    }
    return;
  }
  for (const unsigned slices : {1U, 2U}) {
    WseRun run(row(2, two_colors_layout, two_colors_program), slices);
    std::vector<std::uint32_t> words(20);
    std::iota(words.begin(), words.end(), 7U);
    run.write("a", 0, 0, words);
    for (unsigned k = 0; k < slices; ++k) run.machine(k).launch("go", {});
    run.run();
    EXPECT_EQ(run.error(), "");
    EXPECT_EQ(run.read<std::uint32_t>("a", 1, 0, 20), words);
  }
}

INSTANTIATE_TEST_SUITE_P(Generations, CslQueues,
                         testing::Values(Generation::wse2, Generation::wse3),
                         [](const auto& tested) {
                           return tested.param == Generation::wse2 ? "wse2" : "wse3";
                         });

}  // namespace
}  // namespace weft
