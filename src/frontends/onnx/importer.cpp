// SPDX-License-Identifier: Apache-2.0
// Names, scopes and the order of nodes; what an operator means is in operators_*.cpp.
#include "frontends/onnx/importer.hpp"

#include <algorithm>
#include <filesystem>
#include <unordered_set>
#include <utility>

#include "base/counted.hpp"
#include "frontends/onnx/origin.hpp"

namespace weft::onnx {
namespace {

constexpr int deepest_calls = 32;
constexpr int deepest_branches = 8;
constexpr std::size_t most_nodes = std::size_t{1} << 20U;

/// "Loop" of "", "FastGelu of com.microsoft".
std::string called(const FileNode& node) {
  const std::string name = in_quotes(node.operation);
  return node.domain.empty() ? name : name + " of the domain " + in_quotes(node.domain);
}

std::string key_of(std::string_view domain, std::string_view name, std::string_view overload) {
  std::string key;
  for (const std::string_view part : {domain, name, overload}) key += std::string(part) + '\n';
  return key;
}

/// A failure with its node in front, once.
Error with_origin(const Error& error, const graph::Origin& origin) {
  const std::string place = text_of(origin) + ": ";
  const std::string message = error.what();
  return Error(error.category(), graph::begins_with_origin(message) ? message : place + message);
}

/// Why operators that are no operators of tensors, or loop, are refused.
std::string hint_of(std::string_view operation) {
  if (operation == "Loop" || operation == "Scan") return ": weft's models have no loops";
  if (operation.starts_with("Sequence") || operation.starts_with("Optional") ||
      operation == "SplitToSequence" || operation == "ConcatFromSequence") {
    return ": weft's models have tensors only";
  }
  return "";
}

bool is_lost(const std::vector<Named>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const Named& one) { return one.term == lost_term; });
}

/// Of operators that have outputs which weft does not make; 1 of all others.
std::size_t most_outputs(std::string_view operation) {
  constexpr std::pair<std::string_view, std::size_t> several[] = {
      {"BatchNormalization", 5},
      {"Dropout", 2},
      {"LayerNormalization", 3},
      {"MaxPool", 2},
      {"GRU", 2},
      {"LSTM", 3},
  };
  for (const auto& [name, count] : several) {
    if (name == operation) return count;
  }
  return 1;
}

std::vector<Term> terms_of(const std::vector<Named>& inputs) {
  std::vector<Term> terms;
  terms.reserve(inputs.size());
  for (const Named& one : inputs) terms.push_back(one.term);
  return terms;
}

}  // namespace

void Unknown::add(const std::string& what, const graph::Origin& origin) {
  const auto [found, fresh] = by_what_.try_emplace(what, lines_.size());
  if (fresh) lines_.push_back({what, 0, text_of(origin)});
  ++lines_[found->second].count;
}

void Unknown::refuse_all(const std::string& path) const {
  if (lines_.empty()) return;
  std::string text = path + ": weft does not know all of this model:";
  for (const Line& line : lines_) {
    text += "\n  " + line.what + ": ";
    text +=
        line.count == 1 ? line.first : counted(line.count, "node") + ", the first " + line.first;
  }
  fail(Category::unsupported, text);
}

const Named* named(std::string_view name, const Scope& scope) {
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    const auto found = at->values.find(name);
    if (found != at->values.end()) return &found->second;
  }
  return nullptr;
}

Importer::Importer(const Model& model, const Options& options, Listing* listing)
    : model_(model),
      options_(options),
      listing_(listing),
      builder_(options.most_folded),
      tensors_(model.path, model.file) {
  for (const FileFunction& function : model.functions) {
    const std::string key = key_of(function.domain, function.name, function.overload);
    if (!functions_.emplace(key, &function).second) {
      refuse("two functions are " + in_quotes(function.name));
    }
  }
}

graph::Graph Importer::run() {
  Scope scope;
  scope.opsets = &model_.opsets;
  scope.nodes = &model_.graph.nodes;
  for (const FileValue& value : model_.graph.values) scope.declared.emplace(value.name, &value);
  if (listing_ != nullptr) {  // what lies behind unknown operators has no other type
    for (const FileValue& value : model_.graph.outputs) scope.declared.emplace(value.name, &value);
  }
  if (model_.graph.outputs.empty()) refuse("the graph has no outputs");
  add_inputs(scope);
  add_initializers(model_.graph, scope);
  find_needed(scope, names_of(model_.graph.outputs));
  run_nodes(model_.graph.nodes, scope);
  if (listing_ == nullptr) unknown_.refuse_all(model_.path);
  add_outputs(model_.graph, scope);
  graph::Graph graph = builder_.take();
  graph.name = std::filesystem::path(model_.path).stem().string();
  return graph;
}

