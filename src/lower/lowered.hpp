// SPDX-License-Identifier: Apache-2.0
// What a model becomes for a machine: a program in that machine's own language, its data, how a job
// runs it, and the values that it must give, bit for bit, known without the machine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "graph/bounds.hpp"
#include "graph/graph.hpp"
#include "topology/topology.hpp"

namespace weft::lower {

/// In which numbers a model's floats are computed.
enum class Precision : std::uint8_t { fp32, fp16, bf16, int8 };

/// A model to lower. It is simplified, and outlives what is made of it.
struct Request {
  std::shared_ptr<const graph::Graph> graph;
  std::shared_ptr<const topology::Topology> machine;
  Precision precision = Precision::fp32;
  std::string model;  ///< what the program's head calls it
  /// int8: the largest magnitude of each value, by ValueId, over the inputs that scales are chosen
  /// by.
  std::vector<double> magnitudes = {};
};

/// A file of the program, below the folder that it is written to.
struct TextFile {
  std::string path;
  std::string text;
};

/// An array of the program's: a weight, an input or a result.
struct Array {
  std::string name;  ///< in the job's files and results; without '/'
  graph::Tensor data;
};

/// A value of the model that the program can give to the host.
struct Result {
  graph::ValueId value{};
  std::string name;        ///< of the job's result
  std::string node;        ///< where it comes from, for people
  graph::TensorType type;  ///< as the machine gives it
  bool output = false;     ///< of the model
};

/// The model's values for one set of inputs, in the machine's formats and order of additions; one
/// for each of `results`.
struct Evaluated {
  std::vector<graph::Tensor> values;
  /// How many nodes were held against their bounds (graph/bounds.hpp), each with its operands as
  /// the machine has them, and those whose values lie outside: a line each.
  struct Judgement {
    std::size_t nodes = 0;
    std::vector<std::string> outside;
    /// Between which numbers of the machine each of them must lie, for its operands.
    std::map<graph::ValueId, graph::Limits> limits;
  } judgement;
  /// The same for each of `values`, laid out alike, for the checks of a run; none where it has no
  /// bounds. Empty: none at all.
  struct Between {
    graph::Tensor low, high;
  };
  std::vector<std::optional<Between>> limits;
};
using SameArithmetic = std::function<Evaluated(const std::vector<graph::Tensor>&)>;

struct Lowered {
  std::vector<TextFile> files;
  std::vector<Array> weights;
  /// The model's inputs, as the machine takes them: name and type of each, in the model's order.
  struct Input {
    std::string name;
    graph::TensorType type;
  };
  std::vector<Input> inputs;
  std::vector<Result> results;  ///< in the order of the program
  /// The part of a job file that names program and data: weights in `weights.h5`, inputs in
  /// `inputs.h5`, for so many runs of the model. `nodes`: all results, else the outputs alone.
  std::function<std::string(std::uint64_t runs, bool nodes)> job;
  /// What is set in such a job for a run without data, which takes the same cycles: "program.mode"
  /// ...; "" where the language has none.
  std::string without_data;
  SameArithmetic evaluate;
  /// About what an evaluation takes on the host; 0: not known.
  std::uint64_t evaluation_bytes = 0;
};

/// "fp32" ...
inline std::string_view name_of(Precision precision) {
  constexpr std::string_view names[] = {"fp32", "fp16", "bf16", "int8"};
  return names[static_cast<std::size_t>(precision)];
}

/// `text` as TOML's and C++'s string literals write it.
inline std::string quoted(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (code < 0x20 || code == 0x7f) {
      out += std::string("\\u00") + digits[code >> 4U] + digits[code & 15U];
    } else {
      out += letter;
    }
  }
  return out + '"';
}

/// "node 'conv_1' (Conv) of model.py:12", of all that it was made of.
inline std::string place_of(const graph::Node& node) {
  std::string out;
  for (const graph::Origin& origin : node.origins) {
    out += (out.empty() ? "" : ", ") + text_of(origin);
  }
  return out.empty() ? std::string(name_of(node.what)) : out;
}

/// Whether a node or an output of the model takes a value.
inline bool is_read(const graph::Graph& graph, graph::ValueId id) {
  const auto has = [id](const std::vector<graph::ValueId>& ids) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  return has(graph.outputs) ||
         std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [&](const graph::Node& node) { return has(node.inputs); });
}
/// What a job says of an input that nothing reads and that is not copied in.
inline std::string unread_text(const std::string& name) {
  return "\n# Nothing reads the input " + quoted(name) + ": it is not copied in.\n";
}

/// What of a model a target has not, told at once.
class Lacks {
 public:
  void add(const graph::Node& node, const std::string& why) { add(place_of(node) + ": " + why); }
  /// Once, also of nodes that a lowering made several of.
  void add(const std::string& line) {
    if (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) lines_.push_back(line);
  }
  /// Category::unsupported with a line each, if there are any.
  void raise(const std::string& target) const {
    if (lines_.empty()) return;
    std::string text = "no program for " + target + ":";
    for (const std::string& line : lines_) text += "\n  " + line;
    fail(Category::unsupported, text);
  }

 private:
  std::vector<std::string> lines_;
};

}  // namespace weft::lower
