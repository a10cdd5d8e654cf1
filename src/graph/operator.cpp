// SPDX-License-Identifier: Apache-2.0
// What operators are called.
#include "graph/operator.hpp"

#include <cstddef>

namespace weft::graph {
namespace {

constexpr std::string_view unary_names[] = {
    "negate",       "absolute",   "exponential", "logarithm", "square_root", "reciprocal",  "erf",
    "tanh",         "sigmoid",    "sine",        "cosine",    "relu",        "leaky_relu",  "elu",
    "hard_sigmoid", "hard_swish", "gelu",        "gelu_tanh", "silu",        "softplus",    "mish",
    "floor",        "ceiling",    "round_even",  "sign",      "is_nan",      "is_infinite", "not"};
constexpr std::string_view binary_names[] = {
    "add",     "subtract",      "multiply",  "divide", "power", "minimum",
    "maximum", "modulus",       "remainder", "equal",  "less",  "less_equal",
    "greater", "greater_equal", "and",       "or",     "xor"};
constexpr std::string_view reduce_names[] = {"reduce_sum", "reduce_mean", "reduce_maximum",
                                             "reduce_minimum", "reduce_product"};

struct NameOf {
  std::string_view operator()(const Unary& x) const {
    return unary_names[static_cast<std::size_t>(x.function)];
  }
  std::string_view operator()(const Binary& x) const {
    return binary_names[static_cast<std::size_t>(x.function)];
  }
  std::string_view operator()(const Select&) const { return "select"; }
  std::string_view operator()(const Clip&) const { return "clip"; }
  std::string_view operator()(const Convert&) const { return "convert"; }
  std::string_view operator()(const MatMul&) const { return "matmul"; }
  std::string_view operator()(const Convolution&) const { return "convolution"; }
  std::string_view operator()(const Pool& x) const {
    return x.kind == PoolKind::maximum ? "maximum_pool" : "mean_pool";
  }
  std::string_view operator()(const Reduce& x) const {
    return reduce_names[static_cast<std::size_t>(x.kind)];
  }
  std::string_view operator()(const ArgExtreme& x) const {
    return x.largest ? "index_of_maximum" : "index_of_minimum";
  }
  std::string_view operator()(const Softmax& x) const {
    return x.logarithm ? "log_softmax" : "softmax";
  }
  std::string_view operator()(const Normalise& x) const {
    return x.centered ? "layer_norm" : "rms_norm";
  }
  std::string_view operator()(const BatchNormalise&) const { return "batch_norm"; }
  std::string_view operator()(const Attention&) const { return "attention"; }
  std::string_view operator()(const Reshape&) const { return "reshape"; }
  std::string_view operator()(const Transpose&) const { return "transpose"; }
  std::string_view operator()(const Expand&) const { return "expand"; }
  std::string_view operator()(const Concat&) const { return "concat"; }
  std::string_view operator()(const Slice&) const { return "slice"; }
  std::string_view operator()(const Pad&) const { return "pad"; }
  std::string_view operator()(const Gather&) const { return "gather"; }
  std::string_view operator()(const GatherElements&) const { return "gather_elements"; }
  std::string_view operator()(const GatherPoints&) const { return "gather_points"; }
  std::string_view operator()(const CumulativeSum&) const { return "cumulative_sum"; }
  std::string_view operator()(const Recurrent& x) const {
    return x.kind == RecurrentKind::lstm ? "lstm" : "gru";
  }
};

}  // namespace

std::string_view name_of(const Operator& what) { return std::visit(NameOf{}, what); }

}  // namespace weft::graph
