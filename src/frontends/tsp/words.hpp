// SPDX-License-Identifier: Apache-2.0
// Words of a schedule's text that reader and printer share, and what both take as understood.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "program/tsp.hpp"

namespace weft::tsp {

namespace form = program::tsp;

/// The opcode by the word that begins it; nothing for `alu`, which its operation begins.
std::optional<form::Opcode> find_opcode(std::string_view word);
/// True for a queue that takes the opcode.
bool takes(const form::Queue& queue, form::Opcode opcode);
/// "a MEM slice", "an SXM's shift unit": whose queue takes it.
std::string taker_of(form::Opcode opcode);
/// True where a label may be called so: a name that no operand begins with otherwise.
bool is_label(std::string_view name);
/// "e4" of streams: direction and number.
std::optional<form::StreamGroup> find_stream(std::string_view name);

/// What a piece of a tensor is where the text leaves it out; chip, slices, bank and address are
/// not of it. Words may come out as 0: then they must be said.
form::Piece usual_piece(const form::Tensor& tensor, std::int64_t first);
/// `ways` pieces that a tensor's rows are dealt to in turn: piece i of them, with its own slices.
form::Piece striped(const form::Piece& all, std::size_t i, std::size_t ways);
bool same(const form::Piece& a, const form::Piece& b);

/// Dispatch of the slice at `stop` so that its vector travels abreast of that of the first slice,
/// which is dispatched in `cycle` at `first_stop`; both have one delay from dispatch to stream.
std::int64_t abreast(std::int64_t cycle, std::uint32_t first_stop, std::uint32_t stop,
                     form::Direction direction);

/// Rows that an activate, load or install may count on: the letters of an address.
inline constexpr std::string_view row_word = "rows";
inline constexpr std::string_view accumulator_word = "acc";

}  // namespace weft::tsp
