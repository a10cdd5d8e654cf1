// SPDX-License-Identifier: Apache-2.0
// The TSP's schedule as text (docs/tsp-schedule.md): text to program, program to text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "program/tsp.hpp"
#include "program/tsp_timing.hpp"

namespace weft::tsp {

/// How much a text may ask for; what goes beyond is refused with its place.
struct ReadLimits {
  std::uint64_t text_bytes = std::uint64_t{1} << 31;
  std::uint64_t instructions = std::uint64_t{1} << 24;
  std::uint64_t pieces = std::uint64_t{1} << 20;  ///< of all tensors
  std::uint64_t constant_bytes = std::uint64_t{1} << 31;
  std::uint32_t chips = 1U << 16;
  std::uint32_t nesting = 64;  ///< of an expression
};

/// The program that `text` writes down; `file` is its name in messages. The delays are for cycles
/// that the text gives relative to others. Neither validate()d nor check()ed.
/// @throws weft::Error (input): "file:line:column: sentence".
program::tsp::Program parse(std::string_view text, const std::string& file,
                            const program::tsp::Timing& timing, const ReadLimits& limits = {});

/// The same of a file. Category::input where it can't be read.
program::tsp::Program read_file(const std::string& path, const program::tsp::Timing& timing,
                                const ReadLimits& limits = {});

/// The text of a program that validate() accepts. parse() gives the same program back: tensors,
/// schedules, maps, constants and labels, instructions in their order. All cycles are absolute.
std::string print(const program::tsp::Program& program);

}  // namespace weft::tsp
