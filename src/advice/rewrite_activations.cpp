// SPDX-License-Identifier: Apache-2.0
// Activations of newer operator sets by older ones. Their constants are rounded to the operand's
// format, by half a unit of its last place at most.
#include <cmath>
#include <numbers>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {

using graph::SourceValueId;
using graph::TensorType;

namespace {

/// x + 0.044715 x^3, times sqrt(2 / pi).
SourceValueId cubic_part(Spelling& to, const TensorType& type) {
  const SourceValueId x = to.node().inputs[0];
  const SourceValueId square = to.make("Mul", {x, x}, type);
  const SourceValueId cube = to.make("Mul", {square, x}, type);
  const SourceValueId part = to.make("Mul", {cube, to.number(0.044715, type.element)}, type);
  const SourceValueId sum = to.make("Add", {x, part}, type);
  const double scale = std::sqrt(2 / std::numbers::pi);
  return to.make("Mul", {sum, to.number(scale, type.element)}, type);
}

}  // namespace

/// x (1 + erf(x / sqrt 2)) / 2, or by tanh as the attribute says.
bool spell_gelu(Spelling& to) {
  const auto type = to.type(0);
  if (!type || !is_floating(type->element)) return false;
  const SourceValueId x = to.node().inputs[0];
  const auto number = [&](double value) { return to.number(value, type->element); };
  SourceValueId step{};
  if (text_attribute(to.node(), "approximate", "none") == "tanh") {
    step = to.make("Tanh", {cubic_part(to, *type)}, *type);
  } else {
    const SourceValueId scaled = to.make("Mul", {x, number(std::numbers::sqrt2 / 2)}, *type);
    step = to.make("Erf", {scaled}, *type);
  }
  const SourceValueId sum = to.make("Add", {step, number(1)}, *type);
  const SourceValueId product = to.make("Mul", {x, sum}, *type);
  to.finish("Mul", {product, number(0.5)}, to.node().outputs);
  return true;
}

bool spell_hard_swish(Spelling& to) {
  const auto type = to.type(0);
  if (!type) return false;
  const SourceValueId x = to.node().inputs[0];
  const SourceValueId slope =
      to.make("HardSigmoid", {x}, *type, {{"alpha", 1.0 / 6}, {"beta", 0.5}});
  to.finish("Mul", {x, slope}, to.node().outputs);
  return true;
}

bool spell_mish(Spelling& to) {
  const auto type = to.type(0);
  if (!type) return false;
  const SourceValueId x = to.node().inputs[0];
  const SourceValueId bend = to.make("Softplus", {x}, *type);
  to.finish("Mul", {x, to.make("Tanh", {bend}, *type)}, to.node().outputs);
  return true;
}

bool spell_celu(Spelling& to) {
  const auto type = to.type(0);
  if (!type) return false;
  const SourceValueId alpha = to.number(real_attribute(to.node(), "alpha", 1), type->element);
  const SourceValueId scaled = to.make("Div", {to.node().inputs[0], alpha}, *type);
  to.finish("Mul", {to.make("Elu", {scaled}, *type), alpha}, to.node().outputs);
  return true;
}

/// One of two, and not the other: exact.
bool spell_xor(Spelling& to) {
  const auto a = to.type(0), b = to.type(1);
  const auto& result = to.model()[to.node().outputs[0]].type;
  if (!a || !b || !result) return false;
  const graph::TensorType both = *result;
  const Ids& in = to.node().inputs;
  const SourceValueId first = to.make("And", {in[0], to.make("Not", {in[1]}, *b)}, both);
  const SourceValueId second = to.make("And", {to.make("Not", {in[0]}, *a), in[1]}, both);
  to.finish("Or", {first, second}, to.node().outputs);
  return true;
}

}  // namespace weft::advice
