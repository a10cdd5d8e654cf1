// SPDX-License-Identifier: Apache-2.0
// How many elements a vector operation has when its operands' extents differ (docs/csl.md).
#include "conformance/csl_row.hpp"

namespace weft {
namespace {

using program::wse::Generation;
using test::WseRun;

class CslLengths : public test::CslRow {
 protected:
  /// Tile 0 sends 1 .. 8 by a fabout of `out`, tile 1 takes a fabin of `in` into `into` elements of
  /// zeros; what stands there at the end.
  std::vector<float> received(int out, int in, int into) {
    WseRun run(row(2, R"(
@export_name("a", [*]f32, true);
@set_color_config(0, 0, c, .{ .routes = .{ .rx = .{ RAMP }, .tx = .{ EAST } } });
@set_color_config(1, 0, c, .{ .routes = .{ .rx = .{ WEST }, .tx = .{ RAMP } } });)",
                   "const out_extent: u16 = " + std::to_string(out) + ";\nconst in_extent: u16 = " +
                       std::to_string(in) + ";\nconst into: u16 = " + std::to_string(into) + R"(;
const words = [8]f32{ 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0 };
const source = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{8} -> words[i] });
const sent = @get_dsd(fabout_dsd, .{ .extent = out_extent, .fabric_color = c,
                                     .output_queue = oq });
const taken = @get_dsd(fabin_dsd, .{ .extent = in_extent, .fabric_color = c, .input_queue = iq });
var a = @zeros([8]f32); var p: [*]f32 = &a; comptime { @export_symbol(p, "a"); }
const room = @get_dsd(mem1d_dsd, .{ .tensor_access = |i|{into} -> a[i] });
const done = @get_local_task_id(9);
task finish() void { sys.unblock_cmd_stream(); }
fn go() void {
  if (px == 0) {
    @fmovs(sent, source, .{ .async = true, .activate = done });
  } else {
    @fmovs(room, taken, .{ .async = true, .activate = done });
  }
}
comptime { @bind_local_task(finish, done); })"));
    run.machine().launch("go", {});
    run.run();
    EXPECT_EQ(run.error(), "");
    return run.read<float>("a", 1, 0, 8);
  }
};

TEST_P(CslLengths, AFaboutDoesNotShortenWhatMemoryFeedsIt) {
  EXPECT_EQ(received(7, 8, 8), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(received(9, 8, 8), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_P(CslLengths, TheLesserOfFabinAndMemoryEndsTheOperation) {
  EXPECT_EQ(received(8, 7, 8), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 0}));
  EXPECT_EQ(received(8, 8, 5), (std::vector<float>{1, 2, 3, 4, 5, 0, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(Generations, CslLengths,
                         testing::Values(Generation::wse2, Generation::wse3),
                         [](const auto& tested) {
                           return tested.param == Generation::wse2 ? "wse2" : "wse3";
                         });

}  // namespace
}  // namespace weft
