// SPDX-License-Identifier: Apache-2.0
// The door for C++ against Poplar on IPUs: its keys, and a run whose host is the program.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "cli/job/doors/doors.hpp"
#include "cli/job/doors/poplar_run.hpp"
#include "cli/job/doors/program_results.hpp"
#include "cli/job/job_read.hpp"
#include "cli/job/job_run.hpp"
#include "engine/signals.hpp"

namespace weft::cli {

using topology::Kind;
using topology::Table;

namespace {

class PoplarRun : public FinishedJob {
 public:
  RunFacts facts() const override {
    const Rectangle& region = done->region();
    return {done->job(), done->machine(), done->outcome(), region.width, region.height};
  }
  const engine::Result& result() const override { return done->result(); }

  std::optional<engine::WallTime> wall_time;  // main() takes of it before there is a session
  std::unique_ptr<PoplarJob> done;
};

class PoplarDoor : public Door {
 public:
  PoplarDoor()
      : Door({"poplar", "C++", "a Poplar program", "ipu", "Poplar programs run on IPUs", true}) {}

  void read_program(Table& table, const std::string& folder, Job& job) const override {
    auto& out = job.program.emplace<PoplarSources>();
    const bool one = table.value("poplar").kind == Kind::text;
    const std::vector<std::string> paths =
        one ? std::vector<std::string>{table.text("poplar")} : table.texts("poplar");
    if (paths.empty()) table.fail("poplar", "names no source");
    for (const std::string& path : paths) out.paths.push_back(beside(folder, path));
    if (table.has("arguments")) out.arguments = table.texts("arguments");
    if (table.has("flags")) out.flags = table.texts("flags");
  }

  /// Bits of tensors that inputs are for, behind the host's write.
  void read_debug(Table& table, Job& job) const override {
    if (!table.has("flip_memory")) return;
    Table flip = table.table("flip_memory");
    MemoryFlip memory(flip);
    memory.symbol = flip.text("symbol");
    memory.element = read_small(flip, "element", 0xffffffffLL);
    memory.bit = read_small(flip, "bit", 31);
    job.memory_flips.push_back(std::move(memory));
  }

  std::unique_ptr<FinishedJob> run(const comm::Communicator& world, std::optional<Job> job,
                                   const RunSettings& settings) const override {
    if (!world.is_root()) {
      serve_poplar_job(world);
      return nullptr;
    }
    auto out = std::make_unique<PoplarRun>();
    if (job->wall_seconds) out->wall_time.emplace(wall_seconds_left(*job));
    out->done = run_poplar_job(world, std::move(*job), settings);
    const engine::Stop stop = out->done->result().stop;
    if (stop == engine::Stop::done || stop == engine::Stop::host_wait) {
      require_results(out->done->job(), out->done->outcome());
    }
    return out;
  }

  void check(Job job, std::optional<partition::Cut> cut, int ranks) const override {
    log::say(describe_poplar_job(std::move(job), cut, ranks));
  }
};

}  // namespace

std::unique_ptr<const Door> poplar_door() { return std::make_unique<PoplarDoor>(); }

}  // namespace weft::cli
