// SPDX-License-Identifier: Apache-2.0
// What a run says of its machine: its cycles, and what those rest on.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

}  // namespace
}  // namespace weft::cli
