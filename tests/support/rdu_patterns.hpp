// SPDX-License-Identifier: Apache-2.0
// Random patterns, and how they are held against the host.
#pragma once

#include <cstdint>

#include "program/rdu_oracle.hpp"
#include "program/rdu_pattern.hpp"

namespace weft::test {

struct PatternCase {
  program::rdu::Patterns patterns;
  program::rdu::PatternOptions options;
  program::rdu::HostMatrices inputs;
};

/// A few patterns behind each other with shapes that 6 and 32 do not divide; all of a kind are
/// there in some seeds.
PatternCase random_patterns(std::uint64_t seed);

/// A small machine with bodies, sections and HBM.
program::rdu::Timing pattern_timing();

/// fp32 as the words that arrays are copied in and out as.
program::rdu::oracle::Arrays words_of(const program::rdu::HostMatrices& matrices);
/// The case's inputs, whole numbers as such.
program::rdu::oracle::Arrays input_words(const PatternCase& of);

}  // namespace weft::test
