// SPDX-License-Identifier: Apache-2.0
// Operators of sets 7 to 12 as set 13 has them: what became inputs is so, what rows a Softmax has
// is said by reshaping. Exact; nothing is converted where one operator can't be.
#include <algorithm>

#include "advice/opset_conversion.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;
using graph::TensorType;

constexpr std::int64_t set_13 = 13;
constexpr std::int64_t oldest_set = 7;        // before it operands were stretched by attributes
constexpr std::int64_t ir_version_of_13 = 7;  // of ONNX 1.8, which brought operator set 13

/// Input `i`, with those before it that are absent.
void put_input(SourceNode& node, std::size_t i, SourceValueId id) {
  if (node.inputs.size() <= i) node.inputs.resize(i + 1, graph::no_source_value);
  node.inputs[i] = id;
}

void list_to_input(Spelling& to, SourceNode& node, const std::string& name, std::size_t i) {
  const auto list = wholes_attribute(node, name);
  if (!list) return;
  put_input(node, i, to.wholes(*list));
  drop_attribute(node, name);
}

/// A number of the operand's type.
void number_to_input(Spelling& to, SourceNode& node, const std::string& name, std::size_t i) {
  if (node.attribute(name) == nullptr) return;
  const auto type = to.type(0);
  if (!type) refuse_form("its operand's type is not known");
  put_input(node, i, to.number(real_attribute(node, name, 0), type->element));
  drop_attribute(node, name);
}

void axes_to_13(Spelling& to, SourceNode node) {
  list_to_input(to, node, "axes", 1);
  to.keep(std::move(node));
}

void split_to_13(Spelling& to, SourceNode node) {
  list_to_input(to, node, "split", 1);
  to.keep(std::move(node));
}

void slice_to_13(Spelling& to, SourceNode node) {
  const char* names[] = {"starts", "ends", "axes"};
  for (std::size_t i = 0; i < std::size(names); ++i) list_to_input(to, node, names[i], i + 1);
  to.keep(std::move(node));
}

void clip_to_13(Spelling& to, SourceNode node) {
  number_to_input(to, node, "min", 1);
  number_to_input(to, node, "max", 2);
  to.keep(std::move(node));
}

void pad_to_13(Spelling& to, SourceNode node) {
  list_to_input(to, node, "pads", 1);
  number_to_input(to, node, "value", 2);
  to.keep(std::move(node));
}

void top_k_to_13(Spelling& to, SourceNode node) {
  if (node.attribute("k") != nullptr) {
    put_input(node, 1, to.wholes({whole_attribute(node, "k", 1)}));
    drop_attribute(node, "k");
  }
  to.keep(std::move(node));
}

void dropout_to_13(Spelling& to, SourceNode node) {
  constexpr std::int64_t mask_of_bool = 10;
  const bool gives_mask = node.outputs.size() > 1 && node.outputs[1] != graph::no_source_value;
  if (gives_mask && node.version < mask_of_bool) refuse_form("its mask is of another type");
  number_to_input(to, node, "ratio", 1);
  to.keep(std::move(node));
}

void batch_norm_to_13(Spelling& to, SourceNode node) {
  drop_usual_attribute(node, "spatial", 1, set_13);
  to.keep(std::move(node));
}

void resize_to_13(Spelling& to, SourceNode node) {
  constexpr std::int64_t of_today = 11;
  if (node.version < of_today) refuse_form("it takes other places before operator set 11");
  to.keep(std::move(node));
}

void scatter_to_13(Spelling& to, SourceNode node) {
  node.operation = "ScatterElements";
  to.keep(std::move(node));
}

