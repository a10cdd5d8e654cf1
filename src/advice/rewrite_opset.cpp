// SPDX-License-Identifier: Apache-2.0
// Operators of operator sets 12 to 23 as set 11 has them: what became inputs is attributes again,
// what was added must not be used. Exact; nothing is converted where one operator can't be.
#include <algorithm>
#include <array>
#include <map>

#include "advice/opset_conversion.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;

constexpr std::int64_t wanted_set = 11;
constexpr std::int64_t wanted_ir_version = 6;  // of ONNX 1.6, which brought operator set 11

void drop_usual(SourceNode& node, std::string_view name, std::int64_t usual) {
  drop_usual_attribute(node, name, usual, wanted_set);
}

/// Attributes that operators got behind set 11, whose 0 is what it always does.
struct AddedAttribute {
  std::string_view operation, name;
};
constexpr std::array added_attributes{AddedAttribute{"GatherND", "batch_dims"},
                                      AddedAttribute{"BatchNormalization", "training_mode"},
                                      AddedAttribute{"LSTM", "layout"},
                                      AddedAttribute{"GRU", "layout"},
                                      AddedAttribute{"ArgMax", "select_last_index"},
                                      AddedAttribute{"ArgMin", "select_last_index"}};

SourceNode without_added(SourceNode node) {
  for (const auto& [operation, name] : added_attributes) {
    if (node.operation == operation) drop_usual(node, name, 0);
  }
  return node;
}

/// Axes, or extents of parts, that are an input from a set on.
template <std::int64_t first>
void list_to_attribute(Spelling& to, SourceNode node, const std::string& name) {
  if (to.node().version >= first && node.has_input(1)) {
    const auto list = to.known_wholes(1);
    if (!list) refuse_form("its " + name + " are computed");
    node.attributes.push_back({name, *list});
  }
  if (to.node().version >= first) node.inputs.resize(1);
  to.keep(std::move(node));
}

template <std::int64_t first>
void axes_to_attribute(Spelling& to, SourceNode node) {
  const bool keeps = whole_attribute(node, "noop_with_empty_axes", 0) != 0;
  drop_attribute(node, "noop_with_empty_axes");
  const auto axes = to.known_wholes(1);
  const bool is_empty =
      to.node().version >= first && (!node.has_input(1) || (axes && axes->empty()));
  if (!is_empty) return list_to_attribute<first>(to, std::move(node), "axes");
  if (keeps) refuse_form("noop_with_empty_axes is not of operator set 11");
  node.inputs.resize(1);
  to.keep(std::move(node));
}

void squeeze(Spelling& to, SourceNode node) { list_to_attribute<13>(to, std::move(node), "axes"); }

void split(Spelling& to, SourceNode node) {
  drop_attribute(node, "num_outputs");  // the results' types say how much each has
  if (node.has_input(1) || node.attribute("split") != nullptr) {
    return list_to_attribute<13>(to, std::move(node), "split");
  }
  Whole extents;
  for (const SourceValueId id : node.outputs) {
    if (id == graph::no_source_value || !to.model()[id].type)
      refuse_form("a part's extent is not known");
    const graph::Shape& shape = to.model()[id].type->shape;
    const std::int64_t axis = from_front(whole_attribute(node, "axis", 0), shape.size());
    extents.push_back(shape[static_cast<std::size_t>(axis)]);
  }
  node.attributes.push_back({"split", extents});
  to.keep(std::move(node));
}

/// Before set 13 all axes from the attribute's on are one row.
void softmax(Spelling& to, SourceNode node) {
  constexpr std::int64_t of_one_axis = 13;
  const auto type = to.type(0);
  if (to.node().version < of_one_axis) return to.keep(std::move(node));
  if (!type) refuse_form("its operand's shape is not known");
  const std::size_t rank = type->shape.size();
  const auto axis = static_cast<std::size_t>(from_front(whole_attribute(node, "axis", -1), rank));
  drop_attribute(node, "axis");
  node.attributes.push_back({"axis", static_cast<std::int64_t>(rank - 1)});
  if (axis + 1 == rank) return to.keep(std::move(node));
  Whole turn;
  for (std::size_t i = 0; i < rank; ++i) turn.push_back(static_cast<std::int64_t>(i));
  std::swap(turn[axis], turn[rank - 1]);
  graph::TensorType turned = *type;
  std::swap(turned.shape[axis], turned.shape[rank - 1]);
  const Attributes order{{"perm", turn}};
  const Ids results = node.outputs;
  node.inputs[0] = to.make("Transpose", {node.inputs[0]}, turned, order);
  node.outputs = {to.value(turned)};
  const SourceValueId made = node.outputs[0];
  to.keep(std::move(node));
  to.finish("Transpose", {made}, results, order);
}

