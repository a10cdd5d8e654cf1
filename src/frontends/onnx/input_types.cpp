// SPDX-License-Identifier: Apache-2.0
// What the model's inputs are: declared extents, and what the user gives for those that are open.
#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/number_text.hpp"
#include "frontends/onnx/importer.hpp"

namespace weft::onnx {
namespace {

using graph::Shape;

constexpr std::int64_t most_extent = std::int64_t{1} << 40;

std::int64_t extent_of(std::string_view text, std::string_view option) {
  const auto value = whole_of(text);
  if (!value || *value == 0 || *value > static_cast<std::uint64_t>(most_extent)) {
    refuse("'" + std::string(option) + "': an extent is a whole number from 1 to 2^40");
  }
  return static_cast<std::int64_t>(*value);
}

/// Name and value of "NAME=VALUE"; the name may have '=' in it, the value not.
std::pair<std::string, std::string_view> option_parts(std::string_view text,
                                                      const std::string& form) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    refuse("'" + std::string(text) + "' is not of the form " + form);
  }
  return {std::string(text.substr(0, equals)), text.substr(equals + 1)};
}

bool is_open(const FileDimension& dimension) { return !dimension.extent || *dimension.extent < 0; }

/// Extents by name: what the options say, and what the shapes in them say.
class Extents {
 public:
  explicit Extents(const Options& options) : by_name_(options.dims) {}

  void bind(const FileValue& value, const Shape& shape) {
    if (!value.dims) return;
    if (value.dims->size() != shape.size()) {
      refuse("input " + in_quotes(value.name) + " is " + declared_text(value) +
             ", and --input gives it " + text_of(shape));
    }
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      const FileDimension& dimension = (*value.dims)[axis];
      const std::string name(dimension.parameter);
      if (!is_open(dimension)) {
        if (*dimension.extent == shape[axis]) continue;
        refuse("input " + in_quotes(value.name) + " is " + declared_text(value) +
               ", and --input gives it " + text_of(shape));
      }
      if (name.empty()) continue;
      const auto [found, fresh] = by_name_.try_emplace(name, shape[axis]);
      if (!fresh && found->second != shape[axis]) {
        refuse("the extent " + in_quotes(name) + " is both " + std::to_string(found->second) +
               " and " + std::to_string(shape[axis]));
      }
    }
  }

  /// Nothing where an extent is not known.
  std::optional<Shape> shape_of(const FileValue& value) const {
    if (!value.dims) return std::nullopt;
    Shape shape;
    for (const FileDimension& dimension : *value.dims) {
      const auto found = by_name_.find(std::string(dimension.parameter));
      if (!is_open(dimension)) {
        shape.push_back(*dimension.extent);
      } else if (!dimension.parameter.empty() && found != by_name_.end()) {
        shape.push_back(found->second);
      } else {
        return std::nullopt;
      }
    }
    return shape;
  }

 private:
  std::map<std::string, std::int64_t> by_name_;
};

std::vector<const FileValue*> open_inputs(const FileGraph& graph) {
  std::unordered_set<std::string_view> constants;
  for (const FileTensor& tensor : graph.initializers) constants.insert(tensor.name);
  std::vector<const FileValue*> inputs;
  std::unordered_set<std::string_view> names;
  for (const FileValue& value : graph.inputs) {
    if (value.name.empty()) refuse("an input has no name");
    if (!names.insert(value.name).second) refuse("two inputs are " + in_quotes(value.name));
    if (!constants.contains(value.name)) inputs.push_back(&value);
  }
  return inputs;
}

/// Category::input, naming the input, for more elements than weft counts.
void require_countable(std::string_view name, const Shape& shape) {
  try {
    (void)graph::count_of(shape);
  } catch (const Error& error) {
    fail(error.category(), "input " + in_quotes(name) + ": " + error.what());
  }
}

/// Options that fit nothing are mistakes.
void require_known_names(const std::vector<const FileValue*>& inputs, const Options& options) {
  std::set<std::string> names;
  std::set<std::string> extents;
  for (const FileValue* value : inputs) {
    names.emplace(value->name);
    if (!value->dims) continue;
    for (const FileDimension& one : *value->dims) {
      if (is_open(one) && !one.parameter.empty()) extents.emplace(one.parameter);
    }
  }
  const auto listed = [](const std::set<std::string>& all) {
    std::string text;
    for (const std::string& one : all) text += (text.empty() ? "" : ", ") + in_quotes(one);
    return text.empty() ? std::string("none") : text;
  };
  if (options.may_name_others) return;
  for (const auto& [name, shape] : options.inputs) {
    if (!names.contains(name)) {
      refuse("--input names " + in_quotes(name) + ", and the inputs are: " + listed(names));
    }
  }
  for (const auto& [name, extent] : options.dims) {
    if (!extents.contains(name)) {
      refuse("--dim names " + in_quotes(name) + ", and the open extents are: " + listed(extents));
    }
  }
}

}  // namespace