void Importer::add_inputs(Scope& scope) {
  for (const InputType& input : input_types(model_.graph, options_)) {
    Named value{builder_.input(std::string(input.name), input.type)};
    if (listing_ != nullptr) value.source = listing_->input(input.name, input.type);
    scope.values.emplace(input.name, value);
  }
}

void Importer::add_initializers(const FileGraph& graph, Scope& scope) {
  if (!graph.sparse_initializers.empty()) {
    unsupported("initializer " + in_quotes(graph.sparse_initializers.front()) + " is sparse");
  }
  for (const FileTensor& tensor : graph.initializers) {
    if (tensor.name.empty()) refuse("an initializer has no name");
    if (scope.values.contains(tensor.name))
      refuse("two initializers are " + in_quotes(tensor.name));
    if (const auto type = listing_ == nullptr ? std::nullopt : tensors_.absent(tensor)) {
      add_absent(tensor, *type, scope);
      continue;
    }
    graph::Tensor read = tensors_.read(tensor);
    require_declared(tensor.name, read.type(), scope);
    Named value;
    if (listing_ != nullptr) value.source = listing_->initializer(tensor.name, read);
    value.term = builder_.constant(std::string(tensor.name), std::move(read));
    scope.values.emplace(tensor.name, value);
  }
  for (const FileValue& value : graph.inputs) {
    const auto found = scope.values.find(value.name);
    if (found == scope.values.end()) continue;
    const Scope only{.outer = nullptr, .values = {}, .declared = {{value.name, &value}}};
    require_declared(value.name, builder_.type(found->second.term), only);
  }
}

/// Weights that nobody gave: known by their type alone.
void Importer::add_absent(const FileTensor& tensor, const graph::TensorType& type, Scope& scope) {
  require_declared(tensor.name, type, scope);
  Named value{builder_.input(std::string(tensor.name), type)};
  value.source = listing_->absent_initializer(tensor.name, type, tensor.location);
  scope.values.emplace(tensor.name, value);
}

void Importer::add_outputs(const FileGraph& graph, const Scope& scope) {
  std::unordered_set<std::string_view> names;
  for (const FileValue& output : graph.outputs) {
    if (!names.insert(output.name).second) refuse("two outputs are " + in_quotes(output.name));
    const auto [term, source] = find(output.name, scope);
    if (listing_ != nullptr) listing_->output(output.name, source);
    if (term == lost_term) continue;
    const Scope only{.outer = nullptr, .values = {}, .declared = {{output.name, &output}}};
    if (!output.kind.empty()) require_declared(output.name, builder_.type(term), only);
    builder_.output(term, std::string(output.name));
  }
}

void Importer::run_nodes(const std::vector<FileNode>& nodes, Scope& scope) {
  for (const FileNode& node : nodes) {
    if (++nodes_ > most_nodes) {
      fail(Category::limit, "has more than " + counted(most_nodes, "node") + " when inlined");
    }
    const graph::Origin origin = origin_of(node, scope.call);
    try {
      run_node(node, scope, origin);
    } catch (const Error& error) {
      const bool unknown = error.category() == Category::unsupported;
      if (!unknown || !is_dead(node, scope)) throw with_origin(error, origin);
      lose_results(node, scope);
    }
  }
}

void Importer::run_node(const FileNode& node, Scope& scope, const graph::Origin& origin) {
  const bool refers = std::any_of(node.attributes.begin(), node.attributes.end(),
                                  [](const FileAttribute& one) { return !one.reference.empty(); });
  if (refers) {
    FileNode resolved = node;
    resolved.attributes.clear();
    for (const FileAttribute& one : node.attributes) {
      if (one.reference.empty()) {
        resolved.attributes.push_back(one);
        continue;
      }
      if (scope.attributes == nullptr) refuse("refers to an attribute outside of a function");
      const auto found = scope.attributes->find(one.reference);
      if (found == scope.attributes->end()) continue;
      resolved.attributes.push_back(*found->second);
      resolved.attributes.back().name = one.name;
      resolved.attributes.back().reference = "";
    }
    return run_node(resolved, scope, origin);
  }
  if (const FileFunction* function = function_of(node)) {
    run_function(*function, node, scope, origin);
  } else if (node.operation == "If" && node.domain.empty()) {
    run_branch(node, scope, origin);
  } else {
    run_operator(node, scope, origin);
  }
}

