// SPDX-License-Identifier: Apache-2.0
// Head, variables and nodes of a program.
#include "lower/ipu/writer.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "graph/comments.hpp"
#include "lower/ipu/library_text.hpp"

namespace weft::lower::ipu {

using graph::ValueId;

namespace {

constexpr std::size_t most_columns = 100;

/// `call` with its operands in place of "$0", "$1" ...
std::string filled(const std::string& call, const std::vector<std::string>& operands) {
  std::string out;
  for (std::size_t i = 0; i < call.size(); ++i) {
    if (call[i] != '$') {
      out += call[i];
      continue;
    }
    std::size_t number = 0;
    while (i + 1 < call.size() && call[i + 1] >= '0' && call[i + 1] <= '9') {
      number = number * 10 + static_cast<std::size_t>(call[++i] - '0');
    }
    out += operands.at(number);
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

bool standard_header(const std::string& name) { return name.find('/') == std::string::npos; }

}  // namespace

std::string braces(const std::vector<std::int64_t>& numbers) {
  std::string out;
  for (const std::int64_t one : numbers) out += (out.empty() ? "" : ", ") + std::to_string(one);
  return "{" + out + "}";
}

Writer::Writer(const Model& model, std::string title)
    : model_(model), title_(std::move(title)), value_names_(*model.graph) {}

Variable Writer::variable_of(ValueId id) {
  const std::string& name = model_.value(id).name;
  return {names_.identifier(name), value_names_.of(name)};
}

void Writer::use(const std::string& piece) {
  for (const Piece& known : pieces()) {
    if (piece != known.name) continue;
    for (const char* needed : known.needs) use(needed);
    pieces_.insert(piece);
    return;
  }
  fail(Category::internal, "a program has no piece '" + piece + "'");
}

bool Writer::has(std::size_t i) const {
  return i < node_->inputs.size() && node_->inputs[i] != graph::no_value;
}

std::string Writer::weight(ValueId id, const std::string& made) {
  if (counting_) return "w";
  const auto found = variables_.find(index(id));
  if (found != variables_.end()) return found->second.name;
  const Variable variable = variable_of(id);
  variables_[index(id)] = variable;
  const Numbers numbers = model_.numbers(id);
  const std::string handle = quoted(variable.handle);
  const std::string linear =
      "net.weights(" + handle + ", " + name_of(numbers.kind) + ", " + braces(numbers.shape) + ")";
  line("const Tensor " + variable.name + " =", made.empty() ? linear : filled(made, {handle}));
  weights_.push_back({variable.handle, tensor_of(numbers)});
  return variable.name;
}

std::string Writer::weight(const std::string& name, const Numbers& numbers) {
  if (counting_) return "w";
  const Variable variable{names_.identifier(name), value_names_.further(name)};
  const std::string handle = quoted(variable.handle);
  line("const Tensor " + variable.name + " =",
       "net.weights(" + handle + ", " + name_of(numbers.kind) + ", " + braces(numbers.shape) + ")");
  weights_.push_back({variable.handle, tensor_of(numbers)});
  return variable.name;
}

std::string Writer::in(std::size_t i) {
  const ValueId id = node_->inputs[i];
  if (model_.constant(id)) return weight(id, "");
  return counting_ ? "x" : variables_.at(index(id)).name;
}

void Writer::declare_inputs() {
  for (const ValueId id : model_.graph->inputs) {
    const graph::Value& value = model_.value(id);
    const Variable variable = variable_of(id);
    const Kind kind = model_.kind(id);
    variables_[index(id)] = variable;
    // An output has its stream's name.
    const std::vector<ValueId>& outputs = model_.graph->outputs;
    const bool given_back = std::find(outputs.begin(), outputs.end(), id) != outputs.end();
    streams_.push_back(given_back ? value_names_.further(value.name) : variable.handle);
    line("const Tensor " + variable.name + " = net.input(" + quoted(streams_.back()) + ", " +
         name_of(kind) + ", " + braces(value.type.shape) + ");");
    inputs_.push_back({variable.handle, {element_of(kind), value.type.shape}});
  }
}

Layer Writer::layer_of(const graph::Node& node) {
  node_ = &node;
  return std::visit([this](const auto& what) { return of(what); }, node.what);
}

/// `head call;`, in two lines where one is too short.
void Writer::line(const std::string& head, const std::string& call) {
  const bool fits = head.size() + call.size() + 4 <= most_columns;
  line(head + (fits ? " " : "\n      ") + call + ";");
}

/// Calls of a layer that only differ in their operands, whose shapes and types are the same.
void Writer::count_shared() {
  counting_ = true;
  for (const graph::Node& node : model_.graph->nodes) {
    const Layer layer = layer_of(node);
    if (layer.shares) ++uses_[layer.call + layer.shapes];
  }
  counting_ = false;
}

void Writer::write_origins(const graph::Node& node) {
  body_ += "\n";
  constexpr std::size_t before = 5;  // "  // "
  for (const std::string& text : comments_of(node, most_columns - before)) line("// " + text);
}

void Writer::add_result(ValueId id, const Variable& variable, const std::string& where) {
  variables_[index(id)] = variable;
  results_.push_back(
      {id, variable.handle, where, {element_of(model_.kind(id)), model_.shape(id)}, false});
}

/// A node with several results: a vector, and a variable for each.
void Writer::write_results(const graph::Node& node, const std::string& call) {
  const std::string all = names_.identifier(std::string(name_of(node.what)) + "_states");
  line("const std::vector<Tensor> " + all + " =", call);
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    const Variable variable = variable_of(node.outputs[i]);
    line("const Tensor " + variable.name + " = net.node(" + quoted(variable.handle) + ",",
         all + "[" + std::to_string(i) + "])");
    add_result(node.outputs[i], variable, place_of(node));
  }
}

void Writer::write_node(const graph::Node& node) {
  write_origins(node);
  const Layer layer = layer_of(node);
  if (layer.several) {
    write_results(node, filled(layer.call, layer.operands));
    return;
  }
  const ValueId id = node.outputs[0];
  const Variable variable = variable_of(id);
  std::string call = filled(layer.call, layer.operands);
  const std::string key = layer.call + layer.shapes;
  if (layer.shares && uses_[key] > 1) {
    use("shared");
    std::string& function = shared_[key];
    if (function.empty()) {
      function = names_.identifier(std::string(name_of(node.what)) + "_layer");
      std::vector<std::string> given;
      for (std::size_t i = 0; i < layer.operands.size(); ++i) {
        given.push_back("in[" + std::to_string(i) + "]");
      }
      line("// The first of " + counted(uses_[key], "layer") + " alike.");
      line("Shared " + function +
           "(net, [](Network& net, const std::vector<Tensor>& in) {\n    return " +
           filled(layer.call, given) + ";\n  });");
    }
    call = function + "({" + joined(layer.operands) + "})";
  }
  if (layer.view) {
    variables_[index(id)] = variable;
    line("const Tensor " + variable.name + " =", call);
    return;
  }
  line("const Tensor " + variable.name + " = net.node(" + quoted(variable.handle) + ",",
       call + ")");
  add_result(id, variable, place_of(node));
}

void Writer::write_outputs() {
  body_ += "\n";
  for (const ValueId id : model_.graph->outputs) {
    auto found = variables_.find(index(id));
    if (found == variables_.end()) {
      weight(id, "");
      found = variables_.find(index(id));
    }
    const std::string& handle = found->second.handle;
    bool given = false;
    for (Result& result : results_) {
      given = given || result.value == id;
      if (result.value == id) result.output = true;
    }
    if (!given) {
      results_.push_back({id,
                          handle,
                          "'" + model_.value(id).name + "'",
                          {element_of(model_.kind(id)), model_.shape(id)},
                          true});
    }
    line((given ? "if (!net.nodes) net.output(" : "net.output(") + quoted(handle) + ", " +
         found->second.name + ");");
  }
}

std::string Writer::head() const {
  std::string out =
      "// " + title_ +
      R"( as a program for one IPU, written by weft compile: yours to read and to change.
//
// A run takes the model's inputs from the streams of their names and gives its outputs to streams
// of theirs. Weights are tensors that the host writes. Arguments: --runs N (default 1); --nodes:
// the values of all nodes are streams too.
)";
  std::set<std::string> standard{"charconv", "cstddef", "cstdio", "stdexcept", "string", "vector"};
  std::set<std::string> other{"poplar/DeviceManager.hpp", "poplar/Engine.hpp",
                              "poplar/Graph.hpp",         "poplin/codelets.hpp",
                              "popnn/codelets.hpp",       "popops/codelets.hpp",
                              "popops/ElementWise.hpp"};
  for (const Piece& piece : pieces()) {
    if (pieces_.count(piece.name) == 0) continue;
    for (const char* name : piece.includes) (standard_header(name) ? standard : other).insert(name);
  }
  for (const std::string& name : standard) out += "#include <" + name + ">\n";
  for (const std::string& name : other) out += "#include <" + name + ">\n";
  out += R"(
using namespace poplar;
using namespace poplar::program;
namespace pe = popops::expr;
using Shape = std::vector<std::size_t>;
using Numbers = std::vector<unsigned>;

namespace {

)";
  for (const Piece& piece : pieces()) {
    if (pieces_.count(piece.name) == 0 || *piece.text == '\0') continue;
    out += piece.text + 1 + std::string("\n");  // behind its first line break
  }
  return out;
}

std::string Writer::main_function() const {
  return R"(struct Settings {
  unsigned runs = 1;
  bool nodes = false;
};

Settings read_arguments(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--nodes") {
      settings.nodes = true;
    } else if (argument == "--runs" && i + 1 < argc) {
      const std::string number = argv[++i];
      std::from_chars(number.data(), number.data() + number.size(), settings.runs);
    } else {
      throw std::invalid_argument(argument);
    }
  }
  return settings;
}

/// Absent operands.
const Tensor none;

void model(Network& net) {
)" + constants_ +
         body_ + R"(}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = read_arguments(argc, argv);
  auto devices = DeviceManager::createDeviceManager().getDevices(TargetType::IPU, 1);
  if (devices.empty() || !devices.front().attach()) return 1;
  Graph graph(devices.front());
  popops::addCodelets(graph);
  poplin::addCodelets(graph);
  popnn::addCodelets(graph);

  Network net{graph, Sequence(), settings.nodes};
  model(net);
  Engine engine(graph, Repeat(settings.runs, net.all));
  engine.load(devices.front());
  engine.run(0);
  std::printf("%u runs of the model on %u tiles\n", settings.runs, graph.getTarget().getNumTiles());
  return 0;
}
)";
}

std::string Writer::text() {
  use("network");
  count_shared();
  declare_inputs();
  for (const graph::Node& node : model_.graph->nodes) write_node(node);
  write_outputs();
  return head() + main_function();
}

}  // namespace weft::lower::ipu
