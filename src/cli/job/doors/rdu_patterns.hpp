// SPDX-License-Identifier: Apache-2.0
// Patterns as a job's program: what their doors share.
#pragma once

#include <functional>
#include <memory>
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
  bool timing_only = false;
};

/// fusion, sections_by, tensors_in, rounding, seed.
program::rdu::PatternOptions pattern_options_of(topology::Table& table);

/// A door whose program is a PatternSource.
class PatternDoor : public CommandDoor {
 public:
  using CommandDoor::CommandDoor;

  std::unique_ptr<const CompiledProgram> compile(const Job& job,
                                                 const topology::Topology& topology) const override;
  MultiplyAdd multiply_add(topology::Topology) const override { return {}; }
};

}  // namespace weft::cli
