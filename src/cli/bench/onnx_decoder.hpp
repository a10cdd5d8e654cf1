// SPDX-License-Identifier: Apache-2.0
// A decoder of Llama-2-7B's shapes as an ONNX file without its weights, for what advises about one.
#pragma once

#include <string>

namespace weft::cli::bench {

/// Writes `folder`/decoder_7b.onnx: 6.7 billion parameters in a file of weights that is not there,
/// 128 tokens, operator by operator what PyTorch exports. Returns its path.
std::string write_decoder_7b(const std::string& folder);

}  // namespace weft::cli::bench
