// SPDX-License-Identifier: Apache-2.0
// How the rows of a layer are shared by PEs.
#include "lower/wse/segment.hpp"

#include <algorithm>

#include "base/counted.hpp"

namespace weft::lower::wse {

std::optional<std::int64_t> parts_of(const Segment& s, const Machine& machine,
                                     std::int64_t constants, std::string& why) {
  // A PE has rows of one item alone where several belong to one row of another operand.
  const auto is_shared = [&s](std::size_t i) {
    return s.repeats[i] == 0 && (i == 3 ? s.shared_d > 1 : i > 0 && s.shared > 1);
  };
  std::int64_t words = s.width_out;
  for (std::size_t i = 0; i < s.widths.size(); ++i) {
    words += (is_shared(i) ? 1 : s.repeats[i]) * s.widths[i];
  }
  if (s.constants_row == 0) words += constants;
  std::int64_t each = s.constants_row + s.width_out;
  std::int64_t stream = s.width_out;
  std::int64_t longest = s.width_out;
  for (std::size_t i = 0; i < s.widths.size(); ++i) {
    if (s.repeats[i] == 0 && !is_shared(i)) each += s.widths[i];
    stream = std::max(stream, s.widths[i]);
    longest = std::max(longest, s.widths[i]);
  }
  constexpr std::int64_t single = 1024;  // variables
  const std::int64_t bytes = s.whole_in || s.whole_out ? 4 : machine.value_bytes();
  constexpr std::int64_t place_bytes = 4;
  const std::int64_t fixed = words * bytes + s.scratch_bytes + single +
                             static_cast<std::int64_t>(s.places.size()) * place_bytes;
  const std::int64_t row = std::max<std::int64_t>(each, 1) * bytes;
  const std::int64_t fit = fixed < machine.data_bytes ? (machine.data_bytes - fixed) / row : 0;
  const bool in_reach =
      longest <= most_of_index && s.rows <= most_of_index && each * fit <= most_of_index * 2;
  if (fit == 0 || !in_reach) {
    why = "taking " + counted(s.rows, "row") + " of " + counted(longest, "element") + " needs " +
          counted(fixed + row, "byte") + " a PE, of " + std::to_string(machine.data_bytes);
    return std::nullopt;
  }
  constexpr std::int64_t patience = 8;  // how much longer than its stream a layer may take
  const std::int64_t for_time = (s.row_cycles + patience * stream - 1) / (patience * stream);
  const std::int64_t for_room = (s.rows + fit - 1) / fit;
  if (s.shared == 1) {
    return std::min({std::max(for_room, for_time), s.rows, std::max(for_room, machine.height)});
  }
  const std::int64_t items = s.rows / s.shared;
  const std::int64_t least = (s.shared + fit - 1) / fit;
  if (items * least > machine.height) {
    why = counted(items, "matrix takes", "matrices take") + " " + counted(items * least, "row") +
          " of PEs, of " + std::to_string(machine.height);
    return std::nullopt;
  }
  std::int64_t item_stream = s.shared * s.width_out;
  for (std::size_t i = 0; i < s.widths.size(); ++i) {
    item_stream = std::max(item_stream, (is_shared(i) ? 1 : s.shared) * s.widths[i]);
  }
  const std::int64_t wanted = std::max(least, s.shared * s.row_cycles / (patience * item_stream));
  return items * std::min({wanted, s.shared, machine.height / items});
}

std::int64_t row_width(std::int64_t count) {
  constexpr std::int64_t longest = 512;
  for (std::int64_t width = std::min(count, longest); width > 1; --width) {
    if (count % width == 0) return width;
  }
  return 1;
}

}  // namespace weft::lower::wse
