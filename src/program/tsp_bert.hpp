// SPDX-License-Identifier: Apache-2.0
// Encoders of transformers as tensor programs for a TSP, in fp16, with patterned weights.
#pragma once

#include <cstdint>
#include <string>

#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

/// Sizes of a BERT (Devlin et al., 2019) and of what is distilled from one.
struct BertSizes {
  std::uint64_t layers = 0;
  std::uint64_t hidden = 0;
  std::uint64_t heads = 0;
  std::uint64_t inner = 0;     ///< of the feed-forward part
  std::uint64_t length = 128;  ///< words of a sequence
};
/// BERT-tiny (Turc et al., 2019: L 2, H 128) and MiniLM-v2 (Wang et al., 2021: L 6, H 384).
inline constexpr BertSizes bert_tiny{2, 128, 2, 512};
inline constexpr BertSizes minilm_v2{6, 384, 12, 1536};

/// One sequence: "words", fp16 [length, hidden], are the rows that the host has picked from the
/// table of words; those of places are added, then come the layers. Products take fp16 and give
/// fp32; softmax, layer norm and residuals are fp32; GELU is the one by tanh. The scores' "mask" is
/// fp32 [length]; the output "encoded" is fp32 [length, hidden]. Category::input where hidden is no
/// multiple of heads.
TensorProgram bert(const BertSizes& sizes);

/// The tensors of a layer's weights, which may also be inputs.
struct EncoderWeights {
  TensorId query = 0, key = 0, value = 0, together = 0;  ///< fp16 [hidden, hidden]
  TensorId query_bias = 0, key_bias = 0, value_bias = 0, together_bias = 0;  ///< fp32 [hidden]
};
/// softmax((x Wq + bq) (x Wk + bk)^T / sqrt(hidden / heads) + mask) (x Wv + bv), of heads side by
/// side, times Wo, plus bo: fp32 [length, hidden] of x fp16 [length, hidden]; mask fp32 [length].
TensorId attention(TensorProgram& program, TensorId x, TensorId mask, std::uint64_t heads,
                   const EncoderWeights& weights, const std::string& name);

}  // namespace weft::program::tsp