void Importer::run_operator(const FileNode& node, Scope& scope, const graph::Origin& origin) {
  if (node.operation.empty()) refuse("is of the operator '', which is none");
  const std::int64_t version = version_of(node.domain, scope);
  const std::vector<Named> inputs = inputs_of(node, scope);
  finish_node(node, version, inputs, results_of(node, version, inputs, scope, origin), scope,
              origin);
}

std::optional<std::vector<Term>> Importer::results_of(const FileNode& node, std::int64_t version,
                                                      const std::vector<Named>& inputs,
                                                      const Scope& scope,
                                                      const graph::Origin& origin) {
  const OperatorRow* row = node.domain.empty() ? find_operator(node.operation, version) : nullptr;
  if (row == nullptr) {
    const std::string known = node.domain.empty() ? versions_of(node.operation) : "";
    const std::string of_set = " of operator set " + std::to_string(version);
    add_unknown(node,
                "operator " + called(node) + of_set +
                    (known.empty() ? hint_of(node.operation) : ", known in operator sets " + known),
                scope, origin);
    return std::nullopt;
  }
  if (is_lost(inputs)) return std::nullopt;
  NodeImport import(builder_, tensors_, node, version, terms_of(inputs), origin);
  if (listing_ == nullptr) import.limit_to(scope.needed);
  std::vector<Term> results;
  try {
    row->import(import);
    import.require_all_used();
    results = import.results();
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const std::string what = "is asked for its output " + std::to_string(i + 1);
      const bool made = node.outputs[i].empty() || results[i] != no_term;
      if (!made && i >= most_outputs(node.operation)) {
        refuse(what + ", which its operator has not");
      }
      if (import.lacks(i)) unsupported(what);
      if (results[i] == no_term) results[i] = lost_term;
    }
  } catch (const Error& error) {
    if (error.category() != Category::unsupported) throw;
    add_unknown(node, called(node) + " " + error.what(), scope, origin);
    return std::nullopt;
  }
  return results;
}

void Importer::run_function(const FileFunction& function, const FileNode& node, Scope& scope,
                            const graph::Origin& origin) {
  if (std::find(calls_.begin(), calls_.end(), &function) != calls_.end()) {
    refuse("function " + in_quotes(function.name) + " calls itself");
  }
  if (calls_.size() == deepest_calls) {
    fail(Category::limit,
         "functions call each other more than " + std::to_string(deepest_calls) + " deep");
  }
  if (node.inputs.size() > function.inputs.size() ||
      node.outputs.size() > function.outputs.size()) {
    refuse("has more inputs or outputs than its function");
  }
  const std::vector<Named> inputs = inputs_of(node, scope);
  std::map<std::string_view, const FileAttribute*> attributes;
  for (const FileAttribute& one : function.defaults) attributes[one.name] = &one;
  for (const FileAttribute& one : node.attributes) attributes[one.name] = &one;
  Scope body;
  body.nodes = &function.nodes;
  body.opsets = &function.opsets;
  body.attributes = &attributes;
  body.call = &origin;
  body.depth = scope.depth;
  for (const FileValue& value : function.values) body.declared.emplace(value.name, &value);
  for (std::size_t i = 0; i < function.inputs.size(); ++i) {
    const Named given = i < inputs.size() ? inputs[i] : Named{};
    if (!body.values.emplace(function.inputs[i], given).second) {
      refuse("function " + in_quotes(function.name) + " has two inputs " +
             in_quotes(function.inputs[i]));
    }
  }
  find_needed(body, needed_of(node, scope, function.outputs));
  calls_.push_back(&function);
  run_nodes(function.nodes, body);
  calls_.pop_back();
  std::vector<Named> results;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    results.push_back(find(function.outputs[i], body));
  }
  define_all(node, results, scope);
}

