// SPDX-License-Identifier: Apache-2.0
// Runs what a Spatial program stages on an emulated RDU: every Accel is a session of its own.
//
// The program's main() runs on rank 0, in the front end; `Accelerator::run` is what it calls for an
// Accel (spatial::Options::accelerate). Other ranks serve its sessions (hosts/runtime.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "engine/plan.hpp"
#include "engine/session.hpp"
#include "hosts/runtime.hpp"
#include "program/rdu.hpp"
#include "program/rdu_map.hpp"
#include "program/rdu_network.hpp"
#include "program/rdu_timing.hpp"
#include "program/rdu_tree.hpp"
#include "program/rdu_tree_interpret.hpp"
#include "topology/topology.hpp"
#include "trace/types.hpp"

namespace weft::hosts::spatial {

namespace tree = program::rdu_tree;
namespace rdu = program::rdu;

/// Makes the units of a tree: rdu::map, or what a test has in its place.
using Mapper =
    std::function<rdu::Program(const tree::Tree&, const rdu::Timing&, const rdu::HostNumbers&)>;

/// What one Accel took on the machine.
struct Launch {
  std::uint32_t line = 0;  ///< of the Accel
  bool ended = false;      ///< false: the run was stopped in it, and only the program is known
  /// From the first in which a unit can fire to the last in which something moves.
  Cycle cycles = 0;
  std::string busiest_unit;  ///< whose context fired most often
  std::uint32_t busiest_line = 0;
  Cycle busiest_cycles = 0;  ///< in which it did
  std::map<rdu::Unit::Kind, std::uint64_t> units;
  std::uint64_t transfers = 0;  ///< streams of accesses to DRAM
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  rdu::NetworkUse network;                   ///< without routes where it is ideal
  std::vector<std::string> network_lines{};  ///< the same for a report
};

class Accelerator {
 public:
  /// What a user of it wants to know; each may be empty.
  struct Watch {
    /// Before a session is opened; what it throws ends the program.
    std::function<void(const tree::Tree&, const rdu::Program&)> mapped;
    /// The memories of the host are as the machine left them; the session is still open.
    std::function<void(const tree::Tree&, const tree::HostContents&)> launched;
  };

  Accelerator(Runtime& runtime, std::shared_ptr<const topology::Topology> topology, Mapper mapper,
              Watch watch);

  /// Maps the tree, loads it, copies arguments and DRAMs in, launches, waits, and copies out what
  /// the tree writes. Category::input or unsupported where it does not fit the machine; Stopped at
  /// a deadlock, a limit or a signal.
  void run(const tree::Tree& tree, tree::HostContents& contents);

  const std::vector<Launch>& launches() const { return launches_; }

 private:
  rdu::Networked make_units(const tree::Tree& tree, const tree::HostContents& contents) const;

  Runtime& runtime_;
  std::shared_ptr<const topology::Topology> topology_;
  rdu::Timing timing_;
  Mapper mapper_;
  Watch watch_;
  std::vector<Launch> launches_;
};

/// The program, held against all that a machine has room for. Category::input.
void require_fit(const rdu::Program& program, const rdu::Timing& timing,
                 const topology::Topology& topology);
/// A plan of the program, without what belongs to a run: trace, limits, progress. `placed` is what
/// the trace keeps as text.
engine::Plan plan_of(const rdu::Program& program, const rdu::Program& placed,
                     const std::shared_ptr<const topology::Topology>& topology);
/// Names of units, contexts and channels, for a trace.
std::vector<trace::StringTable> names_of(const rdu::Program& program);

}  // namespace weft::hosts::spatial
