// SPDX-License-Identifier: Apache-2.0
// Patterns that only move elements, and their shapes.
#include <algorithm>
#include <utility>

#include "program/rdu_pattern.hpp"
#include "program/rdu_pattern_text.hpp"

namespace weft::program::rdu {

namespace {
constexpr std::uint64_t element_most = 1U << 30;
}  // namespace

void Patterns::lay_view(Pattern& made, std::uint32_t columns, const Pattern& of) {
  const Strides& strides = made.strides;
  std::uint64_t all = 1;
  std::int64_t lowest = strides.first;
  std::int64_t highest = strides.first;
  bool good = strides.extents.size() == strides.strides.size();
  for (std::size_t axis = 0; good && axis < strides.extents.size(); ++axis) {
    const std::uint32_t extent = strides.extents[axis];
    good = extent >= 1 && extent <= extent_most && all <= element_most;
    all *= extent;
    const std::int64_t reach = (std::int64_t{extent} - 1) * strides.strides[axis];
    (reach < 0 ? lowest : highest) += reach;
  }
  if (!good || all > element_most || columns == 0 || all % columns != 0) {
    refuse(made, "has extents and strides that are no rows of " + std::to_string(columns));
  }
  for (std::size_t i = 0; i < made.picks.extents.size(); ++i) {
    const std::int64_t reach = (std::int64_t{made.picks.extents[i]} - 1) * made.picks.strides[i];
    (reach < 0 ? lowest : highest) += reach;
  }
  if (lowest < 0 || highest >= static_cast<std::int64_t>(of.rows) * of.columns_count) {
    refuse(made, "reaches from element " + std::to_string(lowest) + " to " +
                     std::to_string(highest) + " of " + shape_text(of));
  }
  made.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(all / columns, extent_most + 1));
  made.columns_count = columns;
}

std::uint32_t Patterns::view(std::string name, std::uint32_t x, std::uint32_t columns,
                             Strides strides) {
  Pattern made;
  made.kind = Pattern::Kind::view;
  made.name = std::move(name);
  made.operands = {x};
  made.strides = std::move(strides);
  lay_view(made, columns, at(made, x));
  return push(std::move(made));
}

std::uint32_t Patterns::stack(std::string name, std::vector<std::uint32_t> parts) {
  Pattern made;
  made.kind = Pattern::Kind::stack;
  made.name = std::move(name);
  made.operands = std::move(parts);
  if (made.operands.empty()) refuse(made, "stacks nothing");
  made.columns_count = at(made, made.operands.front()).columns_count;
  std::uint64_t rows = 0;
  for (const std::uint32_t part : made.operands) {
    const Pattern& of = at(made, part);
    if (of.columns_count != made.columns_count) {
      refuse(made,
             "stacks " + shape_text(of) + " on rows of " + std::to_string(made.columns_count));
    }
    rows += of.rows;
  }
  made.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, extent_most + 1));
  return push(std::move(made));
}

std::uint32_t Patterns::gather(std::string name, std::uint32_t table, std::uint32_t rows) {
  Pattern made;
  made.kind = Pattern::Kind::gather;
  made.name = std::move(name);
  made.operands = {table, rows};
  if (at(made, table).kind != Pattern::Kind::input || at(made, table).whole) {
    refuse(made, "takes rows of '" + at(made, table).name + "', which is no input of numbers");
  }
  if (!at(made, rows).whole) {
    refuse(made,
           "takes rows by '" + at(made, rows).name + "', which is no column of whole numbers");
  }
  made.rows = at(made, rows).rows;
  made.columns_count = at(made, table).columns_count;
  return push(std::move(made));
}

std::uint32_t Patterns::pick(std::string name, std::uint32_t x, std::uint32_t numbers,
                             std::uint32_t columns, Strides strides, Picks picks) {
  Pattern made;
  made.kind = Pattern::Kind::pick;
  made.name = std::move(name);
  made.operands = {x, numbers};
  made.strides = std::move(strides);
  made.picks = std::move(picks);
  const Picks& by = made.picks;
  const Pattern& given = at(made, numbers);
  if (!given.whole) {
    refuse(made, "picks by '" + given.name + "', which is no column of whole numbers");
  }
  bool good = by.extents.size() == by.strides.size() && !by.extents.empty() &&
              by.numbers.strides.size() == made.strides.extents.size();
  for (const std::uint32_t extent : by.extents) good = good && extent >= 1 && extent <= extent_most;
  if (!good) refuse(made, "says no extent of 1 to 2^20 and stride for each number");
  lay_view(made, columns, at(made, x));
  std::int64_t last = by.numbers.first + std::int64_t(by.extents.size()) - 1;
  std::int64_t first = by.numbers.first;
  for (std::size_t axis = 0; axis < made.strides.extents.size(); ++axis) {
    const std::int64_t reach =
        (std::int64_t{made.strides.extents[axis]} - 1) * by.numbers.strides[axis];
    (reach < 0 ? first : last) += reach;
  }
  if (first < 0 || last >= given.rows) {
    refuse(made, "takes numbers " + std::to_string(first) + " to " + std::to_string(last) + " of " +
                     std::to_string(given.rows));
  }
  return push(std::move(made));
}

}  // namespace weft::program::rdu
