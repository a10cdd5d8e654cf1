// SPDX-License-Identifier: Apache-2.0
// What a run says of its machine: its cycles, and what those rest on.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/job/job_summary.hpp"
#include "topology/topology.hpp"

namespace weft::cli {
namespace {

TEST(JobSummary, SaysWhatComputeCyclesRestOn) {
  const Job job;
  const topology::Topology machine = topology::load_topology("graphcore-gc200");
  const JobOutcome outcome;
  engine::Result result;
  result.counters = {{"compute_cycles", 2000},
                     {"compute_by_origin.user estimate", 500},
                     {"compute_by_origin.library formula", 1490},
                     {"compute_by_origin.default mix", 10}};
  const RunFacts run{job, machine, outcome, 1472, 1};
  const std::string text = summary_text(run, result, {});
  EXPECT_NE(text.find("25.0 % user estimate, 74.5 % library formula, 0.5 % default mix\n"),
            std::string::npos)
      << text;
  const auto json = summary_json(run, result, {});
  EXPECT_EQ(json.at("compute_by_origin").at("user estimate"), 500);
  EXPECT_EQ(json.at("compute_by_origin").at("library formula"), 1490);
  EXPECT_EQ(json.at("compute_by_origin").at("default mix"), 10);
}

TEST(JobSummary, TellsAMachinesCyclesInItsOwnWords) {
  const Job job;
  const JobOutcome outcome;
  engine::Result result;
  result.counters = {{"tile_busy", 31},      {"vector_cycles", 20},   {"scalar_cycles", 11},
                     {"compute_cycles", 25}, {"copy_cycles", 6},      {"sync_cycles", 7},
                     {"exchange_cycles", 8}, {"tokens.absorbed", 12}, {"tokens.dropped", 13}};
  const std::pair<const char*, const char*> lines[] = {
      {"cerebras-wse2",
       "  tile-cycles     31 active, 20 in vector and 11 in scalar instructions\n"},
      {"graphcore-gc200", "  tile-cycles     25 compute, 6 copy, 7 sync, 8 exchange\n"},
      {"toy", "  tile-cycles     31 active\n  tokens          12 absorbed, 13 dropped\n"}};
  for (const auto& [name, line] : lines) {
    const topology::Topology machine = topology::load_topology(name);
    const RunFacts run{job, machine, outcome, 4, 1};
    const std::string text = summary_text(run, result, {});
    EXPECT_NE(text.find(line), std::string::npos) << text;
    const auto json = summary_json(run, result, {});
    EXPECT_EQ(json.at("active_tile_cycles"), 31);
    EXPECT_EQ(json.contains("compute_by_origin"), name == std::string("graphcore-gc200"));
    EXPECT_EQ(json.contains("tokens"), name == std::string("toy"));
  }
}

/// `values` as a result, and the line that a run says of it.
template <class T>
std::string result_line(trace::ElementType type, const std::vector<T>& values) {
  trace::Tensor tensor{type, {values.size()}, std::vector<std::byte>(values.size() * sizeof(T))};
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  const Job job;
  const topology::Topology machine = topology::load_topology("toy");
  JobOutcome outcome;
  outcome.results.emplace("y", std::make_shared<const trace::Tensor>(std::move(tensor)));
  const std::string text = summary_text({job, machine, outcome, 4, 1}, engine::Result{}, {});
  const std::size_t begin = text.find("result y");
  if (begin == std::string::npos) return text;
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST(JobSummary, ShowsTheFirstElementsOfResultsOfEveryType) {
  using trace::ElementType;
  const std::vector<std::uint16_t> halves{0x3c00, 0xc080, 0x7bff, 0x7c00};
  EXPECT_TRUE(result_line(ElementType::f16, halves).ends_with("f16 [4]: 1 -2.25 65504 inf"))
      << result_line(ElementType::f16, halves);
  const auto shows = [](ElementType type, const auto& values) {
    return result_line(type, values).ends_with("[2]: 7 100");
  };
  EXPECT_TRUE(shows(ElementType::i8, std::vector<std::int8_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::i16, std::vector<std::int16_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::i32, std::vector<std::int32_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::i64, std::vector<std::int64_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::u8, std::vector<std::uint8_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::u16, std::vector<std::uint16_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::u32, std::vector<std::uint32_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::u64, std::vector<std::uint64_t>{7, 100}));
  EXPECT_TRUE(shows(ElementType::f32, std::vector<float>{7, 100}));
  EXPECT_TRUE(shows(ElementType::f64, std::vector<double>{7, 100}));
  const std::string many = result_line(ElementType::i8, std::vector<std::int8_t>(13, -1));
  EXPECT_TRUE(many.ends_with("-1 ...")) << many;
}

}  // namespace
}  // namespace weft::cli
