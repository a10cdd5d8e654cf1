// SPDX-License-Identifier: Apache-2.0
// A Spatial program that is its own host: its main() on rank 0, its Accels on the machine.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/job/job.hpp"
#include "cli/job/job_outcome.hpp"
#include "engine/plan.hpp"
#include "engine/result.hpp"
#include "engine/session.hpp"
#include "frontends/spatial/spatial.hpp"
#include "hosts/runtime.hpp"
#include "hosts/spatial/accelerator.hpp"
#include "topology/topology.hpp"

namespace weft::cli {

/// Job::program of a Spatial program.
struct SpatialSource {
  std::string path;
  std::string class_name;
  std::vector<std::string> arguments;  ///< of its main(); none: its runtimeArgs
  bool timing_only = false;            ///< of the first Accel, behind which main() is ended
};

/// Reads files from the disk; what a program does not define is looked for beside it. Without
/// something to run an Accel.
spatial::Options spatial_options(const std::string& path);

/// What a program says of itself at its end: by assertions, and by a line "PASS: ..." as Spatial's
/// programs print it.
enum class Verdict : std::uint8_t { none, passed, failed };
Verdict verdict_of(const spatial::Outcome& outcome);
/// Refuses what a program without an Accel did, and one that says that it failed (Category::check).
void require_verdict(const SpatialSource& source, const spatial::Outcome& outcome);

class SpatialJob {
 public:
  explicit SpatialJob(Job job);

  const Job& job() const { return job_; }
  const SpatialSource& source() const;
  const topology::Topology& machine() const { return *topology_; }
  const std::shared_ptr<const topology::Topology>& shared_machine() const { return topology_; }
  /// Results: what Accels left in memories that the host reads, by name, of the last one.
  const JobOutcome& outcome() const { return outcome_; }
  const engine::Result& result() const { return result_; }
  const Rectangle& region() const { return region_; }
  const spatial::Outcome& said() const { return said_; }
  const std::vector<hosts::spatial::Launch>& launches() const { return launches_; }
  /// "without data: of 9 values 4 decide ..."; empty where all values are there.
  std::string left_out() const { return said_timing_.empty() ? "" : said_timing_.substr(1); }

  /// What ended main() early, or Category::check where it says itself that it failed. A stop of the
  /// machine is in result() instead.
  const std::optional<Error>& failure() const { return failure_; }

  /// Runs main() to its end, good or bad.
  void run(hosts::Runtime& runtime, const hosts::spatial::Mapper& mapper);
  /// Runs main() up to its first Accel, and gives its units.
  program::rdu::Networked compile(const hosts::spatial::Mapper& mapper);

  // What the runtime tells of session `number`, from 1.
  void prepare(engine::Plan& plan, unsigned number) const;
  void closing(engine::Session& session);
  void closed(const engine::Result& result);

 private:
  void mapped(const program::rdu_tree::Tree& tree, const program::rdu::Program& program);
  void keep(const program::rdu_tree::Tree& tree, const program::rdu_tree::HostContents& contents);
  void call_main(const spatial::Options& options);
  void leave_results_out();

  Job job_;
  std::shared_ptr<const topology::Topology> topology_;
  std::map<std::string, trace::Tensor> results_;  ///< of the open session
  Rectangle region_;
  JobOutcome outcome_;
  engine::Result result_;
  std::optional<Error> failure_;
  spatial::Outcome said_;
  std::vector<hosts::spatial::Launch> launches_;
  std::size_t shown_ = 0;    ///< of what main() printed
  std::string said_timing_;  ///< which values were left, in a run without data
};

/// A memory's contents as an array for a trace: f32, i32 and so on where the format is one of
/// these, else f64.
trace::Tensor tensor_of(const program::rdu_tree::Memory& memory,
                        const std::vector<program::rdu_tree::Raw>& contents);

}  // namespace weft::cli
