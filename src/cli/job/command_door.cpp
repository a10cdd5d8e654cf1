// SPDX-License-Identifier: Apache-2.0
// A job of commands, from its file to a run.
#include "cli/job/command_door.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/job/job_read.hpp"
#include "cli/job/job_rests_on.hpp"
#include "cli/job/job_run.hpp"
#include "engine/session.hpp"

namespace weft::cli {

namespace {

class CommandRun : public FinishedJob {
 public:
  RunFacts facts() const override {
    const Rectangle region = prepared->program().region();
    return {prepared->job(), prepared->topology(), prepared->outcome(), region.width,
            region.height};
  }
  const engine::Result& result() const override { return ended; }

  std::optional<PreparedJob> prepared;
  engine::Result ended;
};

std::string sides(const Rectangle& region) {
  return std::to_string(region.width) + " x " + std::to_string(region.height);
}

}  // namespace

void CommandDoor::read_debug(topology::Table& table, Job& job) const {
  if (!table.has("flip_memory")) return;
  if (table.value("flip_memory").kind != topology::Kind::array) {
    job.memory_flips.push_back(read_memory_flip(table.table("flip_memory")));
    return;
  }
  for (const topology::Table& flip : table.tables("flip_memory")) {
    job.memory_flips.push_back(read_memory_flip(flip));
  }
}

std::unique_ptr<FinishedJob> CommandDoor::run(const comm::Communicator& world,
                                              std::optional<Job> job,
                                              const RunSettings& settings) const {
  auto done = std::make_unique<CommandRun>();
  const auto make_plan = [&] {
    done->prepared.emplace(*this, std::move(*job));
    engine::Plan plan = done->prepared->plan(settings.cut);
    plan.progress = settings.progress;
    if (settings.planned) settings.planned(plan.hashed_config);
    return plan;
  };
  done->ended = engine::run_session(
      world, make_plan, [&](engine::Session& session) { done->prepared->drive(session); });
  if (!world.is_root()) return nullptr;
  return done;
}

void CommandDoor::check(Job read, std::optional<partition::Cut> cut, int ranks) const {
  const PreparedJob job(*this, std::move(read));
  const engine::Plan plan = job.plan(cut);
  const Rectangle region = job.program().region();
  log::say(job.job().name + ": " + sides(region) + " tiles of " + job.topology().name() + ", " +
           job.program().describe());
  const std::string placed = engine::describe(plan, ranks);  // reads constants of the machine
  log::say(describe_rests_on(job.topology()));
  log::say(placed);
}

void require_region(const Job& job, const topology::Topology& topology, const std::string& source,
                    const Rectangle& program) {
  const Rectangle most = topology.max_region();
  if (program.width > most.width || program.height > most.height) {
    fail(Category::input, source + ": the rectangle is " + sides(program) + "; " + topology.name() +
                              " has room for " + sides(most));
  }
  if (job.region && (job.region->width != program.width || job.region->height != program.height)) {
    fail(Category::input, job.file + ": key 'machine.region' is " + sides(*job.region) +
                              "; the program's rectangle is " + sides(program));
  }
}

}  // namespace weft::cli
