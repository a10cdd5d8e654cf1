// SPDX-License-Identifier: Apache-2.0
// What of a model the libraries have not.
#include <algorithm>
#include <optional>

#include "lower/ipu/formula.hpp"
#include "lower/ipu/model.hpp"

namespace weft::lower::ipu {

using graph::Shape;

namespace {

using Why = std::optional<std::string>;

/// Why a node is not supported; nothing where it is.
class Support {
 public:
  Support(const Model& model, const graph::Node& node) : model_(model), node_(node) {}

  Why why() const {
    if (const Why narrow = of_other_width()) return narrow;
    return std::visit([this](const auto& what) { return of(what); }, node_.what);
  }

 private:
  bool has(std::size_t i) const {
    return i < node_.inputs.size() && node_.inputs[i] != graph::no_value;
  }
  Kind kind(std::size_t i) const { return model_.kind(node_.inputs[i]); }
  bool floating(std::size_t i) const { return kind(i) == Kind::single || kind(i) == Kind::half; }
  const Shape& shape(std::size_t i) const { return model_.shape(node_.inputs[i]); }
  /// Whole numbers are kept in 32 bits with a sign: others would wrap where they must not, or not
  /// where they must. Nothing is lost where they are only moved.
  Why of_other_width() const {
    using graph::Element;
    const bool computes = std::holds_alternative<graph::Unary>(node_.what) ||
                          std::holds_alternative<graph::Binary>(node_.what) ||
                          std::holds_alternative<graph::Convert>(node_.what) ||
                          std::holds_alternative<graph::Reduce>(node_.what) ||
                          std::holds_alternative<graph::CumulativeSum>(node_.what) ||
                          std::holds_alternative<graph::Clip>(node_.what);
    const Element element = model_.value(node_.outputs[0]).type.element;
    const bool fits = graph::is_floating(element) || element == Element::boolean ||
                      element == Element::i32 || element == Element::i64;
    if (!computes || fits) return std::nullopt;
    return "gives " + std::string(graph::name_of(element)) +
           ", and a tile's whole numbers have 32 bits and a sign";
  }
  Why floats_only() const {
    if (floating(0)) return std::nullopt;
    return "of whole numbers is not in the libraries";
  }

  Why of(const graph::Unary& what) const {
    using F = graph::UnaryFunction;
    if (!formula_of(what)) return "popops has no such operation";
    if (floating(0)) return std::nullopt;
    const F whole[] = {F::negate, F::absolute, F::relu, F::sign};
    const bool known = kind(0) == Kind::boolean ? what.function == F::logical_not
                                                : std::find(std::begin(whole), std::end(whole),
                                                            what.function) != std::end(whole);
    return known ? Why() : "of whole numbers is not in the libraries";
  }
  Why of(const graph::Binary& what) const {
    if (formula_of(what, kind(0))) return std::nullopt;
    return "popops has no such operation";
  }
  Why of(const graph::Select&) const { return std::nullopt; }
  Why of(const graph::Clip&) const { return std::nullopt; }
  Why of(const graph::Convert& what) const {
    const graph::Element kept = element_of(model_.floats);
    const bool narrower = what.element == graph::Element::bf16 ||
                          (what.element == graph::Element::f16 && kept != what.element);
    if (!narrower) return std::nullopt;
    return "rounds to " + std::string(graph::name_of(what.element)) +
           ", and the program's floats are " + std::string(graph::name_of(kept));
  }
  Why of(const graph::MatMul&) const {
    if (!floating(0)) return "the AMP units multiply floats alone";
    if (shape(0).size() < 2 || shape(1).size() < 2) return "of a vector is not in the libraries";
    return std::nullopt;
  }
  Why of(const graph::Convolution&) const {
    if (!floating(0)) return "the AMP units multiply floats alone";
    if (!model_.constant(node_.inputs[1])) return "its weights must be constants";
    if (shape(0).size() == 3 || shape(0).size() == 4) return std::nullopt;
    return "poplin's convolutions have one or two dimensions";
  }
  Why of(const graph::Pool& what) const {
    const auto one = [](std::int64_t number) { return number == 1; };
    if (shape(0).size() != 3 && shape(0).size() != 4) {
      return "popnn pools over one or two dimensions";
    }
    if (!std::all_of(what.dilations.begin(), what.dilations.end(), one)) {
      return "popnn's pooling has no dilations";
    }
    const Shape& result = model_.shape(node_.outputs[0]);
    if (pool_form(what, shape(0), result).fixed_count < 0) {
      return "a mean that counts padding, with windows beyond it, is not in the libraries";
    }
    return floats_only();
  }
  Why of(const graph::Reduce& what) const {
    if (kind(0) == Kind::boolean) return "of conditions is not in the libraries";
    if (what.kind == graph::ReduceKind::mean) return floats_only();
    return std::nullopt;
  }
  Why of(const graph::ArgExtreme&) const { return floats_only(); }
  Why of(const graph::Softmax&) const { return floats_only(); }
  Why of(const graph::Normalise&) const { return floats_only(); }
  Why of(const graph::BatchNormalise&) const {
    for (std::size_t i = 1; i < 5; ++i) {
      if (!model_.constant(node_.inputs[i])) return "its parameters must be constants";
    }
    return std::nullopt;
  }
  Why of(const graph::Attention&) const { return floats_only(); }
  Why of(const graph::Reshape&) const { return std::nullopt; }
  Why of(const graph::Transpose&) const { return std::nullopt; }
  Why of(const graph::Expand&) const { return std::nullopt; }
  Why of(const graph::Concat&) const { return std::nullopt; }
  Why of(const graph::Slice&) const { return std::nullopt; }
  Why of(const graph::Pad& what) const {
    if (what.mode != graph::PadMode::constant || !has(1)) return std::nullopt;
    if (!model_.constant(node_.inputs[1])) return "its value must be a constant";
    if (floating(0)) return std::nullopt;
    // popops has the value as a float.
    constexpr std::int32_t exact = 1 << 24;
    const std::int32_t value = model_.numbers(node_.inputs[1]).whole[0];
    if (value >= -exact && value <= exact) return std::nullopt;
    return "pads with a whole number that a float does not hold";
  }
  Why of(const graph::Gather&) const { return std::nullopt; }
  Why of(const graph::GatherElements&) const { return std::nullopt; }
  Why of(const graph::GatherPoints&) const { return std::nullopt; }
  Why of(const graph::CumulativeSum&) const {
    if (kind(0) != Kind::boolean) return std::nullopt;
    return "of conditions is not in the libraries";
  }
  Why of(const graph::Recurrent&) const {
    if (!has(4)) return floats_only();
    if (!model_.constant(node_.inputs[4])) return "has lengths that are known only in the run";
    const std::vector<std::int32_t> lengths = model_.numbers(node_.inputs[4]).whole;
    const bool all = std::all_of(lengths.begin(), lengths.end(),
                                 [&](std::int32_t length) { return length == shape(0)[0]; });
    return all ? floats_only() : Why("has sequences of different lengths");
  }

  const Model& model_;
  const graph::Node& node_;
};

}  // namespace

void require_supported(const Model& model, const std::string& target) {
  Lacks lacks;
  for (const graph::Node& node : model.graph->nodes) {
    if (const Why why = Support(model, node).why()) lacks.add(node, *why);
  }
  for (const graph::Value& value : model.graph->values) {
    if (graph::count_of(value.type.shape) == 0) {
      lacks.add("'" + value.name + "' is " + text_of(value.type) + ": no elements");
    }
  }
  lacks.raise(target);
}

}  // namespace weft::lower::ipu
