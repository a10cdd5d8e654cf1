// SPDX-License-Identifier: Apache-2.0
// An ONNX model as a graph: every extent known, local functions and known branches inlined, and
// what does not depend on an input computed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "graph/graph.hpp"
#include "graph/source_model.hpp"

namespace weft::onnx {

struct Options {
  std::map<std::string, graph::Shape> inputs;  ///< shapes of inputs by name
  std::map<std::string, std::int64_t> dims;    ///< extents by the name that the file gives them
  bool may_name_others = false;                ///< what fits nothing in this file is for another
  /// At most so many elements are computed while reading.
  std::int64_t most_folded = std::int64_t{1} << 26;
};

/// Category::input for a file that is wrong, for extents that nobody gives (all of them in one
/// error) and for options that fit nothing in it; Category::unsupported for what weft does not
/// know, all of it in one error with node and PyTorch line; Category::limit where inlining has no
/// end. All name the file.
graph::Graph import_model(const std::string& path, const Options& options = {});

/// The same file as a list of its operators. What weft does not know is part of it: a type behind
/// such a node is what the file declares. A file of weights that is not there is none of its
/// faults, either. Refuses all else that `import_model` does.
graph::SourceModel list_model(const std::string& path, const Options& options = {});

/// "x=1x3x224x224" and "N=1" of a command line, into `options`; Category::input.
void add_input_option(Options& options, std::string_view text);
void add_dim_option(Options& options, std::string_view text);

}  // namespace weft::onnx
