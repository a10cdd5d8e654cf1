// SPDX-License-Identifier: Apache-2.0
// Walks a model's nodes in order: names to values, functions and branches into the place where
// they are called.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "frontends/onnx/builder.hpp"
#include "frontends/onnx/import.hpp"
#include "frontends/onnx/listing.hpp"
#include "frontends/onnx/node.hpp"

namespace weft::onnx {

/// Stands for results of what weft does not know.
inline constexpr Term lost_term{0xfffffffe};

/// What a name stands for: in the graph, and in the list of the file where one is made.
struct Named {
  Term term = no_term;
  graph::SourceValueId source = graph::no_source_value;
};

/// The names of one graph, branch or call of a function.
struct Scope {
  const Scope* outer = nullptr;  ///< whose names are seen too: of a branch
  std::unordered_map<std::string_view, Named> values;
  std::unordered_map<std::string_view, const FileValue*> declared;
  const std::vector<FileNode>* nodes = nullptr;
  const std::vector<FileOpset>* opsets = nullptr;
  /// What a function's call gives for the attributes of its nodes that refer to it.
  const std::map<std::string_view, const FileAttribute*>* attributes = nullptr;
  const graph::Origin* call = nullptr;
  int depth = 0;
  std::unordered_set<std::string_view> needed = {};  ///< names of `nodes` that an output hangs on
};

/// What of `scope.nodes` hangs on: `wanted`, and all that the nodes take which make it.
void find_needed(Scope& scope, const std::vector<std::string_view>& wanted);
/// Of names, one for each output of a node of `scope`, those whose output is needed.
std::vector<std::string_view> needed_of(const FileNode& node, const Scope& scope,
                                        const std::vector<std::string_view>& names);
std::vector<std::string_view> names_of(const std::vector<FileValue>& values);

/// What a name stands for, in a scope or those around it; nullptr where it stands for nothing.
const Named* named(std::string_view name, const Scope& scope);

/// What weft does not know, by what it is, until all of it can be said.
class Unknown {
 public:
  void add(const std::string& what, const graph::Origin& origin);
  /// Category::unsupported with a line each, if there are any.
  void refuse_all(const std::string& path) const;

 private:
  struct Line {
    std::string what;
    std::size_t count = 0;
    std::string first;
  };
  std::vector<Line> lines_;
  std::map<std::string, std::size_t> by_what_;
};

class Importer {
 public:
  /// With `listing` nothing that weft does not know is refused, and what is read is added to it.
  Importer(const Model& model, const Options& options, Listing* listing = nullptr);
  graph::Graph run();

 private:
  void add_inputs(Scope& scope);
  void add_initializers(const FileGraph& graph, Scope& scope);
  void add_absent(const FileTensor& tensor, const graph::TensorType& type, Scope& scope);
  void add_outputs(const FileGraph& graph, const Scope& scope);
  void run_nodes(const std::vector<FileNode>& nodes, Scope& scope);
  /// Whether no output of the model hangs on the node: what weft does not know of it is no fault.
  /// In a list no node is.
  bool is_dead(const FileNode& node, const Scope& scope) const;
  /// Results of a dead node stand for nothing, but for those that have been named.
  void lose_results(const FileNode& node, Scope& scope);
  void run_node(const FileNode& node, Scope& scope, const graph::Origin& origin);
  void run_operator(const FileNode& node, Scope& scope, const graph::Origin& origin);
  void run_function(const FileFunction& function, const FileNode& node, Scope& scope,
                    const graph::Origin& origin);
  void run_branch(const FileNode& node, Scope& scope, const graph::Origin& origin);

  const Named& find(std::string_view name, const Scope& scope) const;
  std::vector<Named> inputs_of(const FileNode& node, const Scope& scope) const;
  void define(std::string_view name, Named value, Scope& scope);
  void define_all(const FileNode& node, const std::vector<Named>& results, Scope& scope);
  /// The results of an operator; nothing where weft does not know it, or what it hangs on.
  std::optional<std::vector<Term>> results_of(const FileNode& node, std::int64_t version,
                                              const std::vector<Named>& inputs, const Scope& scope,
                                              const graph::Origin& origin);
  /// Of a node that is not dead; Unknown::add.
  void add_unknown(const FileNode& node, const std::string& what, const Scope& scope,
                   const graph::Origin& origin);
  /// The results of a node that weft does not know: in a list what the file declares, else lost.
  std::vector<Term> lost_results(const FileNode& node, const Scope& scope);
  /// Puts a node into the list, if there is one, and names its results.
  void finish_node(const FileNode& node, std::int64_t version, const std::vector<Named>& inputs,
                   const std::optional<std::vector<Term>>& results, Scope& scope,
                   const graph::Origin& origin);
  void require_declared(std::string_view name, const graph::TensorType& type,
                        const Scope& scope) const;
  const FileFunction* function_of(const FileNode& node) const;
  std::int64_t version_of(std::string_view domain, const Scope& scope) const;

  const Model& model_;
  const Options& options_;
  Listing* listing_;
  Builder builder_;
  Tensors tensors_;
  Unknown unknown_;
  std::map<std::string, const FileFunction*> functions_;
  std::vector<const FileFunction*> calls_;
  std::size_t nodes_ = 0;
};

/// The types of the model's inputs that are no initializers, in order, as `options` freeze them.
struct InputType {
  std::string_view name;
  graph::TensorType type;
};
std::vector<InputType> input_types(const FileGraph& graph, const Options& options);
/// The extents that the file leaves open, with what `options` make of them.
std::vector<graph::OpenExtent> open_extents(const FileGraph& graph, const Options& options);
/// A value's type as the file and `options.dims` say it; nothing where they do not say all of it.
std::optional<graph::TensorType> declared_type(const FileValue& value, const Options& options);

/// Category::input, or unsupported, where a value is declared as no tensor of the graph's.
graph::Element declared_element(const FileValue& value);
/// "f32[N, 3, ?]".
std::string declared_text(const FileValue& value);

}  // namespace weft::onnx
