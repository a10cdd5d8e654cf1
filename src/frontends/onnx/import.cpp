// SPDX-License-Identifier: Apache-2.0
// A file as a graph, and as the list of its operators: what the importer does for the list alone.
#include "frontends/onnx/import.hpp"

#include <utility>

#include "frontends/onnx/importer.hpp"

namespace weft::onnx {
namespace {

/// What the graphs in a node's attributes take from the scope that it stands in.
void add_captured(const FileNode& node, const Scope& scope, std::vector<graph::SourceValueId>& to) {
  for (const FileAttribute& one : node.attributes) {
    for (const FileGraph& graph : one.graphs) {
      for (const FileNode& inner : graph.nodes) {
        for (const std::string_view name : inner.inputs) {
          const Named* value = named(name, scope);
          if (value != nullptr && value->source != graph::no_source_value) {
            to.push_back(value->source);
          }
        }
        add_captured(inner, scope, to);
      }
      for (const FileValue& output : graph.outputs) {
        const Named* value = named(output.name, scope);
        if (value != nullptr && value->source != graph::no_source_value) {
          to.push_back(value->source);
        }
      }
    }
  }
}

}  // namespace

void Importer::finish_node(const FileNode& node, std::int64_t version,
                           const std::vector<Named>& inputs,
                           const std::optional<std::vector<Term>>& results, Scope& scope,
                           const graph::Origin& origin) {
  const std::vector<Term> terms = results ? *results : lost_results(node, scope);
  std::vector<Named> values;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) values.push_back({terms[i]});
  if (listing_ != nullptr) {
    ListedNode read{.version = version, .inputs = {}, .captured = {}, .results = {}};
    for (const Named& one : inputs) read.inputs.push_back(one.source);
    add_captured(node, scope, read.captured);
    for (const Named& one : values) {
      const bool has = one.term != lost_term && one.term != no_term;
      read.results.emplace_back();
      if (has) read.results.back() = {builder_.type(one.term), builder_.known(one.term)};
    }
    read.is_known = results.has_value();
    const auto ids = listing_->node(node, std::move(read), origin, tensors_);
    for (std::size_t i = 0; i < ids.size(); ++i) values[i].source = ids[i];
  }
  define_all(node, values, scope);
}

std::vector<Term> Importer::lost_results(const FileNode& node, const Scope& scope) {
  std::vector<Term> terms(node.outputs.size(), lost_term);
  if (listing_ == nullptr) return terms;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto found = scope.declared.find(node.outputs[i]);
    if (found == scope.declared.end()) continue;
    if (auto type = declared_type(*found->second, options_)) {
      terms[i] = builder_.input(std::string(node.outputs[i]), std::move(*type));
    }
  }
  return terms;
}

namespace {

/// What `read` makes of a file's model; what it refuses is said of the file.
template <typename Read>
auto of_file(const std::string& path, const Read& read) {
  const Model model = read_model(path);
  try {
    return read(model);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (message.starts_with(path + ": ")) throw;
    fail(error.category(), path + ": " + message);
  }
}

}  // namespace

graph::Graph import_model(const std::string& path, const Options& options) {
  return of_file(path, [&](const Model& model) { return Importer(model, options).run(); });
}

graph::SourceModel list_model(const std::string& path, const Options& options) {
  return of_file(path, [&](const Model& model) {
    graph::SourceModel out;
    out.path = path;
    out.producer = model.producer;
    out.ir_version = model.ir_version;
    for (const FileOpset& one : model.opsets) out.opsets[std::string(one.domain)] = one.version;
    Listing listing(out);
    out.name = Importer(model, options, &listing).run().name;
    out.graph_name = model.graph.name.empty() ? out.name : std::string(model.graph.name);
    out.open_extents = open_extents(model.graph, options);
    mark_needed(out);
    return out;
  });
}

}  // namespace weft::onnx