/// Before set 13 all axes from the attribute's on are one row.
void softmax_to_13(Spelling& to, SourceNode node) {
  const auto type = to.type(0);
  if (node.version >= set_13) return to.keep(std::move(node));
  if (!type) refuse_form("its operand's shape is not known");
  const std::size_t rank = type->shape.size();
  const auto axis = static_cast<std::size_t>(from_front(whole_attribute(node, "axis", 1), rank));
  drop_attribute(node, "axis");
  if (axis + 1 == rank) {
    node.attributes.push_back({"axis", static_cast<std::int64_t>(axis)});
    return to.keep(std::move(node));
  }
  if (graph::count_of(type->shape) == 0) refuse_form("its operand has no elements");
  const graph::Shape outer(type->shape.begin(),
                           type->shape.begin() + static_cast<std::ptrdiff_t>(axis));
  const std::int64_t rows = graph::count_of(outer);
  const TensorType flat{type->element, {rows, graph::count_of(type->shape) / rows}};
  node.attributes.push_back({"axis", std::int64_t{1}});
  const Ids results = node.outputs;
  node.inputs[0] = to.reshape(node.inputs[0], flat);
  node.outputs = {to.value(flat)};
  const SourceValueId made = node.outputs[0];
  to.keep(std::move(node));
  to.finish("Reshape", {made, to.wholes(type->shape)}, results);
}

/// What sets 7 to 13 have alike, beside what set 11 has like newer ones.
constexpr std::array alike_to_13{"ArgMax",
                                 "ArgMin",
                                 "AveragePool",
                                 "Cast",
                                 "Celu",
                                 "Compress",
                                 "Constant",
                                 "ConstantOfShape",
                                 "Einsum",
                                 "EyeLike",
                                 "GRU",
                                 "GatherND",
                                 "GreaterOrEqual",
                                 "Hardmax",
                                 "LSTM",
                                 "LessOrEqual",
                                 "LpNormalization",
                                 "LpPool",
                                 "NonMaxSuppression",
                                 "NonZero",
                                 "OneHot",
                                 "Pow",
                                 "RNN",
                                 "Range",
                                 "ReduceL1",
                                 "ReduceL2",
                                 "ReduceLogSum",
                                 "ReduceLogSumExp",
                                 "ReduceMax",
                                 "ReduceMean",
                                 "ReduceMin",
                                 "ReduceProd",
                                 "ReduceSumSquare",
                                 "Reshape",
                                 "ReverseSequence",
                                 "RoiAlign",
                                 "ScatterElements",
                                 "ScatterND",
                                 "Shape",
                                 "Shrink",
                                 "Size",
                                 "MeanVarianceNormalization"};

std::map<std::string, Convert> converters_to_13() {
  std::map<std::string, Convert> out;
  for (const char* name : alike_from_11_on) out[name] = as_it_is;
  for (const char* name : alike_to_13) out[name] = as_it_is;
  for (const char* name : {"ReduceSum", "Squeeze", "Unsqueeze"}) out[name] = axes_to_13;
  for (const char* name : {"Softmax", "LogSoftmax", "Hardmax"}) out[name] = softmax_to_13;
  out["Split"] = split_to_13;
  out["Slice"] = slice_to_13;
  out["Clip"] = clip_to_13;
  out["Pad"] = pad_to_13;
  out["TopK"] = top_k_to_13;
  out["Dropout"] = dropout_to_13;
  out["BatchNormalization"] = batch_norm_to_13;
  out["Resize"] = resize_to_13;
  out["Scatter"] = scatter_to_13;
  return out;
}

void check_to_13(const SourceModel&, SourceNode& node) {
  if (node.version < oldest_set) {
    refuse_form("weft converts no operator set before " + std::to_string(oldest_set));
  }
}

}  // namespace

void convert_to_opset_13(Rewritten& to) {
  const auto set = to.model.opsets.find("");
  if (set == to.model.opsets.end() || set->second >= set_13) return;
  static const std::map<std::string, Convert> known = converters_to_13();
  if (!convert_model(to, {"opset-13", set_13, known, check_to_13, true})) return;
  to.model.ir_version = std::max(to.model.ir_version, ir_version_of_13);
}

}  // namespace weft::advice
