// SPDX-License-Identifier: Apache-2.0
// --set on a job reaches its keys, and the constants of its machine.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/job/job_read.hpp"
#include "cli/job/job_rests_on.hpp"
#include "machine/machine.hpp"

namespace weft::cli {
namespace {

topology::Document job(const std::string& machine = "topology = \"cerebras-wse2\"") {
  return topology::Document::parse_text("[machine]\n" + machine + "\n", "job.toml");
}

std::vector<std::string> constants_of(const topology::Document& document) {
  std::vector<std::string> out;
  const topology::Value* list = document.tree().find("machine")->find("constants");
  if (list == nullptr) return out;
  for (const topology::Value& item : list->items) out.push_back(item.text);
  return out;
}

std::string refusal(const std::string& assignment) {
  topology::Document document = job();
  try {
    override_job(document, {assignment});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(JobOverride, OfAConstantJoinsThoseOfTheJob) {
  topology::Document document =
      job("topology = \"cerebras-wse2\"\nconstants = [\"pe.dsr_load_cycles=1\"]");
  override_job(document, {"pe.dsr_load_cycles=5", "limits.max_cycles=7", "clock.frequency_hz=3"});
  EXPECT_EQ(constants_of(document),
            (std::vector<std::string>{"pe.dsr_load_cycles=1", "pe.dsr_load_cycles=5",
                                      "clock.frequency_hz=3"}));
  EXPECT_EQ(document.tree().find("limits")->find("max_cycles")->integer, 7);
}

TEST(JobOverride, KnowsTheMachineThatAnotherOneNames) {
  topology::Document document = job();
  override_job(document, {"exchange.fixed_cycles=5", "machine.topology=graphcore-gc2"});
  EXPECT_EQ(constants_of(document), std::vector<std::string>{"exchange.fixed_cycles=5"});
}

TEST(JobOverride, OfNeitherIsRefusedWithTheNearest) {
  EXPECT_EQ(refusal("trcae.level=off"),
            "--set trcae.level=off: 'trcae' is no table of a job and no group of constants of "
            "cerebras-wse2 (did you mean 'trace'?)");
  EXPECT_EQ(refusal("exchange.fixed_cycles=5"),
            "--set exchange.fixed_cycles=5: 'exchange' is no table of a job and no group of "
            "constants of cerebras-wse2");
}

TEST(RestsOn, NamesChoicesAndCountsTheOthers) {
  const topology::Topology machine = machine::load_topology("cerebras-wse2");
  EXPECT_EQ(rests_on_counts(machine), "no constants of cerebras-wse2");
  machine.integer("pe.issue_per_cycle");
  machine.rational("pe.mem4d_row_restart_cycles");
  machine.integer("pe.sram_bytes");
  machine.integer("fabric.queue_depth_wavelets");
  EXPECT_EQ(rests_on_counts(machine),
            "2 assumed, 1 fitted, 1 published constants of cerebras-wse2");
  EXPECT_EQ(rests_on_choices(machine),
            (std::vector<std::string>{"assumed: fabric.queue_depth_wavelets, pe.issue_per_cycle",
                                      "fitted: pe.mem4d_row_restart_cycles"}));
}

}  // namespace
}  // namespace weft::cli
