// SPDX-License-Identifier: Apache-2.0
// What a run of an IPU says its compute cycles rest on.
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

}  // namespace
}  // namespace weft::cli
