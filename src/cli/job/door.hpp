// SPDX-License-Identifier: Apache-2.0
// A door: how programs of one language come in, from the job file to a run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/job/job.hpp"
#include "cli/job/job_outcome.hpp"
#include "comm/communicator.hpp"
#include "engine/plan.hpp"
#include "engine/result.hpp"
#include "partition/partition.hpp"
#include "topology/document.hpp"

namespace weft::cli {

/// What `weft run` adds to a job.
struct RunSettings {
  std::optional<partition::Cut> cut;  ///< empty: the machine's own
  std::function<void(const engine::Progress&)> progress;
  /// Rank 0, before each session: told Plan::hashed_config. What it throws ends the run.
  std::function<void(const std::string& hashed_config)> planned;
};

/// A job that has run, on rank 0: what its summary, checks and outputs are made from.
class FinishedJob {
 public:
  virtual ~FinishedJob() = default;
  virtual RunFacts facts() const = 0;  ///< as long as this lives
  virtual const engine::Result& result() const = 0;
};

/// One language of programs, for one family of machines. The table of doors has a line for each;
/// whoever has a job asks its door and nothing else about the program.
///
/// A door is used in this order: read_program() and read_debug() while the job file is read, on
/// rank 0; then either run(), on every rank, or check(), on rank 0. All of them throw the first
/// thing that is wrong as Error: Category::input with file, line and key, or with the program's
/// own file and line; Category::unsupported for what the door lacks.
///
/// Most doors are CommandDoors: the job's [[command]]s are the host, and a door says how to
/// compile. A door whose programs have a main() of their own derives from this.
class Door {
 public:
  struct Traits {
    std::string key;       ///< of [program], which chooses the door: "csl"
    std::string language;  ///< what its programs are written in: "CSL"
    std::string program;   ///< one of them: "a CSL program"
    std::string family;    ///< registered machine that they run on
    std::string runs_on;   ///< the same in words, for who takes another: "CSL runs on wafers"
    bool has_main =
        false;  ///< a program is its own host: its job has [[input]]s and no [[command]]
  };

  explicit Door(Traits traits) : traits_(std::move(traits)) {}
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  virtual ~Door() = default;

  const Traits& traits() const { return traits_; }

  /// Reads [program], which has key traits().key, into job.program, a type of the door's own. Paths
  /// in it are relative to `folder`. Keys that are not looked up are refused by the caller.
  virtual void read_program(topology::Table& table, const std::string& folder, Job& job) const = 0;
  /// Reads [debug], faults put in on purpose.
  virtual void read_debug(topology::Table& /*table*/, Job& /*job*/) const {}

  /// Collective; `job` is rank 0's. Compiles, runs, and on rank 0 gives what came of it, a stop of
  /// the machine (deadlock, limit, signal) included; nothing on other ranks.
  virtual std::unique_ptr<FinishedJob> run(const comm::Communicator& world, std::optional<Job> job,
                                           const RunSettings& settings) const = 0;
  /// Everything that run() does before the run, on rank 0 alone; says what was found, the cut for
  /// `ranks` ranks last.
  virtual void check(Job job, std::optional<partition::Cut> cut, int ranks) const = 0;

 private:
  Traits traits_;
};

/// All doors, a line each in doors/doors.cpp, in the order in which messages name them.
const std::vector<const Door*>& doors();
/// One more door while this lives: tests have doors of their own. Made on every rank, and between
/// jobs.
class ExtraDoor {
 public:
  explicit ExtraDoor(std::unique_ptr<const Door> door);
  ExtraDoor(const ExtraDoor&) = delete;
  ExtraDoor& operator=(const ExtraDoor&) = delete;
  ~ExtraDoor();

 private:
  std::unique_ptr<const Door> door_;
};

/// The door that [program] names by its one key; Category::input for none and for two.
const Door& choose_door(topology::Table& program);
/// "CSL": the languages of the doors that take commands, or of those that do not.
std::string door_languages(bool has_main);

/// The job's machine. Category::unsupported where its door's programs do not run on it.
std::shared_ptr<const topology::Topology> load_machine(const Job& job);

}  // namespace weft::cli
