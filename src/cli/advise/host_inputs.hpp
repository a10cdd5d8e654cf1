// SPDX-License-Identifier: Apache-2.0
// The drawn inputs of a model (drawn.hpp), for a script of this host's Python.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/compile/folder.hpp"
#include "graph/source_model.hpp"

namespace weft::cli::advising {

/// What stands for the inputs among a script's arguments.
struct HostInputs {
  std::unique_ptr<TemporaryFolder> folder;  ///< of the file that the words name
  /// A file of all numbers, then three words an input: name, numpy's type, shape ("1x128"; "" of a
  /// scalar).
  std::vector<std::string> words;
  std::string why_not;  ///< one sentence without a dot: numpy has not the type of one
};

/// Category::system where the file cannot be written.
HostInputs host_inputs(const graph::SourceModel& model);

/// Defines given(words) in Python: arrays by name.
extern const std::string_view reading_script;

}  // namespace weft::cli::advising
