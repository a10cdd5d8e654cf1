// SPDX-License-Identifier: Apache-2.0
// Numbers of the controller tree as words of a machine: what the mapper makes of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "numerics/rdu_operation.hpp"
#include "program/rdu_tree_number.hpp"

namespace weft::program::rdu_tree {

/// The type of the word that holds a number; nothing where it has more than 32 bits.
std::optional<numerics::WordType> word_type_if(NumberType type);
/// As word_type_if(); Unsupported with a sentence where it has more.
numerics::WordType word_type(NumberType type);

/// The word's operation that gives the bits that evaluate() and convert() give, of the same
/// operands; nothing for constants, counters, parameters and what is done to memories.
std::optional<numerics::WordOperation> word_operation(Operation operation);

/// A number that word_type() takes as its word, and back: the same bits, extended.
std::uint32_t word_of(Raw value);
Raw number_of(std::uint32_t word, NumberType type);
/// Of whole memories; Unsupported as word_type().
std::vector<std::uint32_t> words_of(std::span<const Raw> numbers, NumberType type);
std::vector<Raw> raws_of(std::span<const std::uint32_t> words, NumberType type);

}  // namespace weft::program::rdu_tree
