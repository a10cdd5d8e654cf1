// SPDX-License-Identifier: Apache-2.0
// A model in another operator set, operator by operator, or not at all; private to this room.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {

/// Puts a node's form in the wanted set; `refuse_form` where there is none. The node, with its
/// old version, is to be changed; what is made is of the set that it has to be of.
using Convert = void (*)(Spelling&, graph::SourceNode);

struct Conversion {
  std::string_view id;
  std::int64_t set = 0;
  const std::map<std::string, Convert>& known;
  /// What is asked of every node, and changed in it, before.
  void (*check)(const graph::SourceModel&, graph::SourceNode&);
  bool makes_by_wanted_set = false;  ///< else by the node's own, which takes what became inputs
};

/// All nodes of ONNX's own operators; whether it could be done. Refusals are left, with their
/// nodes.
bool convert_model(Rewritten& to, const Conversion& how);

/// Category::unsupported.
[[noreturn]] void refuse_form(const std::string& why);
/// An attribute that a set has not goes where it says what that set always does.
void drop_usual_attribute(graph::SourceNode& node, std::string_view name, std::int64_t usual,
                          std::int64_t set);
void as_it_is(Spelling& to, graph::SourceNode node);

/// What set 11 has as it is written for newer ones, but for types.
inline constexpr std::array alike_from_11_on{"Abs",
                                             "Add",
                                             "And",
                                             "Ceil",
                                             "Clip",
                                             "Concat",
                                             "Conv",
                                             "ConvTranspose",
                                             "Cos",
                                             "CumSum",
                                             "DepthToSpace",
                                             "Div",
                                             "Elu",
                                             "Equal",
                                             "Erf",
                                             "Exp",
                                             "Expand",
                                             "Flatten",
                                             "Floor",
                                             "Gather",
                                             "GatherElements",
                                             "Gemm",
                                             "GlobalAveragePool",
                                             "GlobalMaxPool",
                                             "Greater",
                                             "HardSigmoid",
                                             "Identity",
                                             "InstanceNormalization",
                                             "IsInf",
                                             "IsNaN",
                                             "LRN",
                                             "LeakyRelu",
                                             "Less",
                                             "Log",
                                             "MatMul",
                                             "Max",
                                             "MaxPool",
                                             "Mean",
                                             "Min",
                                             "Mod",
                                             "Mul",
                                             "Neg",
                                             "Not",
                                             "Or",
                                             "PRelu",
                                             "Reciprocal",
                                             "Relu",
                                             "Round",
                                             "Selu",
                                             "Sigmoid",
                                             "Sign",
                                             "Sin",
                                             "Slice",
                                             "Softplus",
                                             "Softsign",
                                             "SpaceToDepth",
                                             "Sqrt",
                                             "Sub",
                                             "Sum",
                                             "Tanh",
                                             "ThresholdedRelu",
                                             "Tile",
                                             "TopK",
                                             "Transpose",
                                             "Where",
                                             "Xor"};

}  // namespace weft::advice
