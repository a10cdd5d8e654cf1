// SPDX-License-Identifier: Apache-2.0
// Doors whose host is the job itself: its [[command]]s, carried out one after the other.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cli/job/door.hpp"
#include "cli/job/host_expression.hpp"
#include "cli/job/perceptron.hpp"
#include "cli/job/program_exports.hpp"
#include "trace/types.hpp"

namespace weft::cli {

/// A job's program, compiled for its machine: what plan, commands and report ask of it.
class CompiledProgram {
 public:
  virtual ~CompiledProgram() = default;
  /// Its tiles: (0, 0) based.
  virtual Rectangle region() const = 0;
  virtual ProgramExports exports() const = 0;
  /// As the machine reads it: Plan::program.
  virtual std::vector<std::byte> bytes() const = 0;
  /// What of it the trace's hash covers: what the machine does, and no names of people or files.
  virtual std::vector<std::byte> content() const = 0;
  /// Names of a tile's links in the trace, and tables of names for what its rows count.
  virtual std::vector<std::string> link_directions() const { return {}; }
  virtual std::vector<trace::StringTable> definitions() const { return {}; }
  /// The program as text that its door reads again, for the trace; empty: it has none.
  virtual std::string text() const { return {}; }
  /// False where the machine leaves the data out: arrays that come out hold nothing, and checks and
  /// outputs of results are left out.
  virtual bool has_values() const { return true; }
  /// For checks that leave it to the program what the host computes; empty: it does not say it.
  virtual HostValues host_values() const { return {}; }
  /// What `weft check` says of it behind its tiles: "5 codes", then lines on memory and routes,
  /// without the last one's end.
  virtual std::string describe() const = 0;
};

/// A door of this kind is read_program(), compile(), and what the machine's checks need.
class CommandDoor : public Door {
 public:
  using Door::Door;

  /// Compiles job.program for the machine. The program's tiles must be what the job's region says,
  /// if it says one, and fit the machine.
  virtual std::unique_ptr<const CompiledProgram> compile(
      const Job& job, const topology::Topology& topology) const = 0;
  /// How the machine multiplies and adds, for checks that compute on the host. The run does not
  /// rest on what is looked up for it: a copy of the topology is given.
  virtual MultiplyAdd multiply_add(topology::Topology topology) const = 0;

  /// flip_memory.
  void read_debug(topology::Table& table, Job& job) const override;
  std::unique_ptr<FinishedJob> run(const comm::Communicator& world, std::optional<Job> job,
                                   const RunSettings& settings) const final;
  void check(Job job, std::optional<partition::Cut> cut, int ranks) const final;
};

/// Refuses a program whose tiles do not fit the machine, naming `source`, or are not the job's
/// region.
void require_region(const Job& job, const topology::Topology& topology, const std::string& source,
                    const Rectangle& program);

}  // namespace weft::cli
