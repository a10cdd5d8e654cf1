// SPDX-License-Identifier: Apache-2.0
// Unit graphs as text (docs/rdu.md): text to program, program to text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "program/rdu.hpp"
#include "program/rdu_timing.hpp"

namespace weft::rdu {

/// How much a text may ask for; what goes beyond is refused with its place.
struct ReadLimits {
  std::uint64_t text_bytes = std::uint64_t{1} << 28;
  std::uint64_t things = std::uint64_t{1} << 20;  ///< units, channels, nodes ... together
  std::uint64_t initial_words = std::uint64_t{1} << 24;
  std::uint32_t nesting = 64;  ///< of an expression
};

/// The graph that `text` writes down; `file` is its name in messages. A channel that says no
/// capacity is as deep as the machine's of its kind. Not validate()d.
/// @throws weft::Error (input): "file:line:column: sentence".
program::rdu::Program parse(std::string_view text, const std::string& file,
                            const program::rdu::Timing& timing, const ReadLimits& limits = {});

/// The same of a file. Category::input where it can't be read.
program::rdu::Program read_file(const std::string& path, const program::rdu::Timing& timing,
                                const ReadLimits& limits = {});

/// The text of a graph that validate() accepts. parse() gives the same graph back, but for lines
/// and names of nodes.
std::string print(const program::rdu::Program& program);

}  // namespace weft::rdu