void add_input_option(Options& options, std::string_view text) {
  auto [name, value] = option_parts(text, "NAME=1x3x224x224");
  Shape shape;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('x'), value.size());
    shape.push_back(extent_of(value.substr(0, end), text));
    if (end + 1 == value.size()) refuse("'" + std::string(text) + "' ends in an x");
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  if (!options.inputs.emplace(name, std::move(shape)).second) {
    refuse("--input gives " + in_quotes(name) + " twice");
  }
}

void add_dim_option(Options& options, std::string_view text) {
  auto [name, value] = option_parts(text, "NAME=1");
  if (!options.dims.emplace(name, extent_of(value, text)).second) {
    refuse("--dim gives " + in_quotes(name) + " twice");
  }
}

std::string declared_text(const FileValue& value) {
  const auto element = element_of(value.type);
  std::string text = element ? std::string(name_of(*element)) : type_name(value.type);
  if (!value.dims) return text + " of unknown extents";
  text += '[';
  for (std::size_t axis = 0; axis < value.dims->size(); ++axis) {
    const FileDimension& one = (*value.dims)[axis];
    if (axis > 0) text += ", ";
    if (!is_open(one)) {
      text += std::to_string(*one.extent);
    } else {
      text += one.parameter.empty() ? "?" : std::string(one.parameter.substr(0, 40));
    }
  }
  return text + ']';
}

graph::Element declared_element(const FileValue& value) {
  if (value.kind != "tensor") {
    const std::string kind =
        value.kind.empty() ? "nothing"
                           : (value.kind == "optional" ? "an " : "a ") + std::string(value.kind);
    fail(value.kind.empty() ? Category::input : Category::unsupported,
         in_quotes(value.name) + " is declared as " + kind + ", and weft takes tensors");
  }
  const auto element = element_of(value.type);
  if (!element) unsupported(in_quotes(value.name) + " has elements of " + type_name(value.type));
  return *element;
}

std::vector<InputType> input_types(const FileGraph& graph, const Options& options) {
  const std::vector<const FileValue*> inputs = open_inputs(graph);
  require_known_names(inputs, options);
  Extents extents(options);
  for (const FileValue* value : inputs) {
    const auto given = options.inputs.find(std::string(value->name));
    if (given != options.inputs.end()) extents.bind(*value, given->second);
  }
  std::vector<InputType> types;
  std::string open;
  for (const FileValue* value : inputs) {
    const graph::Element element = declared_element(*value);
    const auto given = options.inputs.find(std::string(value->name));
    const auto shape =
        given != options.inputs.end() ? std::optional(given->second) : extents.shape_of(*value);
    if (shape) {
      require_countable(value->name, *shape);
      types.push_back({value->name, {element, *shape}});
    } else {
      open += (open.empty() ? "" : "; ") + in_quotes(value->name) + " " + declared_text(*value);
    }
  }
  if (!open.empty()) {
    refuse("extents are open: " + open + ". Give them with --input NAME=1x3x224x224 or --dim N=1");
  }
  return types;
}

std::vector<graph::OpenExtent> open_extents(const FileGraph& graph, const Options& options) {
  std::map<std::string_view, const FileValue*> values;
  for (const FileValue& value : graph.inputs) values.emplace(value.name, &value);
  std::vector<graph::OpenExtent> out;
  for (const InputType& input : input_types(graph, options)) {
    const FileValue& value = *values.at(input.name);
    for (std::size_t axis = 0; axis < input.type.shape.size(); ++axis) {
      const bool is_told = !value.dims || is_open((*value.dims)[axis]);
      if (!is_told) continue;
      const auto name = value.dims ? (*value.dims)[axis].parameter : std::string_view();
      out.push_back({std::string(input.name), axis, std::string(name), input.type.shape[axis]});
    }
  }
  return out;
}

std::optional<graph::TensorType> declared_type(const FileValue& value, const Options& options) {
  const auto element = element_of(value.type);
  if (value.kind != "tensor" || !element) return std::nullopt;
  const auto shape = Extents(options).shape_of(value);
  if (!shape) return std::nullopt;
  return graph::TensorType{*element, *shape};
}

}  // namespace weft::onnx
