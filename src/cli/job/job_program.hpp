// SPDX-License-Identifier: Apache-2.0
// A job's compiled program, and what the job's commands can name in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/job/job.hpp"
#include "cli/job/job_data.hpp"
#include "program/wse.hpp"
#include "topology/topology.hpp"

namespace weft::cli {

/// Compiles the job's CSL for the machine; the rectangle must be what [machine] region says and fit
/// the machine. Category::input or unsupported, with the CSL file's line.
program::wse::Program compile_program(const Job& job, const topology::Topology& topology);

/// Read-only questions to a program, answered with the command's place in errors.
class ProgramIndex {
 public:
  explicit ProgramIndex(const program::wse::Program& program) : program_(program) {}

  Rectangle rectangle() const { return {0, 0, program_.width, program_.height}; }
  /// The layout's region, or everything; Category::input when it leaves the rectangle.
  Rectangle region(const JobCommand& command, const DataLayout& layout) const;
  /// The exported variable on all tiles of the region.
  Target variable(const JobCommand& command, const std::string& name,
                  const Rectangle& region) const;
  /// The host stream of that name and direction; its type is the layout's, or f32.
  Target stream(const JobCommand& command, const std::string& name, const DataLayout& layout,
                bool into_machine) const;
  /// The launch's arguments as 32-bit words; checks function, number and type.
  std::vector<std::uint32_t> arguments(const JobCommand& command) const;

 private:
  const program::wse::Program& program_;
};

trace::ElementType element_type(program::wse::Type type);

}  // namespace weft::cli
