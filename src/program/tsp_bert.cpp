// SPDX-License-Identifier: Apache-2.0
// Encoders of transformers, layer by layer.
#include "program/tsp_bert.hpp"

#include <cmath>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::program::tsp {
namespace {

using Type = VectorType;

class Bert {
 public:
  TensorProgram program;

  explicit Bert(const BertSizes& sizes) : sizes_(sizes) {
    mask_ = program.input("mask", Type::f32, {sizes.length});
    TensorId x = embedding();
    for (std::uint64_t n = 0; n < sizes.layers; ++n) {
      x = layer(x, "layer" + std::to_string(n + 1), n + 1 == sizes.layers);
    }
    program.output(x);
  }

 private:
  TensorId weights(const std::string& name, Type type, const TensorShape& shape) {
    return program.pattern(name, type, shape, ++seed_);
  }
  TensorId add(TensorId a, TensorId b, const std::string& name = {}) {
    return program.binary(VectorOperation::add, a, b, name);
  }
  TensorId multiply(TensorId a, TensorId b, const std::string& name = {}) {
    return program.binary(VectorOperation::multiply, a, b, name);
  }

  TensorId linear(TensorId x, std::uint64_t width, const std::string& name) {
    const std::uint64_t depth = program.at(x).shape.back();
    return add(program.matmul(x, weights(name + " weights", Type::f16, {depth, width})),
               weights(name + " bias", Type::f32, {width}));
  }

  TensorId norm(TensorId x, const std::string& name, const std::string& result = {}) {
    constexpr float epsilon = 1e-12F;  // of BERT
    const TensorId scaled = multiply(program.layer_norm(x, epsilon, name + " norm"),
                                     weights(name + " scale", Type::f32, {sizes_.hidden}));
    return add(scaled, weights(name + " shift", Type::f32, {sizes_.hidden}), result);
  }

  /// The host picks the words' rows of their table.
  TensorId embedding() {
    const TensorId of_words = program.input("words", Type::f16, {sizes_.length, sizes_.hidden});
    const TensorId of_places = weights("places", Type::f32, {sizes_.length, sizes_.hidden});
    return norm(add(program.convert(of_words, Type::f32), of_places), "embedding");
  }

  /// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
  TensorId gelu(TensorId x) {
    constexpr double factor = 0.7978845608028654;  // sqrt(2 / pi)
    const TensorId cubic = number("gelu cubic", factor * 0.044715);
    const TensorId linear_part = number("gelu linear", factor);
    const TensorId inside = multiply(x, add(multiply(multiply(x, x), cubic), linear_part));
    const TensorId tanh = program.unary(VectorOperation::hyperbolic_tangent, inside);
    return multiply(add(tanh, number("one", 1)), multiply(x, number("half", 0.5)));
  }
  TensorId number(const std::string& name, double value) {
    for (TensorId id = 0; id < program.tensors.size(); ++id) {
      if (program.at(id).name == name) return id;
    }
    return program.scalar(name, Type::f32, value);
  }

  TensorId layer(TensorId x, const std::string& name, bool last) {
    EncoderWeights own;
    const TensorShape square = {sizes_.hidden, sizes_.hidden};
    own.query = weights(name + " query weights", Type::f16, square);
    own.key = weights(name + " key weights", Type::f16, square);
    own.value = weights(name + " value weights", Type::f16, square);
    own.together = weights(name + " together weights", Type::f16, square);
    own.query_bias = weights(name + " query bias", Type::f32, {sizes_.hidden});
    own.key_bias = weights(name + " key bias", Type::f32, {sizes_.hidden});
    own.value_bias = weights(name + " value bias", Type::f32, {sizes_.hidden});
    own.together_bias = weights(name + " together bias", Type::f32, {sizes_.hidden});
    const TensorId attended = attention(program, program.convert(x, Type::f16), mask_, sizes_.heads,
                                        own, name + " attention");
    const TensorId middle = norm(add(attended, x), name + " attention");
    const TensorId inner =
        gelu(linear(program.convert(middle, Type::f16), sizes_.inner, name + " inner"));
    const TensorId outer =
        linear(program.convert(inner, Type::f16), sizes_.hidden, name + " outer");
    return norm(add(outer, middle), name, last ? "encoded" : std::string{});
  }

  BertSizes sizes_;
  TensorId mask_ = 0;
  std::uint64_t seed_ = 10;
};

}  // namespace

TensorProgram bert(const BertSizes& sizes) { return Bert(sizes).program; }

TensorId attention(TensorProgram& program, TensorId x, TensorId mask, std::uint64_t heads,
                   const EncoderWeights& weights, const std::string& name) {
  const std::uint64_t length = program.at(x).shape.front();
  const std::uint64_t hidden = program.at(x).shape.back();
  if (heads == 0 || hidden % heads != 0) {
    fail(Category::input, "tensor '" + name +
                              "': " + counted(hidden, "channel is", "channels are") + " no " +
                              counted(heads, "head"));
  }
  const std::uint64_t depth = hidden / heads;
  const auto project = [&](TensorId matrix, TensorId bias, const std::string& what) {
    return program.convert(program.binary(VectorOperation::add, program.matmul(x, matrix), bias),
                           Type::f16, name + " " + what);
  };
  const auto by_head = [&](TensorId rows) {  // [heads, length, depth]
    return program.transpose(program.reshape(rows, {length, heads, depth}), {1, 0, 2});
  };
  const TensorId key = project(weights.key, weights.key_bias, "key");
  const TensorId query = by_head(project(weights.query, weights.query_bias, "query"));
  const TensorId value = by_head(project(weights.value, weights.value_bias, "value"));
  // All heads' keys are turned at once: [heads * depth, length].
  const TensorId turned = program.reshape(program.transpose(key, {1, 0}), {heads, depth, length});
  const TensorId scale =
      program.scalar(name + " by root depth", Type::f32, 1 / std::sqrt(static_cast<double>(depth)));
  const TensorId scores = program.binary(
      VectorOperation::add,
      program.binary(VectorOperation::multiply, program.matmul(query, turned), scale), mask,
      name + " scores");
  const TensorId shares = program.convert(program.softmax(scores, name + " shares"), Type::f16);
  const TensorId mixed = program.convert(program.matmul(shares, value), Type::f16);
  const TensorId rows =
      program.reshape(program.transpose(mixed, {1, 0, 2}), {length, hidden}, name + " mixed");
  return program.binary(VectorOperation::add, program.matmul(rows, weights.together),
                        weights.together_bias, name);
}

}  // namespace weft::program::tsp
