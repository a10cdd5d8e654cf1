// SPDX-License-Identifier: Apache-2.0
// Where nodes come from, as comments of programs.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace weft::graph {

/// `text` as a comment of one line of at most `columns` bytes, cut behind; none ends in a
/// backslash, which would take the next line into a comment of C++.
std::string comment_text(std::string text, std::size_t columns);

/// "node 'conv_1' (Conv) of .../modules/conv.py:12, in forward" in at most `columns` bytes. A path
/// loses folders in front, then the node's name its middle; its file's name and the line stay, also
/// where these alone are longer.
std::string comment_text(const Origin& origin, std::size_t columns);

/// A comment for each node of the model's file that `node` was, then the line of the program that
/// the last came from; `columns` without what begins a comment.
std::vector<std::string> comments_of(const Node& node, std::size_t columns);

}  // namespace weft::graph
