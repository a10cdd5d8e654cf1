// SPDX-License-Identifier: Apache-2.0
// Small models as patterns.
#pragma once

#include <cstdint>
#include <vector>

#include "program/rdu_pattern.hpp"

namespace weft::program::rdu {

/// Layers of weights and a bias, relu between them. Inputs "images", "weights_1"
/// ([outputs][inputs]), "bias_1", ...; output "scores".
struct Perceptron {
  std::uint32_t rows = 1;
  std::vector<std::uint32_t> widths{};  ///< of the input and of each layer's output
  std::uint32_t par = 1;                ///< bodies of a layer, at most
};
/// Category::input where there is no layer.
Patterns perceptron(const Perceptron& of);

/// One layer of a transformer's decoder over all tokens at once: normalisation, attention in heads
/// of which a token sees itself and those before, added to the input; normalisation, and a gated
/// perceptron (silu of one product times the other), added again. Inputs "x" [tokens, width],
/// "norm_1.gain" [1, width] ..., weights "w_q" ... as [inputs][outputs]; output "y".
struct DecoderLayer {
  std::uint32_t tokens = 1;
  std::uint32_t width = 64;
  std::uint32_t heads = 1;  ///< width / heads is a multiple of 32
  std::uint32_t hidden = 64;
  std::uint32_t par = 1;  ///< bodies of a product with weights, at most
};
/// Category::input where heads do not fit.
Patterns decoder_layer(const DecoderLayer& of);

/// The middle of a Monarch FFT: a product with a fixed matrix, twiddle factors, a transposition, a
/// second product. Inputs "x" [size, columns], "f0" and "f1" [size, size] and [columns, columns],
/// "twiddles"; output "y". `fused`: how many of the four stand in the first section; what is left,
/// a section each.
struct Monarch {
  std::uint32_t size = 64;
  std::uint32_t columns = 64;
  std::uint32_t fused = 4;
  std::uint32_t par = 1;
};
Patterns monarch(const Monarch& of);
/// Multiplications and additions of it.
double monarch_operations(const Monarch& of);

}  // namespace weft::program::rdu