void keep_reshape(Spelling& to, SourceNode node) {
  if (whole_attribute(node, "allowzero", 0) != 0) {
    const auto shape = to.known_wholes(1);
    if (!shape || std::find(shape->begin(), shape->end(), 0) != shape->end()) {
      refuse_form(
          "allowzero with an extent of 0, or one that is computed, is not of operator set 11");
    }
  }
  drop_attribute(node, "allowzero");
  to.keep(std::move(node));
}

void cast(Spelling& to, SourceNode node) {
  drop_attribute(node, "saturate");  // of fp8 alone, which set 11 has not
  drop_attribute(node, "round_mode");
  to.keep(std::move(node));
}

void cast_like(Spelling& to, SourceNode node) {
  const auto type = to.type(1);
  if (!type) refuse_form("the type that it converts to is not known");
  to.finish("Cast", {node.inputs[0]}, node.outputs, {{"to", type_number(type->element)}});
}

void dropout(Spelling& to, SourceNode node) {
  constexpr std::int64_t ratio_as_input = 12;
  if (to.node().version >= ratio_as_input) {
    if (node.has_input(2)) {
      const auto training = to.known_wholes(2);
      if (!training || training->front() != 0) refuse_form("it drops in inference, or may");
    }
    if (node.has_input(1)) {
      const auto& ratio = to.model()[node.inputs[1]].constant;
      if (!ratio) refuse_form("its ratio is computed");
      node.attributes.push_back({"ratio", numbers_of(*ratio).floats.at(0)});
    }
    node.inputs.resize(1);
    drop_attribute(node, "seed");
  }
  to.keep(std::move(node));
}

void pad(Spelling& to, SourceNode node) {
  if (node.has_input(3)) refuse_form("pads of chosen axes are not of operator set 11");
  if (text_attribute(node, "mode", "constant") == "wrap") refuse_form("the mode wrap is newer");
  node.inputs.resize(std::min<std::size_t>(node.inputs.size(), 3));
  to.keep(std::move(node));
}

void power(Spelling& to, SourceNode node) {
  const auto base = to.type(0), exponent = to.type(1);
  if (!base || !exponent) refuse_form("its operands' types are not known");
  if (base->element != exponent->element) {
    node.inputs[1] = to.make("Cast", {node.inputs[1]}, {base->element, exponent->shape},
                             {{"to", type_number(base->element)}});
  }
  to.keep(std::move(node));
}

void average_pool(Spelling& to, SourceNode node) {
  const Whole dilations = wholes_attribute(node, "dilations").value_or(Whole{});
  if (std::any_of(dilations.begin(), dilations.end(), [](std::int64_t one) { return one != 1; })) {
    refuse_form("dilations are not of operator set 11");
  }
  drop_attribute(node, "dilations");
  to.keep(std::move(node));
}

template <Respell spell>
void spelled(Spelling& to, SourceNode /*node*/) {
  if (!spell(to)) refuse_form("its operands' types are not known");
}

std::map<std::string, Convert> converters() {
  std::map<std::string, Convert> out;
  for (const char* name : alike_from_11_on) out[name] = as_it_is;
  for (const char* name : {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax",
                           "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"}) {
    out[name] = axes_to_attribute<18>;
  }
  out["ReduceSum"] = axes_to_attribute<13>;
  out["Squeeze"] = out["Unsqueeze"] = squeeze;
  out["Split"] = split;
  out["Softmax"] = out["LogSoftmax"] = softmax;
  out["Reshape"] = keep_reshape;
  out["Cast"] = cast;
  out["CastLike"] = cast_like;
  out["Dropout"] = dropout;
  out["Pad"] = pad;
  out["Pow"] = power;
  out["AveragePool"] = average_pool;
  for (const auto& [operation, name] : added_attributes) out[std::string(operation)] = as_it_is;
  out["GreaterOrEqual"] = spelled<spell_greater_or_equal>;
  out["LessOrEqual"] = spelled<spell_less_or_equal>;
  return out;
}

/// Set 13 brought bf16.
void require_old_types(const SourceModel& model, const SourceNode& node) {
  for (const auto* ids : {&node.inputs, &node.outputs}) {
    for (const SourceValueId id : *ids) {
      if (id == graph::no_source_value || !model[id].type) continue;
      if (model[id].type->element == graph::Element::bf16)
        refuse_form("bf16 is not of operator set 11");
    }
  }
}

void check(const SourceModel& model, SourceNode& node) {
  require_old_types(model, node);
  node = without_added(node);
}

}  // namespace

void convert_to_opset_11(Rewritten& to) {
  const auto set = to.model.opsets.find("");
  if (set == to.model.opsets.end() || set->second <= wanted_set) return;
  static const std::map<std::string, Convert> known = converters();
  if (!convert_model(to, {"opset-11", wanted_set, known, check})) return;
  to.model.ir_version = std::min(to.model.ir_version, wanted_ir_version);
}

}  // namespace weft::advice
