// SPDX-License-Identifier: Apache-2.0
// What PyTorch wrote beside a node: the Python lines that it was exported from, and its module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontends/onnx/file.hpp"
#include "graph/graph.hpp"

namespace weft::onnx {

/// The frames of a Python traceback ("  File "a.py", line 3, in forward" and the code below it);
/// what is none is passed over. At most 64 of them, the innermost.
std::vector<graph::SourceLine> stack_of(std::string_view text);
/// The texts of a Python list of texts: "['', 'conv1', \"it's\"]".
std::vector<std::string> texts_of(std::string_view list);

/// The class of a node's module: "BertIntermediate"; "" where it is not known.
std::string module_class_of(const FileNode& node);

/// Where a node comes from. Frames inside of PyTorch behind the last of the user's go. A node of
/// a function's body has `call`'s lines where it has none.
graph::Origin origin_of(const FileNode& node, const graph::Origin* call = nullptr);

}  // namespace weft::onnx
