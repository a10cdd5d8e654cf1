// SPDX-License-Identifier: Apache-2.0
// What a job's commands can name in its compiled program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/job/job.hpp"
#include "cli/job/job_data.hpp"
#include "cli/job/program_exports.hpp"

namespace weft::cli {

/// Read-only questions to a program's exports, answered with the command's place in errors.
class ProgramIndex {
 public:
  ProgramIndex(const Rectangle& tiles, ProgramExports exports)
      : tiles_(tiles), exports_(std::move(exports)) {}

  Rectangle rectangle() const { return tiles_; }
  /// The layout's region, or everything; Category::input when it leaves the rectangle.
  Rectangle region(const JobCommand& command, const DataLayout& layout) const;
  /// The key that names something, for messages.
  struct NamedBy {
    const topology::Table& where;
    std::string key;
  };
  /// The exported variable on all tiles of the region, which is inside rectangle().
  Target variable(const NamedBy& by, const std::string& name, const Rectangle& region) const;
  /// The array of that name; nothing where there is none.
  std::optional<Target> array(const std::string& name) const;
  bool has_arrays() const { return !exports_.arrays.empty(); }
  const std::vector<ArrayExport>& arrays() const { return exports_.arrays; }
  /// Refuses a layout: an array is copied whole.
  static void require_whole(const JobCommand& command);
  /// The host stream of that name and direction; its type is the layout's, or f32.
  Target stream(const JobCommand& command, const std::string& name, const DataLayout& layout,
                bool into_machine) const;
  /// The launch's arguments as 32-bit words; checks function, number and type.
  std::vector<std::uint32_t> arguments(const JobCommand& command) const;

 private:
  [[noreturn]] void unknown_variable(const NamedBy& by, const std::string& name, std::uint32_t x,
                                     std::uint32_t y) const;
  /// The variable that a tile exports; nothing where it exports none of that name.
  const machine::Export* variable_at(const std::string& name, std::uint32_t x,
                                     std::uint32_t y) const;
  std::vector<std::string> names(machine::Export::Kind kind) const;

  Rectangle tiles_;
  ProgramExports exports_;
};

}  // namespace weft::cli
