// SPDX-License-Identifier: Apache-2.0
// Small models as patterns.
#include "program/rdu_models.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::program::rdu {

namespace {

constexpr std::uint32_t columns_a_body = numerics::OutputStationaryBody::columns;

std::uint32_t par_of(std::uint32_t columns, std::uint32_t most) {
  return std::min((columns + columns_a_body - 1) / columns_a_body, std::max(most, 1U));
}

}  // namespace

Patterns perceptron(const Perceptron& of) {
  if (of.widths.size() < 2) fail(Category::input, "a perceptron has two widths at least");
  Patterns p;
  std::uint32_t x = p.input("images", of.rows, of.widths.front());
  for (std::size_t layer = 1; layer < of.widths.size(); ++layer) {
    const std::string number = std::to_string(layer);
    const bool last = layer + 1 == of.widths.size();
    const std::uint32_t outputs = of.widths[layer];
    const std::uint32_t w = p.input("weights_" + number, outputs, of.widths[layer - 1]);
    Patterns::ProductOptions options;
    options.bias = p.input("bias_" + number, 1, outputs);
    options.transposed = true;
    options.par = par_of(outputs, of.par);
    if (!last) options.steps.push_back({Step::Kind::relu, 1.0F});
    x = p.product(last ? "scores" : "layer_" + number, x, w, options);
  }
  p.output(x);
  return p;
}

namespace {

class DecoderMaker {
 public:
  explicit DecoderMaker(const DecoderLayer& of) : of_(of) {}

  Patterns make() {
    const std::uint32_t x = p_.input("x", of_.tokens, of_.width);
    const std::uint32_t attended = p_.add("attended", x, attention(normal("norm_1", x)));
    const std::uint32_t n = normal("norm_2", attended);
    Patterns::ProductOptions gate;
    gate.par = par_of(of_.hidden, of_.par);
    const std::uint32_t up = product("up", n, of_.width, of_.hidden);
    gate.steps.push_back({Step::Kind::silu, 1.0F});
    const std::uint32_t w = p_.input("w_gate", of_.width, of_.hidden);
    const std::uint32_t gated = p_.multiply("gated", p_.product("gate", n, w, gate), up);
    p_.output(p_.add("y", attended, product("down", gated, of_.hidden, of_.width)));
    return p_;
  }

 private:
  std::uint32_t product(const std::string& name, std::uint32_t x, std::uint32_t rows,
                        std::uint32_t columns) {
    Patterns::ProductOptions options;
    options.par = par_of(columns, of_.par);
    return p_.product(name, x, p_.input("w_" + name, rows, columns), options);
  }
  std::uint32_t normal(const std::string& name, std::uint32_t x) {
    const std::uint32_t gain = p_.input(name + ".gain", 1, of_.width);
    const std::uint32_t bias = p_.input(name + ".bias", 1, of_.width);
    return p_.normalise(name, x, gain, bias, 1e-5F);
  }

  std::uint32_t attention(std::uint32_t x) {
    const std::uint32_t q = product("q", x, of_.width, of_.width);
    const std::uint32_t k = product("k", x, of_.width, of_.width);
    const std::uint32_t v = product("v", x, of_.width, of_.width);
    const std::uint32_t size = of_.width / of_.heads;
    Patterns::ProductOptions scaled;
    scaled.transposed = true;
    scaled.steps.push_back({Step::Kind::scale, 1.0F / std::sqrt(static_cast<float>(size))});
    std::vector<std::uint32_t> heads;
    for (std::uint32_t h = 0; h < of_.heads; ++h) {
      const std::string head = "head" + std::to_string(h);
      const auto part = [&](const char* what, std::uint32_t of) {
        return p_.columns(head + "." + what, of, h * size, size);
      };
      const std::uint32_t mine = part("q", q);
      const std::uint32_t scores = p_.product(head + ".scores", mine, part("k", k), scaled);
      const std::uint32_t weights = p_.softmax(head + ".softmax", scores, true);
      heads.push_back(p_.product(head + ".values", weights, part("v", v)));
    }
    return product("out", p_.join("joined", heads), of_.width, of_.width);
  }

  DecoderLayer of_;
  Patterns p_;
};

}  // namespace

Patterns monarch(const Monarch& of) {
  Patterns p;
  const auto behind = [&](std::uint32_t stage) {
    if (stage >= of.fused) p.cut();
  };
  const std::uint32_t x = p.input("x", of.size, of.columns);
  Patterns::ProductOptions options;
  options.par = par_of(of.columns, of.par);
  const std::uint32_t first = p.product("gemm0", p.input("f0", of.size, of.size), x, options);
  const std::uint32_t twiddles = p.input("twiddles", of.size, of.columns);
  behind(1);
  const std::uint32_t turned = p.multiply("mul", first, twiddles);
  behind(2);
  const std::uint32_t flat = p.transpose("transposed", turned);
  behind(3);
  options.par = par_of(of.size, of.par);
  p.output(p.product("y", p.input("f1", of.columns, of.columns), flat, options));
  return p;
}

double monarch_operations(const Monarch& of) {
  const double points = static_cast<double>(of.size) * of.columns;
  return points * (2.0 * of.size + 2.0 * of.columns + 1.0);
}

Patterns decoder_layer(const DecoderLayer& of) {
  if (of.heads < 1 || of.width % (of.heads * columns_a_body) != 0) {
    fail(Category::input, "a decoder layer of width " + std::to_string(of.width) + " and " +
                              counted(of.heads, "head") + ": 32 divides the width of each head");
  }
  return DecoderMaker(of).make();
}

}  // namespace weft::program::rdu
