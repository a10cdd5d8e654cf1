// SPDX-License-Identifier: Apache-2.0
// Rules of fit against numbers that are published or worked out by hand.
#include "advice/fit.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace weft::advice {
namespace {

Profile with_parameters(std::int64_t parameters) {
  Profile profile;
  profile.work.parameters = parameters;
  profile.elements = {"f32"};
  return profile;
}

Fit fit_on(const std::string& name, const Profile& profile, std::int64_t bytes,
           Task task = Task::inference) {
  static const Tables tables = load_tables();
  const Target target = target_named(name);
  return fit_of(tables.of_family(target.machine->family(), name), profile, bytes, task,
                *target.machine);
}

// GroqFlow's build.py: the power of two that is not below parameters / 50 million.
TEST(FitByParameters, IsThePowerOfTwoOfTheVendorsFlow) {
  const std::vector<std::pair<std::int64_t, std::int64_t>> cases = {{0, 1},
                                                                    {1, 1},
                                                                    {50'000'000, 1},
                                                                    {50'000'001, 2},
                                                                    {25'600'000, 1},
                                                                    {110'000'000, 4},
                                                                    {335'000'000, 8},
                                                                    {124'000'000, 4},
                                                                    {100'000'000, 2},
                                                                    {100'000'001, 4},
                                                                    {3'200'000'000, 64},
                                                                    {3'210'000'000, 128},
                                                                    {6'740'000'000, 256}};
  for (const auto& [parameters, chips] : cases) {
    EXPECT_EQ(units_by_parameters(parameters, 50'000'000), chips) << parameters;
    EXPECT_EQ(fit_on("groq-tsp", with_parameters(parameters), 2).units, chips) << parameters;
  }
}

TEST(FitByParameters, EndsAtSixtyFourChips) {
  EXPECT_TRUE(fit_on("groq-tsp", with_parameters(3'200'000'000), 2).fits);
  const Fit large = fit_on("groq-tsp", with_parameters(6'740'000'000), 2);
  EXPECT_FALSE(large.fits);
  EXPECT_NE(large.reason.find("= 135 -> 256 chips"), std::string::npos) << large.reason;
  EXPECT_NE(large.reason.find("64 are the most"), std::string::npos) << large.reason;
  EXPECT_NE(large.reason.find("a rack of 72"), std::string::npos) << large.reason;
}

// latency = cycles x chips / 900 MHz + 2 x 10 us + bytes / 24 GB/s (groqmodel.py).
TEST(ACall, IsCyclesTimesChipsAndTheWayToTheHost) {
  const Tables tables = load_tables();
  const CallRule rule = *tables.targets.at("tsp").call;
  EXPECT_DOUBLE_EQ(call_seconds(rule, 900'000'000, 1, 0), 1.0 + 20e-6);
  EXPECT_DOUBLE_EQ(call_seconds(rule, 301'467, 1, 0) - 20e-6, 301'467 / 900e6);
  EXPECT_DOUBLE_EQ(call_seconds(rule, 0, 4, 24'000'000), 1e-3 + 20e-6);
  EXPECT_DOUBLE_EQ(call_seconds(rule, 450'000'000, 4, 0), 2.0 + 20e-6);
}

// 1472 tiles of 624 KiB: 940,572,672 bytes an IPU.
TEST(FitInMemory, CountsWeightsAndWhatIsLive) {
  constexpr std::int64_t one = 940'572'672;
  Profile profile = with_parameters(one / 4);
  EXPECT_EQ(fit_on("graphcore-gc200", profile, 4).units, 1);
  EXPECT_EQ(fit_on("graphcore-gc200", with_parameters(one / 4 + 1), 4).units, 2);
  EXPECT_EQ(fit_on("graphcore-gc200", profile, 4, Task::training).units, 2);
  profile.live_bytes = 4;
  profile.live_elements = 1;
  EXPECT_EQ(fit_on("graphcore-gc200", profile, 4).units, 2);
  EXPECT_EQ(fit_on("graphcore-gc200", profile, 2).units, 1);
  const Fit large = fit_on("graphcore-gc200", with_parameters(6'740'000'000), 2);
  EXPECT_EQ(large.units, 16);
  EXPECT_TRUE(large.at_least);
}

// 48 KiB a tile of those that programs may have.
TEST(FitStreamed, AsksForActivationsAlone) {
  const Rectangle tiles = topology::load_topology("cerebras-wse3").max_region();
  const std::int64_t wafer = std::int64_t{tiles.width} * tiles.height * 49152;
  EXPECT_NEAR(static_cast<double>(wafer), 44e9, 1e9);  // published: 44 GB
  Profile profile = with_parameters(6'740'000'000);
  EXPECT_TRUE(fit_on("cerebras-wse3", profile, 2).fits);
  profile.live_elements = wafer / 2;
  profile.live_bytes = 4 * profile.live_elements;
  EXPECT_TRUE(fit_on("cerebras-wse3", profile, 2).fits);
  profile.live_elements += 1;
  profile.live_bytes += 4;
  EXPECT_FALSE(fit_on("cerebras-wse3", profile, 2).fits);
  EXPECT_FALSE(fit_on("cerebras-wse3", with_parameters(200'000'000'001), 2).fits);
  EXPECT_TRUE(fit_on("cerebras-wse3", with_parameters(200'000'000'000), 2).fits);
}

// 64 GiB of HBM and 1.5 TiB of DDR a socket.
TEST(FitInSections, TakesTheFirstMemoryThatHoldsTheWeights) {
  const Fit small = fit_on("sambanova-sn40l", with_parameters(6'740'000'000), 2);
  EXPECT_EQ(small.units, 1);
  EXPECT_NE(small.reason.find("one socket's HBM"), std::string::npos) << small.reason;
  constexpr std::int64_t hbm = std::int64_t{64} << 30;
  EXPECT_NE(fit_on("sambanova-sn40l", with_parameters(hbm / 2), 2).reason.find("HBM"),
            std::string::npos);
  const Fit middle = fit_on("sambanova-sn40l", with_parameters(hbm / 2 + 1), 2);
  EXPECT_NE(middle.reason.find("one socket's DDR"), std::string::npos) << middle.reason;
  EXPECT_EQ(fit_on("sambanova-sn40l", with_parameters((std::int64_t{3} << 39) / 2 + 1), 2).units,
            2);
}

Profile with_live(std::int64_t floats, std::int64_t batch) {
  Profile profile = with_parameters(0);
  profile.live_elements = floats;
  profile.live_bytes = 4 * floats;
  if (batch > 0) profile.batch = Dimension{"x", 0, batch};
  return profile;
}

// 220 MiB a chip of a TSP: the flow takes chips by parameters, and values have to lie there, too.
TEST(FitByParameters, ValuesHaveToFitTheChipsThatParametersAskFor) {
  constexpr std::int64_t chip = std::int64_t{220} << 20;
  EXPECT_TRUE(fit_on("groq-tsp", with_live(chip / 2, 0), 2).fits);
  const Fit more = fit_on("groq-tsp", with_live(chip / 2 + 1, 0), 2);
  EXPECT_FALSE(more.fits);
  EXPECT_EQ(more.lack, Severity::unknown);  // nobody says that the flow takes more chips for it
  EXPECT_NE(more.reason.find("fill the SRAM of 2 chips"), std::string::npos) << more.reason;
  EXPECT_EQ(fit_on("groq-tsp", with_live(64 * chip / 2 + 1, 0), 2).lack, Severity::blocked);
  const Fit smaller = fit_on("groq-tsp", with_live(64 * chip / 2 + 1, 65), 2);
  EXPECT_FALSE(smaller.fits);
  EXPECT_EQ(smaller.lack, Severity::change);
  EXPECT_EQ(smaller.rewrite, "smaller-batch");
}

TEST(Fit, OfABatchThatIsTooLargeASmallerOneIsTheChange) {
  constexpr std::int64_t values = std::int64_t{1} << 50;
  for (const char* name : {"cerebras-wse3", "graphcore-gc200", "groq-tsp", "sambanova-sn40l"}) {
    const Fit all = fit_on(name, with_live(values, 0), 2);
    EXPECT_FALSE(all.fits) << name;
    EXPECT_NE(all.lack, Severity::change) << name;
    EXPECT_EQ(fit_on(name, with_live(values, 2), 2).lack, all.lack) << name;
    EXPECT_EQ(fit_on(name, with_live(values, values), 2).rewrite, "smaller-batch") << name;
  }
}

TEST(FitInSections, CountsWhatIsLiveWithTheWeights) {
  constexpr std::int64_t hbm = std::int64_t{64} << 30;
  EXPECT_NE(fit_on("sambanova-sn40l", with_live(hbm / 2, 0), 2).reason.find("one socket's HBM"),
            std::string::npos);
  EXPECT_NE(fit_on("sambanova-sn40l", with_live(hbm / 2 + 1, 0), 2).reason.find("DDR"),
            std::string::npos);
}

// A table that is looked up in is no operand of its operator; whole numbers keep their size.
TEST(FitInSections, CountsTheLargestOperatorInTheFormat) {
  test::OnnxModel model(13);
  model.input("ids", {1, 7}, test::onnx_type::i64);
  model.initializer(test::floats("table", {10, 2}, std::vector<float>(20)));
  model.node("Gather", {"table", "ids"}, {"y"}).output("y");
  const Fit fit = fit_on("sambanova-sn40l", profile_of(listed(model)), 2);
  ASSERT_EQ(fit.memory.back().holds, "largest operator");
  EXPECT_EQ(fit.memory.back().needed_bytes, 7 * 8 + 7 * 2 * 2);
}

}  // namespace
}  // namespace weft::advice
