// SPDX-License-Identifier: Apache-2.0
// The Spatial programs under kernels/rdu/spatial on the machine: each passes its own check, and is
// the same run on one rank and on all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/job/doors/spatial_run.hpp"
#include "cli/job/job_read.hpp"
#include "support/world.hpp"

namespace weft::cli {
namespace {

using test::world;

std::string folder() { return std::string(WEFT_SOURCE_DIR) + "/kernels/rdu/spatial"; }

struct Program {
  std::string file;
  std::string name;
};

std::vector<Program> programs() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    files.push_back(entry.path().filename().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<Program> all;
  for (const std::string& file : files) {
    const std::string path = folder() + "/" + file;
    for (const auto& each : spatial::class_places(path, spatial_options(path))) {
      all.push_back({file, each.name});
    }
  }
  return all;
}

Job job_of(const Program& program) {
  const std::string text = "[job]\nname = \"" + program.name +
                           "\"\n[machine]\ntopology = \"plasticine\"\n[program]\nspatial = \"" +
                           program.file + "\"\nclass = \"" + program.name + "\"\n";
  return read_job(topology::Document::parse_text(text, folder() + "/job.toml"));
}

/// Rank 0's; nothing on others.
std::unique_ptr<SpatialJob> run_on(const comm::Communicator& ranks, const Program& program) {
  std::optional<Job> job;
  if (ranks.is_root()) job = job_of(program);
  return run_spatial_job(ranks, std::move(job), {});
}

/// What they wait for is not there to come.
bool waits_for_ever(const std::string& name) { return name == "Starved" || name == "Full_0"; }

std::string ending(const SpatialJob& done) {
  if (done.failure()) return done.failure()->what();
  return done.result().message;
}

TEST(SpatialPrograms, PassTheirOwnCheckOnTheMachine) {
  const comm::Communicator alone = world().split(world().rank(), 0);
  std::uint32_t passed = 0;
  for (const Program& program : programs()) {
    const auto all = run_on(world(), program);
    if (!world().is_root()) continue;
    const auto one = run_on(alone, program);
    EXPECT_EQ(ending(*all), ending(*one)) << program.name;
    EXPECT_EQ(all->result().trace_hash, one->result().trace_hash) << program.name;
    EXPECT_EQ(all->said().printed, one->said().printed) << program.name;
    const bool unsupported = all->failure() && all->failure()->category() == Category::unsupported;
    if (unsupported) continue;
    if (waits_for_ever(program.name)) {
      EXPECT_EQ(all->result().stop, engine::Stop::deadlock) << program.name;
      continue;
    }
    ++passed;
    EXPECT_EQ(ending(*all), "") << program.name;
    EXPECT_EQ(verdict_of(all->said()), Verdict::passed) << program.name;
    ASSERT_EQ(all->launches().size(), 1U) << program.name;
    EXPECT_TRUE(all->launches()[0].ended) << program.name;
  }
  if (!world().is_root()) return;
  EXPECT_GE(passed, 33U) << "more were taken before";
}

}  // namespace
}  // namespace weft::cli
