// SPDX-License-Identifier: Apache-2.0
// ResNet-50 as an ONNX file, for what reads one.
#pragma once

#include <cstdint>
#include <string>

namespace weft::cli::bench {

/// Writes `folder`/resnet50.onnx, node for node what PyTorch exports, and its weights beside it:
/// a hole as long as they are, which reads as zeros. Returns the model's path. With `quick` a
/// stage has one block.
std::string write_resnet50(const std::string& folder, bool quick);

}  // namespace weft::cli::bench
