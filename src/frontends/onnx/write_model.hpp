// SPDX-License-Identifier: Apache-2.0
// A listed model as an ONNX file again.
#pragma once

#include <cstdint>
#include <string>

#include "graph/source_model.hpp"

namespace weft::onnx {

struct WriteOptions {
  /// Where all weights take more bytes, those of 1 KiB and more lie in the file PATH.data.
  std::int64_t most_inline_bytes = std::int64_t{16} << 20;
};

/// Writes nodes, initializers, types, operator sets, and what PyTorch says of nodes; data beside go
/// from where they lie, piece by piece. Names that repeat get a number. Whole or not at all, the
/// data first. Category::unsupported for nodes with graphs in them, for types that weft does not
/// read, and for nodes of one domain's several operator sets; Category::input where `path` is the
/// file that the model was read from, or its data's; Category::system where it can't be written.
void write_model(const graph::SourceModel& model, const std::string& path,
                 const WriteOptions& options = {});

}  // namespace weft::onnx
