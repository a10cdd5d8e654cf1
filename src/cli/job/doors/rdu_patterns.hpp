// SPDX-License-Identifier: Apache-2.0
// Patterns as a job's program: what their doors share.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/job/command_door.hpp"
#include "program/rdu_pattern.hpp"
#include "topology/document.hpp"

namespace weft::cli {

/// [program] of a job with patterns.
struct PatternSource {
  std::string name;  ///< in messages
  std::function<program::rdu::Patterns()> make;
  program::rdu::PatternOptions options;
  std::optional<bool> hbm;  ///< where tensors lie; none: in HBM where the machine has it
  bool timing_only = false;
};

/// fusion, sections_by, tensors_in, rounding, seed.
void read_pattern_options(topology::Table& table, PatternSource& source);

/// A door whose program is a PatternSource.
class PatternDoor : public CommandDoor {
 public:
  using CommandDoor::CommandDoor;

  std::unique_ptr<const CompiledProgram> compile(const Job& job,
                                                 const topology::Topology& topology) const override;
  MultiplyAdd multiply_add(topology::Topology) const override { return {}; }
};

}  // namespace weft::cli