void Importer::run_branch(const FileNode& node, Scope& scope, const graph::Origin& origin) {
  if (scope.depth == deepest_branches) {
    unsupported("branches nest more than " + std::to_string(deepest_branches) + " deep");
  }
  const std::vector<Named> inputs = inputs_of(node, scope);
  if (inputs.empty() || inputs.front().term == no_term) refuse("has no condition");
  const bool lost = inputs.front().term == lost_term;
  const auto condition = lost ? std::nullopt : builder_.known(inputs.front().term);
  if (!condition) {
    if (!lost) {
      add_unknown(node, called(node) + " has a condition that depends on the model's inputs", scope,
                  origin);
    }
    return finish_node(node, version_of(node.domain, scope), inputs, std::nullopt, scope, origin);
  }
  const graph::Numbers value = numbers_of(*condition);
  if (value.type.element != graph::Element::boolean || value.count() != 1) {
    refuse("has a condition " + text_of(value.type) + ", not one bool");
  }
  const std::string_view wanted = value.whole[0] != 0 ? "then_branch" : "else_branch";
  const auto found = std::find_if(
      node.attributes.begin(), node.attributes.end(),
      [&](const FileAttribute& one) { return one.name == wanted && !one.graphs.empty(); });
  if (found == node.attributes.end()) refuse("has no " + std::string(wanted));
  const FileGraph& graph = found->graphs.front();
  Scope branch;
  branch.outer = &scope;
  branch.nodes = &graph.nodes;
  branch.opsets = scope.opsets;
  branch.attributes = scope.attributes;
  branch.call = scope.call;
  branch.depth = scope.depth + 1;
  for (const FileValue& one : graph.values) branch.declared.emplace(one.name, &one);
  if (!graph.inputs.empty()) refuse("has a branch with inputs");
  if (graph.outputs.size() != node.outputs.size()) refuse("has other outputs than its branch");
  add_initializers(graph, branch);
  find_needed(branch, needed_of(node, scope, names_of(graph.outputs)));
  run_nodes(graph.nodes, branch);
  std::vector<Named> results;
  for (const FileValue& output : graph.outputs) results.push_back(find(output.name, branch));
  define_all(node, results, scope);
}

const Named& Importer::find(std::string_view name, const Scope& scope) const {
  if (const Named* value = named(name, scope)) return *value;
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    for (const FileNode& node : *at->nodes) {
      if (std::find(node.outputs.begin(), node.outputs.end(), name) != node.outputs.end()) {
        refuse(in_quotes(name) + " is used before the node that makes it, or by itself");
      }
    }
  }
  refuse("nothing makes " + in_quotes(name));
}

std::vector<Named> Importer::inputs_of(const FileNode& node, const Scope& scope) const {
  std::vector<Named> inputs;
  for (const std::string_view name : node.inputs) {
    inputs.push_back(name.empty() ? Named{} : find(name, scope));
  }
  return inputs;
}

void Importer::define(std::string_view name, Named value, Scope& scope) {
  if (!scope.values.emplace(name, value).second) refuse(in_quotes(name) + " is made twice");
  if (value.term != lost_term && value.term != no_term) {
    require_declared(name, builder_.type(value.term), scope);
  }
}

void Importer::define_all(const FileNode& node, const std::vector<Named>& results, Scope& scope) {
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (!node.outputs[i].empty()) define(node.outputs[i], results[i], scope);
  }
}

void Importer::require_declared(std::string_view name, const graph::TensorType& type,
                                const Scope& scope) const {
  const auto found = scope.declared.find(name);
  if (found == scope.declared.end() || found->second->kind.empty()) return;
  const FileValue& value = *found->second;
  bool same = declared_element(value) == type.element;
  if (same && value.dims) {
    same = value.dims->size() == type.shape.size();
    for (std::size_t axis = 0; same && axis < type.shape.size(); ++axis) {
      const auto& extent = (*value.dims)[axis].extent;
      same = !extent || *extent < 0 || *extent == type.shape[axis];
    }
  }
  if (!same) {
    refuse(in_quotes(name) + " is declared " + declared_text(value) + ", and is " + text_of(type));
  }
}

const FileFunction* Importer::function_of(const FileNode& node) const {
  const auto found = functions_.find(key_of(node.domain, node.operation, node.overload));
  return found == functions_.end() ? nullptr : found->second;
}

std::int64_t Importer::version_of(std::string_view domain, const Scope& scope) const {
  const FileOpset* found = nullptr;
  for (const FileOpset& one : *scope.opsets) {
    if (one.domain == domain) found = &one;
  }
  if (found == nullptr) {
    refuse("is of the domain " + in_quotes(domain) + ", whose operator set is not imported");
  }
  if (domain.empty() && (found->version < oldest_opset || found->version > newest_opset)) {
    unsupported("is of operator set " + std::to_string(found->version) + ": weft reads " +
                std::to_string(oldest_opset) + " to " + std::to_string(newest_opset));
  }
  return found->version;
}

}  // namespace weft::onnx
