// SPDX-License-Identifier: Apache-2.0
// ResNet-50 and ResNet-18 as ONNX files, for what reads and for what runs one.
#pragma once

#include <cstdint>
#include <string>

namespace weft::cli::bench {

/// Writes `folder`/resnet50.onnx, node for node what PyTorch exports, and its weights beside it:
/// a hole as long as they are, which reads as zeros. Returns the model's path. With `quick` a
/// stage has one block.
std::string write_resnet50(const std::string& folder, bool quick);
/// The same of resnet18.onnx, with numbers of one seed for weights; with `quick` its image has 32
/// rows of 32 in place of 224.
std::string write_resnet18(const std::string& folder, bool quick);

}  // namespace weft::cli::bench
