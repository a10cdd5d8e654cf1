// SPDX-License-Identifier: Apache-2.0
// Makes a codelet source into a translation unit that exports its vertices.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontends/poplar/codelet_parse.hpp"

namespace weft::frontends::poplar {

/// The preprocessed source, IPU-only attributes blanked out, and behind it the tables of its
/// vertices and a function `extern "C" const weft::codelet::Module* entry()`.
std::string wrap_codelets(std::string_view preprocessed, const std::vector<VertexClass>& vertices,
                          const std::string& entry);

/// `extern "C" const weft::codelet::Module* weft_codelet_module()` of a library of several units,
/// whose entries are given; C++ source that needs poplar/codelet/join.hpp.
std::string join_units(const std::vector<std::string>& entries);

/// Without `__attribute__((target("worker")))` and the like, same length and lines.
std::string without_target_attributes(std::string_view source);

/// Without pragmas on the unrolling of loops, which may name macros that are gone; same length.
std::string without_loop_pragmas(std::string_view source);

}  // namespace weft::frontends::poplar
