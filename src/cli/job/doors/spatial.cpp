// SPDX-License-Identifier: Apache-2.0
// The door for Spatial on RDUs: its keys, and a run whose host is the program.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/job/doors/doors.hpp"
#include "cli/job/doors/program_results.hpp"
#include "cli/job/doors/rdu_units.hpp"
#include "cli/job/doors/spatial_run.hpp"
#include "cli/job/job_read.hpp"
#include "cli/job/job_run.hpp"
#include "engine/signals.hpp"

namespace weft::cli {

namespace {

class SpatialDone : public FinishedJob {
 public:
  explicit SpatialDone(std::unique_ptr<SpatialJob> job) : done(std::move(job)) {}
  RunFacts facts() const override {
    const Rectangle& region = done->region();
    return {done->job(), done->machine(), done->outcome(), region.width, region.height};
  }
  const engine::Result& result() const override { return done->result(); }

  std::unique_ptr<SpatialJob> done;
};

/// Throws it, unless it is the program's own check and the job itself says how that is to end.
void refuse_failure(const Job& job, const Error& failure) {
  const bool expected =
      std::any_of(job.checks.begin(), job.checks.end(),
                  [](const JobCheck& check) { return check.kind == JobCheck::Kind::exit_code; });
  if (!expected || failure.category() != Category::check) throw Error(failure);
  log::note(failure.what());
}

class SpatialDoor : public Door {
 public:
  SpatialDoor()
      : Door({"spatial", "Spatial", "a Spatial program", "rdu", "Spatial programs run on RDUs",
              true}) {}

  void read_program(topology::Table& table, const std::string& folder, Job& job) const override {
    auto& out = job.program.emplace<SpatialSource>();
    out.path = beside(folder, table.text(traits().key));
    out.class_name = table.text("class");
    if (table.has("arguments")) out.arguments = table.texts("arguments");
    out.timing_only = is_timing_only(table);
  }

  std::unique_ptr<FinishedJob> run(const comm::Communicator& world, std::optional<Job> job,
                                   const RunSettings& settings) const override {
    std::optional<engine::WallTime> wall_time;  // main() takes of it before there is a session
    if (job && job->wall_seconds) {
      wall_time.emplace(wall_seconds_left(*job));
    }
    std::unique_ptr<SpatialJob> done = run_spatial_job(world, std::move(job), settings);
    if (!done) return nullptr;
    if (done->failure()) refuse_failure(done->job(), *done->failure());
    const engine::Stop stop = done->result().stop;
    const bool ended = stop == engine::Stop::done || stop == engine::Stop::host_wait;
    if (ended && !done->source().timing_only) require_results(done->job(), done->outcome());
    return std::make_unique<SpatialDone>(std::move(done));
  }

  void check(Job job, std::optional<partition::Cut> cut, int ranks) const override {
    log::say(describe_spatial_job(std::move(job), cut, ranks));
  }
};

}  // namespace

std::unique_ptr<const Door> spatial_door() { return std::make_unique<SpatialDoor>(); }

}  // namespace weft::cli
