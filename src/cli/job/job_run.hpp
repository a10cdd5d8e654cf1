// SPDX-License-Identifier: Apache-2.0
// Runs a job's commands against a session, on rank 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/job/command_door.hpp"
#include "cli/job/job.hpp"
#include "cli/job/job_outcome.hpp"
#include "cli/job/job_program.hpp"
#include "engine/plan.hpp"
#include "engine/session.hpp"
#include "topology/topology.hpp"

namespace weft::cli {

/// A job with everything resolved that can be before the run: machine, program, data, names.
/// Construction throws the first fault found, Category::input mostly.
class PreparedJob {
 public:
  PreparedJob(const CommandDoor& door, Job job);

  const Job& job() const { return job_; }
  const topology::Topology& topology() const { return *topology_; }
  const CompiledProgram& program() const { return *program_; }
  const JobOutcome& outcome() const { return outcome_; }

  /// What the engine needs; trace level, path and limits are the job's.
  /// The machine's own cut where none is chosen.
  engine::Plan plan(std::optional<partition::Cut> cut) const;
  /// Submits the commands one after the other and keeps their results.
  void drive(engine::Session& session);

 private:
  /// A command's names, looked up.
  struct Resolved {
    Rectangle region;
    Target target;
    Rectangle answer_region;
    Target answer;
    std::vector<std::uint32_t> arguments;
    std::optional<TileData> data;  ///< of a file; generated data are made when they are needed
  };

  void resolve();
  /// By result, where the program says what its arrays are.
  HostValues host_values() const;
  /// Takes away what wants results: copies out, checks, outputs.
  void leave_values_out();
  Resolved resolve(const JobCommand& command);
  /// What a flip of [debug] names. Category::input with its place.
  Target flip_target(const MemoryFlip& flip) const;
  void require_inputs() const;
  void require_flip(const MemoryFlip& flip) const;
  /// Types and shapes of the results, by name, without values.
  std::map<std::string, trace::Tensor> result_shapes() const;
  /// How many copies out of tensors a result is made of: they stand behind each other.
  std::uint64_t copies_of(const std::string& result) const;
  /// What the commands will hold beside files' data, which are held already.
  engine::HostMemory host_memory() const;
  /// A command's data; a file's are given once.
  TileData take_data(std::size_t index);
  void run(engine::Session& session, std::size_t index);
  void copy_in(engine::Session& session, std::size_t index);
  void copy_out(engine::Session& session, std::size_t index);
  void launch(engine::Session& session, std::size_t index);
  void stream_in(engine::Session& session, std::size_t index);
  void stream_out(engine::Session& session, std::size_t index);
  void stream(engine::Session& session, std::size_t index);
  void flip_memory(engine::Session& session, const MemoryFlip& flip);
  void keep(engine::Session& session, const JobCommand& command, const DataLayout& layout,
            const Rectangle& region, TileData data);
  void keep(engine::Session& session, const std::string& name, trace::Tensor result);

  Job job_;
  std::shared_ptr<const topology::Topology> topology_;
  std::unique_ptr<const CompiledProgram> program_;
  ProgramIndex index_;
  std::vector<Resolved> resolved_;
  JobOutcome outcome_;
  std::map<std::string, trace::Tensor> growing_;  ///< results of which copies are missing
};

/// Of [limits] wall_seconds, which the job has; a moment even after its end, so that what begins
/// then ends in good order.
double wall_seconds_left(const Job& job);
/// The job's limits and what it says about the trace.
void apply_settings(const Job& job, engine::Plan& plan);
/// Refuses a trace region that leaves the program's tiles.
void require_trace_region(const Job& job, const Rectangle& all);
/// Refuses files that could not be written later (trace, pictures, [output]), and two outputs with
/// one file.
void require_outputs(const Job& job);
/// Writes the files of [output].
void write_outputs(const Job& job, const JobOutcome& outcome);

/// What the host gives the machine, as a trace's hash covers it: the job's commands, inputs and
/// faults, a line "<key> = <value>" each. Files stand there as hashes of their arrays; names for
/// people, defaults' spelling, paths, trace, limits, checks and outputs do not enter.
std::string job_identity(const Job& job);
/// What a run is held against, in the same form: limits, checks (of files the arrays in them), and
/// the region that the job asks for.
std::string expectation_identity(const Job& job);

}  // namespace weft::cli
