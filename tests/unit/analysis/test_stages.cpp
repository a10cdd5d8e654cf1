// SPDX-License-Identifier: Apache-2.0
// Stages and iterations of a made-up metapipeline, in numbers, text and picture.
// WEFT_PICTURES=DIRECTORY keeps the pictures for looking at.
#include <gtest/gtest.h>

#include <memory>

#include "analysis/placement_picture.hpp"
#include "analysis/stages.hpp"
#include "base/error.hpp"
#include "support/picture.hpp"
#include "support/sample_trace.hpp"
#include "support/scratch.hpp"

namespace weft::analysis {
namespace {

using trace::Reader;

constexpr Cycle interval = 100;
constexpr std::uint64_t iterations = 10;

/// Stage 0 takes 80 cycles of each 100, stage 1 the 60 after its end, firing in every second one;
/// both go once, stage 2 in each iteration anew, for 10 cycles.
std::vector<StreamInfo> stage_streams() {
  return {
      {"scopes", "goes", "context", "firings", {"context", "transfer"}, TraceLevel::runs},
      {"iterations", "of counters", "context", "count", {"level 1", "level 2"}, TraceLevel::runs},
      {"waits", "all", "context, or channel", "firings", {"fired", "busy"}, TraceLevel::phases}};
}

void record_stages(Recorder& recorder) {
  const auto row = [](Cycle end, std::uint32_t kind, std::uint32_t context, Cycle duration,
                      std::uint64_t argument) {
    return EventRow{end - 1, TileId{0}, 10 * context + kind,
                    kind,    context,   static_cast<std::uint32_t>(duration),
                    0,       argument};
  };
  for (std::uint64_t i = 0; i < iterations; ++i) {
    const Cycle begin = 50 + interval * i;
    recorder.append(1, row(begin + 80, 0, 0, 80, i << 32U | 80U));
    recorder.append(1, row(begin + 140, 0, 1, 60, i << 32U | 30U));
    recorder.append(0, row(begin + 10, 0, 2, 10, 10));
    for (std::uint64_t k = 0; k < 4; ++k) {
      recorder.append(1, row(begin + 20 * (k + 1), 1, 0, 20, (4 * i + k) << 32U | 20U));
    }
  }
  recorder.append(0, row(1040, 1, 0, 5, 64));  // a transfer's command
  recorder.append(2, row(1200, 0, 0, 0, 800));
  recorder.append(2, row(1200, 0, 1, 0, 300));
  recorder.append(2, row(1200, 0, 2, 0, 100));
}

class Stages : public test::Scratch {
 protected:
  std::unique_ptr<Reader> open(TraceLevel level = TraceLevel::runs) {
    const std::string file = path("stages.h5");
    trace::MachineInfo machine = test::sample_machine(test::world());
    machine.definitions = {{"contexts", {"long", "half", "anew"}},
                           {"context_sources", {"A.scala:9", "A.scala:10", "A.scala:9"}}};
    trace::Settings settings = test::sample_settings(file, level);
    settings.epoch_cycles = 100'000;
    Recorder recorder(level, stage_streams());
    trace::Writer writer(test::world(), settings, machine, stage_streams());
    if (test::world().is_root()) record_stages(recorder);
    trace::Summary summary;
    summary.cycles = 1200;
    summary.stop = "done";
    writer.close(recorder, summary, std::vector<CounterArray>{});
    return test::world().is_root() ? std::make_unique<Reader>(file) : nullptr;
  }
};

TEST_F(Stages, TheBusiestContextsLongIterationsAreShown) {
  const auto reader = open();
  if (!reader) return;
  const Metapipeline pipeline = read_metapipeline(*reader, std::nullopt);
  EXPECT_EQ(pipeline.depth, 1U);  // those of depth 2 take 20 cycles
  ASSERT_EQ(pipeline.stages.size(), 2U);
  EXPECT_EQ(pipeline.busiest, 0U);
  const Stage& first = pipeline.stages[0];
  EXPECT_EQ(first.name, "long");
  EXPECT_EQ(first.source, "A.scala:9");
  EXPECT_EQ(first.bars.size(), iterations);
  EXPECT_EQ(first.bars[3].begin, 350U);
  EXPECT_EQ(first.bars[3].end, 430U);
  EXPECT_EQ(first.interval_cycles(), interval);
  EXPECT_EQ(first.mean_cycles(), 80);
  EXPECT_EQ(pipeline.stages[1].busy_percent(), 50);
}

TEST_F(Stages, OtherDepthsWhenAskedFor) {
  const auto reader = open();
  if (!reader) return;
  EXPECT_EQ(read_metapipeline(*reader, 2).stages[0].bars.size(), 4 * iterations);
  const Metapipeline goes = read_metapipeline(*reader, 0);
  ASSERT_EQ(goes.stages.size(), 1U);  // no transfers
  EXPECT_EQ(goes.stages[0].name, "anew");
  EXPECT_EQ(goes.stages[0].bars[9].number, 9U);
  EXPECT_EQ(read_metapipeline(*reader, std::nullopt, 1).depth, 2U);
  EXPECT_THROW(read_metapipeline(*reader, 3), Error);
}

TEST_F(Stages, ATextLineAStage) {
  const auto reader = open();
  if (!reader) return;
  const Metapipeline pipeline = read_metapipeline(*reader, std::nullopt);
  const CycleRange range = range_of(pipeline, {}, 4);
  EXPECT_EQ(range.begin, 50U);
  EXPECT_EQ(range.end, 430U);
  const std::string text = describe(pipeline, range, 38);
  EXPECT_NE(text.find("00000000..11111111..22222222..33333333"), std::string::npos) << text;
  EXPECT_NE(text.find("........000000....111111....222222...."), std::string::npos) << text;
  EXPECT_NE(csv_of(pipeline).find("half,A.scala:10,1,2,330,390,30\n"), std::string::npos);
}

TEST_F(Stages, ATraceWithoutRowsSaysWhichLevelHasThem) {
  const auto reader = open(TraceLevel::phases);
  if (!reader) return;
  try {
    read_metapipeline(*reader, std::nullopt);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    EXPECT_NE(std::string(error.what()).find("from level runs on"), std::string::npos)
        << error.what();
  }
}

TEST_F(Stages, BarsAreAsWideAsTheirCyclesAndAsFullAsTheirFirings) {
  const auto reader = open();
  if (!reader) return;
  const Metapipeline pipeline = read_metapipeline(*reader, std::nullopt);
  const Image whole = draw_metapipeline(pipeline, {50, 1190}, "made-up");
  const Image one = draw_metapipeline(pipeline, {50, 150}, "made-up");
  // Of iteration 0: 80 of 100 cycles in all of the height, and 20 in half of it; and the legend.
  const Color color{89, 60, 221};
  EXPECT_NEAR(test::count_pixels(one, color), 1120 * (80 * 14 + 20 * 7) / 100, 300);
  EXPECT_GT(test::count_pixels(whole, color), 3 * 80 * 14);
  test::keep_picture(whole, "stages.png");
}

TEST(Placement, UnitsComeToFreePlacesOfTheirKind) {
  const Board board{200, 200, 80, 0};
  EXPECT_EQ(board.columns(), 20U);
  EXPECT_EQ(board.rows(), 20U);
  EXPECT_EQ(board.side_columns(), 2U);
  using Kind = BoardUnit::Kind;
  std::vector<BoardUnit> units = {{"a", "compute", Kind::compute, 0.5, {}, {}},
                                  {"b", "compute", Kind::compute, 0, 0, 0},
                                  {"c", "memory", Kind::memory, 1, {}, {}},
                                  {"d", "address", Kind::address, 0, {}, {}},
                                  {"e", "dram", Kind::other, 0.25, {}, {}}};
  EXPECT_EQ(place_units(board, units), 3U);
  EXPECT_EQ(units[0].column, 2);  // (0, 0) is taken
  EXPECT_EQ(units[2].column, 1);
  EXPECT_EQ(units[3].column, -2);
  EXPECT_EQ(units[3].row, 0);
  EXPECT_FALSE(units[4].column.has_value());
}

TEST(Placement, AWholeChipHasRoomForAllOfItsUnits) {
  for (const Board& board :
       {Board{200, 200, 80, 20}, Board{640, 640, 80, 0}, Board{1040, 1040, 7, 0}}) {
    std::vector<BoardUnit> units;
    using Kind = BoardUnit::Kind;
    for (std::uint32_t u = 0; u < board.compute; ++u) {
      units.push_back({"c", "", Kind::compute, 0, {}, {}});
    }
    for (std::uint32_t u = 0; u < board.memory; ++u) {
      units.push_back({"m", "", Kind::memory, 0, {}, {}});
    }
    for (std::uint32_t u = 0; u < board.address; ++u) {
      units.push_back({"a", "", Kind::address, 0, {}, {}});
    }
    EXPECT_EQ(place_units(board, units), units.size());
  }
}

}  // namespace
}  // namespace weft::analysis
