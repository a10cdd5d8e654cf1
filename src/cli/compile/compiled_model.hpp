// SPDX-License-Identifier: Apache-2.0
// A model for a machine, from the words of a command line to what its folder holds: for whoever
// compiles one and for whoever runs it at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/compile/arrays.hpp"
#include "cli/compile/folder.hpp"
#include "graph/graph.hpp"
#include "lower/lowered.hpp"
#include "topology/topology.hpp"
#include "trace/tensors.hpp"

namespace CLI {
class App;
}

namespace weft::cli {

/// What a user says of a model, whatever is made of it.
struct ModelOptions {
  std::string model;
  std::string precision;  ///< empty: the machine's own
  std::string inputs;     ///< empty: a pattern
  std::string calibrate;
  /// Without `calibrate` int8 scales are chosen by the pattern: for runs of which nobody looks at
  /// the numbers.
  bool calibrate_by_pattern = false;
  std::vector<std::string> shapes, dims;

  /// Adds them all but `model`; `this` must live until the arguments are parsed.
  void add_to(CLI::App& command);
};

/// The model, simplified. Category::input, naming file, node and line, for what is wrong with it.
std::shared_ptr<const graph::Graph> read_model(const ModelOptions& options);

struct CompiledModel {
  std::shared_ptr<const graph::Graph> graph;
  std::shared_ptr<const topology::Topology> machine;
  std::string target;  ///< the machine as the user named it
  lower::Precision precision = lower::Precision::fp32;
  lower::Lowered lowered;

  std::size_t weight_bytes() const;
  /// Weights that an int8 program has in int8; the others are fp16's.
  struct Int8Weights {
    std::size_t count = 0, bytes = 0;
  };
  Int8Weights int8_weights() const;
  /// What its products are computed in: fp16 of an int8 program that has no product in int8.
  lower::Precision arithmetic() const;
};
/// "8 weights of 153128 bytes in fp32"; of an int8 program, which of them are.
std::string weights_text(const CompiledModel& compiled);
/// Category::unsupported with a line for each node that the machine's language has not.
CompiledModel compile_model(const ModelOptions& options, std::shared_ptr<const graph::Graph> model,
                            const std::string& target,
                            const std::vector<topology::Assignment>& constants = {});

/// Those of --inputs, or a pattern, in the types that `lowered` takes.
ModelInputs inputs_of(const ModelOptions& options, const lower::Lowered& lowered,
                      const graph::Graph& model);

/// What a program must give, known without a machine.
struct Expected {
  std::vector<trace::NamedTensor> values;  ///< of each result, with an axis of runs in front
  /// NAME.low and NAME.high of each result that a node's bound is for: its least and its greatest
  /// numbers, for the operands that the machine has.
  std::vector<trace::NamedTensor> bounds;
  std::set<std::string> bounded;  ///< these results
  std::size_t judged = 0;         ///< nodes held against their bounds
  bool checked = true;            ///< false: nothing is known, and a run is held against nothing
};
/// Category::internal where the arithmetic that the program has does not keep a node's bounds: then
/// the lowering is wrong, not the machine. Category::input for a NaN, which no check can compare.
Expected expected_values(const CompiledModel& compiled, const ModelInputs& inputs);

/// Writes program, data and jobs into `folder`; unchecked ones without the job of all nodes.
void write_model(const ModelOptions& options, const CompiledModel& compiled,
                 const ModelInputs& inputs, const Expected& expected,
                 const TemporaryFolder& folder);

}  // namespace weft::cli
