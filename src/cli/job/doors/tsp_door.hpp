// SPDX-License-Identifier: Apache-2.0
// What the doors for TSPs share: all but how a program comes in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/job/command_door.hpp"
#include "cli/job/doors/tsp.hpp"
#include "program/tsp.hpp"
#include "program/tsp_schedule.hpp"
#include "program/tsp_tensor.hpp"
#include "program/tsp_timing.hpp"
#include "topology/document.hpp"
#include "topology/topology.hpp"

namespace weft::cli {

/// What a door's file says; without tensors where it is no tensor program.
struct TspFile {
  program::tsp::Program program;
  std::shared_ptr<const program::tsp::TensorProgram> tensors{};
  std::vector<program::tsp::ScheduledOperation> operations{};  ///< of a tensor program
};

class TspDoor : public CommandDoor {
 public:
  using CommandDoor::CommandDoor;

  void read_program(topology::Table& table, const std::string& folder, Job& job) const final;
  std::unique_ptr<const CompiledProgram> compile(const Job& job,
                                                 const topology::Topology& topology) const final;
  MultiplyAdd multiply_add(topology::Topology /*topology*/) const final { return {}; }

 protected:
  /// Its own keys of [program].
  virtual void read_source(topology::Table& table, const std::string& folder,
                           TspSource& source) const = 0;
  virtual TspFile read(const TspSource& source, const topology::Topology& topology,
                       const program::tsp::Timing& timing) const = 0;
};

}  // namespace weft::cli
