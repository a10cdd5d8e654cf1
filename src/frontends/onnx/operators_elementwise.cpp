// SPDX-License-Identifier: Apache-2.0
// ONNX's elementwise operators, by the version of the operator set.
#include <cmath>
#include <limits>

#include "frontends/onnx/node.hpp"

namespace weft::onnx {
namespace {

using graph::BinaryFunction;
using graph::Element;
using graph::UnaryFunction;

template <UnaryFunction function>
void import_unary(NodeImport& node) {
  node.finish(graph::Unary{function}, {node.input(0)});
}

void import_leaky_relu(NodeImport& node) {
  const double alpha = node.real("alpha", double{0.01F});
  node.finish(graph::Unary{UnaryFunction::leaky_relu, alpha}, {node.input(0)});
}

void import_elu(NodeImport& node) {
  node.finish(graph::Unary{UnaryFunction::elu, node.real("alpha", 1)}, {node.input(0)});
}

void import_hard_sigmoid(NodeImport& node) {
  const double alpha = node.real("alpha", double{0.2F});
  const double beta = node.real("beta", double{0.5F});
  node.finish(graph::Unary{UnaryFunction::hard_sigmoid, alpha, beta}, {node.input(0)});
}

void import_gelu(NodeImport& node) {
  const std::string approximate = node.text("approximate", "none");
  if (approximate != "none" && approximate != "tanh") {
    refuse("has the approximation " + in_quotes(approximate) + ": it may be none or tanh");
  }
  const bool by_tanh = approximate == "tanh";
  node.finish(graph::Unary{by_tanh ? UnaryFunction::gelu_tanh : UnaryFunction::gelu},
              {node.input(0)});
}

/// gamma (x where above 0, else alpha (e^x - 1)).
void import_selu(NodeImport& node) {
  const double alpha = node.real("alpha", double{1.67326319217681884765625F});
  const double gamma = node.real("gamma", double{1.05070102214813232421875F});
  const Term x = node.input(0);
  const Term elu = node.unary(UnaryFunction::elu, x, alpha);
  node.finish(graph::Binary{BinaryFunction::multiply}, {elu, node.scalar(gamma, node.element(x))});
}

/// max(0, x) + min(0, alpha (e^(x / alpha) - 1)), which is alpha elu(x / alpha).
void import_celu(NodeImport& node) {
  const Term x = node.input(0);
  const double given = node.real("alpha", 1);
  if (given <= 0) refuse("has an alpha that is not above 0");
  const Term alpha = node.scalar(given, node.element(x));
  const Term elu = node.unary(UnaryFunction::elu, node.binary(BinaryFunction::divide, x, alpha), 1);
  node.finish(graph::Binary{BinaryFunction::multiply}, {elu, alpha});
}

/// x / (1 + |x|).
void import_softsign(NodeImport& node) {
  const Term x = node.input(0);
  const Term below = node.binary(BinaryFunction::add, node.unary(UnaryFunction::absolute, x),
                                 node.scalar(1, node.element(x)));
  node.finish(graph::Binary{BinaryFunction::divide}, {x, below});
}

void import_thresholded_relu(NodeImport& node) {
  const Term x = node.input(0);
  const Term alpha = node.scalar(node.real("alpha", 1), node.element(x));
  const Term above = node.binary(BinaryFunction::greater, x, alpha);
  node.finish(graph::Select{}, {above, x, node.scalar(0, node.element(x))});
}

void import_is_infinite(NodeImport& node) {
  const bool negative = node.flag("detect_negative", true);
  const bool positive = node.flag("detect_positive", true);
  const Term x = node.input(0);
  if (negative && positive) return node.finish(graph::Unary{UnaryFunction::is_infinite}, {x});
  const double infinity = std::numeric_limits<double>::infinity();
  const Element element = node.element(x);
  if (!negative && !positive) refuse("looks for neither infinity");
  node.finish(graph::Binary{BinaryFunction::equal},
              {x, node.scalar(positive ? infinity : -infinity, element)});
}

/// The second operand as it broadcasts: before version 7 by an attribute, to axes from `axis` on.
Term second_operand(NodeImport& node) {
  const Term a = node.input(0);
  const Term b = node.input(1);
  if (node.version() >= 7) return b;
  const bool broadcasts = node.flag("broadcast", false);
  const std::int64_t at = node.whole("axis", node.rank(a) - node.rank(b));
  if (!broadcasts) {
    if (node.shape(a) != node.shape(b)) {
      refuse("has inputs " + text_of(node.shape(a)) + " and " + text_of(node.shape(b)) +
             ", which differ, and does not broadcast");
    }
    return b;
  }
  if (node.rank(b) > node.rank(a)) refuse("broadcasts to a tensor of fewer axes");
  if (node.rank(b) == 0) return b;
  graph::Shape shape = node.shape(b);
  const std::int64_t behind = node.rank(a) - node.axis(at, node.rank(a)) - node.rank(b);
  if (behind < 0) refuse("broadcasts to axes that there are not");
  shape.insert(shape.end(), static_cast<std::size_t>(behind), 1);
  return node.reshape(b, std::move(shape));
}

template <BinaryFunction function>
void import_binary(NodeImport& node) {
  const Term b = second_operand(node);
  node.finish(graph::Binary{function}, {node.input(0), b});
}

void import_modulus(NodeImport& node) {
  const bool floating = node.flag("fmod", false);
  if (!floating && is_floating(node.element(node.input(0)))) {
    refuse("divides floating numbers: fmod has to be 1");
  }
  node.finish(graph::Binary{floating ? BinaryFunction::remainder : BinaryFunction::modulus},
              {node.input(0), node.input(1)});
}

/// The result has the base's type, whatever the exponent's.
void import_power(NodeImport& node) {
  const Term base = node.input(0);
  Term exponent = second_operand(node);
  const Element element = node.element(base);
  if (is_floating(element) || !is_floating(node.element(exponent))) {
    exponent = node.convert(exponent, element);
    return node.finish(graph::Binary{BinaryFunction::power}, {base, exponent});
  }
  const Term wide = node.convert(base, node.element(exponent));
  node.finish(graph::Convert{element}, {node.binary(BinaryFunction::power, wide, exponent)});
}

/// Of any number of inputs, from the first on.
Term over_all(NodeImport& node, BinaryFunction function) {
  Term sum = node.input(0);
  for (std::size_t i = 1; i < node.input_count(); ++i) {
    sum = node.binary(function, sum, node.input(i));
  }
  return sum;
}

template <BinaryFunction function>
void import_variadic(NodeImport& node) {
  node.result(0, over_all(node, function));
}

void import_mean(NodeImport& node) {
  const Term sum = over_all(node, BinaryFunction::add);
  const auto count = static_cast<double>(node.input_count());
  node.finish(graph::Binary{BinaryFunction::divide}, {sum, node.scalar(count, node.element(sum))});
}

void import_where(NodeImport& node) {
  node.finish(graph::Select{}, {node.input(0), node.input(1), node.input(2)});
}

/// Where `low` is above `high` the result is `high`.
void finish_clip(NodeImport& node, double low, double high) {
  if (low > high) low = high;
  node.finish(graph::Clip{low, high}, {node.input(0)});
}

void import_clip_6(NodeImport& node) {
  const double infinity = std::numeric_limits<double>::infinity();
  finish_clip(node, node.real("min", -infinity), node.real("max", infinity));
}

double clip_bound(const NodeImport& node, std::size_t i, double otherwise) {
  if (!node.has_input(i)) return otherwise;
  const graph::Numbers bound = node.known(i, i == 1 ? "minimum" : "maximum");
  if (bound.count() != 1) refuse("has a bound " + text_of(bound.type) + ", which is no scalar");
  return is_floating(bound.type.element) ? bound.floats[0] : static_cast<double>(bound.whole[0]);
}

void import_clip_11(NodeImport& node) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double low = clip_bound(node, 1, -infinity);
  finish_clip(node, low, clip_bound(node, 2, infinity));
}

/// x where it is not below 0, else slope x.
void import_prelu(NodeImport& node) {
  const Term x = node.input(0);
  Term slope = node.input(1);
  if (node.version() < 7 && node.rank(slope) == 1 && node.rank(x) > 1) {
    graph::Shape shape(static_cast<std::size_t>(node.rank(x) - 1), 1);
    shape[0] = node.shape(slope)[0];
    slope = node.reshape(slope, std::move(shape));
  }
  const Term zero = node.scalar(0, node.element(x));
  const Term below = node.binary(BinaryFunction::less, x, zero);
  const Term scaled = node.binary(BinaryFunction::multiply, x, slope);
  node.finish(graph::Select{}, {below, scaled, x});
}

Element element_named(std::int64_t type) {
  const std::optional<Element> element = element_of(type);
  if (!element) unsupported("converts to " + type_name(type));
  return *element;
}

/// `saturate` (from 19) is about fp8 alone.
void import_cast(NodeImport& node) {
  (void)node.whole("saturate", 1);
  (void)node.text("round_mode", "up");
  if (!node.has("to")) refuse("does not say what to convert to");
  const Element element = element_named(node.whole("to", 0));
  if (element == node.element(node.input(0))) return node.result(0, node.input(0));
  node.finish(graph::Convert{element}, {node.input(0)});
}

void import_cast_like(NodeImport& node) {
  (void)node.whole("saturate", 1);
  (void)node.text("round_mode", "up");
  node.result(0, node.convert(node.input(0), node.element(node.input(1))));
}

void import_identity(NodeImport& node) { node.result(0, node.input(0)); }

/// In inference it is its input; the mask then keeps everything.
void import_dropout(NodeImport& node) {
  if (node.version() >= 12) {
    (void)node.whole("seed", 0);
    if (node.has_input(2) && node.known(2, "training mode").whole.at(0) != 0) {
      unsupported("is in training mode");
    }
  } else {
    (void)node.real("ratio", 0.5);
    if (node.version() < 7 && !node.flag("is_test", false)) unsupported("is in training mode");
  }
  node.result(0, node.input(0));
  if (!node.wants(1)) return;
  if (node.version() < 10) unsupported("is asked for its mask, which has no meaning before 10");
  const Term kept = node.scalar(1, Element::boolean);
  node.result(1, node.make(graph::Expand{node.shape(node.input(0))}, {kept}));
}

constexpr OperatorRow elementwise_rows[] = {
    {"Abs", 6, newest_opset, import_unary<UnaryFunction::absolute>},
    {"Add", 6, newest_opset, import_binary<BinaryFunction::add>},
    {"And", 6, newest_opset, import_binary<BinaryFunction::logical_and>},
    {"Cast", 6, newest_opset, import_cast},
    {"CastLike", 15, newest_opset, import_cast_like},
    {"Ceil", 6, newest_opset, import_unary<UnaryFunction::ceiling>},
    {"Celu", 12, newest_opset, import_celu},
    {"Clip", 6, 10, import_clip_6},
    {"Clip", 11, newest_opset, import_clip_11},
    {"Cos", 7, newest_opset, import_unary<UnaryFunction::cosine>},
    {"Div", 6, newest_opset, import_binary<BinaryFunction::divide>},
    {"Dropout", 6, newest_opset, import_dropout},
    {"Elu", 6, newest_opset, import_elu},
    {"Equal", 6, newest_opset, import_binary<BinaryFunction::equal>},
    {"Erf", 9, newest_opset, import_unary<UnaryFunction::error_function>},
    {"Exp", 6, newest_opset, import_unary<UnaryFunction::exponential>},
    {"Floor", 6, newest_opset, import_unary<UnaryFunction::floor>},
    {"Gelu", 20, newest_opset, import_gelu},
    {"Greater", 6, newest_opset, import_binary<BinaryFunction::greater>},
    {"GreaterOrEqual", 12, newest_opset, import_binary<BinaryFunction::greater_equal>},
    {"HardSigmoid", 6, newest_opset, import_hard_sigmoid},
    {"HardSwish", 14, newest_opset, import_unary<UnaryFunction::hard_swish>},
    {"Identity", 6, newest_opset, import_identity},
    {"IsInf", 10, newest_opset, import_is_infinite},
    {"IsNaN", 9, newest_opset, import_unary<UnaryFunction::is_nan>},
    {"LeakyRelu", 6, newest_opset, import_leaky_relu},
    {"Less", 6, newest_opset, import_binary<BinaryFunction::less>},
    {"LessOrEqual", 12, newest_opset, import_binary<BinaryFunction::less_equal>},
    {"Log", 6, newest_opset, import_unary<UnaryFunction::logarithm>},
    {"Max", 6, newest_opset, import_variadic<BinaryFunction::maximum>},
    {"Mean", 6, newest_opset, import_mean},
    {"Min", 6, newest_opset, import_variadic<BinaryFunction::minimum>},
    {"Mish", 18, newest_opset, import_unary<UnaryFunction::mish>},
    {"Mod", 10, newest_opset, import_modulus},
    {"Mul", 6, newest_opset, import_binary<BinaryFunction::multiply>},
    {"Neg", 6, newest_opset, import_unary<UnaryFunction::negate>},
    {"Not", 6, newest_opset, import_unary<UnaryFunction::logical_not>},
    {"Or", 6, newest_opset, import_binary<BinaryFunction::logical_or>},
    {"PRelu", 6, newest_opset, import_prelu},
    {"Pow", 6, newest_opset, import_power},
    {"Reciprocal", 6, newest_opset, import_unary<UnaryFunction::reciprocal>},
    {"Relu", 6, newest_opset, import_unary<UnaryFunction::relu>},
    {"Round", 11, newest_opset, import_unary<UnaryFunction::round_even>},
    {"Selu", 6, newest_opset, import_selu},
    {"Sigmoid", 6, newest_opset, import_unary<UnaryFunction::sigmoid>},
    {"Sign", 9, newest_opset, import_unary<UnaryFunction::sign>},
    {"Sin", 7, newest_opset, import_unary<UnaryFunction::sine>},
    {"Softplus", 6, newest_opset, import_unary<UnaryFunction::softplus>},
    {"Softsign", 6, newest_opset, import_softsign},
    {"Sqrt", 6, newest_opset, import_unary<UnaryFunction::square_root>},
    {"Sub", 6, newest_opset, import_binary<BinaryFunction::subtract>},
    {"Sum", 6, newest_opset, import_variadic<BinaryFunction::add>},
    {"Tanh", 6, newest_opset, import_unary<UnaryFunction::tanh>},
    {"ThresholdedRelu", 10, newest_opset, import_thresholded_relu},
    {"Where", 9, newest_opset, import_where},
    {"Xor", 6, newest_opset, import_binary<BinaryFunction::logical_xor>},
};

}  // namespace

std::span<const OperatorRow> elementwise_operators() { return elementwise_rows; }

}  // namespace weft::onnx
